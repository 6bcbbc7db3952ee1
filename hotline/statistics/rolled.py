"""What the facts hold of days that are over: read once, and kept until some day is counted anew."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask import current_app

from hotline.config import Settings
from hotline.db import session
from hotline.statistics import tallies
from hotline.statistics.models import CHECKSUM, ChangedMatter, DailyFact, FactDay
from hotline.statistics.periods import ONE_DAY, Period, local_day
from hotline.statistics.tallies import Scope

Amounts = Mapping[str, Mapping[str, int]]
"""Amounts by group and count."""

Found = TypeVar("Found")

LIVE_DAYS = 2
"""Finished days that are counted on the spot while the roll-up has not come to them."""
KEPT = "hotline.statistics.rolled"
MOST_KEPT = 500
"""Answers kept at once; a page asks for about ten."""


class State(NamedTuple):
    """How far the days are counted, as one statement tells it."""

    stamp: tuple[object, ...]
    """How many days are counted and the sum of their checksums: another whenever their facts are."""
    counted_until: dt.datetime | None
    is_waiting: bool
    """Changes to earlier days wait to be counted."""
    recent: frozenset[dt.date]
    """Of the last `LIVE_DAYS`, those that are counted."""

    def live(self, period: Period, today: dt.date) -> list[dt.date]:
        """Return the days of `period` that are counted on the spot: today, and what was not rolled up yet."""
        recent = [day for day in _recent(today) if day in period and day not in self.recent]
        return recent + ([today] if today in period else [])


@dataclass(slots=True)
class _Kept:
    stamp: tuple[object, ...]
    answers: dict[Hashable, Any] = field(default_factory=dict)


def hold() -> dt.timedelta:
    """Return for how long a process keeps what it counted of the running day; nothing is kept for zero."""
    settings: Settings = current_app.extensions["settings"]
    return settings.figures_hold


def state(now: dt.datetime) -> State:
    """Return how far the days are counted; within a request it is asked once."""
    known = session.info.get(KEPT)
    if known is not None and known[0] == now and hold():
        found: State = known[1]
        return found
    recent = _recent(local_day(now))
    sums = sa.select(sa.func.sum(DailyFact.amount)).where(
        DailyFact.axis == CHECKSUM, DailyFact.counted == CHECKSUM
    )
    row = session.execute(
        sa.select(
            sa.func.max(FactDay.counted_at),
            sa.exists(sa.select(ChangedMatter.id)),
            sa.func.count(),
            sums.scalar_subquery(),
            *[sa.func.max(sa.case((FactDay.day == day, 1), else_=0)) for day in recent],
        )
    ).one()
    counted = frozenset(day for day, is_counted in zip(recent, row[4:], strict=True) if is_counted)
    found = State((row[2], row[3]), row[0], bool(row[1]), counted)
    session.info[KEPT] = (now, found)
    return found


def forget() -> None:
    """Ask anew how far the days are counted: this request counted some."""
    session.info.pop(KEPT, None)


def _recent(today: dt.date) -> list[dt.date]:
    return [today - ONE_DAY * back for back in range(1, LIVE_DAYS + 1)]


_DIVIDED: Mapping[str, sa.SQLColumnExpression[Any]] = MappingProxyType(
    {
        "department": DailyFact.department_id,
        "category": DailyFact.category,
        "channel": DailyFact.channel,
    }
)


def amounts(
    period: Period, by: str, scope: Scope, wanted: frozenset[str] | None, *, now: dt.datetime
) -> Amounts:
    """Return what was counted on the finished days of `period`, by group and count."""
    live = _live(period, now)
    key = ("amounts", period, by, scope, wanted, live)
    return _once(key, now, lambda: _amounts(period, by, scope, wanted, live))


def lines(
    period: Period, counted: str, by: str, unit: str, scope: Scope, *, now: dt.datetime
) -> Mapping[tuple[str, str], int]:
    """Return one count of the finished days of `period` by group and by `unit`: day, month or weekday."""
    live = _live(period, now)
    key = ("lines", period, counted, by, unit, scope, live)
    return _once(key, now, lambda: _lines(period, counted, by, unit, scope, live))


def _live(period: Period, now: dt.datetime) -> tuple[dt.date, ...]:
    return tuple(state(now).live(period, local_day(now)))


def _once(key: Hashable, now: dt.datetime, read: Callable[[], Found]) -> Found:
    """Return what was read before, unless days were counted since."""
    if not hold():
        return read()
    stamp = state(now).stamp
    kept: _Kept | None = current_app.extensions.get(KEPT)
    if kept is None or kept.stamp != stamp or len(kept.answers) >= MOST_KEPT:
        kept = current_app.extensions[KEPT] = _Kept(stamp)
    if key not in kept.answers:
        kept.answers[key] = read()
    found: Found = kept.answers[key]
    return found


def _amounts(
    period: Period, by: str, scope: Scope, wanted: frozenset[str] | None, live: tuple[dt.date, ...]
) -> Amounts:
    axis, column = _along(by, scope)
    parts = [column] if column is not None else _units(by)
    query = sa.select(DailyFact.counted, sa.func.sum(DailyFact.amount), *parts)
    query = query.where(*_of_days(axis, period, scope, live))
    if wanted is not None:
        query = query.where(DailyFact.counted.in_(sorted(wanted)))
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for counted, amount, *keys in session.execute(query.group_by(*parts, DailyFact.counted)):
        found[_text(by, keys)][counted] = int(amount)
    return found


def _lines(
    period: Period, counted: str, by: str, unit: str, scope: Scope, live: tuple[dt.date, ...]
) -> Mapping[tuple[str, str], int]:
    axis, column = _along(by, scope)
    assert column is not None
    units = _units(unit)
    query = (
        sa.select(column, sa.func.sum(DailyFact.amount), *units)
        .where(*_of_days(axis, period, scope, live), DailyFact.counted == counted)
        .group_by(column, *units)
    )
    return {(str(group), _text(unit, keys)): int(amount) for group, amount, *keys in session.execute(query)}


def _of_days(
    axis: str, period: Period, scope: Scope, live: tuple[dt.date, ...]
) -> list[sa.ColumnElement[bool]]:
    found = [
        DailyFact.axis == axis,
        DailyFact.day.between(period.first, period.last),
        *scope.conditions(DailyFact.channel, DailyFact.category, DailyFact.department_id),
    ]
    return [*found, DailyFact.day.not_in(live)] if live else found


def _along(by: str, scope: Scope) -> tuple[str, sa.SQLColumnExpression[Any] | None]:
    """Return the axis whose rows answer, and what divides them."""
    if by in tallies.AXES or (scope.is_whole and by in tallies.SUMMED):
        return by, DailyFact.key
    return tallies.WHOLE if scope.is_whole else "", _DIVIDED.get(by)


def _units(unit: str) -> list[sa.SQLColumnExpression[Any]]:
    match unit:
        case "day":
            return [DailyFact.day]
        case "month":
            return [sa.extract("year", DailyFact.day), sa.extract("month", DailyFact.day)]
        case "weekday":
            return [sa.extract("dow", DailyFact.day)]
        case _:
            return []


def _text(by: str, keys: Sequence[Any]) -> str:
    """Return a group as text: of no division, of a unit of time, or as it is kept."""
    if not keys:
        return ""
    if by == "month":
        return f"{int(keys[0]):04d}-{int(keys[1]):02d}"
    return str(int(keys[0])) if by == "weekday" else str(keys[0])
