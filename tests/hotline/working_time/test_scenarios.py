"""The dates of the field's own scenarios (DOMAIN E), as far as they are date arithmetic."""

import pytest

from hotline.working_time import Calendar, Due, Limit, OfficeHours, capped, due, remind_at
from tests.hotline.working_time.beijing import at, local


class Desk:
    """Reckons with the calendar and hours of the tests."""

    def __init__(self, calendar: Calendar, hours: OfficeHours) -> None:
        self.calendar = calendar
        self.hours = hours

    def due(self, start: str, limit: str) -> Due:
        return due(at(start), Limit.parse(limit), self.calendar, self.hours)

    def ends(self, start: str, limit: str) -> str:
        return local(self.due(start, limit).at)


@pytest.fixture(scope="module")
def desk(calendar: Calendar, hours: OfficeHours) -> Desk:
    return Desk(calendar, hours)


def test_2_a_consultation_without_an_answer(desk: Desk) -> None:
    received = "2026-03-02 09:10"
    overall = desk.due(received, "48 h")
    assert desk.ends(received, "4 h") == "2026-03-02 13:10"
    assert local(overall.at) == "2026-03-04 09:10"
    assert local(capped(desk.due("2026-03-02 10:00", "44 h"), overall).at) == "2026-03-04 06:00"


def test_2_a_late_front_desk_does_not_push_the_overall_limit(desk: Desk) -> None:
    overall = desk.due("2026-03-02 09:10", "48 h")
    assert local(desk.due("2026-03-02 15:00", "44 h").at) == "2026-03-04 11:00"
    assert local(capped(desk.due("2026-03-02 15:00", "44 h"), overall).at) == "2026-03-04 09:10"


def test_3_a_holiday_does_not_stop_clock_hours(desk: Desk) -> None:
    received = "2026-02-13 16:30"
    overall = desk.due(received, "48 h")
    assert desk.ends(received, "4 h") == "2026-02-13 20:30"
    assert local(capped(desk.due("2026-02-13 18:00", "44 h"), overall).at) == "2026-02-15 14:00"
    assert local(overall.at) == "2026-02-15 16:30"


def test_4_help_through_the_night(desk: Desk) -> None:
    overall = desk.due("2026-03-05 22:40", "24 h")
    assert local(capped(desk.due("2026-03-05 23:05", "22 h"), overall).at) == "2026-03-06 21:05"
    assert local(overall.at) == "2026-03-06 22:40"


def test_14_an_incoming_document_goes_from_stage_to_stage(desk: Desk) -> None:
    received = "2026-02-13 15:00"
    assert desk.ends(received, "0 wd") == "2026-02-13 17:30"
    leader = desk.ends(received, "2 wd")
    assert leader == "2026-02-24 17:30"  # the Saturday 02-14 counts
    delivery = desk.ends(leader, "1 wd")
    assert delivery == "2026-02-25 17:30"
    assert desk.ends(delivery, "5 wd") == "2026-03-03 17:30"  # the Saturday 02-28 counts
    assert desk.ends(received, "15 wd") == "2026-03-12 17:30"


@pytest.mark.parametrize(
    ("lead", "reminder"),
    [("1 wd", "2026-03-11 09:00"), ("3 wd", "2026-03-09 09:00"), ("3 nd", "2026-03-09 09:00")],
)
def test_14_reminders_come_one_to_three_days_before(desk: Desk, lead: str, reminder: str) -> None:
    overall = desk.due("2026-02-13 15:00", "15 wd")
    moment = remind_at(at("2026-02-13 15:00"), overall.at, Limit.parse(lead), desk.calendar, desk.hours)
    assert local(moment) == reminder


def test_16_a_collective_visit(desk: Desk) -> None:
    assert desk.ends("2026-03-10 10:00", "15 nd") == "2026-03-25 17:30"
    accepted = desk.ends("2026-03-12 10:00", "60 nd")
    assert accepted == "2026-05-11 17:30"
    assert desk.ends(accepted, "30 nd") == "2026-06-10 17:30"


def test_16_the_last_day_in_a_holiday_rolls_forward(desk: Desk) -> None:
    assert desk.ends("2026-09-17 10:00", "15 nd") == "2026-10-08 17:30"


def test_18_a_return_is_allowed_for_one_working_day(desk: Desk) -> None:
    assert desk.ends("2026-04-30 11:00", "1 wd") == "2026-05-06 17:30"


def test_18_an_extension_runs_from_the_due_time_before_it(desk: Desk) -> None:
    reply = desk.ends("2026-04-27 10:00", "5 wd")
    assert reply == "2026-05-07 17:30"
    assert desk.ends(reply, "3 wd") == "2026-05-11 17:30"  # the Saturday 05-09 counts


def test_18_a_complaint_before_two_holidays(desk: Desk) -> None:
    assert desk.ends("2026-09-24 10:00", "5 wd") == "2026-10-09 17:30"


def test_19_a_callback_due_in_a_holiday_rolls_forward(desk: Desk) -> None:
    assert desk.ends("2026-04-28 16:00", "7 nd") == "2026-05-06 17:30"


def test_19_the_report_is_due_the_next_day(desk: Desk) -> None:
    assert desk.ends("2026-05-06 15:00", "1 wd") == "2026-05-07 17:30"
