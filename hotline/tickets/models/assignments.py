"""A department's part in a ticket."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, Json, stored_as
from hotline.people.models import Department
from hotline.tickets.models.deadlines import Deadline
from hotline.tickets.models.tickets import Ticket
from hotline.tickets.parts import Part


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
        sa.Index("ix_assignment_department_ticket", "department_id", "ticket_id"),
        sa.Index("ix_assignment_dispatched", "dispatched_at"),  # statistics count by day
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
