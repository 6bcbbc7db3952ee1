"""Letters: their register, their classes, filed only with a reason."""

import datetime as dt

import pytest
from flask.testing import FlaskClient

from hotline.contacts.models import Contact, Disposition, Letter
from hotline.tickets.models import Ticket
from tests.blueprints.intake.desk import HELP, RARE, count, saved, send, ticket_of


def test_a_letter_gets_its_number_in_the_register(browser: FlaskClient) -> None:
    letter = saved(
        browser,
        {
            "letter_class": "complaint",
            "received_at": "2026-03-02T09:10",
            "written_on": "2026-02-27",
            "copies": "2",
            "name": "Wang Fang",
            "address": "Renmin Road 12",
            "title": "Noise at night",
            "content": RARE,
            "category": "complaint",
            "object": "A building site",
            "demand": "Quiet",
            "reply_wanted": "y",
            "action": "ticket",
        },
        "letter",
    )
    assert isinstance(letter, Letter)
    assert letter.received_at == dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
    assert (letter.written_on, letter.copies) == (dt.date(2026, 2, 27), 2)
    assert letter.register_number in browser.get(f"/intake/saved/{letter.id}").text
    assert ticket_of(letter).content == RARE


@pytest.mark.parametrize(
    "change", [{"letter_class": ""}, {"received_at": "2999-01-01T00:00"}, {"copies": "0"}]
)
def test_bad_letters_are_told_beside_their_field(browser: FlaskClient, change: dict[str, str]) -> None:
    fields = {
        "letter_class": "praise",
        "title": "Thanks",
        "category": "praise",
        "praised": "Li",
        "deed": "Help",
    }
    answer = send(browser, fields | change, "letter")
    assert answer.status_code == 422
    assert f'id="{next(iter(change))}-error"' in answer.text


def test_a_letter_without_a_ticket_needs_a_reason(browser: FlaskClient) -> None:
    fields = {"letter_class": "complaint", "title": "Noise", "category": "complaint", "action": "file"}
    refused = send(browser, fields, "letter")
    assert refused.status_code == 422
    assert 'id="filed_because-error"' in refused.text
    letter = saved(browser, fields | {"filed_because": "Settled by telephone"}, "letter")
    assert (letter.disposition, letter.filed_because) == (Disposition.FILED, "Settled by telephone")
    assert count(Ticket) == 0


def test_nobody_who_calls_is_merely_filed(browser: FlaskClient) -> None:
    assert send(browser, HELP | {"action": "file", "filed_because": "No time"}).status_code == 422
    assert count(Contact) == 0
