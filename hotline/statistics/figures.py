"""Reading figures: sums of the counted days, finished by today's rows, each with both its counts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask import current_app

from hotline.config import Settings
from hotline.db import session
from hotline.errors import HotlineError
from hotline.statistics import tallies
from hotline.statistics.measures import Measure
from hotline.statistics.models import DailyFact, FactDay
from hotline.statistics.periods import ONE_DAY, Period, local_day
from hotline.statistics.tallies import Tally
from hotline.wording import N_

DIVISIONS = ("department", "category", "channel", "day", "month", *tallies.AXES)
"""What figures can be shown by."""
SMALL = 30
"""Below this many in the denominator a percentage says little, and is marked."""
COUNTED = "hotline.statistics.figures"
LIVE_DAYS = 2
"""Finished days that are counted on the spot while the roll-up has not come to them."""


class NotDividedError(HotlineError):
    """The rows a measure is counted from do not carry what it was to be shown by."""

    sentence = N_("“%(measure)s” cannot be shown by %(by)s.")


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are narrowed to."""

    channel: str = ""
    category: str = ""
    department_id: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.channel or self.category or self.department_id)

    def takes(self, tally: Tally) -> bool:
        """Tell whether a count lies within."""
        return (
            self.channel in ("", tally.channel)
            and self.category in ("", tally.category)
            and self.department_id in (0, tally.department_id)
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure's counts for one period and group."""

    measure: Measure
    numerator: int
    denominator: int | None

    @property
    def rate(self) -> float | None:
        """The share from 0 to 1, or `None` where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def shown(self) -> str:
        """The share in percent, or the seconds on average, as people read it; a dash where there is none."""
        if self.rate is None:
            return "–"
        return f"{self.rate:.1f} s" if self.measure.is_average else f"{100 * self.rate:.1f}%"

    @property
    def is_small(self) -> bool:
        """Tell whether so few were counted that the percentage says little."""
        return self.denominator is not None and 0 < self.denominator < SMALL

    @property
    def misses_target(self) -> bool | None:
        """Tell whether a target is missed; `None` without a target or without anything to divide by."""
        target, rate = self.measure.target, self.rate
        if target is None or rate is None:
            return None
        # Compared in whole numbers: 17 of 20 is 85 percent, whatever a division of floats says.
        return self.numerator * 100 < target * (self.denominator or 0)

    def change_from(self, other: "Figure") -> float | None:
        """Return the difference in percentage points, or seconds, or in percent of a plain count."""
        if self.denominator is None:
            return (self.numerator - other.numerator) / other.numerator * 100 if other.numerator else None
        if self.rate is None or other.rate is None:
            return None
        return (self.rate - other.rate) * (1 if self.measure.is_average else 100)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts by group and count."""

    amounts: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have any count, in order."""
        return tuple(sorted(self.amounts))

    def figure(self, measure: Measure, group: str = "") -> Figure:
        """Return the figure of a measure for one group."""
        found = self.amounts.get(group, {})
        return Figure(
            measure,
            sum(found.get(code, 0) for code in measure.counted),
            found.get(measure.denominator, 0) if measure.denominator else None,
        )

    def without(self, groups: Container[str]) -> "Sums":
        """Return these sums with some groups left out."""
        return Sums({group: found for group, found in self.amounts.items() if group not in groups})

    def amount(self, counted: str, group: str = "") -> int:
        """Return one count for one group."""
        return self.amounts.get(group, {}).get(counted, 0)


def sums(
    period: Period,
    *,
    now: dt.datetime,
    by: str = "",
    scope: Scope = Scope(),
    wanted: frozenset[str] | None = None,
) -> Sums:
    """Return the counts of `period`, by one of `DIVISIONS` or as one group.

    `scope` narrows them; along an axis it must be empty. `wanted` names the counts needed.
    """
    shown = period.until(local_day(now))
    if shown is None:
        return Sums()
    added: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    live = _live_days(shown, now)
    for group, counted, amount in _kept(shown, by, scope, wanted, live):
        if group or by != "category":
            added[group][counted] += amount
    for day in live:
        for tally in _counted(day, by, now, wanted):
            if scope.takes(tally) and (tally.category or by != "category"):
                added[_group(tally, by, day)][tally.counted] += tally.amount
    return Sums(added)


def _live_days(period: Period, now: dt.datetime) -> list[dt.date]:
    """Return the days of `period` that are counted on the spot: today, and what was not rolled up yet."""
    today = local_day(now)
    recent = [today - ONE_DAY * back for back in range(1, LIVE_DAYS + 1)]
    recent = [day for day in recent if day in period]
    rolled = set(session.scalars(sa.select(FactDay.day).where(FactDay.day.in_(recent)))) if recent else set()
    return [day for day in recent if day not in rolled] + ([today] if today in period else [])


def _counted(day: dt.date, by: str, now: dt.datetime, wanted: frozenset[str] | None) -> Iterable[Tally]:
    axis = by if by in tallies.AXES else ""
    found = _counted_before(day, axis, now)
    if found is None and wanted is not None and not _hold():
        return _on_the_spot(day, axis, now, wanted)
    if found is None:
        found = list(_on_the_spot(day, axis, now))
        for kept in _kept_counts():
            for over in [key for key in kept if key[0] < day - ONE_DAY * LIVE_DAYS]:
                kept.pop(over, None)
            kept[day, axis] = (now, found)
    return found if wanted is None else [one for one in found if one.counted in wanted]


def _on_the_spot(
    day: dt.date, axis: str, now: dt.datetime, wanted: frozenset[str] | None = None
) -> Iterator[Tally]:
    period = Period(day, day)
    return tallies.along(axis, period, now, wanted) if axis else tallies.main(period, now, wanted)


def _counted_before(day: dt.date, axis: str, now: dt.datetime) -> list[Tally] | None:
    """Return what another part of the page, or another page a moment ago, counted of a day."""
    for kept, hold in zip(_kept_counts(), (dt.timedelta(), _hold()), strict=False):
        counted = kept.get((day, axis))
        if counted is not None and dt.timedelta() <= now - counted[0] <= hold:
            return counted[1]
    return None


def _kept_counts() -> Iterator[dict[tuple[dt.date, str], tuple[dt.datetime, list[Tally]]]]:
    """Yield what the request keeps of days that run, then what the process does where it keeps any."""
    yield session.info.setdefault(COUNTED, {})
    if _hold():
        yield current_app.extensions.setdefault(COUNTED, {})


def _hold() -> dt.timedelta:
    settings: Settings = current_app.extensions["settings"]
    return settings.figures_hold


def _group(tally: Tally, by: str, day: dt.date) -> str:
    match by:
        case "department":
            return str(tally.department_id)
        case "category":
            return tally.category
        case "channel":
            return tally.channel
        case "day":
            return day.isoformat()
        case "month":
            return f"{day:%Y-%m}"
        case _:
            return tally.key


_DIVIDED: Mapping[str, sa.SQLColumnExpression[Any]] = MappingProxyType(
    {
        "department": DailyFact.department_id,
        "category": DailyFact.category,
        "channel": DailyFact.channel,
    }
)


def _kept(
    period: Period, by: str, scope: Scope, wanted: frozenset[str] | None, live: list[dt.date]
) -> Iterator[tuple[str, str, int]]:
    column: sa.SQLColumnExpression[Any] | None
    if by in tallies.AXES or (scope.is_whole and by in tallies.SUMMED):
        axis, column = by, DailyFact.key
    else:
        axis = tallies.WHOLE if scope.is_whole else ""
        column = DailyFact.day if by in ("day", "month") else _DIVIDED.get(by)
    query = sa.select(
        sa.literal("") if column is None else column, DailyFact.counted, sa.func.sum(DailyFact.amount)
    ).where(DailyFact.axis == axis, DailyFact.day.between(period.first, period.last))
    if live:
        query = query.where(DailyFact.day.not_in(live))
    if wanted is not None:
        query = query.where(DailyFact.counted.in_(sorted(wanted)))
    query = query.where(*_within(scope))
    query = query.group_by(*([] if column is None else [column]), DailyFact.counted)
    for group, counted, amount in session.execute(query):
        yield (f"{group:%Y-%m}" if by == "month" else str(group)), counted, int(amount)


def series(
    period: Period, counted: str, by: str, *, unit: str, now: dt.datetime, scope: Scope
) -> dict[str, dict[str, int]]:
    """Return one count by department, category or channel, and within it by `unit` (day or month)."""
    shown = period.until(local_day(now))
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    if shown is None:
        return {}
    live = _live_days(shown, now)
    is_whole = scope.is_whole
    column = DailyFact.key if is_whole else _DIVIDED[by]
    query = sa.select(DailyFact.day, column, sa.func.sum(DailyFact.amount)).where(
        DailyFact.axis == (by if is_whole else ""),
        DailyFact.counted == counted,
        DailyFact.day.between(shown.first, shown.last),
        DailyFact.day.not_in(live),
        *_within(scope),
    )
    for day, group, amount in session.execute(query.group_by(DailyFact.day, column)):
        found[str(group)][_group_of_day(day, unit)] += int(amount)
    for day in live:
        for tally in _counted(day, by, now, frozenset({counted})):
            if scope.takes(tally):
                found[_group(tally, by, day)][_group_of_day(day, unit)] += tally.amount
    return {group: dict(amounts) for group, amounts in found.items()}


def _group_of_day(day: dt.date, unit: str) -> str:
    return day.isoformat() if unit == "day" else f"{day:%Y-%m}"


def _within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if scope.channel:
        conditions.append(DailyFact.channel == scope.channel)
    if scope.category:
        conditions.append(DailyFact.category == scope.category)
    if scope.department_id:
        conditions.append(DailyFact.department_id == scope.department_id)
    return conditions


def can_be_divided(measure: Measure, by: str) -> bool:
    """Tell whether a measure can be shown by `by`, or by nothing."""
    match by:
        case "":
            return True
        case "category":
            return measure.source.has_categories
        case "department":
            return measure.source.has_departments
        case _:
            return by in DIVISIONS and (by not in tallies.AXES or by in measure.source.axes)


def divided(measure: Measure, by: str) -> str:
    """Return `by` if the measure can be shown by it. Raises `NotDividedError`."""
    if not by or not can_be_divided(measure, by):
        raise NotDividedError(measure=measure.code, by=by)
    return by


def whole(scope: Scope) -> Scope:
    """Return the scope without its department: what a department is compared with."""
    return replace(scope, department_id=0)
