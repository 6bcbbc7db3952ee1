"""A clock of a ticket."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.terms import Stage
from hotline.db import Base, BigId, Json, stored_as
from hotline.tickets.models.tickets import Ticket

if TYPE_CHECKING:  # the mapper finds it by name
    from hotline.tickets.models.assignments import Assignment


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
    stopped_since: Mapped[dt.datetime | None]
    """Set while the clock stands still, because the caller must first do something."""
    next_look_at: Mapped[dt.datetime | None]
    """When the sweep has something to do next: a reminder, the breach, an escalation level."""

    ticket: Mapped[Ticket] = relationship(back_populates="deadlines")
    assignment: Mapped["Assignment | None"] = relationship(back_populates="deadlines")

    __table_args__ = (
        sa.CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="met_or_cancelled"),
        sa.CheckConstraint(
            "(met_at IS NULL AND cancelled_at IS NULL) OR next_look_at IS NULL", name="ended_is_not_swept"
        ),
        sa.CheckConstraint("stopped_since IS NULL OR next_look_at IS NULL", name="stopped_is_not_swept"),
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
        sa.Index("ix_deadline_due", "due_at"),  # statistics count by the day a limit ended
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
