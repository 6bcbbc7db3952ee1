"""What complaints cost and who bears it (A7.4), and the causes of a month as they were reported (A7.3)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Staff
from hotline.tickets.models import Ticket


class ComplaintCost(Base):
    """One cost of settling a complaint: what for, how much, who bears it, reviewed by another person."""

    __tablename__ = "complaint_cost"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    """An item of the code list `cost_kind`."""
    bearer: Mapped[str] = mapped_column(sa.String(40))
    """An item of the code list `cost_bearer`."""
    amount_fen: Mapped[int]
    """In fen, so that sums are exact."""
    note: Mapped[str] = mapped_column(sa.String(300))
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    entered_at: Mapped[dt.datetime]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    reviewed_at: Mapped[dt.datetime | None]

    ticket: Mapped[Ticket] = relationship()
    entered_by: Mapped[Staff] = relationship(foreign_keys=[entered_by_id])
    reviewed_by: Mapped[Staff | None] = relationship(foreign_keys=[reviewed_by_id])

    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="something_was_spent"),
        sa.CheckConstraint("(reviewed_by_id IS NULL) = (reviewed_at IS NULL)", name="reviewed_has_time"),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR reviewed_by_id <> entered_by_id", name="reviewed_by_another"
        ),
        sa.Index("ix_complaint_cost_entered", "entered_at"),
    )


class FrozenCause(Base):
    """How many complaints of a report had one cause with one department, and what they cost."""

    __tablename__ = "frozen_cause"

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("month_report.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True)
    """0 where the hotline itself dealt with it."""
    complaint_count: Mapped[int]
    cost_fen: Mapped[int]

    __table_args__ = (sa.CheckConstraint("complaint_count >= 0 AND cost_fen >= 0", name="counted"),)
