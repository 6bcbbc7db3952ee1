"""Handing a shift over on its page."""

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.contacts import reception
from hotline.db import transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception import suggestions
from tests.conftest import NOON
from tests.matters import Desk


def test_two_leaders_sign_one_hand_over(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    desk = Desk()
    ticket = desk.ticket("complaint", NOON)
    with transaction():
        reception.arrive(name="Zhou Li", now=NOON)
        suggestions.enter("More chairs", page="1", name="", by=desk.operator, now=NOON)
    first, second = (sign_in(person(Role.SHIFT_LEADER)) for _ in range(2))
    given = first.post("/shifts", data={"notes": "two sets of keys"})
    address = given.headers["Location"]
    page = first.get(address).text
    for shown in (ticket.number, "Zhou Li", "More chairs"):
        assert shown in page
    assert first.post(f"{address}/take").status_code == 422
    assert first.post("/shifts").status_code == 422
    assert address in second.get("/shifts").text
    assert second.post(f"{address}/take", data={"doubts": "counted"}).status_code == 303
    page = first.get(address).text
    assert "counted" in page
    assert "two sets of keys" in page
    assert sign_in(person(Role.OPERATOR)).get("/shifts").status_code == 403
