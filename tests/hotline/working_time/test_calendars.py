"""The calendar in memory, and what the libraries know of a year."""

import datetime as dt

import pytest

from hotline.working_time import Calendar, Day, DayKind, DaySource, changed_days
from hotline.working_time.calendars import kind_of
from hotline.working_time.names import in_both_languages
from hotline.working_time.years import days_in, days_of, estimated, holidays_by_law, years_to_seed
from tests.hotline.working_time.write_golden_dates import WORKING

MAY_DAY = {"zh": "劳动节", "en": "Labour Day"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("year", [2025, 2026])
def test_announced_years_are_those_of_the_notices(year: int) -> None:
    known = days_of(year)
    assert sorted(day for day in known if known[day].is_working) == [
        one for one in WORKING if one.year == year
    ]
    assert {one.source for one in known.values()} == {DaySource.ANNOUNCED}


@pytest.mark.parametrize("year", range(2020, 2027))
def test_two_libraries_agree_on_every_announced_day(year: int) -> None:
    announced, other = days_of(year), estimated(year)
    assert [one for one in announced if announced[one].is_working != other[one].is_working] == []
    assert all(not announced[one].is_working for one in holidays_by_law(year))


def test_a_year_without_a_notice_is_an_estimate_by_law() -> None:
    known = days_of(2040)  # far enough ahead not to be announced for long
    assert {one.source for one in known.values()} == {DaySource.ESTIMATE}
    off = {str(one) for one in known if not known[one].is_working and one.weekday() < 5}
    assert {"2040-02-13", "2040-10-01", "2040-10-02", "2040-10-03"} <= off  # lunar new year 2040: 12 February
    assert [one for one in known if known[one].is_working and one.weekday() >= 5] == []
    assert known[day("2040-02-11")].name == {"zh": "春节", "en": "Spring Festival"}


def test_the_years_to_know_reach_from_2020_to_three_years_ahead() -> None:
    assert list(years_to_seed(dt.date(2026, 11, 22))) == list(range(2020, 2030))


def test_every_day_of_a_leap_year_is_there() -> None:
    assert len(list(days_in(2028))) == 366


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("国庆节、中秋节", "国庆节、中秋节", "National Day, Mid-Autumn Festival"),
        ("Tomb-sweeping Day", "清明节", "Qingming Festival"),
        ("农历除夕; 春节", "春节", "Spring Festival"),
        ("中国人民抗日战争胜利纪念日", "中国人民抗日战争胜利纪念日", "中国人民抗日战争胜利纪念日"),
    ],
)
def test_holidays_have_names_in_both_languages(text: str, zh: str, en: str) -> None:
    assert in_both_languages(text) == {"zh": zh, "en": en}


@pytest.mark.parametrize(
    ("date", "known", "kind"),
    [
        ("2026-05-08", Day(True), None),
        ("2026-05-08", Day(False, MAY_DAY), DayKind.HOLIDAY),
        ("2026-05-08", Day(False, None, DaySource.OVERRIDE), DayKind.LOCAL_REST),
        ("2026-05-08", Day(True, None, DaySource.OVERRIDE), DayKind.LOCAL_WORK),
        ("2026-05-09", Day(False), DayKind.WEEKEND),
        ("2026-05-09", Day(False, MAY_DAY), DayKind.HOLIDAY),
        ("2026-05-09", Day(True, MAY_DAY), DayKind.MAKE_UP),
        ("2026-05-09", Day(False, None, DaySource.OVERRIDE), DayKind.WEEKEND),
    ],
)
def test_a_day_knows_what_is_special_about_it(date: str, known: Day, kind: DayKind | None) -> None:
    assert kind_of(day(date), known) is kind


def test_neighbouring_working_days(calendar: Calendar) -> None:
    assert calendar.next_working_day(day("2026-09-30")) == day("2026-10-08")
    assert calendar.previous_working_day(day("2026-10-08")) == day("2026-09-30")
    assert calendar.next_working_day(day("2026-02-13")) == day("2026-02-14")
    assert calendar.previous_working_day(day("2026-03-01")) == day("2026-02-28")


def test_working_days_between_leaves_out_the_first_day_and_counts_the_last(calendar: Calendar) -> None:
    assert calendar.working_days_between(day("2026-04-27"), day("2026-05-07")) == 5
    assert calendar.working_days_between(day("2026-05-07"), day("2026-04-27")) == -5
    assert calendar.working_days_between(day("2026-05-07"), day("2026-05-07")) == 0


def test_an_unknown_day_goes_by_its_weekday_and_is_uncertain(calendar: Calendar) -> None:
    assert calendar.is_working(day("2031-10-01"))
    assert not calendar.is_working(day("2031-10-04"))
    assert not calendar.is_certain(day("2031-10-01"))
    assert calendar.uncertain_years() == (2027,)


def test_changed_days_are_those_that_only_one_calendar_works(calendar: Calendar) -> None:
    known = {one: calendar.day(one) for one in calendar}
    known[day("2027-02-11")] = Day(False, MAY_DAY)
    known[day("2027-02-20")] = Day(True, MAY_DAY)
    known[day("2027-03-01")] = Day(True)  # announced now, but worked as before
    known[day("2030-01-01")] = Day(False, MAY_DAY)  # a year that had no calendar
    new = Calendar(known)
    changed = (day("2027-02-11"), day("2027-02-20"), day("2030-01-01"))
    assert changed_days(calendar, new) == changed_days(new, calendar) == changed
    assert changed_days(new, new) == ()
