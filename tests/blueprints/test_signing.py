"""Sessions, the second factor, and what is written down of them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.audit.models import Act, JournalLine
from hotline.db import db, session, transaction, utc_now
from hotline.people import passwords, second_factors, sessions
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.session_models import SecondFactor, UserSession
from tests.conftest import PASSWORD

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def acts() -> list[Act]:
    session.rollback()
    return list(session.scalars(sa.select(JournalLine.act).order_by(JournalLine.id)))


def test_every_sign_in_has_a_session_of_its_own(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    first, second = sign_in(somebody), sign_in(somebody)
    with first.session_transaction() as one, second.session_transaction() as other:
        assert one["token"] != other["token"]
        kept = set(session.scalars(sa.select(UserSession.digest)))
        assert kept == {sessions.digest(one["token"]), sessions.digest(other["token"])}
        assert one["token"] not in kept


def test_a_token_from_before_the_sign_in_is_not_taken_over(app: Flask, person: Person) -> None:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["token"] = "planted"
    browser.post("/sign-in", data={"number": person(Role.OPERATOR).number, "password": PASSWORD})
    with browser.session_transaction() as cookie:
        assert cookie["token"] != "planted"


def test_a_person_sees_their_browsers_and_ends_one(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    here, there = sign_in(somebody), sign_in(somebody)
    assert here.get("/account/sessions").text.count("127.0.0.1") == 2
    with there.session_transaction() as cookie:
        digest = sessions.digest(cookie["token"])
    row = session.scalars(sa.select(UserSession).where(UserSession.digest == digest)).one()
    assert here.post(f"/account/sessions/{row.id}/end").status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_another_person_s_session(person: Person, sign_in: SignIn) -> None:
    target = person(Role.OPERATOR)
    victim = sign_in(target)
    row_id = session.scalars(sa.select(UserSession.id).where(UserSession.staff_id == target.id)).one()
    assert sign_in(person(Role.OPERATOR)).post(f"/account/sessions/{row_id}/end").status_code == 404
    assert is_in(victim)


def test_all_others_are_signed_out_at_once(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    here, *others = [sign_in(somebody) for _ in range(3)]
    here.post("/account/sessions/end-others")
    assert is_in(here)
    assert not any(is_in(one) for one in others)


def test_an_administrator_signs_somebody_out_everywhere(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    browser, staff_id = sign_in(somebody), somebody.id
    administrator = sign_in(person(Role.ADMINISTRATOR))
    assert administrator.post(f"/people/{staff_id}/sessions/end").status_code == 303
    assert not is_in(browser)


def test_signing_out_ends_the_session_not_only_the_cookie(person: Person, sign_in: SignIn) -> None:
    browser = sign_in(person(Role.OPERATOR))
    with browser.session_transaction() as cookie:
        stolen = dict(cookie)
    browser.post("/sign-out")
    with browser.session_transaction() as cookie:
        cookie.update(stolen)
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("column", "ago", "stays"),
    [
        ("last_seen_at", dt.timedelta(minutes=119), True),
        ("last_seen_at", dt.timedelta(minutes=121), False),
        ("created_at", dt.timedelta(hours=13), True),
        ("created_at", dt.timedelta(hours=15), False),
    ],
)
def test_a_session_ends_by_itself(
    person: Person, sign_in: SignIn, column: str, ago: dt.timedelta, stays: bool
) -> None:
    browser = sign_in(person(Role.OPERATOR))
    with transaction():
        session.execute(sa.update(UserSession).values({column: utc_now() - ago}))
    assert is_in(browser) is stays


def test_last_seen_is_written_once_a_minute_at_most(person: Person, sign_in: SignIn) -> None:
    browser = sign_in(person(Role.OPERATOR))
    written: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE user_session"):
            written.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        for _ in range(3):
            browser.get("/account")
        assert written == []
        with transaction():
            session.execute(sa.update(UserSession).values(last_seen_at=utc_now() - dt.timedelta(seconds=61)))
        written.clear()
        for _ in range(3):
            browser.get("/account")
        assert len(written) == 1
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_sign_ins_good_and_bad_and_sign_outs_are_written_down(
    app: Flask, person: Person, sign_in: SignIn
) -> None:
    somebody = person(Role.OPERATOR)
    with transaction():
        session.execute(sa.delete(JournalLine))
    number = somebody.number
    app.test_client().post("/sign-in", data={"number": number, "password": "wrong one"})
    app.test_client().post("/sign-in", data={"number": "my-secret-word", "password": "wrong one"})
    sign_in(somebody).post("/sign-out")
    assert acts() == [Act.SIGN_IN_REFUSED, Act.SIGN_IN_REFUSED, Act.SIGNED_IN, Act.SIGNED_OUT]
    told = list(session.scalars(sa.select(JournalLine.about).order_by(JournalLine.id)))
    assert told[:2] == [number, ""]


@pytest.fixture
def with_factor(person: Person) -> tuple[Staff, str, list[str]]:
    """Somebody with a second factor, its secret, and the recovery codes."""
    somebody = person(Role.AUDITOR)
    earlier = utc_now() - dt.timedelta(minutes=10)
    with transaction():
        second_factors.begin(somebody)
        secret = second_factors.pending(somebody)
        assert secret is not None
        codes = second_factors.confirm(somebody, pyotp.TOTP(secret).at(earlier), now=earlier)
    return somebody, secret, codes


def half_way(app: Flask, somebody: Staff) -> FlaskClient:
    browser = app.test_client()
    answer = browser.post("/sign-in", data={"number": somebody.number, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/sign-in/code")
    return browser


def test_the_password_alone_opens_nothing(app: Flask, with_factor: tuple[Staff, str, list[str]]) -> None:
    browser = half_way(app, with_factor[0])
    assert not is_in(browser)
    assert browser.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    assert not is_in(browser)


def test_a_code_opens_once(app: Flask, with_factor: tuple[Staff, str, list[str]]) -> None:
    somebody, secret, _ = with_factor
    code = pyotp.TOTP(secret).at(utc_now())
    first, second = half_way(app, somebody), half_way(app, somebody)
    assert first.post("/sign-in/code", data={"code": code}).status_code == 303
    assert is_in(first)
    assert second.post("/sign-in/code", data={"code": code}).status_code == 422


def test_a_recovery_code_opens_once_and_is_written_down(
    app: Flask, with_factor: tuple[Staff, str, list[str]]
) -> None:
    somebody, _, codes = with_factor
    assert half_way(app, somebody).post("/sign-in/code", data={"code": codes[0]}).status_code == 303
    assert half_way(app, somebody).post("/sign-in/code", data={"code": codes[0]}).status_code == 422
    assert acts().count(Act.RECOVERY_CODE_USED) == 1


def test_guessing_codes_is_stopped(app: Flask, with_factor: tuple[Staff, str, list[str]]) -> None:
    browser = half_way(app, with_factor[0])
    tried = [browser.post("/sign-in/code", data={"code": f"{turn:06}"}).status_code for turn in range(11)]
    assert tried == [422] * 10 + [429]


def test_the_secret_is_sealed(with_factor: tuple[Staff, str, list[str]]) -> None:
    stored = session.scalar(sa.select(sa.type_coerce(SecondFactor.secret, sa.Text)))
    assert stored is not None
    assert with_factor[1] not in stored


def test_it_is_set_up_on_the_page_and_taken_away_by_an_administrator(person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    browser, staff_id = sign_in(somebody), somebody.id
    page = browser.post("/account/second-factor/begin")
    assert "<svg" in page.text
    waiting = session.get_one(SecondFactor, staff_id).pending
    assert waiting is not None
    wrong = browser.post("/account/second-factor/confirm", data={"code": "123"})
    assert wrong.status_code == 422
    done = browser.post("/account/second-factor/confirm", data={"code": pyotp.TOTP(waiting).at(utc_now())})
    assert done.status_code == 200
    session.expire_all()
    assert session.get_one(Staff, staff_id).has_second_factor
    administrator = sign_in(person(Role.ADMINISTRATOR))
    assert administrator.post(f"/people/{staff_id}/second-factor/remove").status_code == 303
    session.expire_all()
    assert not session.get_one(Staff, staff_id).has_second_factor
    assert not is_in(browser)


@pytest.fixture
def obliged(app: Flask) -> Iterator[None]:
    """The auditor's role asks for a second factor."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, second_factor_roles=frozenset({"auditor"}))
    yield
    app.extensions["settings"] = before


def test_a_role_that_needs_it_goes_nowhere_without(obliged: None, person: Person, sign_in: SignIn) -> None:
    auditor, operator = sign_in(person(Role.AUDITOR)), sign_in(person(Role.OPERATOR))
    answer = auditor.get("/audit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor")
    assert auditor.get("/account/second-factor").status_code == 200
    assert operator.get("/").status_code == 200


@pytest.mark.parametrize(
    "password", ["1234567890", "abcdefghij", "qwertyuiop", "Password123", "aaaabbbbcccc"]
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordCommonError):
        passwords.hashed(password)


def test_a_password_must_not_hold_what_colleagues_know() -> None:
    with pytest.raises(passwords.PasswordTellsError):
        passwords.hashed("my number is 1001 ok", "1001", "王敏")
    passwords.hashed("a lamp on the corner", "1001", "王敏")
