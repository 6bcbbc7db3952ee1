"""Callbacks owed, every attempt at them, and what callers said."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.terms import CallbackKind
from hotline.contacts.models import Requester
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Department, Staff
from hotline.people.roles import Role
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

THREE_STEPS = (Satisfaction.SATISFIED, Satisfaction.FAIRLY_SATISFIED, Satisfaction.DISSATISFIED)
"""What a profile with three steps (满意, 较满意, 不满意) offers; each is kept as its step of five."""


class CallbackTask(Base):
    """One callback owed to one caller for one round of a ticket."""

    __tablename__ = "callback_task"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    round: Mapped[int]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    """Who is asked: each caller of a merged matter for themselves."""
    level: Mapped[int]
    """1 by rule, 2 the service manager's sample, 3 the director's (A8.1)."""
    kind: Mapped[CallbackKind] = mapped_column(stored_as("callback_kind", CallbackKind))
    category: Mapped[str] = mapped_column(sa.String(40))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    """Who held the ticket in this round: what the caller says is said of them."""
    by_role: Mapped[Role | None] = mapped_column(stored_as("callback_by_role", Role))
    """Set where only holders of one role may call (tip-offs, F10)."""
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("callback_sample.id"), index=True)
    """The draw that took it, for callbacks of level 2 and 3."""
    state: Mapped[CallbackState] = mapped_column(
        stored_as("callback_state", CallbackState), default=CallbackState.OPEN
    )
    planned_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime | None]
    """When the next attempt may be made: after an unanswered one, or as agreed with the caller."""
    is_appointed: Mapped[bool] = mapped_column(default=False)
    """`not_before` was agreed with the caller."""
    attempt_count: Mapped[int] = mapped_column(default=0)
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
    rehandle_reason: Mapped[str | None] = mapped_column(sa.String(300))
    """Why the matter was opened again, in the words the next department reads."""
    excluded_ground: Mapped[str | None] = mapped_column(sa.String(300))
    """Why this answer does not count in the department's assessment; never without a name."""
    excluded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    excluded_at: Mapped[dt.datetime | None]

    ticket: Mapped[Ticket] = relationship()
    requester: Mapped[Requester] = relationship()
    department: Mapped[Department | None] = relationship()
    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])
    completed_by: Mapped[Staff | None] = relationship(foreign_keys=[completed_by_id])
    excluded_by: Mapped[Staff | None] = relationship(foreign_keys=[excluded_by_id])
    attempts: Mapped[list["CallbackAttempt"]] = relationship(
        back_populates="task", order_by="CallbackAttempt.id", cascade="save-update"
    )

    __table_args__ = (
        sa.UniqueConstraint(
            "ticket_id", "round", "level", "requester_id", name="one_callback_per_caller_round_and_level"
        ),
        # A callback is ended by a person or not at all: no job can fill this in.
        sa.CheckConstraint(
            "(state IN ('done', 'exhausted')) = (completed_by_id IS NOT NULL AND completed_at IS NOT NULL)",
            name="made_by_a_person",
        ),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL AND result IN ('reached', 'refused'))",
            name="done_has_result",
        ),
        sa.CheckConstraint(
            "result = 'reached' OR (satisfaction IS NULL AND attitude IS NULL AND is_solved IS NULL"
            " AND was_contacted IS NULL AND is_truthful IS NULL)",
            name="answered_when_reached",
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="level_one_to_three"),
        # Nothing leaves the assessment without a ground and a name.
        sa.CheckConstraint(
            "(excluded_ground IS NULL) = (excluded_by_id IS NULL)"
            " AND (excluded_ground IS NULL) = (excluded_at IS NULL)",
            name="exclusion_has_ground_and_name",
        ),
        sa.Index(
            "ix_callback_task_open",
            "due_at",
            "id",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "ix_callback_task_open_owner",
            "owner_id",
            "due_at",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_callback_task_completed", "completed_at"),
        sa.Index("ix_callback_task_completed_by", "completed_by_id", "completed_at"),
        sa.Index("ix_callback_task_due", "due_at"),
    )


class CallbackAttempt(Base):
    """One try at reaching the caller; never changed afterwards."""

    __tablename__ = "callback_attempt"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    mode: Mapped[CallbackMode] = mapped_column(stored_as("callback_mode", CallbackMode))
    result: Mapped[AttemptResult] = mapped_column(stored_as("attempt_result", AttemptResult))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    """Why nobody was reached: an item of the code list `unreachable_reason`."""
    attempted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    attempted_at: Mapped[dt.datetime]
    note: Mapped[str | None] = mapped_column(sa.Text)

    task: Mapped[CallbackTask] = relationship(back_populates="attempts")
    attempted_by: Mapped[Staff] = relationship()
