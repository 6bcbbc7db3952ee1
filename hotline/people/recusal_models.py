"""Who must not see a matter (回避), and who alone may: rows beside the ticket, ended instead of deleted."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, stored_as
from hotline.people.models import Department, Staff
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class RecusalGround(Labelled):
    """Why somebody keeps out of a matter (B1.10)."""

    NAMED = "named", N_("Named in the matter")
    RELATIVE = "relative", N_("Related to somebody named in the matter")
    ASKED = "asked", N_("The caller asked for it")
    INTEREST = "interest", N_("Has an interest of their own")


class Recusal(Base):
    """A person or a department that a matter is kept from, whatever their role."""

    __tablename__ = "recusal"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    """Its people, and those of the departments under it."""
    ground: Mapped[RecusalGround] = mapped_column(stored_as("recusal_ground", RecusalGround))
    note: Mapped[str | None] = mapped_column(SealedText)
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` where the service found the name in the matter."""
    set_at: Mapped[dt.datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    lifted_at: Mapped[dt.datetime | None]

    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])
    department: Mapped[Department | None] = relationship(foreign_keys=[department_id])
    set_by: Mapped[Staff | None] = relationship(foreign_keys=[set_by_id])

    __table_args__ = (
        sa.CheckConstraint("(staff_id IS NULL) <> (department_id IS NULL)", name="person_or_department"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_by_somebody"),
        sa.Index(
            "uq_recusal_staff",
            "staff_id",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL AND staff_id IS NOT NULL"),
            sqlite_where=sa.text("lifted_at IS NULL AND staff_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_recusal_department",
            "department_id",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL AND department_id IS NOT NULL"),
            sqlite_where=sa.text("lifted_at IS NULL AND department_id IS NOT NULL"),
        ),
        sa.Index("ix_recusal_ticket", "ticket_id"),
    )

    @property
    def is_running(self) -> bool:
        """Tell whether it still holds."""
        return self.lifted_at is None

    def meets(self, person: Staff) -> bool:
        """Tell whether it keeps the matter from `person`."""
        if not self.is_running:
            return False
        return self.staff_id == person.id or self.department_id in departments_of(person)


class NeedToKnow(Base):
    """A person on the list of those who may see a restricted matter; the list narrows the roles."""

    __tablename__ = "need_to_know"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(SealedText)
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[dt.datetime]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    ended_at: Mapped[dt.datetime | None]

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    added_by: Mapped[Staff] = relationship(foreign_keys=[added_by_id])

    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        sa.Index(
            "uq_need_to_know_running",
            "ticket_id",
            "staff_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )

    @property
    def is_running(self) -> bool:
        """Tell whether it still holds."""
        return self.ended_at is None


def departments_of(person: Staff) -> tuple[int, ...]:
    """Return the department of a person and the one above it: what is kept from either is kept from them."""
    unit = person.department
    if unit is None:
        return ()
    return (unit.id,) if unit.parent_id is None else (unit.id, unit.parent_id)
