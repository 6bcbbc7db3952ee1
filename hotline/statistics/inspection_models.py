"""Inspections of service quality (服务质量检查): items, what was found and put right (A6.3)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Department, Staff
from hotline.statistics.month_models import ScoreEvent


class InspectionSheet(Base):
    """One inspection of one person or department."""

    __tablename__ = "inspection_sheet"

    id: Mapped[BigId]
    month: Mapped[dt.date] = mapped_column(index=True)
    """The first day of the month it counts for."""
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    inspected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    inspected_at: Mapped[dt.datetime]
    remarks: Mapped[str] = mapped_column(sa.Text)

    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])
    department: Mapped[Department | None] = relationship()
    inspected_by: Mapped[Staff] = relationship(foreign_keys=[inspected_by_id])
    findings: Mapped[list["InspectionFinding"]] = relationship(
        back_populates="sheet", order_by="InspectionFinding.id", cascade="save-update"
    )

    __table_args__ = (
        sa.CheckConstraint("(staff_id IS NULL) <> (department_id IS NULL)", name="person_or_department"),
    )


class InspectionFinding(Base):
    """One item of a sheet: met, or the problem, its points, what is to be done by when, and that it was."""

    __tablename__ = "inspection_finding"

    id: Mapped[BigId]
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("inspection_sheet.id"), index=True)
    item: Mapped[str] = mapped_column(sa.String(40))
    """An item of the code list `inspection_item`."""
    is_met: Mapped[bool]
    problem: Mapped[str | None] = mapped_column(sa.Text)
    rectification: Mapped[str | None] = mapped_column(sa.Text)
    due_on: Mapped[dt.date | None]
    put_right: Mapped[str | None] = mapped_column(sa.Text)
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    verified_at: Mapped[dt.datetime | None]
    score_event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("score_event.id"))
    """The points it cost, where it did."""

    sheet: Mapped[InspectionSheet] = relationship(back_populates="findings")
    verified_by: Mapped[Staff | None] = relationship()
    score_event: Mapped[ScoreEvent | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("sheet_id", "item", name="item_once_per_sheet"),
        sa.CheckConstraint(
            "is_met = (problem IS NULL) AND (rectification IS NULL OR problem IS NOT NULL)",
            name="problem_when_not_met",
        ),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL)"
            " AND (verified_at IS NULL) = (put_right IS NULL)",
            name="verified_by_somebody",
        ),
    )
