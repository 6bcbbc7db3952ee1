"""Courses and examinations of members of staff, on which taking calls alone rests (A7.8)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.wording import N_, Labelled


class Exam(Labelled):
    """How somebody was examined."""

    WRITTEN = "written", N_("Written")
    ORAL = "oral", N_("Oral")
    PRACTICAL = "practical", N_("Practical")


class Verdict(Labelled):
    """What an examination is worth for the post."""

    PASSED = "passed", N_("Passed")
    FAILED = "failed", N_("Not passed")
    LATE = "late", N_("Too late after the course: unqualified")
    NOT_COUNTED = "not_counted", N_("Does not count for the post")


class Qualification(Base):
    """One examination after a course, judged by the rule of its day (A7.8); only ever withdrawn."""

    __tablename__ = "qualification"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    course: Mapped[str] = mapped_column(sa.String(100))
    course_ended_on: Mapped[dt.date]
    exam: Mapped[Exam] = mapped_column(stored_as("exam", Exam))
    taken_on: Mapped[dt.date]
    score: Mapped[int]
    pass_mark: Mapped[int]
    within_days: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(stored_as("verdict", Verdict))
    paper_filed: Mapped[str] = mapped_column(sa.String(100), default="")
    """Where the examination paper is kept."""
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    recorded_at: Mapped[dt.datetime]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_because: Mapped[str | None] = mapped_column(sa.String(300))

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    recorded_by: Mapped[Staff] = relationship(foreign_keys=[recorded_by_id])
    withdrawn_by: Mapped[Staff | None] = relationship(foreign_keys=[withdrawn_by_id])

    @property
    def counts(self) -> bool:
        """Tell whether it lets its holder work alone."""
        return self.verdict is Verdict.PASSED and self.withdrawn_at is None

    __table_args__ = (
        sa.CheckConstraint("score >= 0", name="score_not_negative"),
        sa.CheckConstraint("taken_on >= course_ended_on", name="course_first"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because IS NULL)", name="withdrawal_explained"
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"
        ),
    )
