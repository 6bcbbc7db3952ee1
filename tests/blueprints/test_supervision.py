"""Oversight: urging notices to print, and who may see them."""

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction, utc_now
from hotline.dispatch import asking, sweep
from hotline.dispatch.asking import Asked
from hotline.dispatch.models import Urge
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.statistics import facts, periods
from tests.matters import Desk, at, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()


@pytest.fixture
def notice(desk: Desk) -> Urge:
    """A complaint of the urban management bureau, overdue, with its written notice."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    moment = at("2026-03-10 09:00")
    for _, deadline_id in sweep.due(moment):
        with transaction():
            sweep.look(deadline_id, now=moment)
    return session.scalars(sa.select(Urge)).one()


def test_a_notice_is_listed_and_prints(desk: Desk, sign_in: SignIn, notice: Urge) -> None:
    page = sign_in(somebody(Role.OVERSIGHT_OFFICER))
    assert notice.notice_number is not None
    assert notice.notice_number in page.get("/supervision").text
    printed = page.get(f"/supervision/urges/{notice.id}").text
    assert notice.ticket.number in printed
    assert "2026-03-09 17:30" in printed


def test_each_departments_counts_lead_to_their_matters(desk: Desk, sign_in: SignIn, notice: Urge) -> None:
    facts.rebuild(periods.month(dt.date(2026, 3, 1)), now=utc_now())
    page = sign_in(somebody(Role.OVERSIGHT_OFFICER))
    shown = page.get("/supervision?month=2026-03").text
    (link,) = re.findall(r'href="(/statistics/matters[^"]*count=dispatched[^"]*)"', shown)
    assert "department=urban_management" in link
    assert notice.ticket.number in page.get(html.unescape(link)).text
    assert "count=department_in_time" not in shown, "none of them was in time, and nothing leads nowhere"


def test_what_was_urged_leads_to_its_tickets(desk: Desk, sign_in: SignIn, notice: Urge) -> None:
    page = sign_in(somebody(Role.OVERSIGHT_OFFICER))
    links = re.findall(
        r'<a href="(/supervision/departments/[^"]*)">(\d+)</a>', page.get("/supervision?month=2026-03").text
    )
    assert [(html.unescape(url).split("?")[0].rsplit("/", 1)[1], count) for url, count in links] == [
        ("urged", "1"),
        ("notices", "1"),
    ]
    for url, _count in links:
        assert notice.ticket.number in page.get(html.unescape(url)).text
        assert sign_in(desk.clerk("urban_management")).get(html.unescape(url)).status_code == 403
        page = sign_in(somebody(Role.OVERSIGHT_OFFICER))
    assert page.get("/supervision/departments/urban_management/praised").status_code == 404


def test_of_a_sealed_matter_only_the_day_is_told(desk: Desk, sign_in: SignIn, notice: Urge) -> None:
    with transaction():
        notice.ticket.confidentiality = Confidentiality.RESTRICTED
    address = "/supervision/departments/urban_management/urged?month=2026-03"
    shown = sign_in(desk.leader).get(address).text
    assert notice.ticket.number in shown, "a shift leader may know"
    unit = departments.by_code("urban_management")
    assert unit is not None
    period = periods.month(dt.date(2026, 3, 1))
    (line,) = asking.behind(Asked.URGED, unit.id, period.begins, period.ends, somebody(Role.OPERATOR))
    assert line.ticket is None
    assert line.day == dt.date(2026, 3, 10)


def test_a_notice_is_its_departments_and_nobody_elses(desk: Desk, sign_in: SignIn, notice: Urge) -> None:
    url = f"/supervision/urges/{notice.id}"
    assert sign_in(desk.clerk("urban_management")).get(url).status_code == 200
    assert sign_in(desk.clerk("housing")).get(url).status_code == 404
    assert sign_in(desk.clerk("urban_management")).get("/supervision").status_code == 403
