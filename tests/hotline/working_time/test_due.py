"""The rules one by one, to the second."""

import datetime as dt
import time
from decimal import Decimal

import pytest

from hotline.working_time import Calendar, Day, DaySource, Limit, OfficeHours, capped, due, remind_at
from tests.hotline.working_time.beijing import at, local


def ends(calendar: Calendar, hours: OfficeHours, start: str, limit: str, *, shifts: bool = True) -> str:
    found = due(at(start), Limit.parse(limit), calendar, hours, after_hours_counts_as_next_day=shifts)
    return local(found.at)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02 00:00:00", "2026-03-03 17:30"),
        ("2026-03-02 17:29:59", "2026-03-03 17:30"),
        ("2026-03-02 17:30:00", "2026-03-03 17:30"),
        ("2026-03-02 17:30:01", "2026-03-04 17:30"),
        ("2026-03-02 23:59:59", "2026-03-04 17:30"),
        ("2026-03-06 17:30:00", "2026-03-09 17:30"),
        ("2026-03-06 17:30:01", "2026-03-10 17:30"),
        ("2026-03-07 10:00:00", "2026-03-10 17:30"),
        ("2026-02-14 17:30:00", "2026-02-24 17:30"),
        ("2026-02-14 17:30:01", "2026-02-25 17:30"),
    ],
)
def test_the_closing_second_belongs_to_its_day(
    calendar: Calendar, hours: OfficeHours, start: str, end: str
) -> None:
    assert ends(calendar, hours, start, "1 wd") == end


def test_parts_of_a_second_do_not_make_it_late(calendar: Calendar, hours: OfficeHours) -> None:
    start = at("2026-03-02 17:30:00").replace(microsecond=400_000)
    assert local(due(start, Limit.parse("1 wd"), calendar, hours).at) == "2026-03-03 17:30"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02 20:00:00", "2026-03-03 17:30"),
        ("2026-03-07 10:00:00", "2026-03-09 17:30"),
        ("2026-02-14 20:00:00", "2026-02-24 17:30"),
    ],
)
def test_a_policy_may_count_what_comes_after_close_as_received_that_day(
    calendar: Calendar, hours: OfficeHours, start: str, end: str
) -> None:
    assert ends(calendar, hours, start, "1 wd", shifts=False) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02 08:00:00", "2026-03-02 17:30"),
        ("2026-03-02 17:30:00", "2026-03-02 17:30"),
        ("2026-03-02 17:30:01", "2026-03-03 17:30"),
        ("2026-03-07 10:00:00", "2026-03-09 17:30"),
    ],
)
@pytest.mark.parametrize("shifts", [True, False])
def test_the_same_day_is_never_over_before_it_began(
    calendar: Calendar, hours: OfficeHours, start: str, end: str, shifts: bool
) -> None:
    assert ends(calendar, hours, start, "0 wd", shifts=shifts) == end


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-02 09:00:00", "3 work_h", "2026-03-02 12:00"),
        ("2026-03-02 09:00:01", "3 work_h", "2026-03-02 13:30:01"),
        ("2026-03-02 12:00:00", "1 work_h", "2026-03-02 14:30"),
        ("2026-03-02 07:15:00", "1 work_h", "2026-03-02 10:00"),
        ("2026-03-02 17:30:00", "1 work_min", "2026-03-03 09:01"),
        ("2026-03-02 17:29:30", "1 work_min", "2026-03-03 09:00:30"),
        ("2026-03-02 09:00:00", "7 work_h", "2026-03-02 17:30"),
        ("2026-09-18 17:00:00", "2 work_h", "2026-09-20 10:30"),
        ("2026-09-30 16:30:00", "8 work_h", "2026-10-08 17:30"),
        ("2026-05-01 10:00:00", "1 work_h", "2026-05-06 10:00"),
    ],
)
def test_working_hours_pass_in_office_hours_only(
    calendar: Calendar, hours: OfficeHours, start: str, limit: str, end: str
) -> None:
    assert ends(calendar, hours, start, limit) == end


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-02 23:59:59", "1 nd", "2026-03-03 17:30"),
        ("2026-03-07 10:00:00", "2 nd", "2026-03-09 17:30"),
        ("2026-02-12 10:00:00", "2 nd", "2026-02-14 17:30"),
        ("2026-02-12 10:00:00", "3 nd", "2026-02-24 17:30"),
        ("2025-09-20 10:00:00", "11 nd", "2025-10-09 17:30"),
    ],
)
def test_natural_days_count_rest_days_and_end_on_a_working_day(
    calendar: Calendar, hours: OfficeHours, start: str, limit: str, end: str
) -> None:
    assert ends(calendar, hours, start, limit) == end


