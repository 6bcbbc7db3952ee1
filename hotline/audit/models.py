"""What is written down about the service itself: changed settings, sign-ins, exports, and who looked."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, BigInt, Json, stored_as
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled


class Act(Labelled):
    """What the journal knows."""

    SIGNED_IN = "signed_in", N_("Signed in")
    SIGN_IN_REFUSED = "sign_in_refused", N_("Sign-in refused")
    SIGNED_OUT = "signed_out", N_("Signed out")
    SESSION_ENDED = "session_ended", N_("Sessions ended")
    SECOND_FACTOR_SET = "second_factor_set", N_("Second factor set up")
    SECOND_FACTOR_REMOVED = "second_factor_removed", N_("Second factor taken away")
    RECOVERY_CODE_USED = "recovery_code_used", N_("Recovery code used")
    ADDED = "added", N_("Added")
    CHANGED = "changed", N_("Changed")
    REMOVED = "removed", N_("Removed")
    EXPORT_ASKED = "export_asked", N_("Export asked for")
    EXPORT_FETCHED = "export_fetched", N_("Export fetched")
    PRINTED = "printed", N_("Print page opened")
    FILE_FETCHED = "file_fetched", N_("File fetched")
    KEY_ROTATED = "key_rotated", N_("Key of sealed data changed")
    PREPARED = "prepared", N_("Prepared")
    APPROVED = "approved", N_("Approved")
    REFUSED = "refused", N_("Refused")
    SIGNED = "signed", N_("Signed as witness")
    DESTROYED = "destroyed", N_("Destroyed")
    HANDED_OUT = "handed_out", N_("Person's data handed out")


class Subject(Labelled):
    """What a line of the journal is about."""

    STAFF = "staff", N_("Account")
    DEPARTMENT = "department", N_("Department")
    PROFILE = "profile", N_("Profile")
    CATEGORY = "category", N_("Category")
    POLICY = "policy", N_("Policy")
    CODE_LIST = "code_list", N_("Code list")
    CODE_ITEM = "code_item", N_("Code list entry")
    CONTENT_CLASS = "content_class", N_("Content class")
    ROUTE = "route", N_("Routing rule")
    CALENDAR = "calendar", N_("Working calendar")
    EXPORT = "export", N_("Export")
    TICKET = "ticket", N_("Ticket")
    NOTICE = "notice", N_("Urging notice")
    REPORT = "report", N_("Monthly report")
    SERVICE = "service", N_("Service")
    DESTRUCTION = "destruction", N_("Destruction batch")
    DATA_REQUEST = "data_request", N_("Request for a person's data")
    ENTRY = "entry", N_("Register entry")


class JournalLine(Base):
    """One thing done to the service itself; never altered, no caller's data in it."""

    __tablename__ = "journal_line"

    id: Mapped[BigId]
    act: Mapped[Act] = mapped_column(stored_as("act", Act))
    subject: Mapped[Subject] = mapped_column(stored_as("subject", Subject))
    about: Mapped[str] = mapped_column(sa.String(120), default="")
    """Which one: a staff number, a code, a ticket number."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` on the command line, and where nobody was signed in."""
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    happened_at: Mapped[dt.datetime]
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """By field what it was and what it became: `{"is_active": [true, false]}`."""

    by: Mapped[Staff | None] = relationship()

    __table_args__ = (
        sa.Index("ix_journal_line_happened", "happened_at", "id"),
        sa.Index("ix_journal_line_by", "by_id", "id"),
        sa.Index("ix_journal_line_about", "subject", "about", "id"),
    )


class Sight(Labelled):
    """What was looked at."""

    PAGE = "page", N_("Page of the ticket")
    ORDER = "order", N_("Dispatch order")
    FILE = "file", N_("File")
    REVIEW = "review", N_("Review")
    CALLBACK = "callback", N_("Callback")
    CALLER = "caller", N_("Caller's page")
    REFUSED = "refused", N_("Refused: recused")
    LIST = "list", N_("In a list")


class ListViewing(Base):
    """A list showed restricted matters to somebody: which ones, in one row; never altered (B1.19)."""

    __tablename__ = "list_viewing"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    page: Mapped[str] = mapped_column(sa.String(60))
    """The endpoint of the list."""
    numbers: Mapped[str] = mapped_column(sa.String(4000))
    """Of the restricted tickets shown, with a blank between them."""
    address: Mapped[str] = mapped_column(sa.String(45))
    viewed_at: Mapped[dt.datetime]

    staff: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.Index("ix_list_viewing_staff", "staff_id", "viewed_at"),
        sa.Index("ix_list_viewing_viewed", "viewed_at", "id"),
    )


class ErasedRow(Base):
    """A row of a table that only grows whose words a destruction took: what its digest had been.

    The seal of its day is still proved with it; that nobody adds one by hand, the certificate proves.
    """

    __tablename__ = "erased_row"

    stream: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(sa.String(64))
    certificate: Mapped[str] = mapped_column(sa.String(20))
    """Number of the batch, or of the person's request."""


class Viewing(Base):
    """Somebody looked at a restricted matter, or at who asked for secrecy; never altered (B1.19)."""

    __tablename__ = "viewing"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"))
    sight: Mapped[Sight] = mapped_column(stored_as("sight", Sight))
    address: Mapped[str] = mapped_column(sa.String(45))
    viewed_at: Mapped[dt.datetime]

    staff: Mapped[Staff] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("ticket_id IS NOT NULL OR requester_id IS NOT NULL", name="of_somebody"),
        sa.Index("ix_viewing_ticket", "ticket_id", "id"),
        sa.Index("ix_viewing_staff", "staff_id", "viewed_at"),
        sa.Index("ix_viewing_viewed", "viewed_at", "id"),
    )


class Oddity(Labelled):
    """What makes looking unusual."""

    MANY_REVEALS = "many_reveals", N_("Many callers shown in full within an hour")
    MANY_VIEWINGS = "many_viewings", N_("Many restricted matters opened within an hour")
    OUT_OF_HOURS = "out_of_hours", N_("Restricted matter opened outside office hours")
    RECUSED = "recused", N_("A recused person tried to open the matter")
    OWN_DEPARTMENT = "own_department", N_("Matter names the department of the person looking")


class Alarm(Base):
    """Looking that is out of the ordinary: an auditor asks what it was."""

    __tablename__ = "looking_alarm"

    id: Mapped[BigId]
    oddity: Mapped[Oddity] = mapped_column(stored_as("oddity", Oddity))
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    count: Mapped[int]
    raised_at: Mapped[dt.datetime]
    once_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """One alarm for one oddity of a person and hour, or of a person and matter and day."""
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(300))
    """What the auditor found out."""

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    settled_by: Mapped[Staff | None] = relationship(foreign_keys=[settled_by_id])
    ticket: Mapped[Ticket | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL) AND (settled_at IS NULL) = (outcome IS NULL)",
            name="settled_by_somebody",
        ),
        sa.Index("ix_looking_alarm_open", "settled_at", "id"),
    )
