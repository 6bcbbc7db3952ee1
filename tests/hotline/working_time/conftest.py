"""A calendar that does not change when the libraries learn of new notices, and the usual hours."""

import datetime as dt

import pytest

from hotline.working_time import Calendar, Day, DaySource, OfficeHours
from hotline.working_time.years import days_in, days_of
from tests.hotline.working_time.write_golden_dates import DAYS_OFF, days

LAST_ANNOUNCED_YEAR = 2026


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """2024 to 2026 as announced, 2027 as the law has it; nothing is known of later years."""
    off = days(DAYS_OFF)
    known: dict[dt.date, Day] = {}
    for year in range(2024, LAST_ANNOUNCED_YEAR + 1):
        known |= days_of(year)
    for day in days_in(2027):
        is_working = day.isoweekday() <= 5 and day not in off
        name = {"zh": "法定节日", "en": "statutory"} if day in off else None
        known[day] = Day(is_working, name, DaySource.ESTIMATE)
    return Calendar(known, version=7)


@pytest.fixture(scope="session")
def hours() -> OfficeHours:
    """The default office hours."""
    return OfficeHours.parse(["09:00-12:00", "13:30-17:30"])
