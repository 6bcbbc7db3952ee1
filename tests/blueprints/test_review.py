"""The shift leader's review: the queue, the order made ready, dispatching."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]
OPINIONS = {
    "opinions-0": "Call her",
    "opinions-1": "Report within 22 hours",
    "opinions-2": "The information officer follows up",
}


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()


@pytest.fixture
def help_asked(desk: Desk) -> Ticket:
    """A help request that waits for review."""
    ticket = desk.ticket("help", utc_now())
    with transaction():
        registration.send_on(ticket, by=desk.operator, now=utc_now())
    return ticket


def test_the_queue_is_by_priority(desk: Desk, sign_in: SignIn, help_asked: Ticket) -> None:
    tip_off = desk.ticket("tip_off", utc_now())
    with transaction():
        registration.send_on(tip_off, by=desk.operator, now=utc_now())
    page = sign_in(desk.leader).get("/review").text
    assert page.index(help_asked.number) < page.index(tip_off.number)


def test_opinions_are_made_ready_and_all_required(desk: Desk, sign_in: SignIn, help_asked: Ticket) -> None:
    page = sign_in(desk.leader)
    shown = page.get(f"/review/{help_asked.number}").text
    assert "22小时" in shown
    assert shown.count('name="opinions-') == 3
    data = OPINIONS | {"lead": "civil_affairs", "opinions-1": "  "}
    answer = page.post(f"/review/{help_asked.number}", data=data)
    assert answer.status_code == 422
    assert "Call her" in answer.text
    session.expire_all()
    assert help_asked.status is TicketStatus.TO_REVIEW


def test_dispatching_with_an_assisting_department(desk: Desk, sign_in: SignIn, help_asked: Ticket) -> None:
    data = OPINIONS | {"lead": "civil_affairs", "assists": ["housing"]}
    answer = sign_in(desk.leader).post(f"/review/{help_asked.number}", data=data)
    assert answer.status_code == 303
    session.expire_all()
    assert help_asked.status is TicketStatus.DISPATCHED
    assert [(one.department.code, one.part.value) for one in help_asked.assignments] == [
        ("civil_affairs", "lead"),
        ("housing", "assist"),
    ]


def test_a_ticket_already_dispatched_is_shown_not_dispatched_again(
    desk: Desk, sign_in: SignIn, help_asked: Ticket
) -> None:
    page = sign_in(desk.leader)
    data = OPINIONS | {"lead": "civil_affairs"}
    page.post(f"/review/{help_asked.number}", data=data)
    again = page.post(f"/review/{help_asked.number}", data=data)
    assert again.headers["Location"].endswith(f"/tickets/{help_asked.number}")
    session.expire_all()
    assert len(help_asked.assignments) == 1


def test_operators_do_not_review(desk: Desk, sign_in: SignIn, help_asked: Ticket) -> None:
    assert sign_in(desk.operator).get("/review").status_code == 403


def test_a_tip_off_is_offered_only_to_those_who_take_them(desk: Desk, sign_in: SignIn) -> None:
    tip_off = desk.ticket("tip_off", utc_now())
    with transaction():
        registration.send_on(tip_off, by=desk.operator, now=utc_now())
    page = sign_in(desk.leader).get(f"/review/{tip_off.number}").text
    assert 'value="discipline"' in page
    assert 'value="urban_management"' not in page


def test_oversight_shows_counts_and_supervision(desk: Desk, sign_in: SignIn) -> None:
    officer = somebody(Role.OVERSIGHT_OFFICER)
    now = utc_now()
    ticket = desk.ticket("complaint", now)
    desk.send(ticket, now)
    page = sign_in(officer)
    url = f"/tickets/{ticket.number}"
    assert page.post(f"{url}/supervise", data={"supervise-reason": "Repeated"}).status_code == 303
    shown = page.get("/supervision").text
    assert ticket.number in shown
    assert "市城市管理局" in shown
    assert page.post(f"{url}/end_supervision", data={"end_supervision-outcome": "Done"}).status_code == 303
    assert page.get("/supervision?month=2020-01").status_code == 200
    assert page.get("/supervision?month=nonsense").status_code == 200
    assert page.get("/supervision/urges/1").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
