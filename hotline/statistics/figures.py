"""Reading figures: sums of the counted days, finished by today's rows, each with both its counts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from flask import current_app

from hotline.db import session
from hotline.errors import HotlineError
from hotline.statistics import rolled, tallies
from hotline.statistics.measures import Measure
from hotline.statistics.periods import ONE_DAY, Period, local_day
from hotline.statistics.rolled import Amounts
from hotline.statistics.tallies import EVERYTHING, Scope, Tally
from hotline.wording import N_

DIVISIONS = ("department", "category", "channel", "day", "month", *tallies.AXES)
"""What figures can be shown by."""
SMALL = 30
"""Below this many in the denominator a percentage says little, and is marked."""
COUNTED = "hotline.statistics.figures"


class NotDividedError(HotlineError):
    """The rows a measure is counted from do not carry what it was to be shown by."""

    sentence = N_("“%(measure)s” cannot be shown by %(by)s.")


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

    amounts: Amounts = field(default_factory=lambda: MappingProxyType({}))

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
    scope: Scope = EVERYTHING,
    wanted: frozenset[str] | None = None,
) -> Sums:
    """Return the counts of `period`, by one of `DIVISIONS` or as one group.

    `scope` narrows them; along an axis it must be empty. `wanted` names the counts needed.
    """
    shown = period.until(local_day(now))
    if shown is None:
        return Sums()
    days = [_counted(day, by, now, wanted) for day in rolled.state(now).live(shown, local_day(now))]
    found = rolled.amounts(shown, by, scope, wanted, now=now)
    if by == "category" and "" in found:
        found = {group: counts for group, counts in found.items() if group}
    if not days:
        return Sums(found)
    added: defaultdict[str, dict[str, int]] = defaultdict(dict)
    added.update({group: dict(counts) for group, counts in found.items()})
    for day in days:
        for group, counts in day.grouped(by, scope).items():
            into = added[group]
            for counted, amount in counts.items():
                if wanted is None or counted in wanted:
                    into[counted] = into.get(counted, 0) + amount
            if not into:
                del added[group]
    return Sums(added)


@dataclass(frozen=True, slots=True)
class _Day:
    """What was counted of a day on the spot, and how it was grouped since."""

    day: dt.date
    at: dt.datetime
    tallies: list[Tally]
    _grouped: dict[tuple[str, Scope], Amounts] = field(default_factory=dict)

    def grouped(self, by: str, scope: Scope) -> Amounts:
        """Return the amounts within `scope` by group and count."""
        if (by, scope) not in self._grouped:
            found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
            for tally in self.tallies:
                if scope.takes(tally) and (tally.category or by != "category"):
                    found[_group(tally, by, self.day)][tally.counted] += tally.amount
            self._grouped[by, scope] = found
        return self._grouped[by, scope]


def _counted(day: dt.date, by: str, now: dt.datetime, wanted: frozenset[str] | None) -> _Day:
    axis = by if by in tallies.AXES else ""
    found = _counted_before(day, axis, now)
    if found is None and wanted is not None and not rolled.hold():
        return _Day(day, now, list(_on_the_spot(day, axis, now, wanted)))
    if found is None:
        found = _Day(day, now, list(_on_the_spot(day, axis, now)))
        for kept in _kept_counts():
            for over in [key for key in kept if key[0] < day - ONE_DAY * rolled.LIVE_DAYS]:
                kept.pop(over, None)
            kept[day, axis] = found
    return found


def _on_the_spot(
    day: dt.date, axis: str, now: dt.datetime, wanted: frozenset[str] | None = None
) -> Iterator[Tally]:
    period = Period(day, day)
    return tallies.along(axis, period, now, wanted) if axis else tallies.main(period, now, wanted)


def _counted_before(day: dt.date, axis: str, now: dt.datetime) -> _Day | None:
    """Return what another part of the page, or another page a moment ago, counted of a day."""
    for kept, hold in zip(_kept_counts(), (dt.timedelta(), rolled.hold()), strict=False):
        counted = kept.get((day, axis))
        if counted is not None and dt.timedelta() <= now - counted.at <= hold:
            return counted
    return None


def _kept_counts() -> Iterator[dict[tuple[dt.date, str], _Day]]:
    """Yield what the request keeps of days that run, then what the process does where it keeps any."""
    yield session.info.setdefault(COUNTED, {})
    if rolled.hold():
        yield current_app.extensions.setdefault(COUNTED, {})


def _group(tally: Tally, by: str, day: dt.date) -> str:
    match by:
        case "department":
            return str(tally.department_id)
        case "category":
            return tally.category
        case "channel":
            return tally.channel
        case "":
            return ""
        case "day" | "month" | "weekday":
            return unit_of(day, by)
        case _:
            return tally.key


def unit_of(day: dt.date, unit: str) -> str:
    """Return a day as its group by `day`, `month` or `weekday` (from 0, Sunday)."""
    match unit:
        case "month":
            return f"{day:%Y-%m}"
        case "weekday":
            return f"{day:%w}"
        case _:
            return day.isoformat()


def series(
    period: Period, counted: str, by: str, *, unit: str, now: dt.datetime, scope: Scope
) -> dict[str, dict[str, int]]:
    """Return one count by a division, and within it by `unit`: day, month or weekday."""
    shown = period.until(local_day(now))
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    if shown is None:
        return {}
    for (group, line), amount in rolled.lines(shown, counted, by, unit, scope, now=now).items():
        found[group][line] = amount
    for day in rolled.state(now).live(shown, local_day(now)):
        line = unit_of(day, unit)
        for group, counts in _counted(day, by, now, frozenset({counted})).grouped(by, scope).items():
            if counted in counts:
                found[group][line] = found[group].get(line, 0) + counts[counted]
    return dict(found)


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
