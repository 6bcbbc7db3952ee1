"""Holiday notices from CSV: what is wrong is named by line, what is right is taken over whole."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.db import session
from hotline.working_time import (
    Calendar,
    Day,
    DaySource,
    NoticeError,
    changed_days,
    import_notice,
    load,
    override_day,
    read_notice,
    seed,
)
from hotline.working_time.models import CalendarAct
from hotline.working_time.notices import Imported, NoticeRow

NOW = dt.datetime(2039, 11, 5, 2, 0, tzinfo=dt.UTC)
# A year so far ahead that no library has its notice. What is worked and off around the holidays is invented,
# the holidays by law are not: lunar new year is 12 February, Dragon Boat 14 June, Mid-Autumn 20 September.
NOTICE = """\ufeffdate,is_working,name,remark
2039-12-31,1,元旦,a Saturday that is worked
2040-01-01,0,元旦,
2040-01-02,0,元旦,
2040-02-11,0,春节,
2040-02-12,0,春节,
2040-02-13,0,春节,
2040-02-14,0,春节,
2040-02-15,0,春节,
2040-02-18,1,春节,
2040/4/4,0,清明节,
2040-05-01,0,劳动节,
2040-05-02,0,劳动节,
2040-06-14,否,端午节,
2040-09-20,0,中秋节,
2040-10-01,0,国庆节,
2040-10-02,0,国庆节,
2040-10-03,0,国庆节,
"""
LINES = {line[:10].replace("/", "-"): line for line in NOTICE.splitlines()}


@pytest.fixture
def before(app: Flask) -> Iterator[Calendar]:
    """A calendar in which 2040 is an estimate; nothing of it is committed."""
    seed([2039, 2040], now=NOW)
    yield load()
    session.rollback()


def take_over(text: str) -> Imported:
    return import_notice(read_notice(text), by=None, now=NOW, source="国办发明电〔2039〕7号")


def test_a_notice_is_read_with_names_in_both_languages() -> None:
    rows = read_notice(NOTICE)
    assert len(rows) == 17
    assert rows[0] == NoticeRow(dt.date(2039, 12, 31), True, {"zh": "元旦", "en": "New Year's Day"})
    assert rows[9].day == dt.date(2040, 4, 4)
    assert rows[12].is_working is False


def test_an_unknown_holiday_may_bring_its_english_name() -> None:
    [row] = read_notice("date,is_working,name,name_en\n2040-09-03,0,抗战胜利纪念日,Victory Day\n")
    assert row.name == {"zh": "抗战胜利纪念日", "en": "Victory Day"}


def test_a_complete_notice_settles_its_year(before: Calendar) -> None:
    imported = take_over(NOTICE)
    after = load()
    assert imported.settled_years == (2040,)
    assert (imported.kept_days, imported.missing_holidays) == ((), ())
    assert (imported.version.act, imported.version.reason) == (
        CalendarAct.NOTICE_IMPORTED,
        "国办发明电〔2039〕7号",
    )
    assert before.uncertain_years()[-2:] == (2039, 2040)
    assert 2040 not in after.uncertain_years()
    assert after.day(dt.date(2040, 2, 18)) == Day(True, {"zh": "春节", "en": "Spring Festival"})
    assert after.day(dt.date(2040, 3, 1)) == Day(True)
    assert after.is_certain(dt.date(2039, 12, 31))
    assert not after.is_certain(dt.date(2039, 12, 30))
    changed = changed_days(before, after)
    assert {dt.date(2039, 12, 31), dt.date(2040, 2, 18)} <= set(changed)
    assert all(before.is_working(day) != after.is_working(day) for day in changed)


def test_a_second_complete_notice_leaves_nothing_of_the_first(before: Calendar) -> None:
    take_over(NOTICE)
    take_over(NOTICE.replace(LINES["2040-02-18"] + "\n", ""))
    assert load().day(dt.date(2040, 2, 18)) == Day(False)


def test_a_notice_that_forgets_a_holiday_does_not_settle_its_year(before: Calendar) -> None:
    imported = take_over(NOTICE.replace(LINES["2040-10-02"] + "\n", ""))
    after = load()
    assert imported.settled_years == ()
    assert imported.missing_holidays == (dt.date(2040, 10, 2),)
    assert after.day(dt.date(2040, 10, 2)) == before.day(dt.date(2040, 10, 2))
    assert after.day(dt.date(2040, 10, 1)).source is DaySource.ANNOUNCED
    assert after.day(dt.date(2040, 3, 1)).source is DaySource.ESTIMATE


def test_a_correction_changes_only_the_days_it_names(before: Calendar) -> None:
    take_over(NOTICE)
    imported = take_over("date,is_working,name\n2040-02-16,0,春节\n")
    after = load()
    assert imported.version.changed_count == 1
    assert not after.is_working(dt.date(2040, 2, 16))
    assert after.is_working(dt.date(2040, 2, 18))
    assert after.uncertain_years()[-1] == 2039


def test_what_was_decided_by_hand_stays_and_is_told(before: Calendar) -> None:
    override_day(dt.date(2040, 2, 18), is_working=False, name=None, note="Closed", by=None, now=NOW)
    override_day(dt.date(2040, 10, 1), is_working=False, name=None, note="Closed", by=None, now=NOW)
    imported = take_over(NOTICE)
    assert imported.kept_days == (dt.date(2040, 2, 18),)
    assert load().day(dt.date(2040, 2, 18)) == Day(False, None, DaySource.OVERRIDE)


WRONG = """date,is_working,name
2040-02-30,0,春节
2040-02-13,vielleicht,春节
2040-02-14,0,
2040-02-15,0,春节
2040-02-15,0,春节

1040-02-15,0,春节
2040-02-16
"""


def test_every_mistake_is_named_with_its_line_and_nothing_is_taken_over(before: Calendar) -> None:
    with pytest.raises(NoticeError) as refused:
        take_over(WRONG)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4, 6, 8, 9]
    assert load() is before
    with force_locale("en"):
        assert refused.value.say() == (
            "The notice was not imported, the calendar is unchanged. "
            "Line 2: “2040-02-30” is not a date such as 2027-10-01. "
            "Line 3: “vielleicht” in is_working must be 1 or 0. "
            "Line 4: 2040-02-14 needs the name of its holiday. "
            "Line 6: 2040-02-15 was named before. "
            "Line 8: the year of 1040-02-15 cannot be meant. "
            "Line 9: “” in is_working must be 1 or 0."
        )
    with force_locale("zh_Hans_CN"):
        assert refused.value.say().startswith(
            "放假通知未导入，日历未作改动。第2行：“2040-02-30”不是有效日期，应写作 2027-10-01。"
        )


@pytest.mark.parametrize("text", ["", "day,works\n2040-01-01,0\n", "date,is_working,name\n", "\x00"])
def test_a_file_without_days_is_refused(text: str) -> None:
    with pytest.raises(NoticeError):
        read_notice(text)
