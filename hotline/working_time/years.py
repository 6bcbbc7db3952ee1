"""What is known of a whole year: announced days where there was a notice, else the days the law fixes."""

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import chinese_calendar

from hotline.working_time.calendars import ONE_DAY, Day, DaySource, is_weekend
from hotline.working_time.names import in_both_languages

FIRST_YEAR = 2020
"""The earliest year of the calendar: older matters are history and carry no running limit."""
YEARS_AHEAD = 3
"""How far ahead of the present year holidays are estimated."""


def years_to_seed(today: dt.date) -> range:
    """Return the years that a calendar in use on `today` has to cover."""
    return range(FIRST_YEAR, today.year + YEARS_AHEAD + 1)


def days_of(year: int) -> dict[dt.date, Day]:
    """Return every day of `year`, marked announced or estimate.

    An estimate knows the holidays that the law fixes, but not on which days the notice will have people
    work or rest around them.
    """
    try:
        return _announced(year)
    except NotImplementedError:  # chinesecalendar has no notice for that year yet
        return estimated(year)


def _announced(year: int) -> dict[dt.date, Day]:
    days = {}
    for day in days_in(year):
        is_off, name = chinese_calendar.get_holiday_detail(day)
        days[day] = Day(not is_off, in_both_languages(name) if name else None, DaySource.ANNOUNCED)
    return days


def estimated(year: int) -> dict[dt.date, Day]:
    """Return every day of `year` as the law and the lunar calendar have it."""
    law = _law(year)
    days = {}
    for day in days_in(year):
        name = law.get(day, "").replace("（补假）", "")
        is_named = bool(name) and "调休" not in name
        days[day] = Day(
            is_working=day in law.weekend_workdays or not (name or is_weekend(day)),
            name=in_both_languages(name) if is_named else None,
            source=DaySource.ESTIMATE,
        )
    return days


def holidays_by_law(year: int) -> dict[dt.date, dict[str, str]]:
    """Return the days of `year` that the law itself makes holidays, with their names."""
    law = _law(year, observed=False)
    return {
        day: in_both_languages(name)
        for day, name in sorted(law.items())
        if "调休" not in name and day.year == year
    }


def days_in(year: int) -> Iterator[dt.date]:
    """Yield every day of `year`."""
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


def _law(year: int, *, observed: bool = True) -> Any:
    # Not imported at the top: calendars are made once a year, and what knows the law takes 3 MB of a process.
    return import_module("holidays").country_holidays("CN", years=year, language="zh_CN", observed=observed)
