"""Extensions and pauses: how they move a due moment, and that they say so."""

import pytest
from flask_babel import force_locale

from hotline.working_time import Calendar, Clock, Due, Explanation, Limit, OfficeHours, due, extended, paused
from tests.hotline.working_time.beijing import at, local


@pytest.fixture
def complaint(calendar: Calendar, hours: OfficeHours) -> Due:
    """Five working days that end at 2026-05-07 17:30."""
    return due(at("2026-04-27 10:00"), Limit.parse("5 wd"), calendar, hours)


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        ("3 wd", "2026-05-11 17:30"),
        ("1 wd", "2026-05-08 17:30"),
        ("2 nd", "2026-05-09 17:30"),
        ("3 nd", "2026-05-11 17:30"),
        ("24 h", "2026-05-08 17:30"),
        ("2 work_h", "2026-05-08 11:00"),
    ],
)
def test_an_extension_counts_on_from_the_due_moment(
    calendar: Calendar, hours: OfficeHours, complaint: Due, limit: str, end: str
) -> None:
    assert local(extended(complaint, Limit.parse(limit), calendar, hours).at) == end


def test_an_extension_into_days_not_announced_is_marked(calendar: Calendar, hours: OfficeHours) -> None:
    found = due(at("2026-12-28 10:00"), Limit.parse("3 wd"), calendar, hours)
    assert not found.rests_on_estimate
    assert extended(found, Limit.parse("1 wd"), calendar, hours).rests_on_estimate


@pytest.mark.parametrize(
    ("clock", "start", "end", "moved_to"),
    [
        (Clock.WORKING_DAYS, "2026-04-28 10:00", "2026-04-28 16:00", "2026-05-07 17:30"),
        (Clock.WORKING_DAYS, "2026-04-28 10:00", "2026-04-29 09:00", "2026-05-08 17:30"),
        (Clock.WORKING_DAYS, "2026-04-30 10:00", "2026-05-05 10:00", "2026-05-07 17:30"),
        (Clock.WORKING_DAYS, "2026-04-30 10:00", "2026-05-06 10:00", "2026-05-08 17:30"),
        (Clock.NATURAL_DAYS, "2026-04-28 10:00", "2026-04-30 10:00", "2026-05-09 17:30"),
        (Clock.CLOCK_HOURS, "2026-04-28 10:00", "2026-04-28 10:20", "2026-05-07 17:50"),
        (Clock.CLOCK_HOURS, "2026-04-28 10:00:00", "2026-04-28 10:19:01", "2026-05-07 17:50"),
        (Clock.WORKING_HOURS, "2026-04-28 11:30", "2026-04-28 14:00", "2026-05-08 10:00"),
        (Clock.WORKING_HOURS, "2026-04-30 17:00", "2026-05-06 09:30", "2026-05-08 10:00"),
        (Clock.WORKING_HOURS, "2026-05-01 09:00", "2026-05-04 09:30", "2026-05-07 17:30"),
    ],
)
def test_a_pause_gives_back_the_time_that_would_have_counted(
    calendar: Calendar,
    hours: OfficeHours,
    complaint: Due,
    clock: Clock,
    start: str,
    end: str,
    moved_to: str,
) -> None:
    assert local(paused(complaint, clock, at(start), at(end), calendar, hours).at) == moved_to


@pytest.mark.usefixtures("app")
def test_extension_and_pause_add_to_the_explanation(
    calendar: Calendar, hours: OfficeHours, complaint: Due
) -> None:
    moved = paused(
        extended(complaint, Limit.parse("3 wd"), calendar, hours),
        Clock.WORKING_DAYS,
        at("2026-04-28 10:00"),
        at("2026-04-28 16:00"),
        calendar,
        hours,
    )
    assert Explanation.from_json(moved.explanation.to_json()) == moved.explanation
    known = len(complaint.explanation.steps)
    with force_locale("en"):
        assert moved.explanation.say()[known:] == [
            "Extended by 3 working days.",
            "Days off: 2026-05-10 (Sun, weekend).",
            "Taken as working days: 2026-05-09 (Sat, make-up working day for Labour Day).",
            "Due 2026-05-11 (Mon) 17:30.",
            "Stood still from 2026-04-28 (Tue) 10:00 to 2026-04-28 (Tue) 16:00, waiting for the caller.",
        ]
    with force_locale("zh_Hans_CN"):
        assert moved.explanation.say()[known:] == [
            "延期3个工作日。",
            "其间休息日：2026-05-10（周日，周末）。",
            "按工作日计算：2026-05-09（周六，劳动节调休上班）。",
            "到期时间：2026-05-11（周一）17:30。",
            "2026-04-28（周二）10:00至2026-04-28（周二）16:00等待诉求人补充情况，其间暂停计时。",
        ]
