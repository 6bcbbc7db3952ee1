"""The working calendar in the browser: the year, decisions about days, the yearly notice, deadlines."""

import datetime as dt
import io
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline import working_time
from hotline.categories.terms import Stage
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Deadline
from hotline.wording import LOCAL_ZONE
from hotline.working_time import DaySource, days
from hotline.working_time.models import CalendarDay, CalendarVersion
from tests.matters import Desk, at

WORKED = dt.date(2026, 3, 10)
NOTICE = "date,is_working,name\n2026-03-10,0,Moving day\n2026-03-14,1,Moving day\n"


@pytest.fixture
def kept_calendar(app: Flask) -> Iterator[None]:
    """The calendar that all tests share, given back as it was."""
    columns = list(CalendarDay.__table__.columns)
    rows = [dict(row._mapping) for row in session.execute(sa.select(*columns))]
    newest = session.scalar(sa.select(sa.func.max(CalendarVersion.id)))
    session.rollback()
    yield
    session.rollback()
    with transaction():
        session.execute(sa.delete(CalendarVersion).where(CalendarVersion.id > newest))
        session.execute(sa.delete(CalendarDay))
        session.execute(sa.insert(CalendarDay), rows)


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    """A service manager's browser, in English."""
    signed_in = sign_in(person(Role.SERVICE_MANAGER))
    signed_in.post("/language", data={"language": "en"})
    return signed_in


def decision(day: dt.date = WORKED, state: str = "off", note: str = "The office moves") -> dict[str, str]:
    return {"day": day.isoformat(), "state": state, "name": "", "note": note}


def overall_due(ticket_id: int) -> str:
    due_at = session.scalar(
        sa.select(Deadline.due_at).where(Deadline.ticket_id == ticket_id, Deadline.stage == Stage.OVERALL)
    )
    assert due_at is not None
    return due_at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")


def test_a_year_shows_twelve_months_with_marks_beside_colours(browser: FlaskClient) -> None:
    page = browser.get("/calendar?year=2026").text
    assert page.count('class="month-days"') == 12
    assert "make-up working day, National Day, Announced" in page
    assert "holiday, Spring Festival, Announced" in page
    assert page.count('class="day-mark" aria-hidden="true"') == 33 + 7 - 1
    assert "has not been imported" not in page


def test_a_year_without_a_notice_says_so(browser: FlaskClient) -> None:
    estimated = max(row.day.year for row in session.scalars(sa.select(CalendarDay)))
    for year in (estimated, 2080):
        assert "has not been imported" in browser.get(f"/calendar?year={year}").text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("year=1066", "2000"),
        ("year=9999", "2100"),
        ("year=x", ""),
        ("day=2026-02-30", ""),
        ("day=1066-01-01", ""),
    ],
)
def test_strange_years_and_days_do_no_harm(browser: FlaskClient, query: str, title: str) -> None:
    page = browser.get(f"/calendar?{query}")
    assert page.status_code == 200
    assert f"Working calendar {title}" in page.text


