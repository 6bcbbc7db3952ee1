"""The calendar in memory: which days are worked, why not, and how sure that is."""

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hotline.wording import N_, Labelled

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


class DaySource(Labelled):
    """Who says that a day is worked or not."""

    ANNOUNCED = "announced", N_("Announced")
    ESTIMATE = "estimate", N_("Estimate")
    OVERRIDE = "override", N_("Local decision")


class DayKind(Labelled):
    """What is special about a day; an ordinary working day has no kind."""

    WEEKEND = "weekend", N_("weekend")
    HOLIDAY = "holiday", N_("holiday")
    LOCAL_REST = "local_rest", N_("day off by local decision")
    MAKE_UP = "make_up", N_("make-up working day")
    LOCAL_WORK = "local_work", N_("working day by local decision")


class Day(NamedTuple):
    """One day of the calendar. `source` None: no calendar covers it, only its weekday is known."""

    is_working: bool
    name: Mapping[str, str] | None = None
    """The holiday, `{"zh": …, "en": …}`; on a make-up working day the holiday it makes up for."""
    source: DaySource | None = DaySource.ANNOUNCED


_UNKNOWN_WORKING = Day(is_working=True, source=None)
_UNKNOWN_WEEKEND = Day(is_working=False, source=None)


def is_weekend(day: dt.date) -> bool:
    """Tell whether `day` is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


def kind_of(day: dt.date, known: Day) -> DayKind | None:
    """Return what is special about `day`, or None for an ordinary working day."""
    weekend = is_weekend(day)
    is_local = known.source is DaySource.OVERRIDE
    if known.is_working:
        if is_local:
            return DayKind.LOCAL_WORK
        return DayKind.MAKE_UP if weekend else None
    if weekend and known.name is None:
        return DayKind.WEEKEND
    return DayKind.LOCAL_REST if is_local else DayKind.HOLIDAY


class Calendar:
    """An unchanging lookup of days. Days it does not know go by their weekday and count as uncertain."""

    __slots__ = ("_days", "version")

    def __init__(self, days: Mapping[dt.date, Day], version: int = 0) -> None:
        self._days = MappingProxyType(dict(days))
        self.version = version
        """The counter of `calendar_version`; 0 for a calendar that never was in the database."""

    def day(self, day: dt.date) -> Day:
        """Return what is known of `day`."""
        known = self._days.get(day)
        if known is not None:
            return known
        return _UNKNOWN_WEEKEND if is_weekend(day) else _UNKNOWN_WORKING

    def __iter__(self) -> Iterator[dt.date]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)

    def is_working(self, day: dt.date) -> bool:
        """Tell whether `day` is a working day."""
        return self.day(day).is_working

    def is_certain(self, day: dt.date) -> bool:
        """Tell whether `day` rests on an announcement or a decision, not on an estimate."""
        return self.day(day).source in (DaySource.ANNOUNCED, DaySource.OVERRIDE)

    def next_working_day(self, day: dt.date) -> dt.date:
        """Return the first working day after `day`."""
        day += ONE_DAY
        while not self.day(day).is_working:
            day += ONE_DAY
        return day

    def previous_working_day(self, day: dt.date) -> dt.date:
        """Return the last working day before `day`."""
        day -= ONE_DAY
        while not self.day(day).is_working:
            day -= ONE_DAY
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` is earlier.

        The same way limits count: due on day `d`, done on day `e` is late by this many working days.
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.day(day).is_working)

    def uncertain_years(self) -> tuple[int, ...]:
        """Return the years that hold an estimated day, for a warning beside what rests on them."""
        return tuple(
            sorted({day.year for day, known in self._days.items() if known.source is DaySource.ESTIMATE})
        )


def changed_days(old: Calendar, new: Calendar) -> tuple[dt.date, ...]:
    """Return the days that one calendar works and the other does not, in order."""
    return tuple(sorted(day for day in {*old, *new} if old.is_working(day) != new.is_working(day)))
