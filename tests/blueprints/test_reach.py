"""How notices reach a person: set by themselves or by an administrator, kept by the senders."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.db import session
from hotline.delivery import pushing
from hotline.delivery.models import Reach
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.matters import at

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]

GOOD = {
    "mail": "li.ming@example.org",
    "phone": "138 1234 5678",
    "quiet_from": "22:00",
    "quiet_until": "07:30",
}


def test_the_usual_hours_of_the_profile_are_shown_before_anything_is_set(
    person: Person, sign_in: SignIn
) -> None:
    clerk = person(Role.DEPARTMENT_CLERK, department="urban_management")
    page = sign_in(clerk).get("/account").text
    assert 'value="21:00"' in page
    assert 'value="08:00"' in page
    assert session.get(Reach, clerk.id) is None, "looking sets nothing"


def test_a_person_sets_their_own_address_and_quiet_hours(person: Person, sign_in: SignIn) -> None:
    clerk = person(Role.DEPARTMENT_CLERK, department="urban_management")
    browser = sign_in(clerk)
    assert browser.post("/account/reach", data=GOOD).status_code == 303
    reach = session.get_one(Reach, clerk.id)
    assert (reach.mail, reach.phone) == ("li.ming@example.org", "13812345678")
    assert pushing.quiet_end(reach, at("2026-03-04 23:00")) == at("2026-03-05 07:30")
    assert 'value="li.ming@example.org"' in browser.get("/account").text


def test_the_same_two_times_are_no_quiet_hours(person: Person, sign_in: SignIn) -> None:
    clerk = person(Role.OPERATOR)
    sign_in(clerk).post("/account/reach", data=GOOD | {"quiet_from": "08:00", "quiet_until": "08:00"})
    reach = session.get_one(Reach, clerk.id)
    assert pushing.quiet_end(reach, at("2026-03-04 03:00")) == at("2026-03-04 03:00")


def test_left_empty_nothing_is_sent_that_way(person: Person, sign_in: SignIn) -> None:
    clerk = person(Role.OPERATOR)
    browser = sign_in(clerk)
    browser.post("/account/reach", data=GOOD)
    browser.post("/account/reach", data=GOOD | {"mail": "", "phone": " "})
    session.expire_all()
    reach = session.get_one(Reach, clerk.id)
    assert (reach.mail, reach.phone) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mail": "li.ming"}, "邮箱"),
        ({"phone": "0551-62345678"}, "11"),
        ({"quiet_from": ""}, "21:00"),
        ({"quiet_until": "25:00"}, ""),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(
    person: Person, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    clerk = person(Role.OPERATOR)
    answer = sign_in(clerk).post("/account/reach", data=GOOD | wrong)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert sentence in answer.text
    assert session.get(Reach, clerk.id) is None


def test_an_administrator_sets_it_for_somebody_else(person: Person, sign_in: SignIn) -> None:
    clerk = person(Role.DEPARTMENT_CLERK, department="urban_management")
    browser = sign_in(person(Role.ADMINISTRATOR))
    assert browser.post(f"/people/{clerk.id}/reach", data=GOOD).status_code == 303
    assert session.get_one(Reach, clerk.id).quiet_from == dt.time(22)
    assert "li.ming@example.org" in browser.get(f"/people/{clerk.id}").text
    refused = browser.post(f"/people/{clerk.id}/reach", data=GOOD | {"mail": "nonsense"})
    assert refused.status_code == 422


def test_nobody_else_sets_it(person: Person, sign_in: SignIn) -> None:
    clerk = person(Role.OPERATOR)
    assert sign_in(person(Role.SHIFT_LEADER)).post(f"/people/{clerk.id}/reach", data=GOOD).status_code == 403