def test_a_day_is_decided_with_a_reason(browser: FlaskClient, kept_calendar: None) -> None:
    assert browser.post("/calendar/days", data=decision()).status_code == 303
    assert working_time.load().day(WORKED).source is DaySource.OVERRIDE
    assert not working_time.load().is_working(WORKED)
    page = browser.get(f"/calendar?day={WORKED}").text
    assert "The office moves" in page
    assert "day-local_rest" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"note": "  "}, "note"), ({"day": "someday"}, "day"), ({"state": "perhaps"}, "state")],
)
def test_a_decision_that_says_too_little_changes_nothing(
    browser: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    before = working_time.load().version
    answer = browser.post("/calendar/days", data=decision() | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert working_time.load().version == before


def test_an_import_is_shown_before_it_happens(browser: FlaskClient, kept_calendar: None) -> None:
    before = working_time.load().version
    data = {"source": "Notice 1", "text": NOTICE, "step": "preview"}
    page = browser.post("/calendar/import", data=data)
    assert page.status_code == 200
    assert page.text.count('<th scope="row" class="text-number">2026-03-1') == 2
    assert working_time.load().version == before
    assert working_time.load().is_working(WORKED)


def test_a_notice_that_leaves_an_estimated_year_open_says_which_days_it_lacks(
    browser: FlaskClient, kept_calendar: None
) -> None:
    estimated = max(row.day.year for row in session.scalars(sa.select(CalendarDay)))
    short = f"date,is_working,name\n{estimated}-10-01,0,National Day\n2026-03-10,0,Moving day\n"
    page = browser.post(
        "/calendar/import", data={"source": "Notice 1", "text": short, "step": "preview"}
    ).text
    assert f"{estimated}-01-01" in page
    assert "2026-01-01" not in page


def test_a_shown_import_is_taken_over(browser: FlaskClient, kept_calendar: None) -> None:
    data = {"source": "Notice 1", "text": NOTICE, "step": "import"}
    assert browser.post("/calendar/import", data=data).status_code == 303
    assert not working_time.load().is_working(WORKED)
    assert working_time.load().is_working(dt.date(2026, 3, 14))
    assert days.versions(1)[0].reason == "Notice 1"
    assert "Notice 1" in browser.get("/calendar").text


def test_a_file_is_kept_for_the_second_step(browser: FlaskClient, kept_calendar: None) -> None:
    upload = (io.BytesIO("\ufeff".encode() + NOTICE.encode()), "2026.csv")
    page = browser.post("/calendar/import", data={"source": "Notice 1", "file": upload, "step": "preview"})
    assert page.status_code == 200
    assert "2026-03-14,1,Moving day" in page.text


def test_a_day_decided_by_hand_is_named_as_kept(browser: FlaskClient, kept_calendar: None) -> None:
    browser.post("/calendar/days", data=decision(dt.date(2026, 3, 14)))
    data = {"source": "Notice 1", "text": NOTICE, "step": "preview"}
    assert "left as they are: 2026-03-14" in browser.post("/calendar/import", data=data).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "date,is_working,name\n2026-13-01,0,X\n2026-03-10,x,Y\n"}, ["Line 2", "Line 3"]),
        ({"text": "day,off\n"}, ["Line 1"]),
        ({"text": "  "}, ["Choose a file or type the lines."]),
        ({"source": " "}, ["Say which notice this is."]),
    ],
)
def test_a_wrong_notice_is_refused_line_by_line(
    browser: FlaskClient, wrong: dict[str, str], said: list[str]
) -> None:
    before = working_time.load().version
    data = {"source": "Notice 1", "text": NOTICE, "step": "import"} | wrong
    answer = browser.post("/calendar/import", data=data)
    assert answer.status_code == 422
    assert all(words in answer.text for words in said)
    assert working_time.load().version == before


def test_a_file_in_another_encoding_is_refused(browser: FlaskClient) -> None:
    upload = (io.BytesIO("date,is_working,name\n2026-10-01,0,国庆节\n".encode("gb18030")), "2026.csv")
    answer = browser.post("/calendar/import", data={"source": "Notice 1", "file": upload, "step": "import"})
    assert answer.status_code == 422
    assert "UTF-8" in answer.text


def test_deadlines_move_only_when_somebody_says_so(browser: FlaskClient, kept_calendar: None) -> None:
    ticket = Desk().ticket("complaint", at("2026-03-05 10:00"))
    ticket_id, number = ticket.id, ticket.number
    assert "agrees with the calendar" in browser.get("/calendar/deadlines").text
    browser.post("/calendar/days", data=decision())
    assert overall_due(ticket_id) == "2026-03-12 17:30"
    page = browser.get("/calendar/deadlines").text
    assert number in page
    assert "2026-03-13 17:30" in page
    assert browser.post("/calendar/deadlines", data={"reason": " "}).status_code == 422
    assert overall_due(ticket_id) == "2026-03-12 17:30"
    assert browser.post("/calendar/deadlines", data={"reason": "The office moves"}).status_code == 303
    session.expire_all()
    assert overall_due(ticket_id) == "2026-03-13 17:30"
    assert "agrees with the calendar" in browser.get("/calendar/deadlines").text
