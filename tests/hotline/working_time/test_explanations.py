"""What a clerk reads about a due moment, in both languages."""

import json

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.working_time import (
    Calendar,
    Day,
    DaySource,
    Explanation,
    Limit,
    OfficeHours,
    capped,
    due,
)
from tests.hotline.working_time.beijing import at


@pytest.fixture(params=["en", "zh_Hans_CN"])
def language(request: pytest.FixtureRequest, app: Flask) -> str:
    """The reader's language."""
    return str(request.param)


def told(calendar: Calendar, hours: OfficeHours, start: str, limit: str, language: str) -> list[str]:
    with force_locale(language):
        return due(at(start), Limit.parse(limit), calendar, hours).explanation.say()


SAID = {
    ("2026-04-30 18:00", "5 wd"): {
        "en": [
            "Limit of 5 working days: the starting day does not count; "
            "due at close of business (17:30) on the last working day.",
            "2026-04-30 (Thu) 18:00 is after close of business (17:30): "
            "counts as received on the next working day, 2026-05-06 (Wed).",
            "Days off: 2026-05-01 to 2026-05-05 (Labour Day holiday); 2026-05-10 (Sun, weekend).",
            "Taken as working days: 2026-05-09 (Sat, make-up working day for Labour Day).",
            "Due 2026-05-12 (Tue) 17:30.",
        ],
        "zh_Hans_CN": [
            "时限5个工作日，起始当日不计入，最后一个工作日下班时（17:30）到期。",
            "2026-04-30（周四）18:00已过下班时间（17:30），视为下一个工作日2026-05-06（周三）收到。",
            "其间休息日：2026-05-01至2026-05-05（劳动节放假）；2026-05-10（周日，周末）。",
            "按工作日计算：2026-05-09（周六，劳动节调休上班）。",
            "到期时间：2026-05-12（周二）17:30。",
        ],
    },
    ("2026-03-07 10:00", "1 wd"): {
        "en": [
            "Limit of 1 working day: the starting day does not count; "
            "due at close of business (17:30) on the last working day.",
            "2026-03-07 (Sat) 10:00 is on a rest day: counts as received on the next working day, "
            "2026-03-09 (Mon).",
            "Days off: 2026-03-07 to 2026-03-08 (weekend).",
            "Due 2026-03-10 (Tue) 17:30.",
        ],
        "zh_Hans_CN": [
            "时限1个工作日，起始当日不计入，最后一个工作日下班时（17:30）到期。",
            "2026-03-07（周六）10:00为休息日，视为下一个工作日2026-03-09（周一）收到。",
            "其间休息日：2026-03-07至2026-03-08（周末）。",
            "到期时间：2026-03-10（周二）17:30。",
        ],
    },
    ("2026-03-02 09:10", "44 h"): {
        "en": [
            "Limit of 44 hours, nights, weekends and holidays included.",
            "Runs from 2026-03-02 (Mon) 09:10.",
            "Due 2026-03-04 (Wed) 05:10.",
        ],
        "zh_Hans_CN": [
            "时限44小时，连续计算，夜间、周末和节假日均计入。",
            "自2026-03-02（周一）09:10起算。",
            "到期时间：2026-03-04（周三）05:10。",
        ],
    },
    ("2026-09-17 10:00", "15 nd"): {
        "en": [
            "Limit of 15 natural days: the starting day does not count, weekends and holidays do; "
            "due at close of business (17:30) on the last day, or where that is a rest day, "
            "on the next working day.",
            "Runs from 2026-09-17 (Thu) 10:00.",
            "The last day, 2026-10-02 (Fri), is a rest day: moved to the next working day, 2026-10-08 (Thu).",
            "Days off: 2026-10-02 to 2026-10-07 (National Day holiday).",
            "Due 2026-10-08 (Thu) 17:30.",
        ],
        "zh_Hans_CN": [
            "时限15个自然日，起始当日不计入，周末和节假日计入，最后一日下班时（17:30）到期；"
            "最后一日为休息日的，顺延至下一个工作日。",
            "自2026-09-17（周四）10:00起算。",
            "最后一日2026-10-02（周五）为休息日，顺延至下一个工作日2026-10-08（周四）。",
            "其间休息日：2026-10-02至2026-10-07（国庆节放假）。",
            "到期时间：2026-10-08（周四）17:30。",
        ],
    },
    ("2026-09-19 08:00", "90 work_min"): {
        "en": [
            "Limit of 90 working minutes: "
            "only office hours on working days count (09:00–12:00, 13:30–17:30).",
            "2026-09-19 (Sat) 08:00 is outside office hours: time runs from 2026-09-20 (Sun) 09:00.",
            "Days off: 2026-09-19 (Sat, weekend).",
            "Taken as working days: 2026-09-20 (Sun, make-up working day for National Day).",
            "Due 2026-09-20 (Sun) 10:30.",
        ],
        "zh_Hans_CN": [
            "时限90分钟工作时间，只计工作日的办公时间（09:00–12:00、13:30–17:30）。",
            "2026-09-19（周六）08:00不在办公时间内，自2026-09-20（周日）09:00开始计时。",
            "其间休息日：2026-09-19（周六，周末）。",
            "按工作日计算：2026-09-20（周日，国庆节调休上班）。",
            "到期时间：2026-09-20（周日）10:30。",
        ],
    },
    ("2026-12-31 18:00", "0 wd"): {
        "en": [
            "Due by close of business (17:30) on the same working day.",
            "2026-12-31 (Thu) 18:00 is after close of business (17:30): "
            "counts as received on the next working day, 2027-01-04 (Mon).",
            "Days off: 2027-01-01 (Fri, statutory holiday); 2027-01-02 to 2027-01-03 (weekend).",
            "Due 2027-01-04 (Mon) 17:30.",
            "Rests on a calendar not yet announced (2027): the holidays fixed by law were assumed; "
            "the official arrangement may move this deadline.",
        ],
        "zh_Hans_CN": [
            "须于当日（工作日）下班前（17:30）办结。",
            "2026-12-31（周四）18:00已过下班时间（17:30），视为下一个工作日2027-01-04（周一）收到。",
            "其间休息日：2027-01-01（周五，法定节日放假）；2027-01-02至2027-01-03（周末）。",
            "到期时间：2027-01-04（周一）17:30。",
            "2027年放假安排尚未公布，暂按法定节假日推算，正式安排公布后到期时间可能变动。",
        ],
    },
}


