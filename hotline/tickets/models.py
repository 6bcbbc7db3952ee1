"""A ticket and what belongs to it: timeline, deadlines, departments' parts, files."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Stage, Urgency
from hotline.contacts.models import Contact, Requester
from hotline.db import Base, BigId, BigInt, Json, stored_as
from hotline.people.models import Department, Staff
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import N_, Labelled

_OPEN_SQL = ", ".join(f"'{status.value}'" for status in sorted(OPEN))


class Part(Labelled):
    """What a department is asked to do: lead and reply, or assist the lead."""

    LEAD = "lead", N_("Lead")
    ASSIST = "assist", N_("Assist")


class AnswerSource(Labelled):
    """What an answer rests on; nothing else may be said to a caller (A1.2)."""

    ARTICLE = "article", N_("Knowledge article")
    REPLY = "reply", N_("Department's reply")
    REDIRECT = "redirect", N_("Referred to another service")


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
    contacts: Mapped[list[Contact]] = relationship(order_by=Contact.received_at, viewonly=True)
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

    # Two people working on one ticket: the second save is refused, not silently mixed.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it once
    __table_args__ = (
        sa.CheckConstraint(
            "(status IN ('closed', 'archived')) = (closed_at IS NOT NULL)", name="closed_has_time"
        ),
        sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
        sa.CheckConstraint("round >= 1", name="round_from_one"),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name="priority_one_to_five"),
        # Lists show open tickets by what is due next; closed ones must not slow them down.
        sa.Index(
            "ix_ticket_open_due",
            "next_due_at",
            "id",
            postgresql_where=sa.text(f"status IN ({_OPEN_SQL})"),
            sqlite_where=sa.text(f"status IN ({_OPEN_SQL})"),
        ),
        sa.Index(
            "ix_ticket_open_status",
            "status",
            "next_due_at",
            "id",
            postgresql_where=sa.text(f"status IN ({_OPEN_SQL})"),
            sqlite_where=sa.text(f"status IN ({_OPEN_SQL})"),
        ),
        sa.Index(
            "ix_ticket_open_lead",
            "lead_department_id",
            "next_due_at",
            "id",
            postgresql_where=sa.text(f"status IN ({_OPEN_SQL})"),
            sqlite_where=sa.text(f"status IN ({_OPEN_SQL})"),
        ),
        sa.Index("ix_ticket_lead", "lead_department_id", "id"),
        sa.Index("ix_ticket_received", "received_at"),
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
    digest: Mapped[str] = mapped_column(sa.String(64))

    ticket: Mapped[Ticket] = relationship(back_populates="events")
    by: Mapped[Staff | None] = relationship()
    department: Mapped[Department | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("ticket_id", "sequence", name="sequence_in_ticket"),)


class Deadline(Base):
    """One clock of one round of a ticket; its due moment moves by logged acts only."""

    __tablename__ = "deadline"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    stage: Mapped[Stage] = mapped_column(stored_as("stage", Stage))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    original_due_at: Mapped[dt.datetime]
    """What was promised first; statistics compare with this after an extension."""
    met_at: Mapped[dt.datetime | None]
    breached_at: Mapped[dt.datetime | None]
    """When lateness was noticed; kept even if the stage is finished later."""
    cancelled_at: Mapped[dt.datetime | None]
    time_limit: Mapped[str] = mapped_column(sa.String(20))
    policy_version: Mapped[int]
    calendar_version: Mapped[int]
    is_estimate: Mapped[bool] = mapped_column(default=False)
    """Rests on a year whose calendar has not been announced."""
    explanation: Mapped[list[Any]] = mapped_column(Json)
    next_look_at: Mapped[dt.datetime | None]
    """When the sweep has something to do next: a reminder, the breach, an escalation level."""

    ticket: Mapped[Ticket] = relationship(back_populates="deadlines")
    assignment: Mapped["Assignment | None"] = relationship(back_populates="deadlines")

    __table_args__ = (
        sa.CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="met_or_cancelled"),
        sa.CheckConstraint(
            "(met_at IS NULL AND cancelled_at IS NULL) OR next_look_at IS NULL", name="ended_is_not_swept"
        ),
        # One running clock of a kind for a ticket, and one for each department's part.
        sa.Index(
            "uq_deadline_running_of_ticket",
            "ticket_id",
            "stage",
            unique=True,
            postgresql_where=sa.text("met_at IS NULL AND cancelled_at IS NULL AND assignment_id IS NULL"),
            sqlite_where=sa.text("met_at IS NULL AND cancelled_at IS NULL AND assignment_id IS NULL"),
        ),
        sa.Index(
            "uq_deadline_running_of_assignment",
            "assignment_id",
            "stage",
            unique=True,
            postgresql_where=sa.text("met_at IS NULL AND cancelled_at IS NULL AND assignment_id IS NOT NULL"),
            sqlite_where=sa.text("met_at IS NULL AND cancelled_at IS NULL AND assignment_id IS NOT NULL"),
        ),
        # The sweep reads only what has something to do.
        sa.Index(
            "ix_deadline_next_look",
            "next_look_at",
            "id",
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_deadline_estimate",
            "id",
            postgresql_where=sa.text("is_estimate AND met_at IS NULL AND cancelled_at IS NULL"),
            sqlite_where=sa.text("is_estimate AND met_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    @property
    def is_running(self) -> bool:
        """Tell whether this clock still runs."""
        return self.met_at is None and self.cancelled_at is None

    def was_late(self, now: dt.datetime) -> bool:
        """Tell whether the stage ended after its due moment, or has not ended by `now` although it should."""
        if self.cancelled_at is not None:
            return self.breached_at is not None
        return (self.met_at or now) > self.due_at


class Assignment(Base):
    """One department's part in one round of a ticket."""

    __tablename__ = "assignment"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    round: Mapped[int]
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    part: Mapped[Part] = mapped_column(stored_as("part", Part))
    dispatched_at: Mapped[dt.datetime]
    dispatched_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    route: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The rule of the dispatch catalogue that chose this department, and what it fitted by."""
    opinions: Mapped[list[Any]] = mapped_column(Json, default=list)
    may_return: Mapped[bool] = mapped_column(default=True)
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    caller_contacted_at: Mapped[dt.datetime | None]
    replied_at: Mapped[dt.datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    reply: Mapped[str | None] = mapped_column(sa.Text)
    ended_at: Mapped[dt.datetime | None]
    """Set when the department is done with the matter, or was relieved of it."""

    ticket: Mapped[Ticket] = relationship(back_populates="assignments")
    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
    deadlines: Mapped[list[Deadline]] = relationship(back_populates="assignment", order_by=Deadline.id)

    __table_args__ = (
        sa.CheckConstraint("(replied_at IS NULL) = (reply IS NULL)", name="reply_has_time"),
        sa.Index("ix_assignment_ticket", "ticket_id"),
        sa.Index("ix_assignment_department_dispatched", "department_id", "dispatched_at"),
        # One lead at a time.
        sa.Index(
            "uq_assignment_running_lead",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("part = 'lead' AND ended_at IS NULL"),
            sqlite_where=sa.text("part = 'lead' AND ended_at IS NULL"),
        ),
        sa.Index(
            "ix_assignment_running",
            "department_id",
            "id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )


class Answer(Base):
    """What a caller was told, word for word, and what it rests on."""

    __tablename__ = "answer"

    id: Mapped[BigId]
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    """Set when the contact was answered at once and no ticket was needed."""
    round: Mapped[int] = mapped_column(default=1)
    source: Mapped[AnswerSource] = mapped_column(stored_as("answer_source", AnswerSource))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    reference: Mapped[str] = mapped_column(sa.String(80))
    """The article and revision (KB-12 v3), the department's code, or the service referred to."""
    words: Mapped[str] = mapped_column(sa.Text)
    told_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    told_at: Mapped[dt.datetime]
    channel: Mapped[Channel] = mapped_column(stored_as("answer_channel", Channel))

    ticket: Mapped[Ticket | None] = relationship(back_populates="answers")
    contact: Mapped[Contact | None] = relationship()
    told_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "(source = 'reply') = (assignment_id IS NOT NULL)", name="reply_names_its_department"
        ),
        sa.CheckConstraint("words <> ''", name="something_was_said"),
        sa.CheckConstraint("(ticket_id IS NULL) <> (contact_id IS NULL)", name="of_ticket_or_contact"),
    )


class Attachment(Base):
    """A file that belongs to a ticket; its bytes lie in the data folder under its digest."""

    __tablename__ = "attachment"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[dt.datetime]
