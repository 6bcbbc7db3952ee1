"""A contact becomes a ticket, or goes to one there is: what is asked, what is told, nothing twice."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.contacts.models import Call, Contact, Disposition
from hotline.db import session, utc_now
from hotline.dispatch.models import Urge, UrgeOrigin
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.blueprints.intake.desk import HELP, RARE, count, saved, send, ticket_of


def test_each_page_opens_as_a_form_of_its_own(browser: FlaskClient) -> None:
    for channel in ("call", "visit", "letter"):
        first, second = (browser.get(f"/intake/{channel}").headers["Location"] for _ in range(2))
        assert first != second
        assert browser.get(first).status_code == 200


def test_a_trainee_is_told_before_typing_and_refused_after(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser = sign_in(person(Role.TRAINEE))
    page = browser.get("/intake/call", follow_redirects=True).text
    assert 'name="title"' not in page
    assert send(browser, HELP).status_code == 422
    assert count(Contact) == 0
    assert 'name="title"' in browser.get("/intake/letter", follow_redirects=True).text


def test_a_help_request_waits_for_the_shift_leader(browser: FlaskClient, operator: Staff) -> None:
    ticket = ticket_of(saved(browser, HELP))
    assert ticket.status is TicketStatus.TO_REVIEW
    assert ticket.facts == {"demand": "A new cover"}
    assert ticket.first_contact_owner == operator
    assert (ticket.place, ticket.content) == ("Renmin Road 12", HELP["content"])


def test_the_caller_hears_number_code_and_when(browser: FlaskClient) -> None:
    contact = saved(browser, HELP)
    ticket = ticket_of(contact)
    page = browser.get(f"/intake/saved/{contact.id}").text
    assert f"{ticket.number[:6]} {ticket.number[6:10]} {ticket.number[10:]}" in page
    assert f"{ticket.query_code[:3]} {ticket.query_code[3:]}" in page


def test_what_was_told_to_a_caller_is_seen_by_its_operator_alone(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    contact = saved(browser, HELP)
    assert sign_in(person(Role.OPERATOR)).get(f"/intake/saved/{contact.id}").status_code == 404
    assert sign_in(person(Role.SHIFT_LEADER)).get(f"/intake/saved/{contact.id}").status_code == 200


def test_what_a_category_needs_is_said_beside_its_field_and_typed_text_stays(browser: FlaskClient) -> None:
    answer = send(browser, {**HELP, "name": "", "place": "", "demand": "", "content": RARE})
    assert answer.status_code == 422
    for field in ("name", "place", "demand"):
        assert f'id="{field}-error"' in answer.text
    assert RARE in answer.text.replace("&#39;", "'")
    assert count(Contact) == 0


def test_a_known_callers_name_is_not_asked_again(browser: FlaskClient) -> None:
    saved(browser, HELP)
    again = saved(browser, {**HELP, "name": "", "phone": "13812345678"})
    assert again.requester is not None
    assert again.requester.name == "Wang Fang"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "12345678901234"}, "phone"),
        ({"title": ""}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"content": "字" * 20_001}, "content"),
        ({"readback": ""}, "readback"),
        ({"category": ""}, "category"),
        ({"ring_count": "100"}, "ring_count"),
        ({"urgency": "yesterday"}, "urgency"),
    ],
)
def test_bad_input_is_told_beside_its_field(browser: FlaskClient, change: dict[str, str], field: str) -> None:
    answer = send(browser, HELP | change)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert count(Contact) == 0


def test_sending_twice_saves_once_and_shows_the_same(browser: FlaskClient) -> None:
    key = str(uuid.uuid4())
    first, second = saved(browser, HELP, key=key), saved(browser, HELP, key=key)
    assert first.id == second.id
    assert (count(Contact), count(Ticket)) == (1, 1)
    assert browser.get(f"/intake/call/{key}").headers["Location"].endswith(f"/saved/{first.id}")


def test_help_without_contact_becomes_a_suggestion_once_that_was_explained(browser: FlaskClient) -> None:
    fields = HELP | {"phone": ""}
    refused = send(browser, fields)
    assert refused.status_code == 422
    assert 'id="contact_refused-error"' in refused.text
    ticket = ticket_of(saved(browser, fields | {"contact_refused": "y"}))
    assert (ticket.category, ticket.original_category) == ("suggestion", "help")
    assert ticket.overall_due_at is None


def test_a_call_keeps_its_rings_and_how_long_it_took(browser: FlaskClient) -> None:
    opened = (utc_now() - dt.timedelta(seconds=85)).isoformat()
    call = saved(browser, HELP | {"ring_count": "4", "opened_at": opened})
    assert isinstance(call, Call)
    assert call.is_answered_late
    assert call.talk_seconds is not None
    assert 85 <= call.talk_seconds < 95
    assert call.received_at.isoformat() == opened


def test_twenty_thousand_characters_reach_the_ticket(browser: FlaskClient) -> None:
    content = "字" * (20_000 - len(RARE)) + RARE
    assert ticket_of(saved(browser, HELP | {"content": content})).content == content


def test_nothing_else_can_be_done_with_a_form(browser: FlaskClient) -> None:
    assert send(browser, HELP | {"action": "close"}).status_code == 400
    assert browser.get("/intake/call/not-a-key").status_code == 404
    assert browser.post("/intake/call/check/csrf_nothing").status_code == 404


def test_a_call_is_saved_while_the_queue_is_down(app: Flask, browser: FlaskClient) -> None:
    queue = app.extensions["queue"]
    connection = queue.connection
    working = dict(connection.connection_pool.connection_kwargs)
    connection.connection_pool.disconnect()
    connection.connection_pool.connection_kwargs["path"] = "/nonexistent/redis.sock"
    try:
        contact = saved(browser, HELP | {"category": "complaint", "object": "A site"})
    finally:
        connection.connection_pool.connection_kwargs.clear()
        connection.connection_pool.connection_kwargs.update(working)
        connection.connection_pool.disconnect()
    assert ticket_of(contact).status is TicketStatus.REGISTERED


def test_a_caller_who_asks_again_is_put_to_the_open_ticket(browser: FlaskClient, sent: Ticket) -> None:
    card = browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    assert f'name="join" value="{sent.number}"' in card
    contact = saved(browser, {"phone": "13812345678", "readback": "y", "join": sent.number})
    assert (contact.disposition, contact.ticket_id) == (Disposition.ADDED, sent.id)
    assert count(Ticket) == 1
    assert session.scalars(sa.select(Urge.origin)).all() == [UrgeOrigin.CALLER]
    assert sent.number[:6] in browser.get(f"/intake/saved/{contact.id}").text


def test_nobody_is_put_to_a_ticket_that_is_not_there(browser: FlaskClient) -> None:
    answer = send(browser, {"phone": "13812345678", "readback": "y", "join": "2603040000017"})
    assert answer.status_code == 422
    assert count(Contact) == 0
