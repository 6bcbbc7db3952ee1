"""What the rules' pages read beside the catalogue: the profile, its lists' names, earlier versions."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from hotline.categories.models import CategoryPolicy, CodeList, Profile
from hotline.db import session
from hotline.people.models import Department


def profile() -> Profile:
    """Return the profile that rules."""
    return session.scalars(sa.select(Profile).where(Profile.is_current)).one()


def versions(code: str) -> Sequence[CategoryPolicy]:
    """Return every version of a category's policy, the newest first."""
    return session.scalars(
        sa.select(CategoryPolicy)
        .where(CategoryPolicy.category_code == code)
        .order_by(CategoryPolicy.version.desc())
    ).all()


def code_lists() -> Sequence[CodeList]:
    """Return the code lists in use."""
    return session.scalars(sa.select(CodeList).where(CodeList.is_active).order_by(CodeList.position)).all()


def department_names() -> Mapping[str, Mapping[str, str]]:
    """Return the names of every department by its code."""
    return {unit.code: unit.names for unit in session.execute(sa.select(Department.code, Department.names))}
