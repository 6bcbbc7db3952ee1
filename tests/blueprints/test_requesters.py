"""The caller's page: masked until somebody says why, and that is written down."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.contacts import requesters
from hotline.contacts.models import Requester, RequesterKind, Reveal
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import NOON

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def requester(person: Callable[..., Staff]) -> int:
    with transaction():
        found = requesters.remember(
            name="Wang Fang",
            phone="13812345678",
            address="Renmin Road 12",
            kind=RequesterKind.PERSON,
            now=NOON,
        )
        assert found is not None
        return found.id


@pytest.fixture
def operator(person: Callable[..., Staff]) -> Staff:
    return person(Role.OPERATOR)


@pytest.fixture
def browser(operator: Staff, sign_in: SignIn) -> FlaskClient:
    return sign_in(operator)


def reveals() -> list[Reveal]:
    return list(session.scalars(sa.select(Reveal)))


def test_number_and_address_are_masked(browser: FlaskClient, requester: int) -> None:
    page = browser.get(f"/requesters/{requester}").text
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "Renmin" not in page


def test_a_reason_shows_them_once_and_is_written_down(
    browser: FlaskClient, requester: int, operator: Staff
) -> None:
    shown = browser.post(f"/requesters/{requester}/reveal", data={"reason": "calling back"}).text
    assert "13812345678" in shown
    assert "Renmin Road 12" in shown
    assert [(one.revealed_by_id, one.reason) for one in reveals()] == [(operator.id, "calling back")]
    assert "13812345678" not in browser.get(f"/requesters/{requester}").text


@pytest.mark.parametrize("reason", ["", " ", "x", "x" * 301])
def test_without_a_reason_nothing_is_shown(browser: FlaskClient, requester: int, reason: str) -> None:
    answer = browser.post(f"/requesters/{requester}/reveal", data={"reason": reason})
    assert answer.status_code == 422
    assert "13812345678" not in answer.text
    assert 'id="reason-error"' in answer.text
    assert reveals() == []


def test_who_looked_is_read_by_those_who_watch(
    browser: FlaskClient, requester: int, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    browser.post(f"/requesters/{requester}/reveal", data={"reason": "calling back"})
    assert "calling back" in sign_in(person(Role.AUDITOR)).get(f"/requesters/{requester}").text
    assert "calling back" not in browser.get(f"/requesters/{requester}").text


def test_a_further_number_is_added_in_its_one_form(browser: FlaskClient, requester: int) -> None:
    url = f"/requesters/{requester}/phones"
    assert browser.post(url, data={"phone": "+86 551 6234 5678"}).status_code == 303
    assert [phone.number for phone in requesters.get(requester).phones] == ["13812345678", "055162345678"]
    assert browser.post(url, data={"phone": "not a number"}).status_code == 422


def test_a_mark_is_seen_on_the_card_and_taken_away_again(browser: FlaskClient, requester: int) -> None:
    url = f"/requesters/{requester}/marks"
    assert browser.post(url, data={"mark": "repeat_requester"}).status_code == 303
    assert "老户" in browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    assert browser.post(f"{url}/repeat_requester/remove").status_code == 303
    assert "老户" not in browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    assert browser.post(url, data={"mark": "made_up"}).status_code == 422


def test_an_auditor_changes_nothing(requester: int, person: Callable[..., Staff], sign_in: SignIn) -> None:
    answer = sign_in(person(Role.AUDITOR)).post(f"/requesters/{requester}/marks", data={"mark": "deputy"})
    assert answer.status_code == 403


def test_an_unknown_caller_is_a_page_that_helps(browser: FlaskClient) -> None:
    assert browser.get("/requesters/404").status_code == 404


def test_personal_data_is_sealed(requester: int) -> None:
    row = session.connection().execute(sa.text("SELECT name, address FROM requester")).one()
    assert "Wang" not in row.name
    assert "Renmin" not in row.address
    assert session.get_one(Requester, requester).name == "Wang Fang"
