"""A ticket and its timeline."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Urgency
from hotline.contacts.models import Contact, Requester
from hotline.db import Base, BigId, Json, rows_where, stored_as
from hotline.people.models import Department, Staff
from hotline.people.recusal_models import NeedToKnow, Recusal
from hotline.sealing import SealedText
from hotline.tickets.parts import Part
from hotline.tickets.states import ENDED, OPEN, TicketStatus

if TYPE_CHECKING:  # these tables hang from the ticket; the mapper finds them by name
    from hotline.tickets.models.answers import Answer
    from hotline.tickets.models.assignments import Assignment
    from hotline.tickets.models.attachments import Attachment
    from hotline.tickets.models.closing_records import ClosingRecord
    from hotline.tickets.models.deadlines import Deadline
    from hotline.tickets.models.waitings import Waiting


def _if_one_of(statuses: frozenset[TicketStatus]) -> dict[str, Any]:
    """Make an index partial, as `hotline.tickets.lists` writes the condition."""
    listed = ", ".join(f"'{status.value}'" for status in sorted(statuses))
    return rows_where(f"status IN ({listed})", on_sqlite=f"+status IN ({listed})")


_IF_OPEN, _IF_ENDED = _if_one_of(OPEN), _if_one_of(ENDED)


class Ticket(Base):
    """One matter, from the first contact to the archive."""

    __tablename__ = "ticket"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(13), unique=True)
    query_code: Mapped[str] = mapped_column(sa.String(6))
    status: Mapped[TicketStatus] = mapped_column(stored_as("ticket_status", TicketStatus))
    round: Mapped[int] = mapped_column(default=1)
    """1, and one more each time the matter is handled again."""
    channel: Mapped[Channel] = mapped_column(stored_as("ticket_channel", Channel))
    category: Mapped[str] = mapped_column(sa.String(40))
    original_category: Mapped[str] = mapped_column(sa.String(40))
    policy_version: Mapped[int]
    content_class: Mapped[str | None] = mapped_column(sa.String(6))
    title: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str | None] = mapped_column(sa.String(200))
    area: Mapped[str | None] = mapped_column(sa.String(12))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the category asks for besides, by field name; no personal data of the caller."""
    kind: Mapped[str | None] = mapped_column(sa.String(40))
    """What the category's policy tells apart besides urgency: a document type, a visit's purpose."""
    is_collective: Mapped[bool] = mapped_column(default=False)
    has_contact: Mapped[bool] = mapped_column(default=True)
    urgency: Mapped[Urgency] = mapped_column(stored_as("urgency", Urgency))
    priority: Mapped[int]
    confidentiality: Mapped[Confidentiality] = mapped_column(stored_as("confidentiality", Confidentiality))
    received_at: Mapped[dt.datetime]
    registered_at: Mapped[dt.datetime]
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"))
    first_contact_owner_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    """Who took the first contact answers for the matter until it is handed over (A2.2)."""
    lead_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    next_due_at: Mapped[dt.datetime | None]
    """The earliest deadline still running: what lists sort by."""
    overall_due_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    """When a petition was taken up: its long limits run from then (B3.2)."""
    dispatched_at: Mapped[dt.datetime | None]
    replied_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    split_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    waiting_since: Mapped[dt.datetime | None]
    """Set while the department waits for the caller; clocks run on unless policy says otherwise."""
    event_count: Mapped[int] = mapped_column(default=0)
    chain_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    """The digest of the newest event: a history that was cut short no longer ends in it."""
    version: Mapped[int] = mapped_column()

    requester: Mapped[Requester | None] = relationship()
    first_contact_owner: Mapped[Staff] = relationship()
    lead_department: Mapped[Department | None] = relationship()
    merged_into: Mapped["Ticket | None"] = relationship(
        remote_side="Ticket.id", foreign_keys=[merged_into_id]
    )
    split_from: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id", foreign_keys=[split_from_id])
    contacts: Mapped[list[Contact]] = relationship(order_by=Contact.received_at, cascade="save-update")
    events: Mapped[list["TicketEvent"]] = relationship(
        back_populates="ticket", order_by="TicketEvent.sequence", cascade="save-update"
    )
    deadlines: Mapped[list["Deadline"]] = relationship(
        back_populates="ticket", order_by="Deadline.id", cascade="save-update"
    )
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="ticket", order_by="Assignment.id", cascade="save-update"
    )
    answers: Mapped[list["Answer"]] = relationship(
        back_populates="ticket", order_by="Answer.id", cascade="save-update"
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="ticket", order_by="Attachment.id", cascade="save-update"
    )
    closing_records: Mapped[list["ClosingRecord"]] = relationship(
        back_populates="ticket", order_by="ClosingRecord.id", cascade="save-update"
    )
    waitings: Mapped[list["Waiting"]] = relationship(
        back_populates="ticket", order_by="Waiting.id", cascade="save-update"
    )
    recusals: Mapped[list[Recusal]] = relationship(order_by=Recusal.id, cascade="save-update")
    readers: Mapped[list[NeedToKnow]] = relationship(order_by=NeedToKnow.id, cascade="save-update")
    """Empty: everybody whose role sees restricted matters sees this one."""

    # Two people working on one ticket: the second save is refused, not silently mixed.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it once
    __table_args__ = (
        sa.CheckConstraint(
            "(status IN ('closed', 'archived')) = (closed_at IS NOT NULL)", name="closed_has_time"
        ),
        sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
        sa.CheckConstraint("round >= 1", name="round_from_one"),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name="priority_one_to_five"),
        # Lists show open tickets by what is due next; closed ones must not slow them down. Counting needs who
        # may see a ticket, so that stands in the index too.
        sa.Index("ix_ticket_open_due", "next_due_at", "id", "confidentiality", **_IF_OPEN),
        sa.Index("ix_ticket_open_status", "status", "next_due_at", "id", "confidentiality", **_IF_OPEN),
        sa.Index("ix_ticket_open_lead", "lead_department_id", "next_due_at", "id", **_IF_OPEN),
        sa.Index(
            "ix_ticket_open_owner",
            "first_contact_owner_id",
            "next_due_at",
            "id",
            "confidentiality",
            **_IF_OPEN,
        ),
        # Of the newest tickets most are open: whoever looks for what has ended need not read past them.
        # SQLite looks at the status again, and would read the table if the index did not tell it.
        sa.Index("ix_ticket_ended", "id", "confidentiality", "status", **_IF_ENDED),
        sa.Index("ix_ticket_waiting", "next_due_at", "id", **rows_where("waiting_since IS NOT NULL")),
        sa.Index("ix_ticket_category", "category", "id"),
        sa.Index("ix_ticket_lead", "lead_department_id", "id"),
        sa.Index("ix_ticket_received", "received_at"),
        sa.Index("ix_ticket_closed", "closed_at"),  # statistics count by day
        # Causes of complaints are read of one category, of those closed in a period.
        sa.Index("ix_ticket_category_closed", "category", "closed_at", **rows_where("closed_at IS NOT NULL")),
        sa.Index("ix_ticket_requester", "requester_id", "received_at"),
        sa.Index("ix_ticket_merged_into", "merged_into_id"),
        sa.Index("ix_ticket_split_from", "split_from_id"),
    )

    @property
    def lead(self) -> "Assignment | None":
        """The lead department's running part, if the matter is with a department."""
        return next(
            (one for one in reversed(self.assignments) if one.part is Part.LEAD and one.ended_at is None),
            None,
        )

    def __repr__(self) -> str:
        return f"<Ticket {self.number} {self.status}>"


