"""Messages and call-backs on their pages, and the calls the desk writes down."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.callbacks.customer_models import CustomerCall
from hotline.categories.terms import CallbackKind
from hotline.contacts.models import Reveal
from hotline.db import session, transaction
from hotline.errands import owing
from hotline.errands.models import Errand, OutboundCall
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import NOON
from tests.matters import Desk

RANG = {"kind": "call_back", "phone": "0551-62345678", "name": "Zhou", "words": "about the water bill"}


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    return sign_in(person(Role.OPERATOR))


def test_who_is_to_be_called_back_is_noted_tried_and_done(browser: FlaskClient) -> None:
    assert browser.post("/errands", data=RANG | {"phone": "12"}).status_code == 422
    assert browser.post("/errands", data=RANG).status_code == 303
    page = browser.get("/errands").text
    assert "about the water bill" in page
    assert "62345678" not in page
    address = f"/errands/{session.scalars(sa.select(Errand.id)).one()}"
    assert "62345678" not in browser.get(address).text
    assert "0551" in browser.post(f"{address}/number").text
    assert "62345678" in browser.post(f"{address}/number").text
    assert browser.post(f"{address}/attempt", data={"note": "busy"}).status_code == 303
    assert "busy" in browser.get(address).text
    assert browser.post(f"{address}/finish", data={"outcome": ""}).status_code == 422
    done = browser.post(f"{address}/finish", data={"outcome": "explained", "called": "1"})
    assert done.status_code == 303
    assert session.scalars(sa.select(OutboundCall.is_reached).order_by(OutboundCall.id)).all() == [
        False,
        True,
    ]
    assert "explained" in browser.get("/errands?view=done").text


def test_looking_at_a_known_caller_s_number_is_written_down(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    desk, wang = Desk(), person(Role.KNOWLEDGE_EDITOR)
    with transaction():
        errand = owing.leave_message(
            desk.contact("message", NOON), wang, words="call me", by=desk.operator, now=NOON
        )
    theirs, stranger = sign_in(wang), sign_in(person(Role.KNOWLEDGE_EDITOR))
    assert "13812345678" in theirs.post(f"/errands/{errand.id}/number").text
    assert session.scalars(sa.select(Reveal.revealed_by_id)).all() == [wang.id]
    assert stranger.get(f"/errands/{errand.id}").status_code == 404
    assert theirs.post(f"/errands/{errand.id}/deliver").status_code == 303
    assert errand.delivered_at is not None


def test_a_missed_call_noted_here_is_owed_by_the_callbacks(browser: FlaskClient) -> None:
    for _ in range(2):
        assert browser.post("/errands", data=RANG | {"kind": "missed_call"}).status_code == 303
    assert session.scalars(sa.select(CustomerCall.kind)).all() == [CallbackKind.MISSED_CALL]
    assert session.scalars(sa.select(Errand)).all() == []
    assert "回访" in browser.get("/errands").text


def test_what_is_nobody_s_is_taken_by_one(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient], browser: FlaskClient
) -> None:
    with transaction():
        errand = owing.note_call(phone="0551-62345678", by=None, now=NOON)
    other = sign_in(person(Role.OPERATOR))
    assert other.post(f"/errands/{errand.id}/take").status_code == 303
    assert browser.post(f"/errands/{errand.id}/take").status_code == 404, "it is the other's now"
    session.refresh(errand)
    assert errand.owner is not None


def test_calls_made_are_written_down_with_their_purpose(browser: FlaskClient) -> None:
    call = {"phone": "138 1234 5678", "purpose": "ask_caller", "is_reached": "y", "note": "asked"}
    assert browser.post("/errands/calls", data=call | {"purpose": ""}).status_code == 422
    assert browser.post("/errands/calls", data=call | {"number": "2601010000019"}).status_code == 422
    ticket = Desk().ticket("complaint", NOON)
    assert browser.post("/errands/calls", data=call | {"number": ticket.number}).status_code == 303
    page = browser.get("/errands/calls").text
    assert ticket.number in page
    assert "138****5678" in page
    assert "asked" not in browser.get("/errands/calls?day=2020-01-01").text
