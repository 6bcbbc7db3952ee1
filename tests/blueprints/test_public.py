"""How a matter stands, for whoever holds its number and code: nothing personal, nothing to fish for."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.contacts import intake, series
from hotline.contacts.intake import CallDetails, Caller
from hotline.db import transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.standing import STEP_OF, Step
from hotline.tickets.states import TicketStatus
from tests.conftest import NOON


@pytest.fixture
def make(person: Callable[..., Staff]) -> Callable[[str], Ticket]:
    """Make a ticket of a category."""
    operator = person(Role.OPERATOR)

    def made(category: str) -> Ticket:
        with transaction():
            contact = intake.record(
                CallDetails(),
                Caller(name="Wang Fang", phone="13812345678"),
                category=category,
                content_class=None,
                summary="Noise at Renmin Road 12",
                received_at=NOON,
                is_read_back=True,
                submission_key=category,
                by=operator,
                now=NOON,
            )
            matter = Matter(category=category, title="Noise", content="Noise at Renmin Road 12")
            return registration.register(matter, contact, by=operator, now=NOON)

    return made


def asked(client: FlaskClient, number: str, code: str) -> tuple[int, str]:
    answer = client.post("/status", data={"number": number, "code": code})
    return answer.status_code, answer.text


def test_number_and_code_tell_how_it_stands_and_nothing_personal(
    client: FlaskClient, make: Callable[[str], Ticket]
) -> None:
    ticket = make("complaint")
    spaced = f"{ticket.number[:6]} {ticket.number[6:]}"
    code, page = asked(client, spaced, f"{ticket.query_code[:3]}-{ticket.query_code[3:]}")
    assert code == 200
    assert "2026-03-04 12:00" in page
    for personal in ("Wang Fang", "1381234", "5678", "Renmin", "Noise"):
        assert personal not in page


def test_a_wrong_code_and_an_unknown_number_sound_the_same(
    client: FlaskClient, make: Callable[[str], Ticket]
) -> None:
    ticket = make("complaint")
    wrong = f"{(int(ticket.query_code) + 1) % 1_000_000:06d}"
    body = f"{int(ticket.number[:-1]) + 7:012d}"
    unknown = body + series.check_digit(body)
    first = asked(client, ticket.number, wrong)
    second = asked(client, unknown, ticket.query_code)
    assert first[0] == second[0] == 422
    assert first[1].count("field-error") == second[1].count("field-error") == 1
    assert 'id="code-error"' in first[1]
    assert 'id="code-error"' in second[1]


@pytest.mark.parametrize("number", ["1234567890123", "abc", "26030400000", "٢٦٠٣٠٤٠٠٠٠٠١٧", "😀" * 13])
def test_a_mistyped_number_is_told_by_its_check_digit(client: FlaskClient, number: str) -> None:
    code, page = asked(client, number, "123456")
    assert code == 422
    assert 'id="number-error"' in page


def test_a_tip_off_is_not_called_one(client: FlaskClient, make: Callable[[str], Ticket]) -> None:
    ticket = make("tip_off")
    code, page = asked(client, ticket.number, ticket.query_code)
    assert code == 200
    for word in ("举报", "Tip-off", "tip_off"):
        assert word not in page


def test_nobody_tries_codes_for_long(app: Flask, make: Callable[[str], Ticket]) -> None:
    ticket = make("complaint")
    codes = []
    for attempt in range(25):
        browser = app.test_client()
        answer = browser.post(
            "/status",
            data={"number": ticket.number, "code": "x"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{attempt}"},
        )
        codes.append(answer.status_code)
    assert codes[:20] == [422] * 20
    assert set(codes[20:]) == {429}


def test_one_address_asks_ten_times_a_minute(client: FlaskClient, make: Callable[[str], Ticket]) -> None:
    ticket = make("complaint")
    codes = [asked(client, ticket.number, ticket.query_code)[0] for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_every_status_has_words_for_the_public() -> None:
    assert set(STEP_OF) == set(TicketStatus) - {TicketStatus.MERGED}
    assert set(STEP_OF.values()) == set(Step)
