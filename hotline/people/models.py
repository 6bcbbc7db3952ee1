"""Departments and the staff of the hotline and of the departments."""

import datetime as dt
import hashlib
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, Json, stored_as
from hotline.people.roles import DEPARTMENT_ROLES, Role


class Department(Base):
    """A handling department (承办单位), or a group inside the hotline that handles tickets."""

    outlives_reading = True
    __tablename__ = "department"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    """`{"zh": …, "en": …}`."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    takes_tip_offs: Mapped[bool] = mapped_column(default=False)
    """Only such a department (discipline inspection) may be sent a tip-off about staff (B1.10)."""

    def __repr__(self) -> str:
        return f"<Department {self.code}>"


class Staff(Base):
    """A person who signs in, known to callers by a staff number (工号)."""

    outlives_reading = True
    __tablename__ = "staff"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(sa.String(20))
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]

    department: Mapped[Department | None] = relationship(lazy="joined")
    posts: Mapped[list["StaffRole"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="StaffRole.role"
    )

    # What the sign-in of the web asks of a person; an account that was closed answers with `is_active`.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """Return what a browser's session remembers: a new password ends the sessions of the old one."""
        return f"{self.id}.{hashlib.sha256(self.password_hash.encode()).hexdigest()[:16]}"

    @property
    def roles(self) -> frozenset[Role]:
        """The posts this person holds."""
        return frozenset(post.role for post in self.posts)

    def is_any(self, *wanted: Role) -> bool:
        """Tell whether this person holds one of the posts `wanted`."""
        return not self.roles.isdisjoint(wanted)

    @property
    def acts_for_department(self) -> bool:
        """Tell whether this person sees the tickets of one department only."""
        return bool(self.roles & DEPARTMENT_ROLES) and self.roles <= DEPARTMENT_ROLES | {Role.TRAINEE}

    def __repr__(self) -> str:
        return f"<Staff {self.number}>"


class StaffRole(Base):
    """One post of one person."""

    outlives_reading = True
    __tablename__ = "staff_role"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(stored_as("role", Role), primary_key=True)


class IndependenceDecision(Base):
    """A person was released to work independently, or may no longer; never altered (A3.7)."""

    __tablename__ = "independence_decision"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    is_independent: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(300))
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime]

    decided_by: Mapped[Staff] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)
