"""The calendar and the office hours in the database.

All tests of the suite share the calendar that the profile brought: nothing is committed here.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.working_time import (
    Day,
    DaySource,
    Limit,
    OfficeHoursError,
    days,
    due,
    load,
    office_hours,
    override_day,
    seed,
    set_office_hours,
    years_to_seed,
)
from hotline.working_time.models import CalendarAct, CalendarDay, CalendarVersion, OfficeHoursSlot
from tests.hotline.working_time.beijing import at, local

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
YEARS = years_to_seed(NOW.date())


@pytest.fixture
def unseeded(app: Flask) -> Iterator[None]:
    """A database without a calendar."""
    session.execute(sa.delete(CalendarDay))
    session.execute(sa.delete(CalendarVersion))
    session.flush()
    yield
    session.rollback()


@pytest.fixture
def seeded(unseeded: None) -> CalendarVersion:
    """A calendar seeded on 22 November 2026."""
    version = seed(YEARS, now=NOW)
    assert version is not None
    return version


@pytest.fixture
def administrator(person: Callable[..., Staff]) -> Staff:
    return person(Role.ADMINISTRATOR)


@pytest.mark.usefixtures("unseeded")
def test_without_days_every_day_goes_by_its_weekday() -> None:
    calendar = load()
    assert calendar.version == 0
    assert calendar.is_working(dt.date(2026, 10, 1))
    assert not calendar.is_certain(dt.date(2026, 10, 1))


def test_seeding_covers_announced_years_and_estimates_the_later_ones(seeded: CalendarVersion) -> None:
    calendar = load()
    assert calendar.version == seeded.id
    assert len(calendar) == seeded.changed_count == (dt.date(2030, 1, 1) - dt.date(2020, 1, 1)).days
    assert calendar.day(dt.date(2026, 2, 14)) == Day(True, {"zh": "春节", "en": "Spring Festival"})
    assert calendar.day(dt.date(2020, 1, 31)).is_working is False  # lengthened in 2020
    assert calendar.uncertain_years()[-1] == 2029
    assert (seeded.act, seeded.made_by, seeded.made_at) == (CalendarAct.SEEDED, None, NOW)
    assert "chinesecalendar" in seeded.reason


@pytest.mark.usefixtures("seeded")
def test_seeding_again_does_nothing() -> None:
    before = load()
    assert seed(YEARS, now=NOW) is None
    assert load() is before


@pytest.mark.usefixtures("seeded")
def test_seeding_again_adds_the_year_that_came_into_sight() -> None:
    version = seed([2030], now=NOW)
    assert version is not None
    assert version.changed_count == 365
    assert load().day(dt.date(2030, 10, 1)).source is DaySource.ESTIMATE


@pytest.mark.usefixtures("seeded")
def test_seeding_replaces_estimates_and_nothing_else(administrator: Staff) -> None:
    session.execute(
        sa.update(CalendarDay)
        .where(CalendarDay.day.between(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
        .values(source=DaySource.ESTIMATE, is_working=True, name=None)
    )
    override_day(dt.date(2026, 3, 3), is_working=False, name=None, note="Flood", by=administrator, now=NOW)
    announced_by_notice = session.get_one(CalendarDay, dt.date(2025, 3, 3))
    announced_by_notice.is_working = False
    session.flush()
    version = seed(YEARS, now=NOW)
    assert version is not None
    calendar = load()
    assert calendar.day(dt.date(2026, 10, 1)) == Day(False, {"zh": "国庆节", "en": "National Day"})
    assert calendar.day(dt.date(2026, 3, 3)) == Day(False, None, DaySource.OVERRIDE)
    assert not calendar.is_working(dt.date(2025, 3, 3))


@pytest.mark.usefixtures("seeded")
def test_the_calendar_is_read_once_per_version(administrator: Staff) -> None:
    before = load()
    assert load() is before
    version = override_day(
        dt.date(2026, 12, 1), is_working=False, name=None, note="Move", by=administrator, now=NOW
    )
    after = load()
    assert after is not before
    assert (before.version, after.version) == (version.id - 1, version.id)
    assert before.is_working(dt.date(2026, 12, 1))
    assert not after.is_working(dt.date(2026, 12, 1))


@pytest.mark.usefixtures("seeded")
def test_a_version_rolled_back_is_forgotten() -> None:
    savepoint = session.begin_nested()
    override_day(dt.date(2026, 12, 1), is_working=False, name=None, note="Move", by=None, now=NOW)
    assert not load().is_working(dt.date(2026, 12, 1))
    savepoint.rollback()
    override_day(dt.date(2026, 12, 2), is_working=False, name=None, note="Move", by=None, now=NOW)
    assert load().is_working(dt.date(2026, 12, 1))
    assert not load().is_working(dt.date(2026, 12, 2))


@pytest.mark.usefixtures("seeded")
def test_a_day_is_changed_by_hand_with_a_reason(administrator: Staff) -> None:
    name = {"zh": "台风", "en": "Typhoon"}
    version = override_day(
        dt.date(2026, 12, 1), is_working=False, name=name, note=" Red alert ", by=administrator, now=NOW
    )
    row = session.get_one(CalendarDay, dt.date(2026, 12, 1))
    assert (row.source, row.name, row.note) == (DaySource.OVERRIDE, name, "Red alert")
    assert (version.act, version.reason, version.made_by) == (
        CalendarAct.DAY_OVERRIDDEN,
        "Red alert",
        administrator,
    )
    assert [one.id for one in days.versions(2)] == [version.id, version.id - 1]
    found = due(at("2026-11-30 10:00"), Limit.parse("1 wd"), load(), office_hours())
    assert (local(found.at), found.calendar_version) == ("2026-12-02 17:30", version.id)


@pytest.mark.usefixtures("seeded")
def test_a_day_is_not_changed_without_a_reason(administrator: Staff) -> None:
    with pytest.raises(days.ReasonMissingError):
        override_day(dt.date(2026, 12, 1), is_working=False, name=None, note=" ", by=administrator, now=NOW)
    assert load().is_working(dt.date(2026, 12, 1))


@pytest.mark.usefixtures("seeded")
def test_a_year_is_listed_in_order() -> None:
    rows = days.of_year(2026)
    assert [row.day for row in rows] == [dt.date(2026, 1, 1) + dt.timedelta(n) for n in range(365)]


@pytest.mark.usefixtures("seeded")
def test_deadlines_into_a_year_not_announced_are_marked() -> None:
    found = due(at("2029-03-01 10:00"), Limit.parse("5 wd"), load(), office_hours())
    assert found.rests_on_estimate
    assert found.calendar_version == load().version


@pytest.mark.usefixtures("app")
def test_office_hours_are_kept_and_replaced() -> None:
    set_office_hours(["08:30-12:00", "14:00-18:00"])
    assert office_hours().written() == ["08:30-12:00", "14:00-18:00"]
    set_office_hours(["08:30-17:00"])
    assert office_hours().written() == ["08:30-17:00"]
    with pytest.raises(OfficeHoursError):
        set_office_hours(["17:00-08:30"])
    assert office_hours().written() == ["08:30-17:00"]
    session.rollback()


@pytest.mark.usefixtures("app")
def test_without_office_hours_nothing_is_reckoned() -> None:
    session.execute(sa.delete(OfficeHoursSlot))
    with pytest.raises(days.OfficeHoursMissingError):
        office_hours()
    session.rollback()


@pytest.mark.usefixtures("app")
def test_a_slot_that_closes_before_it_opens_cannot_be_stored() -> None:
    session.add(OfficeHoursSlot(opens=dt.time(20), closes=dt.time(19)))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()
