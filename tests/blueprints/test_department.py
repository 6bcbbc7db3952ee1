"""A department's board, and signing for several tickets at once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import db, session, transaction, utc_now
from hotline.dispatch import returning
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()


def sent(desk: Desk, department: str = "urban_management") -> Ticket:
    now = utc_now()
    ticket = desk.ticket("complaint", now)
    desk.send(ticket, now, department)
    return ticket


def part_of(ticket: Ticket) -> int:
    assert ticket.lead is not None
    return ticket.lead.id


def statements(page: FlaskClient, path: str) -> list[str]:
    """Return what a page asks of the database."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    session.remove()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert page.get(path).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return seen


@pytest.mark.parametrize(("role", "path"), [("clerk", "/department"), ("leader", "/review")])
def test_boards_cost_the_same_for_many_tickets_as_for_one(
    desk: Desk, sign_in: SignIn, role: str, path: str
) -> None:
    page = sign_in(desk.leader if role == "leader" else desk.clerk("urban_management"))
    returned(desk)
    page.get(path)
    for_one = statements(page, path)
    more = Desk()
    for _ in range(5):
        returned(more)
    for_six = statements(page, path)
    assert len(for_six) <= len(for_one) + 1, for_six
    assert len(for_six) <= 14, for_six


def returned(desk: Desk) -> None:
    """Send a complaint that the department asks to return, and one that it keeps."""
    sent(desk)
    ticket = sent(desk)
    clerk = somebody(Role.DEPARTMENT_CLERK, department="urban_management")
    assert ticket.lead is not None
    with transaction():
        returning.ask(
            ticket.lead, reason="other", grounds="Not ours", suggested=None, by=clerk, now=utc_now()
        )


def test_the_board_shows_ones_own_tickets_only(desk: Desk, sign_in: SignIn) -> None:
    ours, theirs = sent(desk), sent(desk, "housing")
    page = sign_in(desk.clerk("urban_management")).get("/department").text
    assert ours.number in page
    assert theirs.number not in page


def test_several_are_acknowledged_at_once_and_the_others_named(desk: Desk, sign_in: SignIn) -> None:
    first, second, theirs = sent(desk), sent(desk), sent(desk, "housing")
    page = sign_in(desk.clerk("urban_management"))
    chosen = [str(part_of(one)) for one in (first, second, theirs)] + ["999999", "x"]
    answer = page.post("/department/acknowledge", data={"part": chosen}, follow_redirects=True)
    assert answer.status_code == 200
    session.expire_all()
    assert first.lead is not None
    assert second.lead is not None
    assert theirs.lead is not None
    assert first.lead.acknowledged_at is not None
    assert second.lead.acknowledged_at is not None
    assert theirs.lead.acknowledged_at is None
    assert answer.text.count("notice-error") == 2
    assert theirs.number not in answer.text


def test_an_information_officer_follows_but_does_not_sign(desk: Desk, sign_in: SignIn) -> None:
    ticket = sent(desk)
    page = sign_in(somebody(Role.INFORMATION_OFFICER, department="urban_management"))
    assert ticket.number in page.get("/department").text
    answer = page.post("/department/acknowledge", data={"part": [str(part_of(ticket))]})
    assert answer.status_code == 403


@pytest.mark.parametrize("show", ["all", "new", "pressing", "waiting", "nonsense"])
def test_the_board_has_its_tabs(desk: Desk, sign_in: SignIn, show: str) -> None:
    sent(desk)
    answer = sign_in(desk.clerk("urban_management")).get(f"/department?show={show}")
    assert answer.status_code == 200
