"""Asking without a call: links for one vote, and what callers answered through them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.callbacks.models import CallbackMode, CallbackTask, Satisfaction
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff


class CallbackLink(Base):
    """One link for one vote. The answer is kept as the caller gave it; a person ends the callback by it."""

    __tablename__ = "callback_link"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """Of the token, which is nowhere but in the caller's hands."""
    mode: Mapped[CallbackMode] = mapped_column(stored_as("link_mode", CallbackMode))
    """By which way the link was handed over: SMS, or another one by the agent's own hand."""
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    """Another link took its place, or the callback ended another way."""
    voted_at: Mapped[dt.datetime | None]
    is_solved: Mapped[bool | None]
    was_contacted: Mapped[bool | None]
    satisfaction: Mapped[Satisfaction | None] = mapped_column(stored_as("link_satisfaction", Satisfaction))
    attitude: Mapped[Satisfaction | None] = mapped_column(stored_as("link_attitude", Satisfaction))
    opinion: Mapped[str | None] = mapped_column(sa.Text)
    signed_off_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """Who read the answer and ended the callback by it."""
    signed_off_at: Mapped[dt.datetime | None]

    task: Mapped[CallbackTask] = relationship()
    made_by: Mapped[Staff] = relationship(foreign_keys=[made_by_id])
    signed_off_by: Mapped[Staff | None] = relationship(foreign_keys=[signed_off_by_id])

    __table_args__ = (
        sa.CheckConstraint(
            "(voted_at IS NOT NULL) = (satisfaction IS NOT NULL OR is_solved IS NOT NULL)",
            name="vote_says_something",
        ),
        sa.CheckConstraint("voted_at IS NULL OR voted_at <= expires_at", name="voted_in_time"),
        sa.CheckConstraint(
            "(signed_off_at IS NULL) = (signed_off_by_id IS NULL)"
            " AND (signed_off_at IS NULL OR voted_at IS NOT NULL)",
            name="signed_off_by_a_person",
        ),
        sa.Index(
            "uq_callback_link_running",
            "task_id",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
            sqlite_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index(
            "ix_callback_link_unread",
            "voted_at",
            postgresql_where=sa.text("voted_at IS NOT NULL AND signed_off_at IS NULL"),
            sqlite_where=sa.text("voted_at IS NOT NULL AND signed_off_at IS NULL"),
        ),
    )
