"""Periods people ask about: a local day, week, month or range, and the ones to compare it with."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from hotline.errors import HotlineError
from hotline.wording import LOCAL_ZONE, N_

ONE_DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=3 * 366)


class PeriodError(HotlineError):
    """The first day must not come after the last, nor lie many years before it."""

    sentence = N_(
        "The period from %(first)s to %(last)s cannot be counted: choose at most three years, in order."
    )


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if not self.first <= self.last or self.last - self.first > LONGEST:
            raise PeriodError(first=self.first, last=self.last)

    @property
    def begins(self) -> dt.datetime:
        """The moment the first day begins."""
        return day_start(self.first)

    @property
    def ends(self) -> dt.datetime:
        """The moment the day after the last begins."""
        return day_start(self.last + ONE_DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Tell whether it is one whole calendar month."""
        return self == month(self.first)

    def before(self) -> "Period":
        """Return the period next to it: the month before a month, else as many days just before."""
        if self.is_month:
            return month(self.first - ONE_DAY)
        return Period(self.first - ONE_DAY * self.days, self.first - ONE_DAY)

    def year_before(self) -> "Period":
        """Return the same period a year earlier; 29 February becomes the 28th."""
        if self.is_month:
            return month(_year_back(self.first))
        return Period(_year_back(self.first), _year_back(self.last))

    def compared(self, today: dt.date, *, with_last_year: bool = False) -> "Period":
        """Return what it is fairly compared with: of a running period, the days passed."""
        other = self.year_before() if with_last_year else self.before()
        shown = self.until(today)
        passed = shown.days if shown is not None else self.days
        if passed == self.days:
            return other
        return Period(other.first, min(other.last, other.first + ONE_DAY * (passed - 1)))

    def until(self, today: dt.date) -> "Period | None":
        """Return the part of it that is not in the future, or `None`."""
        return Period(self.first, min(self.last, today)) if self.first <= today else None

    def each_day(self) -> Iterator[dt.date]:
        """Yield its days in order."""
        for number in range(self.days):
            yield self.first + ONE_DAY * number

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


def local_day(moment: dt.datetime) -> dt.date:
    """Return the local day of a moment."""
    return moment.astimezone(LOCAL_ZONE).date()


def day_start(day: dt.date) -> dt.datetime:
    """Return the moment a local day begins."""
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE).astimezone(dt.UTC)


def day(of: dt.date) -> Period:
    """Return one day."""
    return Period(of, of)


def week(of: dt.date) -> Period:
    """Return the week of a day, Monday to Sunday."""
    monday = of - ONE_DAY * of.weekday()
    return Period(monday, monday + ONE_DAY * 6)


def month(of: dt.date) -> Period:
    """Return the calendar month of a day."""
    first = of.replace(day=1)
    return Period(first, (first + ONE_DAY * 31).replace(day=1) - ONE_DAY)


def _year_back(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
