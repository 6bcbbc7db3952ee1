"""Callbacks that no ticket asks for, needs that callers raised, and what a period showed."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, CallbackTask, Satisfaction
from hotline.categories.terms import CallbackKind
from hotline.contacts.models import Requester
from hotline.db import Base, BigId, Json, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText


class CustomerCall(Base):
    """One callback owed to a customer, not about a ticket: a missed call, a questionnaire (A8.2)."""

    __tablename__ = "customer_call"

    id: Mapped[BigId]
    kind: Mapped[CallbackKind] = mapped_column(stored_as("customer_call_kind", CallbackKind))
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    phone: Mapped[str | None] = mapped_column(SealedText)
    """The number to ring where nobody is known under it."""
    phone_digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """The hash by which a number that rang in vain before is found."""
    name: Mapped[str | None] = mapped_column(SealedText)
    purpose: Mapped[str] = mapped_column(sa.String(300))
    """What is to be said or asked, a marked message where a rule planned it; no personal data."""
    once_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """What it was planned for: the same is not planned twice."""
    planned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` when it was planned by rule."""
    planned_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime | None]
    """When the next attempt may be made: after an unanswered one, or as agreed with the customer."""
    is_appointed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """`not_before` was agreed with the customer."""
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """In whose batch it is."""
    state: Mapped[CallbackState] = mapped_column(
        stored_as("customer_call_state", CallbackState), default=CallbackState.OPEN
    )
    attempt_count: Mapped[int] = mapped_column(default=0)
    result: Mapped[AttemptResult | None] = mapped_column(stored_as("customer_call_result", AttemptResult))
    satisfaction: Mapped[Satisfaction | None] = mapped_column(
        stored_as("customer_call_satisfaction", Satisfaction)
    )
    opinion: Mapped[str | None] = mapped_column(sa.Text)
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    completed_at: Mapped[dt.datetime | None]

    requester: Mapped[Requester | None] = relationship()
    planned_by: Mapped[Staff | None] = relationship(foreign_keys=[planned_by_id])
    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])
    completed_by: Mapped[Staff | None] = relationship(foreign_keys=[completed_by_id])
    attempts: Mapped[list["CustomerCallAttempt"]] = relationship(
        back_populates="call", order_by="CustomerCallAttempt.id", cascade="save-update"
    )

    __table_args__ = (
        # Ended by a person or not at all, as every callback.
        sa.CheckConstraint(
            "(state IN ('done', 'exhausted')) = (completed_by_id IS NOT NULL AND completed_at IS NOT NULL)",
            name="made_by_a_person",
        ),
        sa.CheckConstraint("requester_id IS NOT NULL OR phone IS NOT NULL", name="somebody_to_ring"),
        sa.CheckConstraint(
            "result = 'reached' OR satisfaction IS NULL OR result IS NULL", name="answered_when_reached"
        ),
        sa.Index(
            "ix_customer_call_open",
            "due_at",
            "id",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "ix_customer_call_open_owner",
            "owner_id",
            "due_at",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
    )


class CustomerCallAttempt(Base):
    """One try at reaching the customer; never changed afterwards."""

    __tablename__ = "customer_call_attempt"

    id: Mapped[BigId]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("customer_call.id"), index=True)
    mode: Mapped[CallbackMode] = mapped_column(stored_as("customer_call_mode", CallbackMode))
    result: Mapped[AttemptResult] = mapped_column(stored_as("customer_attempt_result", AttemptResult))
    attempted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    attempted_at: Mapped[dt.datetime]
    note: Mapped[str | None] = mapped_column(sa.Text)

    call: Mapped[CustomerCall] = relationship(back_populates="attempts")
    attempted_by: Mapped[Staff] = relationship()


class CallbackNeed(Base):
    """A new need that a caller raised at a callback, taken in under `submission_key` as any contact is."""

    __tablename__ = "callback_need"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    submission_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    raised_at: Mapped[dt.datetime]

    task: Mapped[CallbackTask] = relationship()
    raised_by: Mapped[Staff] = relationship()


class CustomerCallNeed(Base):
    """A new need that a customer raised at a callback without a ticket, kept as `CallbackNeed` is."""

    __tablename__ = "customer_call_need"

    id: Mapped[BigId]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("customer_call.id"), index=True)
    submission_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    raised_at: Mapped[dt.datetime]

    call: Mapped[CustomerCall] = relationship()
    raised_by: Mapped[Staff] = relationship()


class CallbackSummary(Base):
    """What the callbacks of a period showed, its figures as they were: filed, never changed (A8.6)."""

    __tablename__ = "callback_summary"

    id: Mapped[BigId]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    words: Mapped[str] = mapped_column(sa.Text)
    figures: Mapped[list[Any]] = mapped_column(Json)
    """`[[measure, numerator, denominator], …]` at the time of filing."""
    filed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    filed_at: Mapped[dt.datetime]

    filed_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint("first_day <= last_day", name="period_runs_forward"),
        sa.CheckConstraint("words <> ''", name="something_was_written"),
        sa.Index("ix_callback_summary_last_day", "last_day"),
    )
