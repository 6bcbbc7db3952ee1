"""What passes between the hotline and a department about a ticket, each with who, when and why."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, stored_as
from hotline.people.models import Department, Staff
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.wording import N_, Labelled


class Decision(Labelled):
    """How a request was decided."""

    PENDING = "pending", N_("Not decided yet")
    GRANTED = "granted", N_("Granted")
    REFUSED = "refused", N_("Refused")


class UrgeChannel(Labelled):
    """How a department was urged."""

    SYSTEM = "system", N_("In the system")
    PHONE = "phone", N_("By phone")
    LETTER = "letter", N_("By letter")
    VISIT = "visit", N_("In person")
    NOTICE = "notice", N_("Urging notice")


class UrgeOrigin(Labelled):
    """Who set an urging off."""

    CALLER = "caller", N_("The caller asked again")
    STAFF = "staff", N_("The hotline")
    OVERDUE = "overdue", N_("The limit has passed")


class Return(Base):
    """A department gives a ticket back as not its own; the hotline rules (B1.7)."""

    __tablename__ = "ticket_return"

    id: Mapped[BigId]
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(40))
    grounds: Mapped[str] = mapped_column(sa.Text)
    suggested_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[dt.datetime]
    decision: Mapped[Decision] = mapped_column(
        stored_as("return_decision", Decision), default=Decision.PENDING
    )
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime | None]
    ruling: Mapped[str | None] = mapped_column(sa.Text)

    assignment: Mapped[Assignment] = relationship()
    asked_by: Mapped[Staff] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    suggested_department: Mapped[Department | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(decision = 'pending') = (decided_at IS NULL)", name="decided_has_time"),
        sa.Index(
            "uq_ticket_return_pending",
            "assignment_id",
            unique=True,
            postgresql_where=sa.text("decision = 'pending'"),
            sqlite_where=sa.text("decision = 'pending'"),
        ),
    )


class Extension(Base):
    """A department asks for more time before its limit ends; a named role decides (B1.15)."""

    __tablename__ = "extension"

    id: Mapped[BigId]
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    time_limit: Mapped[str] = mapped_column(sa.String(20))
    """How much more, as profiles write limits: `3 wd`."""
    grounds: Mapped[str] = mapped_column(sa.Text)
    legal_basis: Mapped[str | None] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[dt.datetime]
    due_before: Mapped[dt.datetime]
    due_after: Mapped[dt.datetime | None]
    decision: Mapped[Decision] = mapped_column(
        stored_as("extension_decision", Decision), default=Decision.PENDING
    )
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime | None]
    note: Mapped[str | None] = mapped_column(sa.Text)
    caller_told_at: Mapped[dt.datetime | None]
    caller_told_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))

    assignment: Mapped[Assignment] = relationship()
    asked_by: Mapped[Staff] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.CheckConstraint("(decision = 'pending') = (decided_at IS NULL)", name="decided_has_time"),
        sa.CheckConstraint("(decision = 'granted') = (due_after IS NOT NULL)", name="granted_has_due"),
        sa.Index(
            "uq_extension_pending",
            "assignment_id",
            unique=True,
            postgresql_where=sa.text("decision = 'pending'"),
            sqlite_where=sa.text("decision = 'pending'"),
        ),
    )


class Urge(Base):
    """A department was pressed for its answer (催办), by whom, how, and what it said (A4.9)."""

    __tablename__ = "urge"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    round: Mapped[int]
    origin: Mapped[UrgeOrigin] = mapped_column(stored_as("urge_origin", UrgeOrigin))
    channel: Mapped[UrgeChannel] = mapped_column(stored_as("urge_channel", UrgeChannel))
    urged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    urged_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    notice_number: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    """Set on the written notice (催办通知书) that goes out the day after expiry."""
    deadline_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline.id"))
    """The limit that passed, where that set the urging off: one written notice for each."""

    ticket: Mapped[Ticket] = relationship()
    department: Mapped[Department | None] = relationship()
    urged_by: Mapped[Staff | None] = relationship(foreign_keys=[urged_by_id])
    answered_by: Mapped[Staff | None] = relationship(foreign_keys=[answered_by_id])
    deadline: Mapped[Deadline | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        sa.CheckConstraint(
            "(origin = 'overdue') = (deadline_id IS NOT NULL)", name="overdue_names_its_limit"
        ),
        sa.Index("ix_urge_department", "department_id", "urged_at"),
        sa.UniqueConstraint("deadline_id", name="one_notice_for_a_limit"),
    )


class Supervision(Base):
    """The oversight officer watches a ticket until it is solved (督办)."""

    __tablename__ = "supervision"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[dt.datetime]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    closed_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(sa.Text)

    ticket: Mapped[Ticket] = relationship()
    department: Mapped[Department | None] = relationship()
    opened_by: Mapped[Staff] = relationship(foreign_keys=[opened_by_id])

    __table_args__ = (
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_outcome"),
        sa.Index(
            "uq_supervision_open",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        ),
    )
