"""Leave of members of staff, each with the colleague who stands in (A6.9)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, rows_where
from hotline.people.models import Staff


class Absence(Base):
    """Somebody is away, and somebody stands in: no stand-in, no leave (A6.9)."""

    __tablename__ = "absence"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    stand_in_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime | None]
    is_approved: Mapped[bool | None]
    """None: not decided yet."""
    cancelled_at: Mapped[dt.datetime | None]
    """Back earlier, or not gone at all."""

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id], lazy="joined", innerjoin=True)
    stand_in: Mapped[Staff] = relationship(foreign_keys=[stand_in_id], lazy="joined", innerjoin=True)
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.CheckConstraint("staff_id <> stand_in_id", name="two_people"),
        sa.CheckConstraint("from_at < until_at", name="runs_forward"),
        sa.CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name="decision_has_time"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> staff_id", name="not_ones_own"),
        sa.Index(
            "ix_absence_in_force",
            "staff_id",
            "until_at",
            **rows_where(
                "is_approved IS true AND cancelled_at IS NULL",
                on_sqlite="is_approved IS 1 AND cancelled_at IS NULL",
            ),
        ),
        sa.Index("ix_absence_stand_in", "stand_in_id", "until_at"),
        sa.Index("ix_absence_until", "until_at"),
    )
