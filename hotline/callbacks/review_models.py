"""What surrounds callbacks: who calls what, who must always be called, objections, reports, costs."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.callbacks.models import CallbackTask
from hotline.contacts.models import Requester
from hotline.db import Base, BigId, Json, stored_as
from hotline.people.models import Staff
from hotline.wording import N_, Labelled


class CallbackCaller(Base):
    """What one person calls about and how many callbacks their batch holds (A7.7: balanced load, ability)."""

    __tablename__ = "callback_caller"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    most_open: Mapped[int]
    kinds: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Callback kinds by value; empty for every kind."""
    is_present: Mapped[bool] = mapped_column(default=True)
    """False while on leave: nothing new is given out."""

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (sa.CheckConstraint("most_open >= 0", name="batch_not_negative"),)


class CallbackTag(Base):
    """A requester who is always called back: deputies, media, social supervisors (A8.9)."""

    __tablename__ = "callback_tag"

    id: Mapped[BigId]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"))
    tag: Mapped[str] = mapped_column(sa.String(40))
    """An item of the code list `requester_tag`."""
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    given_at: Mapped[dt.datetime]

    requester: Mapped[Requester] = relationship()
    given_by: Mapped[Staff] = relationship()

    __table_args__ = (sa.UniqueConstraint("requester_id", "tag", name="tag_once"),)


class Ruling(Labelled):
    """How an objection or a report was decided."""

    PENDING = "pending", N_("Not decided yet")
    GRANTED = "granted", N_("Granted")
    REFUSED = "refused", N_("Refused")


class CallbackObjection(Base):
    """A department objects to being judged by one caller's answer; the hotline rules (B6.4)."""

    __tablename__ = "callback_objection"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    grounds: Mapped[str] = mapped_column(sa.Text)
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    raised_at: Mapped[dt.datetime]
    ruling: Mapped[Ruling] = mapped_column(stored_as("objection_ruling", Ruling), default=Ruling.PENDING)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    ruled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    ruled_at: Mapped[dt.datetime | None]

    task: Mapped[CallbackTask] = relationship()
    raised_by: Mapped[Staff] = relationship(foreign_keys=[raised_by_id])
    ruled_by: Mapped[Staff | None] = relationship(foreign_keys=[ruled_by_id])

    __table_args__ = (
        sa.CheckConstraint(
            "(ruling = 'pending') = (ruled_by_id IS NULL) AND (ruling = 'pending') = (ruled_at IS NULL)"
            " AND (ruling = 'pending') = (reason IS NULL)",
            name="ruled_by_somebody_for_a_reason",
        ),
        sa.Index(
            "uq_callback_objection_pending",
            "task_id",
            unique=True,
            postgresql_where=sa.text("ruling = 'pending'"),
            sqlite_where=sa.text("ruling = 'pending'"),
        ),
    )


class ReportState(Labelled):
    """How far a callback report has come."""

    OWED = "owed", N_("To be written")
    WRITTEN = "written", N_("Waiting for review")
    RETURNED = "returned", N_("Returned with guidance")
    APPROVED = "approved", N_("Approved")


class CallbackReport(Base):
    """One person's report on the callbacks of one day (《客户回访报告表》), due the next day (A8.6)."""

    __tablename__ = "callback_report"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    day: Mapped[dt.date]
    due_at: Mapped[dt.datetime]
    state: Mapped[ReportState] = mapped_column(
        stored_as("report_state", ReportState), default=ReportState.OWED
    )
    summary: Mapped[str | None] = mapped_column(sa.Text)
    """What was found, and what should become better, in the caller's own words."""
    written_at: Mapped[dt.datetime | None]
    guidance: Mapped[str | None] = mapped_column(sa.Text)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    reviewed_at: Mapped[dt.datetime | None]

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    reviewed_by: Mapped[Staff | None] = relationship(foreign_keys=[reviewed_by_id])

    __table_args__ = (
        sa.UniqueConstraint("staff_id", "day", name="one_report_a_day"),
        sa.CheckConstraint(
            "(state = 'owed') = (written_at IS NULL) AND (written_at IS NULL) = (summary IS NULL)",
            name="written_has_summary",
        ),
        sa.CheckConstraint(
            "state NOT IN ('returned', 'approved')"
            " OR (reviewed_by_id IS NOT NULL AND reviewed_at IS NOT NULL)",
            name="reviewed_by_somebody",
        ),
        sa.CheckConstraint("state <> 'returned' OR guidance IS NOT NULL", name="returned_with_guidance"),
        sa.Index("ix_callback_report_state", "state", "due_at"),
    )


class CallbackCost(Base):
    """What a callback cost: vouchers, signed by a supervisor, up to the profile's cap (A8.7)."""

    __tablename__ = "callback_cost"

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_task.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(120))
    voucher: Mapped[str] = mapped_column(sa.String(60))
    amount_fen: Mapped[int]
    """In fen, so that sums are exact."""
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    entered_at: Mapped[dt.datetime]
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    signed_at: Mapped[dt.datetime | None]

    task: Mapped[CallbackTask] = relationship()
    entered_by: Mapped[Staff] = relationship(foreign_keys=[entered_by_id])
    signed_by: Mapped[Staff | None] = relationship(foreign_keys=[signed_by_id])

    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="something_was_spent"),
        sa.CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signed_has_time"),
        sa.CheckConstraint("signed_by_id IS NULL OR signed_by_id <> entered_by_id", name="signed_by_another"),
    )
