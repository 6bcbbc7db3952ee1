"""Noticing changes of the service itself: whichever verb makes them, the same transaction writes them down.

Accounts, departments, categories and their policies, lists, routing, the calendar: what a row was and what it
became. Passwords and codes are told as changed, not as what they are; names of people likewise.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy.orm import Session

from hotline.audit.journal import NOBODY, Actor
from hotline.audit.models import Act, JournalLine, Subject
from hotline.categories.models import (
    Category,
    CategoryPolicy,
    CodeItem,
    CodeList,
    ContentClass,
    Profile,
    RoutingRule,
)
from hotline.db import utc_now
from hotline.people.models import Department, Staff
from hotline.statistics.export_models import Export
from hotline.telephony.models import ExchangeToken, RefusedNumber
from hotline.working_time.models import CalendarVersion

ACTOR = "actor"
"""Under this name the application keeps the question who is at work."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is written down of one kind of row."""

    subject: Subject
    about: Callable[[Any], str]
    hidden: frozenset[str] = frozenset()
    """Told as changed only."""
    ignored: frozenset[str] = frozenset()
    new: Act | None = Act.ADDED
    """`None`: a new row is told by something else."""
    only_by_hand: bool = False
    """New rows that a profile brings are told by the profile."""
    changes: bool = True
    facts: tuple[str, ...] = ()
    """Told of a new row."""


WATCHED: Mapping[type, Watch] = MappingProxyType(
    {
        Staff: Watch(
            Subject.STAFF,
            lambda row: row.number,
            hidden=frozenset({"password_hash", "name"}),
            ignored=frozenset({"locale", "has_second_factor"}),
            facts=("roles", "department"),
        ),
        Department: Watch(
            Subject.DEPARTMENT, lambda row: row.code, only_by_hand=True, facts=("takes_tip_offs",)
        ),
        Profile: Watch(
            Subject.PROFILE,
            lambda row: row.code,
            ignored=frozenset({"stamp", "loaded_at"}),
            facts=("version",),
        ),
        Category: Watch(Subject.CATEGORY, lambda row: row.code, only_by_hand=True),
        CategoryPolicy: Watch(
            Subject.POLICY, lambda row: f"{row.category_code} {row.version}", only_by_hand=True
        ),
        CodeList: Watch(Subject.CODE_LIST, lambda row: row.code, only_by_hand=True),
        CodeItem: Watch(Subject.CODE_ITEM, lambda row: f"{row.list_code}/{row.code}", only_by_hand=True),
        ContentClass: Watch(Subject.CONTENT_CLASS, lambda row: row.code, only_by_hand=True),
        RoutingRule: Watch(
            Subject.ROUTE,
            lambda row: row.code,
            only_by_hand=True,
            facts=("category_code", "content_class", "place", "words"),
        ),
        CalendarVersion: Watch(Subject.CALENDAR, lambda row: str(row.act), facts=("reason", "changed_count")),
        ExchangeToken: Watch(
            Subject.SERVICE,
            lambda row: f"exchange_token {row.name}",
            hidden=frozenset({"digest"}),
            ignored=frozenset({"last_used_at"}),
        ),
        RefusedNumber: Watch(
            Subject.SERVICE,
            lambda row: "refused_number",
            hidden=frozenset({"number", "digest", "reason"}),
            ignored=frozenset({"turned_away"}),
            facts=("refused_until",),
        ),
        Export: Watch(
            Subject.EXPORT,
            lambda row: row.format,
            new=Act.EXPORT_ASKED,
            changes=False,
            facts=("wanted", "columns", "total"),
        ),
    }
)


def listen() -> None:
    """Watch every session of the process; a second call changes nothing."""
    if not sa.event.contains(Session, "before_flush", _before_flush):
        sa.event.listen(Session, "before_flush", _before_flush)


def _before_flush(session: Session, _context: object, _instances: object) -> None:
    found = [
        line
        for rows, tell in ((session.new, _new), (session.dirty, _changed), (session.deleted, _removed))
        for row in rows
        if (watch := WATCHED.get(type(row))) is not None and (line := tell(session, row, watch)) is not None
    ]
    if not found:
        return
    by, now = _actor(), utc_now()
    for act, subject, about, details in found:
        session.add(
            JournalLine(
                act=act,
                subject=subject,
                about=about[:120],
                by_id=by.staff_id,
                address=by.address,
                happened_at=now,
                details=details,
            )
        )


Told = tuple[Act, Subject, str, dict[str, Any]]


def _new(session: Session, row: Any, watch: Watch) -> Told | None:
    if isinstance(row, CategoryPolicy) and row.version > 1:
        return Act.CHANGED, watch.subject, watch.about(row), _policy_change(session, row)
    if watch.new is None or (watch.only_by_hand and _actor() is NOBODY):
        return None
    details = {name: [None, _plain(getattr(row, name))] for name in watch.facts}
    return watch.new, watch.subject, watch.about(row), details


def _policy_change(session: Session, row: CategoryPolicy) -> dict[str, Any]:
    query = sa.select(CategoryPolicy.data).where(
        CategoryPolicy.category_code == row.category_code, CategoryPolicy.version == row.version - 1
    )
    before = session.scalar(query) or {}
    return {
        name: [before.get(name), row.data.get(name)]
        for name in sorted(before.keys() | row.data.keys())
        if before.get(name) != row.data.get(name)
    }


def _changed(session: Session, row: Any, watch: Watch) -> Told | None:
    if not watch.changes:
        return None
    details: dict[str, Any] = {}
    for state in sa.inspect(row).attrs:
        if state.key in watch.ignored or not state.history.has_changes():
            continue
        if state.key == "posts":
            details["roles"] = _roles_changed(row, state.history)
        elif state.key in watch.hidden:
            details[state.key] = "changed"
        elif state.key == "department" or state.key in sa.inspect(type(row)).columns:
            details[state.key] = _difference(_before(session, row, state), state.value)
    return (Act.CHANGED, watch.subject, watch.about(row), details) if details else None


def _before(session: Session, row: Any, state: Any) -> Any:
    """Return what a column held; asked of the database where it was set without having been read."""
    if state.history.deleted:
        return state.history.deleted[0]
    key = sa.inspect(row).identity
    if key is None or state.key not in sa.inspect(type(row)).columns:
        return None
    table = sa.inspect(type(row))
    mine = sa.and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))
    return session.execute(sa.select(getattr(type(row), state.key)).where(mine)).scalar()


def _difference(was: Any, became: Any) -> list[Any]:
    if isinstance(was, dict) and isinstance(became, dict):
        differing = {name for name in was.keys() | became.keys() if was.get(name) != became.get(name)}
        return [{name: one[name] for name in sorted(differing & one.keys())} for one in (was, became)]
    return [_plain(was), _plain(became)]


def _removed(session: Session, row: Any, watch: Watch) -> Told:
    return Act.REMOVED, watch.subject, watch.about(row), {}


def _roles_changed(person: Staff, history: Any) -> list[list[str]]:
    kept = {str(post.role) for post in history.unchanged or ()}
    was = kept | {str(post.role) for post in history.deleted or ()}
    became = kept | {str(post.role) for post in history.added or ()}
    return [sorted(was), sorted(became)]


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | dict() | list():
            return value
        case frozenset() | set():
            return sorted(str(one) for one in value)
        case dt.date():
            return value.isoformat()
        case Department():
            return value.code
        case _:
            return str(value)


def _actor() -> Actor:
    if not has_app_context():
        return NOBODY
    ask: Callable[[], Actor] | None = current_app.extensions.get(ACTOR)
    return ask() if ask is not None else NOBODY
