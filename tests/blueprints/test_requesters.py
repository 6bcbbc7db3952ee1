"""The caller's page: masked until somebody says why, and that is written down."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.contacts import requesters
from hotline.contacts.models import Requester, RequesterKind, Reveal
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import NOON
from tests.matters import Desk

SignIn = Callable[[Staff], FlaskClient]


def known_from(category: str) -> int:
    """Return a caller with one contact, and the ticket it became."""
    with transaction():
        found = requesters.remember(
            name="Wang Fang",
            phone="13812345678",
            address="Renmin Road 12",
            kind=RequesterKind.PERSON,
            now=NOON,
        )
    assert found is not None
    assert Desk().ticket(category, NOON).contacts[0].requester_id == found.id
    return found.id


@pytest.fixture
def requester(app: Flask) -> int:
    return known_from("help")


@pytest.fixture
def informant(app: Flask) -> int:
    return known_from("tip_off")


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


POSTS = {
    "requesters.reveal": ("reveal", {"reason": "calling back"}),
    "requesters.add_phone": ("phones", {"phone": "13900000000"}),
    "requesters.mark": ("marks", {"mark": "deputy"}),
    "requesters.unmark": ("marks/deputy/remove", {}),
    "requesters.add_address": ("addresses", {"address": "Lane 5"}),
    "requesters.find_other": ("others", {"number": "13900000000"}),
    "requesters.merge": ("merge", {"other": "1", "reason": "the same"}),
    "requesters.unmerge": ("unmerge", {"other": "1", "reason": "another"}),
}


def test_every_post_is_tried_below(app: Flask) -> None:
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.startswith("requesters.")]
    assert {one.endpoint for one in rules if "POST" in (one.methods or ())} == POSTS.keys()


@pytest.mark.parametrize("endpoint", POSTS)
@pytest.mark.parametrize("roles", [(Role.AUDITOR,), (Role.TRAINEE,), (Role.TRAINEE, Role.OPERATOR)])
def test_auditors_and_trainees_change_and_reveal_nothing(
    requester: int, person: Callable[..., Staff], sign_in: SignIn, roles: tuple[Role, ...], endpoint: str
) -> None:
    path, data = POSTS[endpoint]
    browser = sign_in(person(*roles))
    answer = browser.post(f"/requesters/{requester}/{path}", data=data)
    assert answer.status_code == 403
    assert "13812345678" not in answer.text
    assert reveals() == []
    assert len(requesters.get(requester).phones) == 1
    html = browser.get(f"/requesters/{requester}").text
    assert [path for path in ("reveal", "phones", "marks") if f"{requester}/{path}" in html] == []


@pytest.mark.parametrize(
    "roles",
    [
        (Role.OPERATOR,),
        (Role.TRAINEE,),
        (Role.CALLBACK_AGENT,),
        (Role.AUDITOR,),
        (Role.TRAINEE, Role.DEPARTMENT_CLERK),
    ],
)
def test_who_is_known_only_from_a_tip_off_is_not_there(
    informant: int, person: Callable[..., Staff], sign_in: SignIn, roles: tuple[Role, ...]
) -> None:
    department = "urban_management" if Role.DEPARTMENT_CLERK in roles else None
    answer = sign_in(person(*roles, department=department)).get(f"/requesters/{informant}")
    assert answer.status_code == 404
    assert "Wang Fang" not in answer.text


@pytest.mark.parametrize("endpoint", POSTS)
def test_nothing_is_done_to_who_is_not_there(informant: int, browser: FlaskClient, endpoint: str) -> None:
    path, data = POSTS[endpoint]
    answer = browser.post(f"/requesters/{informant}/{path}", data=data)
    assert answer.status_code == 404
    assert "Wang Fang" not in answer.text
    assert reveals() == []


@pytest.mark.parametrize("role", [Role.SHIFT_LEADER, Role.SERVICE_MANAGER])
def test_even_who_sees_tip_offs_does_not_learn_here_whose_they_are(
    informant: int, person: Callable[..., Staff], sign_in: SignIn, role: Role
) -> None:
    browser = sign_in(person(role))
    answer = browser.get(f"/requesters/{informant}")
    assert answer.status_code == 200
    revealed = browser.post(f"/requesters/{informant}/reveal", data={"reason": "calling back"})
    assert revealed.status_code == 403
    for html in (answer.text, revealed.text):
        assert "Wang Fang" not in html
        assert "5678" not in html
    assert reveals() == []


def test_a_caller_without_a_contact_is_not_there(browser: FlaskClient) -> None:
    with transaction():
        found = requesters.remember(name="Li", phone=None, address=None, kind=RequesterKind.PERSON, now=NOON)
    assert found is not None
    assert browser.get(f"/requesters/{found.id}").status_code == 404


def test_an_unknown_caller_is_a_page_that_helps(browser: FlaskClient) -> None:
    assert browser.get("/requesters/404").status_code == 404


def test_personal_data_is_sealed(requester: int) -> None:
    row = session.connection().execute(sa.text("SELECT name, address FROM requester")).one()
    assert "Wang" not in row.name
    assert "Renmin" not in row.address
    assert session.get_one(Requester, requester).name == "Wang Fang"


def test_two_records_are_joined_and_taken_apart_on_the_page(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser, desk = sign_in(person(Role.OPERATOR)), Desk()
    one, other = (desk.ticket("complaint", NOON, phone=phone) for phone in ("13812345678", "13900000000"))
    address = f"/requesters/{one.requester_id}"
    assert f"/requesters/{other.requester_id}" not in browser.get(address).text
    found = browser.post(f"{address}/others", data={"number": "139 0000 0000"})
    assert f"/requesters/{other.requester_id}" in found.text
    joined = {"other": str(other.requester_id), "reason": ""}
    assert browser.post(f"{address}/merge", data=joined).status_code == 422
    joined["reason"] = "named both"
    assert browser.post(f"{address}/merge", data=joined).status_code == 303
    moved = browser.get(f"/requesters/{other.requester_id}")
    assert moved.headers["Location"].endswith(address)
    page = browser.get(address).text
    assert other.number in page
    assert "139****0000" in page
    assert browser.post(f"{address}/unmerge", data=joined).status_code == 303
    assert other.number not in browser.get(address).text


def test_a_number_added_later_brings_its_nameless_history(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser, desk = sign_in(person(Role.OPERATOR)), Desk()
    one, other = (desk.ticket("complaint", NOON, phone=phone) for phone in ("13812345678", "13900000000"))
    with transaction():
        assert other.requester is not None
        other.requester.name = None
    address = f"/requesters/{one.requester_id}"
    assert browser.post(f"{address}/phones", data={"phone": "13900000000"}).status_code == 303
    assert other.number in browser.get(address).text


def test_a_further_address_is_kept_and_hidden(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser = sign_in(person(Role.OPERATOR))
    address = f"/requesters/{Desk().ticket('complaint', NOON).requester_id}"
    for place in ("Lane 5", "Lane 6"):
        assert browser.post(f"{address}/addresses", data={"address": place}).status_code == 303
    assert "Lane 6" not in browser.get(address).text
    shown = browser.post(f"{address}/reveal", data={"reason": "sending a letter"}).text
    assert "Lane 5" in shown
    assert "Lane 6" in shown