@pytest.mark.parametrize(("start", "limit"), SAID)
def test_an_explanation_tells_rule_start_days_off_and_end(
    calendar: Calendar, hours: OfficeHours, language: str, start: str, limit: str
) -> None:
    assert told(calendar, hours, start, limit, language) == SAID[start, limit][language]


def test_neighbouring_holidays_are_told_as_one_stretch(
    calendar: Calendar, hours: OfficeHours, language: str
) -> None:
    sentences = told(calendar, hours, "2025-09-30 10:00", "1 wd", language)
    assert (
        sentences[2]
        == {
            "en": "Days off: 2025-10-01 to 2025-10-08 (National Day, Mid-Autumn Festival holiday).",
            "zh_Hans_CN": "其间休息日：2025-10-01至2025-10-08（国庆节、中秋节放假）。",
        }[language]
    )


def test_a_year_without_a_calendar_is_told(calendar: Calendar, hours: OfficeHours, language: str) -> None:
    sentences = told(calendar, hours, "2028-03-01 10:00", "1 wd", language)
    assert (
        sentences[-1]
        == {
            "en": "There is no calendar for 2028: Monday to Friday were counted as working days; "
            "holidays may move this deadline.",
            "zh_Hans_CN": "系统中没有2028年的日历，暂按周一至周五为工作日推算，到期时间可能因节假日变动。",
        }[language]
    )


def test_several_years_without_a_calendar_are_told_together(
    calendar: Calendar, hours: OfficeHours, language: str
) -> None:
    sentences = told(calendar, hours, "2028-12-29 10:00", "1 wd", language)
    assert {"en": "There is no calendar for 2028, 2029: ", "zh_Hans_CN": "系统中没有2028、2029年的日历，"}[
        language
    ] in sentences[-1]


def test_the_cap_is_told_last(calendar: Calendar, hours: OfficeHours, language: str) -> None:
    department = due(at("2026-03-02 15:00"), Limit.parse("44 h"), calendar, hours)
    overall = due(at("2026-03-02 09:10"), Limit.parse("48 h"), calendar, hours)
    with force_locale(language):
        assert (
            capped(department, overall).explanation.say()[-1]
            == {
                "en": "The overall limit ends earlier: due 2026-03-04 (Wed) 09:10 at the latest.",
                "zh_Hans_CN": "总时限先届满，最迟须于2026-03-04（周三）09:10前办结。",
            }[language]
        )


def test_local_decisions_are_told_with_and_without_a_name(hours: OfficeHours, language: str) -> None:
    storm = {"zh": "台风停工", "en": "Typhoon"}
    local_calendar = Calendar(
        {
            at("2026-07-14 00:00").date(): Day(False, storm, DaySource.OVERRIDE),
            at("2026-07-16 00:00").date(): Day(False, None, DaySource.OVERRIDE),
            at("2026-07-18 00:00").date(): Day(True, storm, DaySource.OVERRIDE),
        }
    )
    sentences = told(local_calendar, hours, "2026-07-13 10:00", "4 wd", language)
    assert (
        sentences[2:4]
        == {
            "en": [
                "Days off: 2026-07-14 (Tue, Typhoon, day off by local decision); "
                "2026-07-16 (Thu, day off by local decision); 2026-07-19 (Sun, weekend).",
                "Taken as working days: 2026-07-18 (Sat, Typhoon, working day by local decision).",
            ],
            "zh_Hans_CN": [
                "其间休息日：2026-07-14（周二，台风停工，本单位安排休息）；"
                "2026-07-16（周四，本单位安排休息）；2026-07-19（周日，周末）。",
                "按工作日计算：2026-07-18（周六，台风停工，本单位安排上班）。",
            ],
        }[language]
    )


def test_a_stored_explanation_is_read_back_and_said_the_same(
    calendar: Calendar, hours: OfficeHours, language: str
) -> None:
    for start, limit in SAID:
        explanation = due(at(start), Limit.parse(limit), calendar, hours).explanation
        stored = json.dumps(explanation.to_json(), ensure_ascii=False)
        read = Explanation.from_json(json.loads(stored))
        assert read == explanation
        with force_locale(language):
            assert read.say() == explanation.say()


def test_seconds_are_told_where_they_decide(calendar: Calendar, hours: OfficeHours, language: str) -> None:
    sentences = told(calendar, hours, "2026-03-02 17:30:01", "1 wd", language)
    assert "17:30:01" in sentences[1]


def test_a_limit_is_said_in_words(language: str) -> None:
    with force_locale(language):
        words = [
            Limit.parse(text).say() for text in ("1 min", "10 min", "1 h", "1 work_h", "2 work_h", "1 nd")
        ]
    assert (
        words
        == {
            "en": ["1 minute", "10 minutes", "1 hour", "1 working hour", "2 working hours", "1 natural day"],
            "zh_Hans_CN": ["1分钟", "10分钟", "1小时", "1小时工作时间", "2小时工作时间", "1个自然日"],
        }[language]
    )


def test_what_was_never_an_explanation_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a valid StepKind"):
        Explanation.from_json([{"step": "guessed"}])
