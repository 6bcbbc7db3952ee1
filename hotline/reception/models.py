"""What the reception keeps: host visits, services of the hall, suggestions, urgent reports."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.channels import Channel
from hotline.contacts.models import Contact
from hotline.db import Base, BigId, BigInt, Json, rows_where, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled

LONGEST_WORDS = 500


class HostVisitState(Labelled):
    """Where a visit to somebody of the house stands (A6.6)."""

    EXPECTED = "expected", N_("Expected")
    ARRIVED = "arrived", N_("Host told, visitor waits")
    RECEIVED = "received", N_("Received by the host")
    ABSENT = "absent", N_("Host absent: to be invited again")
    CANCELLED = "cancelled", N_("Did not take place")


class VisitLevel(Labelled):
    """How a visitor is received, by the rank of the host (A6.6)."""

    A = "a", N_("Level A")
    B = "b", N_("Level B")
    C = "c", N_("Level C")


class HostVisit(Base):
    """Somebody comes to see one person of the house; the columns of the contact slip (联络单) are here."""

    __tablename__ = "host_visit"

    id: Mapped[BigId]
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    level: Mapped[VisitLevel] = mapped_column(stored_as("level", VisitLevel))
    state: Mapped[HostVisitState] = mapped_column(stored_as("state", HostVisitState))
    name: Mapped[str] = mapped_column(SealedText)
    organisation: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    purpose: Mapped[str] = mapped_column(SealedText)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    """The purpose is for the host and for whoever received the visitor."""
    appointed_at: Mapped[dt.datetime | None]
    arrived_at: Mapped[dt.datetime | None]
    """When the visitor came, and the host was told."""
    invite_by: Mapped[dt.datetime | None]
    """By when the visitor is told when the host is free."""
    invited_at: Mapped[dt.datetime | None]
    """When the visitor was told that (被访人有空时通知)."""
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(SealedText)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    created_at: Mapped[dt.datetime]

    host: Mapped[Staff] = relationship(foreign_keys=[host_id], lazy="joined", innerjoin=True)
    created_by: Mapped[Staff] = relationship(foreign_keys=[created_by_id])
    contact: Mapped[Contact | None] = relationship()

    @property
    def has_appointment(self) -> bool:
        """Tell whether the visitor comes by appointment."""
        return self.appointed_at is not None

    __table_args__ = (
        sa.CheckConstraint("state NOT IN ('arrived', 'received') OR arrived_at IS NOT NULL", name="came"),
        sa.CheckConstraint("(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)", name="end_timed"),
        sa.CheckConstraint("state <> 'absent' OR invite_by IS NOT NULL", name="absent_host_owes"),
        sa.CheckConstraint("state <> 'absent' OR phone IS NOT NULL", name="slip_has_phone"),
        sa.Index("ix_host_visit_open", "host_id", **rows_where("ended_at IS NULL")),
        sa.Index("ix_host_visit_created", "created_at"),
    )


class HallService(Base):
    """One service at the window of the hall, with its checklist (A6.1)."""

    __tablename__ = "hall_service"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    item: Mapped[str] = mapped_column(sa.String(40))
    """A code of the profile."""
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contact.id"), unique=True)
    steps: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The steps done, each with the moment: `{"id_verified": "2026-03-04T04:00:00+00:00"}`."""
    receipt_number: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.String(LONGEST_WORDS), default="")
    opened_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    finished_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    broken_off: Mapped[str | None] = mapped_column(sa.String(LONGEST_WORDS))
    """Why it was not carried out."""

    contact: Mapped[Contact] = relationship(lazy="joined", innerjoin=True)
    finished_by: Mapped[Staff | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(finished_at IS NULL) = (finished_by_id IS NULL)", name="finished_by_somebody"),
        sa.CheckConstraint("broken_off IS NULL OR finished_at IS NOT NULL", name="broken_off_has_time"),
        sa.Index("ix_hall_service_opened", "opened_at"),
        sa.Index("ix_hall_service_open", "id", **rows_where("finished_at IS NULL")),
    )


class SuggestionWeight(Labelled):
    """Why a suggestion is reported up (A6.2)."""

    IMPORTANT = "important", N_("Important")
    CONCENTRATED = "concentrated", N_("Raised by many")
    CONSTRUCTIVE = "constructive", N_("Constructive")


class BookEntry(Contact):
    """One entry of the suggestion book (意见簿), which is answered every day (A6.2)."""

    __tablename__ = "book_entry"

    id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("contact.id"), primary_key=True)
    register_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    page: Mapped[str] = mapped_column(sa.String(20), default="")
    """Where it stands in the book on paper."""
    due_at: Mapped[dt.datetime]
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    answered_at: Mapped[dt.datetime | None]
    weight: Mapped[SuggestionWeight | None] = mapped_column(stored_as("weight", SuggestionWeight))
    reported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    reported_at: Mapped[dt.datetime | None]

    answered_by: Mapped[Staff | None] = relationship(foreign_keys=[answered_by_id])
    reported_by: Mapped[Staff | None] = relationship(foreign_keys=[reported_by_id])

    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy reads it once
        "polymorphic_identity": Channel.SUGGESTION_BOOK,
        "polymorphic_load": "selectin",
    }
    __table_args__ = (
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        sa.CheckConstraint("(weight IS NULL) = (reported_at IS NULL)", name="report_has_weight"),
        sa.CheckConstraint("(reported_at IS NULL) = (reported_by_id IS NULL)", name="reported_by_somebody"),
        sa.Index("ix_book_entry_open", "due_at", **rows_where("answered_at IS NULL")),
    )


class UrgentReport(Base):
    """An urgent matter reported to the leaders at once, and what they said (A5.3)."""

    __tablename__ = "urgent_report"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), unique=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contact.id"))
    reported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reported_at: Mapped[dt.datetime]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    seen_at: Mapped[dt.datetime | None]
    instruction: Mapped[str | None] = mapped_column(sa.Text)
    """What the leader said is to be done."""

    ticket: Mapped[Ticket] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[Contact] = relationship()
    reported_by: Mapped[Staff] = relationship(foreign_keys=[reported_by_id])
    seen_by: Mapped[Staff | None] = relationship(foreign_keys=[seen_by_id])

    __table_args__ = (
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name="seen_by_somebody"),
        sa.CheckConstraint("instruction IS NULL OR seen_at IS NOT NULL", name="instruction_has_time"),
        sa.Index("ix_urgent_report_reported", "reported_at"),
    )
