"""My account: language and password."""

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import PASSWORD

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]

NEW = {"old": PASSWORD, "password": "a longer sentence", "again": "a longer sentence"}


def test_a_person_sees_who_they_are_here(person: Person, sign_in: SignIn) -> None:
    page = sign_in(person(Role.OPERATOR, Role.SHIFT_LEADER, number="0107")).get("/account")
    assert page.status_code == 200
    assert "0107" in page.text
    assert "Li Ming" in page.text


def test_the_chosen_language_is_kept_for_the_next_sign_in(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    sign_in(somebody).post("/account/language", data={"locale": "en"})
    elsewhere = sign_in(somebody)
    assert 'lang="en"' in elsewhere.get("/account").text


def test_an_unknown_language_changes_nothing(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    sign_in(somebody).post("/account/language", data={"locale": "xx"})
    assert somebody.locale is None


def test_a_new_password_signs_other_browsers_out_and_keeps_this_one(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    here, elsewhere = sign_in(somebody), sign_in(somebody)
    assert here.post("/account/password", data=NEW).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert staff.sign_in(somebody.number, NEW["password"]) is somebody


def test_mistakes_stand_beside_their_field_and_change_nothing(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    browser = sign_in(somebody)
    for wrong, field in (
        ({"old": "not this one"}, "old"),
        ({"again": "something else"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
    ):
        answer = browser.post("/account/password", data=NEW | wrong)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert staff.sign_in(somebody.number, PASSWORD) is somebody