class TicketEvent(Base):
    """One line of a ticket's history: written with the change, never altered, chained by hash."""

    __tablename__ = "ticket_event"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(60))
    from_status: Mapped[TicketStatus | None] = mapped_column(stored_as("event_from_status", TicketStatus))
    to_status: Mapped[TicketStatus | None] = mapped_column(stored_as("event_to_status", TicketStatus))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` when a worker did it by rule."""
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    happened_at: Mapped[dt.datetime]
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    """Codes, moments and numbers only; `words` is the digest of what people wrote (see `EventWords`)."""
    digest: Mapped[str] = mapped_column(sa.String(64))

    ticket: Mapped[Ticket] = relationship(back_populates="events")
    by: Mapped[Staff | None] = relationship()
    department: Mapped[Department | None] = relationship()
    words: Mapped["EventWords | None"] = relationship(back_populates="event", lazy="joined")

    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "sequence", name="sequence_in_ticket"),
        sa.Index("ix_ticket_event_happened", "happened_at", "id"),  # days are sealed in this order
    )


class EventWords(Base):
    """What people wrote into one line of the history: sealed, and kept apart so that it can be erased."""

    __tablename__ = "event_words"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    """Goes into the digest and is erased with the words: short words could be guessed from it otherwise."""
    said: Mapped[str | None] = mapped_column(SealedText)
    """JSON, by the names the verbs gave; `None` once erased."""
    erased_at: Mapped[dt.datetime | None]

    event: Mapped[TicketEvent] = relationship(back_populates="words")

    __table_args__ = (
        sa.CheckConstraint("(said IS NULL) = (erased_at IS NOT NULL)", name="erased_has_time"),
        sa.CheckConstraint("(salt = '') = (said IS NULL)", name="salt_goes_with_words"),
    )
