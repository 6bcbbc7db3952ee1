"""A year of the working calendar laid out in months and weeks."""

import calendar as grid
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.wording import in_both, in_words
from hotline.working_time import Calendar, DayKind, DaySource
from hotline.working_time.calendars import kind_of

MONTHS = range(1, 13)
MONDAY_FIRST = grid.Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day as it is shown."""

    day: dt.date
    is_working: bool
    kind: DayKind | None
    name: str
    source: DaySource | None

    @property
    def is_estimate(self) -> bool:
        """Tell whether nobody has announced or decided this day yet."""
        return self.source in (DaySource.ESTIMATE, None)

    @property
    def words(self) -> list[str]:
        """What is special about the day, for tooltips and for those who do not see the marks."""
        found = [in_words(self.kind)] if self.kind else []
        if self.name:
            found.append(self.name)
        if self.kind and self.kind is not DayKind.WEEKEND and self.source:
            found.append(in_words(self.source))
        return found


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks of seven places, empty where another month goes on."""

    first: dt.date
    weeks: Sequence[Sequence[Cell | None]]

    @property
    def working_day_count(self) -> int:
        """How many days of the month are worked."""
        return sum(1 for week in self.weeks for cell in week if cell is not None and cell.is_working)


def of_year(year: int, calendar: Calendar) -> list[Month]:
    """Return the twelve months of `year`."""
    return [_month(dt.date(year, number, 1), calendar) for number in MONTHS]


def cell_of(day: dt.date, calendar: Calendar) -> Cell:
    """Return one day as the calendar knows it."""
    known = calendar.day(day)
    return Cell(
        day=day,
        is_working=known.is_working,
        kind=kind_of(day, known),
        name=in_both(known.name) if known.name else "",
        source=known.source,
    )


def _month(first: dt.date, calendar: Calendar) -> Month:
    return Month(first, list(_weeks(first, calendar)))


def _weeks(first: dt.date, calendar: Calendar) -> Iterator[list[Cell | None]]:
    for week in MONDAY_FIRST.monthdatescalendar(first.year, first.month):
        yield [cell_of(day, calendar) if day.month == first.month else None for day in week]
