"""What groups of figures are called: departments, categories, people, hours."""

from collections.abc import Mapping

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Department, Staff
from hotline.statistics.figures import Figure
from hotline.wording import N_, in_both, in_words, say

UNKNOWN = "–"
AREA_LIST = "area"
"""The code list of places, where the profile has one."""


def of(by: str, group: str) -> str:
    """Return the name of one group of a division, in the reader's language."""
    return of_all(by, (group,))[group]


def of_all(by: str, groups: tuple[str, ...]) -> Mapping[str, str]:
    """Return the names of several groups; departments and people are read in one query."""
    match by:
        case "department":
            return _departments(groups)
        case "category":
            return {group: _category(group) for group in groups}
        case "channel":
            return {group: in_words(Channel(group)) if group else UNKNOWN for group in groups}
        case "agent":
            return _staff(groups)
        case "content_class":
            return {group: _content_class(group) for group in groups}
        case "level":
            return {group: say(N_("Level %(level)s"), {"level": group}) for group in groups}
        case "hour":
            return {group: f"{group}:00" for group in groups}
        case "area":
            return {group: _area(group) for group in groups}
        case _:
            return {group: group for group in groups}


def percent(figure: Figure) -> str:
    """Return a figure as people read it: a percentage, a plain count, or a dash where nothing was counted."""
    if figure.denominator is None:
        return f"{figure.numerator:,}"
    return figure.shown


def _departments(groups: tuple[str, ...]) -> dict[str, str]:
    ids = [int(group) for group in groups]
    query = sa.select(Department.id, Department.names).where(Department.id.in_(ids))
    found = {str(one): in_both(names) for one, names in session.execute(query)}
    return {group: found.get(group, say(N_("The hotline itself"))) for group in groups}


def _staff(groups: tuple[str, ...]) -> dict[str, str]:
    query = sa.select(Staff.id, Staff.number, Staff.name).where(Staff.id.in_([int(one) for one in groups]))
    found = {str(one): f"{number} {name}" for one, number, name in session.execute(query)}
    return {group: found.get(group, UNKNOWN) for group in groups}


def _category(code: str) -> str:
    policy = catalogue.current().policies.get(code)
    return in_both(policy.names) if policy else code or UNKNOWN


def _content_class(code: str) -> str:
    entry = catalogue.current().classes.get(code)
    return in_both(entry.names) if entry else code


def _area(code: str) -> str:
    try:
        return in_both(catalogue.code_item(AREA_LIST, code).names)
    except NotFoundError:
        return code
