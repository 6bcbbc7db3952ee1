"""Hot issues on their pages."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.repeats.models import HotIssue
from tests.conftest import NOON
from tests.matters import Desk


@pytest.fixture
def leader(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    return sign_in(person(Role.SHIFT_LEADER))


def test_a_hot_issue_is_opened_filled_answered_and_closed(leader: FlaskClient) -> None:
    desk = Desk()
    first, second = (desk.ticket("consultation", NOON, phone=f"1380000000{one}") for one in range(2))
    assert leader.post("/hot-issues", data={"title": ""}).status_code == 422
    address = leader.post("/hot-issues", data={"title": "Lamps out"}).headers["Location"]
    assert leader.post(f"{address}/tickets", data={"number": "1"}).status_code == 422
    for ticket in (first, second):
        assert leader.post(f"{address}/tickets", data={"number": ticket.number}).status_code == 303
        desk.send(ticket, NOON)
    assert leader.post(f"{address}/answer/{first.number}").status_code == 409
    desk.reply(first, NOON)
    assert leader.post(f"{address}/answer/{first.number}").status_code == 303
    page = leader.get(address).text
    assert "The lamp was mended." in page
    assert second.number in page
    assert leader.post(f"{address}/share").status_code == 303
    assert leader.post(f"{address}/tickets/{second.number}/remove").status_code == 303
    assert second.number not in leader.get(address).text
    assert "Lamps out" in leader.get("/hot-issues").text
    assert leader.post(f"{address}/close").status_code == 303
    assert "Lamps out" not in leader.get("/hot-issues").text
    assert "Lamps out" in leader.get("/hot-issues?view=closed").text


def test_operators_add_tickets_and_leaders_decide(
    leader: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    ticket = Desk().ticket("complaint", NOON)
    address = leader.post("/hot-issues", data={"title": "Lamps out"}).headers["Location"]
    operator = sign_in(person(Role.OPERATOR))
    assert operator.post("/hot-issues", data={"title": "Mine"}).status_code == 403
    assert operator.post(f"{address}/tickets", data={"number": ticket.number}).status_code == 303
    for act in ("close", "share", f"answer/{ticket.number}", f"tickets/{ticket.number}/remove"):
        assert operator.post(f"{address}/{act}").status_code == 403
    assert session.scalars(sa.select(HotIssue.closed_at)).all() == [None]
