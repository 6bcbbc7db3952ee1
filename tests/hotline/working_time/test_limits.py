"""Limits as profile data writes them."""

import datetime as dt

import pytest

from hotline.working_time import Clock, Limit, LimitError


@pytest.mark.parametrize(
    ("text", "amount", "clock", "written"),
    [
        ("10 min", dt.timedelta(minutes=10), Clock.CLOCK_HOURS, "10 min"),
        ("10 minutes", dt.timedelta(minutes=10), Clock.CLOCK_HOURS, "10 min"),
        ("22 h", dt.timedelta(hours=22), Clock.CLOCK_HOURS, "22 h"),
        ("22 hours", dt.timedelta(hours=22), Clock.CLOCK_HOURS, "22 h"),
        ("60 min", dt.timedelta(hours=1), Clock.CLOCK_HOURS, "1 h"),
        ("1.5 h", dt.timedelta(minutes=90), Clock.CLOCK_HOURS, "90 min"),
        ("7 work_h", dt.timedelta(hours=7), Clock.WORKING_HOURS, "7 work_h"),
        ("30 work_min", dt.timedelta(minutes=30), Clock.WORKING_HOURS, "30 work_min"),
        ("7 working_hours", dt.timedelta(hours=7), Clock.WORKING_HOURS, "7 work_h"),
        ("5 wd", 5, Clock.WORKING_DAYS, "5 wd"),
        ("5 working_days", 5, Clock.WORKING_DAYS, "5 wd"),
        ("1 working_day", 1, Clock.WORKING_DAYS, "1 wd"),
        ("0 wd", 0, Clock.WORKING_DAYS, "0 wd"),
        ("60 nd", 60, Clock.NATURAL_DAYS, "60 nd"),
        ("60 Natural_Days", 60, Clock.NATURAL_DAYS, "60 nd"),
        (" 5wd ", 5, Clock.WORKING_DAYS, "5 wd"),
    ],
)
def test_a_limit_is_read_and_written(
    text: str, amount: dt.timedelta | int, clock: Clock, written: str
) -> None:
    limit = Limit.parse(text)
    assert (limit.amount, limit.clock) == (amount, clock)
    assert str(limit) == written
    assert Limit.parse(written) == limit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "wd",
        "five wd",
        "5 days",
        "-1 wd",
        "1.5 wd",
        "0 h",
        "0 min",
        "0 nd",
        "0.3 min",
        "99999 wd",
        "5 wd 2 h",
    ],
)
def test_what_no_clock_can_count_is_refused_by_name(text: str) -> None:
    with pytest.raises(LimitError) as refused:
        Limit.parse(text)
    assert refused.value.params == {"text": text}


@pytest.mark.parametrize(
    ("amount", "clock"),
    [
        (5, Clock.CLOCK_HOURS),
        (dt.timedelta(days=5), Clock.WORKING_DAYS),
        (dt.timedelta(seconds=30), Clock.CLOCK_HOURS),
        (-1, Clock.WORKING_DAYS),
        (0, Clock.NATURAL_DAYS),
    ],
)
def test_an_amount_that_does_not_fit_its_clock_is_refused(amount: dt.timedelta | int, clock: Clock) -> None:
    with pytest.raises(LimitError):
        Limit(amount, clock)


def test_spans_and_days_are_not_mixed_up() -> None:
    with pytest.raises(TypeError):
        _ = Limit.parse("5 wd").span
    with pytest.raises(TypeError):
        _ = Limit.parse("5 h").days
