"""Departments and the staff of the hotline and of the departments."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, Json, stored_as
from hotline.people.roles import DEPARTMENT_ROLES, Role


class Department(Base):
    """A handling department (承办单位), or a group inside the hotline that handles tickets."""

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

    __tablename__ = "staff"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(sa.String(20))
    created_at: Mapped[dt.datetime]

    department: Mapped[Department | None] = relationship(lazy="joined")
    posts: Mapped[list["StaffRole"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="StaffRole.role"
    )

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
        return bool(self.roles) and self.roles <= DEPARTMENT_ROLES | {Role.TRAINEE}

    def __repr__(self) -> str:
        return f"<Staff {self.number}>"


class StaffRole(Base):
    """One post of one person."""

    __tablename__ = "staff_role"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(stored_as("role", Role), primary_key=True)
