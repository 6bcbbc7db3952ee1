"""The statistics pages: open to those who lead, every number leading to its matters."""

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.statistics import export_writing, exports, facts, figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.periods import day, local_day
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]
PAGES = (
    "/statistics",
    "/statistics/callbacks",
    "/statistics/timeliness",
    "/statistics/ranking",
    "/statistics/patterns",
    "/statistics/measures",
    "/statistics/board",
    "/statistics/wallboard",
    "/statistics/months",
    "/statistics/exports",
)


@pytest.fixture
def desk(app: Flask) -> Desk:
    """One call answered at once and one complaint, today."""
    desk = Desk()
    desk.answered_at_once(utc_now())
    ticket = desk.ticket("complaint", utc_now())
    desk.send(ticket, utc_now())
    return desk


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_page_opens_in_both_languages(desk: Desk, sign_in: SignIn, language: str) -> None:
    browser = sign_in(desk.manager)
    browser.post("/language", data={"language": language})
    for path in PAGES:
        assert browser.get(path).status_code == 200, path
        assert browser.get(f"{path}?span=range&from=2026-01-01&to=2026-12-31").status_code == 200, path


def test_what_the_board_counts_leads_to_its_matters(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(desk.manager)
    board = html.unescape(browser.get("/statistics/board").text)
    links = dict(re.findall(r'<a href="(/[^"]*)">([^<]+)</a>', board))
    today = [one for one in links if one.startswith("/statistics/matters") and "span=day" in one]
    assert len(today) == 3, "received, answered at once, dispatched"
    assert [links[one] for one in links if "view=open&status=dispatched" in one] == ["1"]
    (department,) = (one for one in links if "view=with_departments&department=" in one)
    for path in (*today, department):
        assert browser.get(path).status_code == 200
    assert browser.get(department).text.count("data-listnav-item") == 1
    (soon,) = (one for one in links if "due=soon" in one)
    with transaction():
        (late,) = session.scalars(sa.select(Ticket).where(Ticket.status == TicketStatus.DISPATCHED))
        late.next_due_at = utc_now() + dt.timedelta(hours=1)
    assert browser.get(soon).text.count("data-listnav-item") == 1
    with transaction():
        late.next_due_at = utc_now() - dt.timedelta(hours=1)
    assert browser.get(soon).text.count("data-listnav-item") == 0
    (overdue,) = re.findall(r'href="(/tickets[^"]*due=overdue)">1</a>', browser.get("/statistics/board").text)
    assert browser.get(html.unescape(overdue)).text.count("data-listnav-item") == 1


def test_every_number_leads_to_as_many_matters(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(desk.manager)
    shown = browser.get("/statistics").text
    links = re.findall(r'<a href="(/statistics/matters[^"]*)">([\d,]+)</a>', shown)
    assert links
    for url, number in links:
        page = browser.get(url.replace("&amp;", "&"))
        rows = page.get_data(as_text=True).count('<td class="text-number">20')
        assert (page.status_code, rows) == (200, int(number)), url


def test_a_departments_head_sees_the_own_figures_only(desk: Desk, sign_in: SignIn) -> None:
    head = somebody(Role.DEPARTMENT_HEAD, department="water_group")
    browser = sign_in(head)
    html = browser.get("/statistics?department=urban_management").get_data(as_text=True)
    assert "市城市管理局" not in html
    assert browser.get("/statistics/ranking").status_code == 403
    assert browser.get("/statistics/board").status_code == 403
    own = sign_in(somebody(Role.DEPARTMENT_HEAD, department="urban_management"))
    assert "市城市管理局" in own.get("/statistics").get_data(as_text=True)


def test_operators_do_not_see_figures(desk: Desk, sign_in: SignIn) -> None:
    assert sign_in(desk.operator).get("/statistics").status_code == 403


@pytest.mark.parametrize(
    "query", ["span=range&from=2026-03-02&to=2026-03-01", "department=nowhere", "channel=nothing"]
)
def test_an_impossible_choice_is_refused_in_words(desk: Desk, sign_in: SignIn, query: str) -> None:
    assert sign_in(desk.manager).get(f"/statistics?{query}").status_code in (404, 409)


def test_counts_of_two_kinds_have_no_common_list(desk: Desk, sign_in: SignIn) -> None:
    assert sign_in(desk.manager).get("/statistics/matters?count=contacts,rated").status_code == 404


def test_an_export_is_asked_for_written_and_fetched_in_parts(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(desk.manager)
    asked = browser.post("/statistics/exports?count=contacts", data={"columns": ["number"], "format": "csv"})
    assert asked.status_code == 303
    assert "/statistics/exports" in asked.location
    export_writing.write_next(utc_now)
    (export,) = exports.of_person(desk.manager)
    url = f"/statistics/exports/{export.id}"
    with browser.get(url) as whole, browser.get(url, headers={"Range": "bytes=5-"}) as rest:
        assert (rest.status_code, rest.data) == (206, whole.data[5:])
    assert sign_in(desk.leader).get(f"/statistics/exports/{export.id}").status_code == 404


def test_a_month_is_frozen_read_and_printed(desk: Desk, sign_in: SignIn) -> None:
    facts.catch_up(utc_now())
    browser = sign_in(desk.manager)
    assert browser.post("/statistics/months", data={"month": "2026-01"}).status_code == 303
    for path in (
        "/statistics/months/2026-01",
        "/statistics/months/2026-01?print=1",
        "/statistics/months/2026-01.xlsx",
    ):
        assert browser.get(path).status_code == 200, path
    words = {"summary": "Quiet", "problems": "", "actions": ""}
    assert browser.post("/statistics/months/2026-01/words", data=words).status_code == 303
    points = {"whom": f"staff:{desk.agent.id}", "points": "-2", "reason": "Late"}
    assert browser.post("/statistics/months/2026-01/scores", data=points).status_code == 303
    assert browser.post("/statistics/months/2026-01/sign").status_code == 303
    assert browser.post("/statistics/months/2026-01/words", data=words).status_code == 409
    assert "Quiet" in browser.get("/statistics/months/2026-01").get_data(as_text=True)


@pytest.mark.parametrize("post", ["words", "scores", "sign"])
def test_who_may_not_open_a_month_is_not_shown_it_by_a_form_either(
    desk: Desk, sign_in: SignIn, post: str
) -> None:
    facts.catch_up(utc_now())
    sign_in(desk.manager).post("/statistics/months", data={"month": "2026-01"})
    browser = sign_in(somebody(Role.DEPARTMENT_HEAD, department="urban_management"))
    assert browser.get("/statistics/months/2026-01").status_code == 403
    assert browser.post(f"/statistics/months/2026-01/{post}", data={}).status_code == 403
    assert browser.post("/statistics/months", data={}).status_code == 403


def test_a_contact_without_a_ticket_is_listed_without_its_callers_words(desk: Desk, sign_in: SignIn) -> None:
    page = sign_in(desk.manager).get("/statistics/matters?count=answered_at_once")
    assert '<td class="text-number">20' in page.text
    assert "A lamp is out" not in page.text


def test_sealed_matters_are_in_the_sums_and_told_apart_by_nobody_else(desk: Desk, sign_in: SignIn) -> None:
    now = utc_now()
    desk.ticket("tip_off", now)
    today = day(local_day(now))
    whole = figures.sums(today, now=now)
    by_hour = figures.sums(today, now=now, by="hour")
    assert whole.amount("contacts") == 3
    assert sum(by_hour.amount("contacts", one) for one in by_hour.groups) == 2, "nobody reads when it came in"
    leader, inspector = sign_in(desk.leader), sign_in(somebody(Role.INSPECTOR))
    apart = "/statistics?span=day&category=tip_off"
    assert (leader.get(apart).status_code, inspector.get(apart).status_code) == (200, 404)
    assert "category=tip_off" in leader.get("/statistics?span=day").text
    assert "category=tip_off" not in inspector.get("/statistics?span=day").text
    listed = inspector.get("/statistics/matters?span=day&count=contacts").text
    assert listed.count('<td class="text-number">20') == 3, "the list is as long as the figure"
    assert listed.count(f'<td class="text-number">{local_day(now)}</td>') == 1, "its hour is not told"
    (hour,) = by_hour.groups
    along = f"/statistics/matters?span=day&count=contacts&axis=hour&key={hour}"
    assert leader.get(along).text.count('<td class="text-number">20') == 2


def test_programs_read_the_figures_with_their_definitions(desk: Desk, sign_in: SignIn) -> None:
    read = sign_in(desk.manager).get("/statistics/figures.json?span=day").json
    assert read is not None
    calls = {one["code"]: one for one in read["measures"]}
    assert set(calls) == set(MEASURES)
    assert (calls["at_once_rate"]["numerator"], calls["at_once_rate"]["denominator"]) == (1, 2)
    assert calls["handling_rate"]["name"] == {"zh": "来电处理率", "en": "Call handling rate"}
    assert calls["handling_rate"]["target"] == 90
    assert read["first"] == read["last"] == local_day(utc_now()).isoformat()
    assert (
        sign_in(somebody(Role.INSPECTOR)).get("/statistics/figures.json?category=tip_off").status_code == 404
    )
