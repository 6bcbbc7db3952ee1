"""`deadline explain`: the dates of the field's scenarios, in the fixed shape, in both languages."""

import json

import pytest
from flask import Flask

SHAPE = [
    "category",
    "received_at",
    "front_desk_due",
    "department_due",
    "overall_due",
    "callback_due",
    "explanation",
]


def explained(app: Flask, *arguments: str) -> dict[str, object]:
    ran = app.test_cli_runner().invoke(args=["deadline", "explain", *arguments, "--json"])
    assert ran.exit_code == 0, ran.output
    found: dict[str, object] = json.loads(ran.output)
    assert list(found) == SHAPE
    return found


@pytest.mark.parametrize(
    ("category", "received", "dispatched", "front_desk", "department", "overall"),
    [
        ("consultation", "2026-03-02T09:10", "2026-03-02T10:00", "03-02 13:10", "03-04 06:00", "03-04 09:10"),
        ("consultation", "2026-03-02T09:10", "2026-03-02T15:00", "03-02 13:10", "03-04 09:10", "03-04 09:10"),
        ("consultation", "2026-02-13T16:30", "2026-02-13T18:00", "02-13 20:30", "02-15 14:00", "02-15 16:30"),
        ("help", "2026-03-05T22:40", "2026-03-05T23:05", "03-06 00:40", "03-06 21:05", "03-06 22:40"),
        ("complaint", "2026-04-27T10:00", "2026-04-27T11:00", "04-27 14:00", "05-07 17:30", "05-07 17:30"),
        ("complaint", "2026-09-24T10:00", "2026-09-24T10:30", "09-24 14:00", "10-09 17:30", "10-09 17:30"),
    ],
)
def test_the_dates_of_the_scenarios(
    app: Flask, category: str, received: str, dispatched: str, front_desk: str, department: str, overall: str
) -> None:
    found = explained(
        app, "--category", category, "--received", f"{received}+08:00", "--dispatched", f"{dispatched}+08:00"
    )
    said = [found[f"{stage}_due"] for stage in ("front_desk", "department", "overall")]
    wanted = [f"2026-{one.replace(' ', 'T')}:00+08:00" for one in (front_desk, department, overall)]
    assert said == wanted


def test_a_callback_counts_from_closing(app: Flask) -> None:
    found = explained(
        app, "--category", "complaint", "--received", "2026-04-20T10:00", "--closed", "2026-04-28T10:00"
    )
    assert found["callback_due"] == "2026-05-06T17:30:00+08:00"


def test_what_has_no_limit_is_null(app: Flask) -> None:
    found = explained(app, "--category", "praise", "--received", "2026-03-02T09:00")
    assert (found["department_due"], found["overall_due"], found["callback_due"]) == (None, None, None)


def test_a_moment_in_another_zone_is_the_same_moment(app: Flask) -> None:
    beijing = explained(app, "--category", "complaint", "--received", "2026-09-24T10:00+08:00")
    utc = explained(app, "--category", "complaint", "--received", "2026-09-24T02:00+00:00")
    plain = explained(app, "--category", "complaint", "--received", "2026-09-24T10:00")
    assert beijing == utc == plain


@pytest.mark.parametrize(("lang", "words"), [("en", "Limit of 5 working days"), ("zh", "5个工作日")])
def test_it_says_why_in_both_languages(app: Flask, lang: str, words: str) -> None:
    ran = app.test_cli_runner().invoke(
        args=[
            "deadline",
            "explain",
            "--category",
            "complaint",
            "--received",
            "2026-09-24T10:00",
            "--lang",
            lang,
        ]
    )
    assert ran.exit_code == 0
    assert words in ran.output.replace(" ", "") or words in ran.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--category", "nothing", "--received", "2026-03-02T09:00"),
        ("--category", "complaint", "--received", "yesterday"),
        ("--category", "complaint"),
        ("--category", "help", "--received", "2026-03-05T22:40", "--dispatched", "2026-03-05T20:00"),
        ("--category", "help", "--received", "2026-03-05T22:40", "--closed", "2026-03-05T20:00"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_a_sentence(app: Flask, arguments: tuple[str, ...]) -> None:
    ran = app.test_cli_runner().invoke(args=["deadline", "explain", *arguments])
    assert ran.exit_code != 0
    assert "Traceback" not in ran.output


def test_a_category_without_limits_says_so(app: Flask) -> None:
    arguments = [
        "deadline",
        "explain",
        "--category",
        "redirect",
        "--received",
        "2026-03-05T22:40",
        "--lang",
        "en",
    ]
    assert "No limit runs for this category." in app.test_cli_runner().invoke(args=arguments).output
