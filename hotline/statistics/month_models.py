"""Monthly reports: figures frozen as they were reported, words beside them, points with their reasons."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Department, Staff


class MonthReport(Base):
    """The report of one month. Its figures never change; what changed since is shown beside them."""

    __tablename__ = "month_report"

    id: Mapped[BigId]
    month: Mapped[dt.date] = mapped_column(unique=True)
    """The first day of the month."""
    frozen_at: Mapped[dt.datetime]
    frozen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` when it was frozen by rule."""
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    actions: Mapped[str] = mapped_column(sa.Text, default="")
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    signed_at: Mapped[dt.datetime | None]

    frozen_by: Mapped[Staff | None] = relationship(foreign_keys=[frozen_by_id])
    signed_by: Mapped[Staff | None] = relationship(foreign_keys=[signed_by_id])

    __table_args__ = (
        sa.CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signed_has_time"),
    )


class FrozenFigure(Base):
    """One measure of a report, as it was when the month was frozen."""

    __tablename__ = "frozen_figure"

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("month_report.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    division: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    """Empty for the whole; department, category or channel."""
    group: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    numerator: Mapped[int]
    denominator: Mapped[int | None]

    __table_args__ = (sa.CheckConstraint("numerator >= 0", name="counted"),)


class ScoreEvent(Base):
    """Points given or taken in a month, for a person or a department, and why (A6.4)."""

    __tablename__ = "score_event"

    id: Mapped[BigId]
    month: Mapped[dt.date] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(300))
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    entered_at: Mapped[dt.datetime]

    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])
    department: Mapped[Department | None] = relationship()
    entered_by: Mapped[Staff] = relationship(foreign_keys=[entered_by_id])

    __table_args__ = (
        sa.CheckConstraint("(staff_id IS NULL) <> (department_id IS NULL)", name="person_or_department"),
        sa.CheckConstraint("points <> 0 AND points BETWEEN -100 AND 100", name="points_possible"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )
