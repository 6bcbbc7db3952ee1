"""The rules as they stand now, for everybody who asks: policies, classes, code lists, routes.

They are read from the database once per process and change of the rules. Each transaction asks the
database once whether its copy is still the current one (one row).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import SessionTransaction, joinedload

from hotline.categories.channels import Channel
from hotline.categories.desk import Desk
from hotline.categories.models import Category, CategoryPolicy, CodeItem, ContentClass, Profile, RoutingRule
from hotline.categories.policy import Policy, Words
from hotline.categories.profile_file import kept_desk, kept_policy
from hotline.categories.profile_parts import ListItem
from hotline.categories.routing import Route, Rule, choose
from hotline.categories.terms import Confidentiality
from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Department
from hotline.wording import N_


class NoProfileError(HotlineError):
    """The service was started before any profile was loaded."""

    sentence = N_("No profile is loaded yet. Load one: flask --app wsgi profile load gov_hotline")


class UnknownCategoryError(NotFoundError):
    """There is no such category."""

    sentence = N_("There is no category %(code)s.")


class UnknownCodeError(NotFoundError):
    """A code list does not exist or does not have the code."""

    sentence = N_("There is no code %(code)s in the list %(list)s.")


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """One entry of the content classification."""

    code: str
    names: Words
    level: int
    parent: str | None
    initials: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One state of the rules. Nothing in it changes; a new state is a new catalogue."""

    stamp: str
    desk: Desk
    policies: Mapping[str, Policy]
    """Of every category, retired ones too: their old tickets still need them."""
    versions: Mapping[str, int]
    open_codes: tuple[str, ...]
    classes: Mapping[str, ClassEntry]
    lists: Mapping[str, tuple[ListItem, ...]]
    rules: tuple[Rule, ...]


_newest: dict[str, Catalogue] = {}
"""The last catalogue read, by its stamp; stamps are unique, so a copy is never taken for another."""
_old_policies: dict[str, Policy] = {}
"""Policies of earlier versions by their digest."""

HELD = "hotline.categories.catalogue"


def current() -> Catalogue:
    """Return the rules as this transaction sees them. Raises `NoProfileError`."""
    held: tuple[SessionTransaction | None, Catalogue] | None = session.info.get(HELD)
    transaction = session().get_transaction()
    if held is not None and transaction is not None and held[0] is transaction:
        return held[1]
    stamp = session.scalar(sa.select(STAMP))
    if stamp is None:
        raise NoProfileError
    return hold(stamp)


STAMP = sa.select(Profile.stamp).where(Profile.is_current).scalar_subquery()
"""By what copies of the rules are told apart, as a column of any query."""


def hold(stamp: str) -> Catalogue:
    """Return the rules of `stamp`, which the running transaction has just read and need not read again."""
    catalogue = _newest.get(stamp) or _read(stamp)
    session.info[HELD] = (session().get_transaction(), catalogue)
    return catalogue


def forget() -> None:
    """Let the running transaction read the rules anew; for those who have just changed them."""
    session.info.pop(HELD, None)


def desk() -> Desk:
    """Return the settings of the loaded profile that belong to no single category."""
    return current().desk


def policy(code: str) -> Policy:
    """Return the policy that category `code` has now. Raises `UnknownCategoryError`."""
    found = current().policies.get(code)
    if found is None:
        raise UnknownCategoryError(code=code)
    return found


def policy_version(code: str) -> int:
    """Return the version of the policy that `policy(code)` returns. Raises `UnknownCategoryError`."""
    found = current().versions.get(code)
    if found is None:
        raise UnknownCategoryError(code=code)
    return found


def policy_at(code: str, version: int) -> Policy:
    """Return the policy category `code` had in `version`. Raises `UnknownCategoryError`."""
    if current().versions.get(code) == version:
        return current().policies[code]
    row = session.scalar(
        sa.select(CategoryPolicy).where(
            CategoryPolicy.category_code == code, CategoryPolicy.version == version
        )
    )
    if row is None:
        raise UnknownCategoryError(code=f"{code} v{version}")
    if row.digest not in _old_policies:
        _old_policies[row.digest] = kept_policy(row.data)
    return _old_policies[row.digest]


def open_categories(channel: Channel | None = None) -> tuple[Policy, ...]:
    """Return the policies of the categories in use, in their order; those open to `channel` if given."""
    catalogue = current()
    policies = (catalogue.policies[code] for code in catalogue.open_codes)
    return tuple(one for one in policies if channel is None or channel in one.channels)


def content_classes() -> tuple[ClassEntry, ...]:
    """Return the content classes in use, in their order, parents before children."""
    return tuple(current().classes.values())


def content_class(code: str) -> ClassEntry:
    """Return the content class in use with this code. Raises `UnknownCodeError`."""
    found = current().classes.get(code)
    if found is None:
        raise UnknownCodeError(code=code, list="content_class")
    return found


def code_list(name: str) -> tuple[ListItem, ...]:
    """Return the entries in use of a code list, in their order. Raises `UnknownCodeError`."""
    found = current().lists.get(name)
    if found is None:
        raise UnknownCodeError(code="*", list=name)
    return found


def code_item(name: str, code: str) -> ListItem:
    """Return one entry in use of a code list. Raises `UnknownCodeError`."""
    for item in code_list(name):
        if item.code == code:
            return item
    raise UnknownCodeError(code=code, list=name)


def route(
    category: str,
    content_class: str | None,
    place: str | None,
    text: str,
    *,
    is_restricted: bool | None = None,
) -> Route | None:
    """Return where a matter goes by the dispatch catalogue, or None where a person must decide.

    `is_restricted` tells that this matter is sealed though its category as such is not.
    """
    if is_restricted is None:
        is_restricted = policy(category).confidentiality is Confidentiality.RESTRICTED
    return choose(
        current().rules,
        category=category,
        content_class=content_class,
        place=place,
        text=text,
        is_restricted=is_restricted,
    )


def restricted_categories() -> list[str]:
    """Return the categories whose matters are sealed (B1.10)."""
    policies = current().policies.values()
    return [one.code for one in policies if one.confidentiality is Confidentiality.RESTRICTED]


def guess_category(title: str, text: str = "") -> str:
    """Return the category of an imported row that names none."""
    return desk().guess_category(title, text)


def emergency_words(text: str) -> tuple[str, ...]:
    """Return the words in `text` that hint at an emergency."""
    return desk().hints_of_emergency(text)


def _read(stamp: str) -> Catalogue:
    profile = session.scalars(sa.select(Profile).where(Profile.stamp == stamp)).one()
    in_order = session.scalars(sa.select(CategoryPolicy).order_by(CategoryPolicy.version))
    newest = {row.category_code: row for row in in_order}
    catalogue = Catalogue(
        stamp=stamp,
        desk=kept_desk(profile.data["desk"]),
        policies=MappingProxyType({code: kept_policy(row.data) for code, row in newest.items()}),
        versions=MappingProxyType({code: row.version for code, row in newest.items()}),
        open_codes=tuple(
            session.scalars(sa.select(Category.code).where(Category.is_active).order_by(Category.position))
        ),
        classes=MappingProxyType(_classes()),
        lists=MappingProxyType(_lists()),
        rules=_rules(),
    )
    _newest.clear()
    _newest[stamp] = catalogue
    return catalogue


def _classes() -> dict[str, ClassEntry]:
    rows = session.scalars(
        sa.select(ContentClass).where(ContentClass.is_active).order_by(ContentClass.position)
    )
    return {
        row.code: ClassEntry(row.code, row.names, row.level, row.parent_code, row.initials) for row in rows
    }


def _lists() -> dict[str, tuple[ListItem, ...]]:
    rows = session.scalars(sa.select(CodeItem).where(CodeItem.is_active).order_by(CodeItem.position))
    lists: dict[str, tuple[ListItem, ...]] = {}
    for row in rows:
        item = ListItem(row.code, row.names, row.parent_code, row.note, row.phone)
        lists[row.list_code] = (*lists.get(row.list_code, ()), item)
    return lists


def _rules() -> tuple[Rule, ...]:
    rows = session.scalars(
        sa.select(RoutingRule)
        .join(RoutingRule.department)
        .options(joinedload(RoutingRule.department))
        .where(RoutingRule.is_active, Department.is_active)
        .order_by(RoutingRule.position, RoutingRule.code)
    )
    return tuple(
        Rule(
            code=row.code,
            department_code=row.department.code,
            takes_tip_offs=row.department.takes_tip_offs,
            category=row.category_code,
            content_class=row.content_class,
            place=row.place,
            words=tuple(row.words),
            note=row.note,
            position=row.position,
        )
        for row in rows
    )