@pytest.mark.parametrize(
    ("start", "limit", "is_estimate"),
    [
        ("2026-12-28 10:00", "3 wd", False),
        ("2026-12-28 10:00", "4 wd", True),
        ("2026-12-31 17:30:01", "0 wd", True),
        ("2026-12-20 10:00", "11 nd", False),
        ("2026-12-20 10:00", "12 nd", True),
        ("2026-12-31 17:00", "30 work_min", False),
        ("2026-12-31 17:00", "31 work_min", True),
        ("2026-12-31 17:00", "48 h", False),
        ("2028-03-01 10:00", "1 wd", True),
    ],
)
def test_what_rests_on_days_not_announced_is_marked(
    calendar: Calendar, hours: OfficeHours, start: str, limit: str, is_estimate: bool
) -> None:
    assert due(at(start), Limit.parse(limit), calendar, hours).rests_on_estimate is is_estimate


def test_a_year_without_a_calendar_goes_by_weekdays(calendar: Calendar, hours: OfficeHours) -> None:
    assert ends(calendar, hours, "2028-09-29 10:00", "1 wd") == "2028-10-02 17:30"


def test_a_local_decision_is_certain(calendar: Calendar, hours: OfficeHours) -> None:
    storm = Calendar({dt.date(2026, 3, 3): Day(False, {"zh": "台风", "en": "Typhoon"}, DaySource.OVERRIDE)})
    found = due(at("2026-03-02 10:00"), Limit.parse("1 nd"), storm, hours)
    assert local(found.at) == "2026-03-04 17:30"


def test_the_answer_carries_the_version_it_was_reckoned_with(calendar: Calendar, hours: OfficeHours) -> None:
    for limit in ("1 h", "1 work_h", "1 wd", "1 nd"):
        assert due(at("2026-03-02 10:00"), Limit.parse(limit), calendar, hours).calendar_version == 7


def test_a_start_without_a_zone_is_refused(calendar: Calendar, hours: OfficeHours) -> None:
    naive = at("2026-03-02 10:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        due(naive, Limit.parse("1 h"), calendar, hours)


def test_a_start_in_another_zone_is_the_same_moment(calendar: Calendar, hours: OfficeHours) -> None:
    evening_in_utc = at("2026-03-03 01:00").astimezone(dt.UTC)
    assert evening_in_utc.date() == dt.date(2026, 3, 2)
    assert local(due(evening_in_utc, Limit.parse("1 wd"), calendar, hours).at) == "2026-03-04 17:30"


def test_the_earlier_limit_caps_and_brings_its_own_mark(calendar: Calendar, hours: OfficeHours) -> None:
    department = due(at("2026-12-30 10:00"), Limit.parse("5 wd"), calendar, hours)
    overall = due(at("2026-12-30 09:00"), Limit.parse("1 wd"), calendar, hours)
    found = capped(department, overall)
    assert department.rests_on_estimate
    assert (local(found.at), found.rests_on_estimate) == ("2026-12-31 17:30", False)
    assert capped(overall, department) == overall


@pytest.mark.parametrize(
    ("lead", "moment"),
    [
        ("1 wd", "2026-10-08 09:00"),
        ("2 wd", "2026-09-30 09:00"),
        ("0 wd", "2026-10-09 09:00"),
        ("2 nd", "2026-09-30 09:00"),
        ("90 min", "2026-10-09 16:00"),
        ("5 work_h", "2026-10-09 11:00"),
        ("8 work_h", "2026-10-08 16:30"),
        ("14 work_h", "2026-10-08 09:00"),
        ("60 wd", "2026-09-24 10:00"),
    ],
)
def test_reminders_come_when_somebody_is_there_to_read_them(
    calendar: Calendar, hours: OfficeHours, lead: str, moment: str
) -> None:
    start, end = at("2026-09-24 10:00"), at("2026-10-09 17:30")
    assert local(remind_at(start, end, Limit.parse(lead), calendar, hours)) == moment


def test_a_reminder_on_the_day_itself_never_comes_after_something_due_before_opening(
    calendar: Calendar, hours: OfficeHours
) -> None:
    start, end = at("2026-03-02 10:00"), at("2026-03-04 06:00")
    assert remind_at(start, end, Limit.parse("0 wd"), calendar, hours) == end


def test_a_reminder_may_come_at_a_share_of_the_time(calendar: Calendar, hours: OfficeHours) -> None:
    start, end = at("2026-03-02 10:00"), at("2026-03-04 06:00")
    assert local(remind_at(start, end, Decimal("0.75"), calendar, hours)) == "2026-03-03 19:00"
    with pytest.raises(ValueError, match="between 0 and 1"):
        remind_at(start, end, Decimal("1.5"), calendar, hours)


def test_five_working_days_take_well_under_a_tenth_of_a_millisecond(
    calendar: Calendar, hours: OfficeHours
) -> None:
    start, limit = at("2026-04-30 10:00"), Limit.parse("5 wd")

    def seconds_for_a_hundred() -> float:
        began = time.perf_counter()
        for _ in range(100):
            due(start, limit, calendar, hours)
        return time.perf_counter() - began

    # The best of many short runs, so that a busy machine does not fail the rule.
    assert min(seconds_for_a_hundred() for _ in range(30)) / 100 < 100e-6
