"""What an exchange sends: with a token, as agreed, told clearly where it is not."""

import json
import logging
import os
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from blueprints.telephony import contract
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.telephony import refusing, tokens
from hotline.telephony.models import ExchangeToken, PhoneCall, PhoneEvent
from tests.conftest import NOON
from tests.matters import somebody

URL = "/api/telephony/events"
NEW = {"event": "new_call", "call_id": "a-1", "direction": "in", "from": "138 1234 5678", "to": "12345"}

Tell = Callable[..., TestResponse]

MOST_OF_A_MINUTE = 2500
"""Messages: fewer than one token may send in a minute."""
INPUTS = min(int(os.environ.get("HOTLINE_FUZZ_INPUTS", "300")), MOST_OF_A_MINUTE)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
HALF_TRUE = st.sampled_from(
    [
        *contract.EVENTS,
        *contract.DIRECTIONS,
        "a-1",
        "8001",
        "13812345678",
        "sip:@",
        "anonymous",
        "9999-12-31T23:59:59+08:00",
        "2026-03-04T12:00:00",
        "https://recordings.invalid/a-1.wav",
        "x" * 5000,
        "\0",
        -1,
        10**30,
    ]
)
FIELDS = (
    "event",
    "call_id",
    "callId",
    "at",
    "from",
    "to",
    "direction",
    "queue",
    "extension",
    "user",
    "rings",
)
MESSAGES = st.dictionaries(st.sampled_from([*FIELDS, "callId", "user", "other"]), ANYTHING | HALF_TRUE)


@pytest.fixture
def words(client: FlaskClient) -> str:
    with transaction():
        return tokens.issue("Main exchange", by=None, now=NOON)[1]


@pytest.fixture
def tell(client: FlaskClient, words: str) -> Tell:
    def told(**fields: Any) -> TestResponse:
        return client.post(URL, json=NEW | fields, headers={"Authorization": f"Bearer {words}"})

    return told


def test_a_call_is_taken_and_answered_in_json(tell: Tell) -> None:
    answer = tell()
    assert (answer.status_code, answer.json) == (
        200,
        {"call_id": "a-1", "state": "waiting", "action": "accept", "replayed": False},
    )
    assert tell().json == answer.json | {"replayed": True}  # type: ignore[operator] # a dict, asserted above
    assert tell(event="answer", extension="8001").json["state"] == "talking"  # type: ignore[index] # JSON
    assert tell(event="hangup").json["state"] == "ended"  # type: ignore[index] # JSON
    call = session.scalars(sa.select(PhoneCall)).one()
    assert (call.number, call.line) == ("13812345678", "12345")


def test_the_names_of_another_connector_are_understood(client: FlaskClient, words: str) -> None:
    sent = {
        "event": "newCall",
        "callId": "z-9",
        "from": "sip:13812345678@pbx;user=phone",
        "to": "12345",
        "user": "8001",
    }
    answer = client.post(URL, json=sent, headers={"Authorization": f"Bearer {words}"})
    assert answer.status_code == 200
    call = session.scalars(sa.select(PhoneCall)).one()
    assert (call.call_key, call.number) == ("z-9", "13812345678")
    assert [leg.extension for leg in call.legs] == ["8001"]


