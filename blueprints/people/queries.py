"""The list of accounts, filtered."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.db import session
from hotline.people.models import Department, Staff, StaffRole
from hotline.people.roles import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; what is left empty does not matter."""

    words: str = ""
    role: Role | None = None
    department_code: str = ""
    is_active: bool | None = True


@dataclass(frozen=True, slots=True)
class Page:
    """Some accounts in the order of their numbers."""

    people: Sequence[Staff]
    count: int
    next_number: str
    """The number to go on after; empty on the last page."""


def page(wanted: Wanted, after: str = "") -> Page:
    """Return the accounts that fit, from the number `after` on."""
    fits = sa.and_(*_conditions(wanted))
    count = session.scalar(sa.select(sa.func.count()).select_from(Staff).where(fits)) or 0
    query = sa.select(Staff).where(fits, Staff.number > after).order_by(Staff.number).limit(PAGE + 1)
    found = session.scalars(query).all()
    return Page(found[:PAGE], count, found[PAGE - 1].number if len(found) > PAGE else "")


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [sa.true()]
    if wanted.words:
        found.append(
            sa.or_(
                Staff.number.startswith(wanted.words, autoescape=True),
                Staff.name.contains(wanted.words, autoescape=True),
            )
        )
    if wanted.role is not None:
        found.append(Staff.posts.any(StaffRole.role == wanted.role))
    if wanted.department_code:
        found.append(Staff.department.has(Department.code == wanted.department_code))
    if wanted.is_active is not None:
        found.append(Staff.is_active == wanted.is_active)
    return found
