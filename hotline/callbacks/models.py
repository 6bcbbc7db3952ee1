"""Callbacks owed, every attempt at them, and what callers said."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.terms import CallbackKind
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Department, Staff
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled


class CallbackState(Labelled):
    """Whether a callback is still owed."""

    OPEN = "open", N_("Owed")
    DONE = "done", N_("Made")
    EXHAUSTED = "exhausted", N_("Given up after all attempts")
    CANCELLED = "cancelled", N_("No longer owed")


class AttemptResult(Labelled):
    """How one attempt ended."""

    REACHED = "reached", N_("Reached")
    UNREACHABLE = "unreachable", N_("Not reached")
    WRONG_NUMBER = "wrong_number", N_("Wrong number")
    REFUSED = "refused", N_("Refused to talk")


class CallbackMode(Labelled):
    """By which way the caller was asked."""

    PHONE = "phone", N_("Telephone")
    SMS = "sms", N_("SMS")
    LETTER = "letter", N_("Letter")
    VISIT = "visit", N_("Visit")
    QUESTIONNAIRE = "questionnaire", N_("Questionnaire")
    WEB = "web", N_("Web link")


class Satisfaction(Labelled):
    """How content the caller is; five steps, the field's 好差评 scale (B2.4)."""

    VERY_SATISFIED = "very_satisfied", N_("Very satisfied")
    SATISFIED = "satisfied", N_("Satisfied")
    FAIRLY_SATISFIED = "fairly_satisfied", N_("Fairly satisfied")
    DISSATISFIED = "dissatisfied", N_("Dissatisfied")
    VERY_DISSATISFIED = "very_dissatisfied", N_("Very dissatisfied")


BAD = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})
"""The last two steps are a bad review (B2.4)."""


class CallbackTask(Base):
    """One callback owed for one round of a ticket."""

    __tablename__ = "callback_task"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    round: Mapped[int]
    level: Mapped[int]
    kind: Mapped[CallbackKind] = mapped_column(stored_as("callback_kind", CallbackKind))
    category: Mapped[str] = mapped_column(sa.String(40))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    """Who held the ticket in this round: what the caller says is said of them."""
    state: Mapped[CallbackState] = mapped_column(
        stored_as("callback_state", CallbackState), default=CallbackState.OPEN
    )
    planned_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime | None]
    """When the next attempt may be made: after an unanswered one, or as agreed with the caller."""
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    result: Mapped[AttemptResult | None] = mapped_column(stored_as("callback_result", AttemptResult))
    was_contacted: Mapped[bool | None]
    is_truthful: Mapped[bool | None]
    is_solved: Mapped[bool | None]
    satisfaction: Mapped[Satisfaction | None] = mapped_column(stored_as("satisfaction", Satisfaction))
    attitude: Mapped[Satisfaction | None] = mapped_column(stored_as("attitude", Satisfaction))
    opinion: Mapped[str | None] = mapped_column(sa.Text)
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    completed_at: Mapped[dt.datetime | None]

    ticket: Mapped[Ticket] = relationship()
    department: Mapped[Department | None] = relationship()
    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])
    completed_by: Mapped[Staff | None] = relationship(foreign_keys=[completed_by_id])
    attempts: Mapped[list["CallbackAttempt"]] = relationship(
        back_populates="task", order_by="CallbackAttempt.id", cascade="save-update"
    )

    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "round", "level", name="one_callback_per_round_and_level"),
        # A callback is ended by a person or not at all: no job can fill this in.
        sa.CheckConstraint(
            "(state IN ('done', 'exhausted')) = (completed_by_id IS NOT NULL AND completed_at IS NOT NULL)",
            name="made_by_a_person",
        ),
        sa.CheckConstraint("(state = 'done') = (result IN ('reached', 'refused'))", name="done_has_result"),
        sa.CheckConstraint("satisfaction IS NULL OR result = 'reached'", name="rated_when_reached"),
        sa.Index(
            "ix_callback_task_open",
            "due_at",
            "id",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_callback_task_completed", "completed_at"),
        sa.Index("ix_callback_task_due", "due_at"),
    )


class CallbackAttempt(Base):
    """One try at reaching the caller; never changed afterwards."""

    __tablename__ = "callback_attempt"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    mode: Mapped[CallbackMode] = mapped_column(stored_as("callback_mode", CallbackMode))
    result: Mapped[AttemptResult] = mapped_column(stored_as("attempt_result", AttemptResult))
    attempted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    attempted_at: Mapped[dt.datetime]
    note: Mapped[str | None] = mapped_column(sa.Text)

    task: Mapped[CallbackTask] = relationship(back_populates="attempts")
    attempted_by: Mapped[Staff] = relationship()
