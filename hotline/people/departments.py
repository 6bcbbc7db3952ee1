"""Departments: finding them, naming them."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Department


class Named(NamedTuple):
    """What a list needs of a department."""

    id: int
    code: str
    names: dict[str, Any]
    is_active: bool


def by_code(code: str) -> Department | None:
    """Return the department of that code, or `None`."""
    return session.scalar(sa.select(Department).where(Department.code == code))


def get(department_id: int) -> Department:
    """Return a department. Raises `NotFoundError`."""
    found = session.get(Department, department_id)
    if found is None:
        raise NotFoundError
    return found


def active() -> list[Department]:
    """Return the departments in use, in the order of their codes."""
    return list(session.scalars(sa.select(Department).where(Department.is_active).order_by(Department.code)))


def named() -> list[Named]:
    """Return the names of all departments, those no longer in use too, in the order of their codes."""
    rows = session.execute(
        sa.select(Department.id, Department.code, Department.names, Department.is_active).order_by(
            Department.code
        )
    )
    return [Named._make(row) for row in rows]
