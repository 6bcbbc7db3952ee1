"""Figures beside one another: month by month, departments in order, hours, hot issues."""

import datetime as dt
from dataclasses import dataclass

from hotline.statistics import figures
from hotline.statistics.figures import SMALL, Sums
from hotline.statistics.measures import Measure
from hotline.statistics.periods import ONE_DAY, Period, local_day, month
from hotline.statistics.tallies import EVERYTHING, Scope

TREND_MONTHS = 13
"""A year and the month it is compared with."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Figures month by month."""

    months: tuple[str, ...]
    sums: Sums

    def rates(self, measure: Measure) -> list[float | None]:
        """Return the percentages of a measure, `None` where nothing was counted."""
        found = [self.sums.figure(measure, one).rate for one in self.months]
        return [None if rate is None else round(100 * rate, 1) for rate in found]

    def counts(self, counted: str) -> list[int]:
        """Return one count month by month."""
        return [self.sums.amount(counted, one) for one in self.months]


def trend(last: dt.date, *, now: dt.datetime, scope: Scope, wanted: frozenset[str]) -> Trend:
    """Return the figures of the thirteen months that end with the month of `last`."""
    end = month(min(last, local_day(now)))
    first = end.first
    months = [f"{first:%Y-%m}"]
    for _ in range(TREND_MONTHS - 1):
        first = month(first - ONE_DAY).first
        months.append(f"{first:%Y-%m}")
    sums = figures.sums(Period(first, end.last), now=now, by="month", scope=scope, wanted=wanted)
    return Trend(tuple(reversed(months)), sums)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One department in the order, or beside it because it had too few."""

    place: int | None
    group: str


def ranking(sums: Sums, by: Measure) -> list[Ranked]:
    """Return the departments by one rate, best first; equal rates share a place.

    Those with a denominator below `SMALL` come last and without a place: their percentage says little.
    """
    groups = [group for group in sums.groups if group != "0"]
    enough = [group for group in groups if (sums.figure(by, group).denominator or 0) >= SMALL]
    best = -1 if not by.is_low_good else 1
    ordered = sorted(enough, key=lambda one: (best * (sums.figure(by, one).rate or 0), one))
    ranked: list[Ranked] = []
    for number, group in enumerate(ordered, start=1):
        is_equal = bool(ranked) and sums.figure(by, ranked[-1].group).rate == sums.figure(by, group).rate
        ranked.append(Ranked(ranked[-1].place if is_equal else number, group))
    few = [group for group in groups if group not in enough and sums.figure(by, group).denominator]
    return ranked + [Ranked(None, group) for group in few]


def heat(period: Period, *, now: dt.datetime) -> list[list[int]]:
    """Return what was received, by weekday from Monday and hour of the day."""
    found = figures.series(period, "contacts", "hour", unit="weekday", now=now, scope=EVERYTHING)
    return [
        [found.get(f"{hour:02d}", {}).get(str((weekday + 1) % 7), 0) for hour in range(24)]
        for weekday in range(7)
    ]


@dataclass(frozen=True, slots=True)
class Issue:
    """One content class and how often it came up."""

    code: str
    count: int
    before: int

    @property
    def rise(self) -> int:
        """How many more than in the period it is compared with."""
        return self.count - self.before


def hot_issues(period: Period, *, now: dt.datetime, limit: int = 15) -> list[Issue]:
    """Return the content classes that came up most, with the period before beside them."""
    wanted = frozenset({"contacts"})
    present = figures.sums(period, now=now, by="content_class", wanted=wanted)
    compared = period.compared(local_day(now))
    before = figures.sums(compared, now=now, by="content_class", wanted=wanted)
    found = [
        Issue(code, present.amount("contacts", code), before.amount("contacts", code))
        for code in present.groups
    ]
    return sorted(found, key=lambda one: (-one.count, one.code))[:limit]