def test_whatever_is_sent_is_taken_or_refused_in_words(client: FlaskClient, words: str) -> None:
    headers = {"Authorization": f"Bearer {words}", "Content-Type": "application/json"}

    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        derandomize=INPUTS < 1000,
        suppress_health_check=list(HealthCheck),
    )
    @given(MESSAGES.map(lambda made: NEW | made) | ANYTHING)
    def send(message: Any) -> None:
        answer = client.post(URL, data=json.dumps(message), headers=headers)
        assert answer.status_code in {200, 400, 413, 422}, answer.text
        assert answer.status_code == 200 or answer.json["error"]["message"]  # type: ignore[index] # JSON

    send()


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Basic d3Jvbmc=", "wrong", "Bearer " + "x" * 5000]
)
def test_without_a_valid_token_nothing_is_taken(client: FlaskClient, words: str, header: str) -> None:
    answer = client.post(URL, json=NEW, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["error"]["code"] == "token"  # type: ignore[index] # JSON
    assert session.scalars(sa.select(PhoneCall)).all() == []


def test_who_is_signed_in_still_needs_the_token(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    assert sign_in(person(Role.ADMINISTRATOR)).post(URL, json=NEW).status_code == 401


def test_an_ended_token_opens_nothing(tell: Tell) -> None:
    assert tell().status_code == 200
    with transaction():
        tokens.revoke(session.scalars(sa.select(ExchangeToken.id)).one(), now=NOON)
    assert tell(call_id="a-2").status_code == 401


def test_wrong_tokens_are_guessed_a_few_times_only(client: FlaskClient, tell: Tell) -> None:
    codes = [
        client.post(URL, json=NEW, headers={"Authorization": f"Bearer guess{number}"}).status_code
        for number in range(32)
    ]
    assert codes == [401] * 30 + [429] * 2
    limited = client.post(URL, json=NEW, headers={"Authorization": "Bearer guess"})
    assert limited.json["error"]["code"] == "too_many"  # type: ignore[index] # JSON
    assert limited.headers["Retry-After"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"event": "sneezed"}, "event"),
        ({"event": None}, "event"),
        ({"event": ["answer"]}, "event"),
        ({"call_id": ""}, "call_id"),
        ({"call_id": "x" * 81}, "call_id"),
        ({"call_id": "a\x00b"}, "call_id"),
        ({"call_id": {"a": 1}}, "call_id"),
        ({"direction": "sideways"}, "direction"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2019-01-01T00:00:00+08:00"}, "at"),
        ({"at": "2999-01-01T00:00:00+08:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"extension": "80 01"}, "extension"),
        ({"rings": -1}, "rings"),
        ({"rings": "many"}, "rings"),
        ({"rings": True}, "rings"),
        ({"recording": "javascript:alert(1)"}, "recording"),
        ({"recording": "http://[broken"}, "recording"),
        ({"from": "1" * 200}, "from"),
    ],
)
def test_what_is_not_as_agreed_is_named(tell: Tell, fields: dict[str, Any], field: str) -> None:
    answer = tell(**fields)
    assert answer.status_code == 422
    assert answer.json["error"]["field"] == field  # type: ignore[index] # JSON
    assert session.scalars(sa.select(PhoneEvent)).all() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"event=new_call", "application/x-www-form-urlencoded", 400),
        (b'{"event": "' + b"x" * 20_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_message_is_refused_in_json(
    client: FlaskClient, words: str, body: bytes, kind: str, status: int
) -> None:
    answer = client.post(URL, data=body, content_type=kind, headers={"Authorization": f"Bearer {words}"})
    assert answer.status_code == status
    assert set(answer.json["error"]) == {"code", "message"}  # type: ignore[index] # JSON


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("0551/62345678", "055162345678"),
        ("sip:055162345678@10.0.0.1", "055162345678"),
        ("anonymous", None),
        ("", None),
        ("+85223456789", "+85223456789"),
    ],
)
def test_numbers_come_in_one_form(text: str, number: str | None) -> None:
    assert contract.number_in(text) == number


def test_of_an_outgoing_call_the_other_party_is_whom_we_rang(tell: Tell) -> None:
    tell(direction="out", **{"from": "8001", "to": "13911112222"})
    call = session.scalars(sa.select(PhoneCall)).one()
    assert (call.direction.value, call.number, call.line) == ("outbound", "13911112222", "8001")


def test_a_refused_number_is_answered_reject(tell: Tell) -> None:
    now = utc_now()
    until = now.replace(microsecond=0) + contract.OLDEST
    with transaction():
        refusing.refuse("13812345678", reason="abuse", until=until, by=somebody(Role.SHIFT_LEADER), now=now)
    assert tell().json == {"call_id": "a-1", "state": "rejected", "action": "reject", "replayed": False}


def test_numbers_and_tokens_stay_out_of_the_logs(
    tell: Tell, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tell()
    tell(event="answer", extension="8001")
    tell(event="hangup", recording="https://pbx/13812345678.wav")
    tell(at="13812345678")
    assert "13812345678" not in caplog.text
    assert words not in caplog.text
    stored = session.execute(sa.text("SELECT recording FROM phone_call")).scalar_one()
    assert "13812345678" not in stored


def test_a_token_is_kept_as_its_hash(words: str) -> None:
    row = session.execute(sa.text("SELECT * FROM exchange_token")).one()
    assert words not in [str(value) for value in row]
