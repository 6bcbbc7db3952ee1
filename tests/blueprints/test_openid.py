"""Signing in with an OpenID Connect provider that really answers over HTTP."""

import dataclasses
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from blueprints.session import openid
from hotline.audit.models import Act, JournalLine
from hotline.config import OpenId
from hotline.db import session, transaction, utc_now
from hotline.people import second_factors
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.session_models import UserSession
from tests.matters import somebody
from tests.openid_provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    """A provider, and the application that uses it."""
    before = app.extensions["settings"]
    with Provider() as made:
        chosen = OpenId(made.issuer, CLIENT, SECRET, "preferred_username", "City sign-on")
        app.extensions["settings"] = dataclasses.replace(before, openid=chosen)
        openid.set_up(app, app.extensions["settings"])
        yield made
    app.extensions["settings"] = before
    openid.set_up(app, before)


@pytest.fixture
def known(provider: Provider) -> Staff:
    person = somebody(Role.OPERATOR)
    provider.person = person.number
    return person


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Go nowhere: the test's browser does."""


def back_from(provider: Provider, client: FlaskClient, path: str = "/sign-in/openid") -> str:
    """Begin a sign-in, let the provider answer, and return the path the browser is led back to."""
    sent = client.get(path)
    assert sent.status_code == 302
    opener = urllib.request.build_opener(_Stays)
    with pytest.raises(urllib.error.HTTPError) as found:
        opener.open(sent.headers["Location"])
    location = str(found.value.headers["Location"])
    found.value.close()
    assert location.startswith("http://localhost/sign-in/openid/back?")
    return location.removeprefix("http://localhost")


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_sign_in_page_offers_it(provider: Provider, client: FlaskClient) -> None:
    assert "City sign-on" in client.get("/sign-in").text


def test_without_a_provider_there_is_no_such_page(client: FlaskClient) -> None:
    assert "/sign-in/openid" not in client.get("/sign-in").text
    assert client.get("/sign-in/openid").status_code == 404
    assert client.get("/sign-in/openid/back").status_code == 404


def test_who_is_known_signs_in_and_goes_on(provider: Provider, known: Staff, client: FlaskClient) -> None:
    back = back_from(provider, client, "/sign-in/openid?next=/notices")
    answer = client.get(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/notices")
    assert is_signed_in(client)
    assert session.scalars(sa.select(UserSession.staff_id)).all() == [known.id]


def test_it_leads_to_no_other_site(provider: Provider, known: Staff, client: FlaskClient) -> None:
    back = back_from(provider, client, "/sign-in/openid?next=https://elsewhere.example/")
    assert client.get(back).headers["Location"] == "/"


@pytest.mark.parametrize(
    "spoils",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "http://127.0.0.1:9"},
        {"exp": 1_000_000_000},
        {"preferred_username": None},
        {"preferred_username": ["1001"]},
        {"preferred_username": "nobody-here"},
    ],
    ids=["nonce", "audience", "issuer", "expired", "no number", "not a text", "unknown"],
)
def test_a_token_that_is_not_right_opens_nothing(
    provider: Provider, known: Staff, client: FlaskClient, spoils: dict[str, Any]
) -> None:
    provider.spoils = spoils
    assert client.get(back_from(provider, client)).status_code == 422
    assert not is_signed_in(client)
    acts = sa.select(JournalLine.act).where(JournalLine.act != Act.ADDED).order_by(JournalLine.id)
    assert session.scalars(acts).all() == [Act.SIGN_IN_REFUSED]
    assert session.scalars(sa.select(Staff.number)).all() == [known.number]


def test_a_token_signed_by_another_key_opens_nothing(
    provider: Provider, known: Staff, client: FlaskClient
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "tests"})
    assert client.get(back_from(provider, client)).status_code == 422
    assert not is_signed_in(client)


def test_a_foreign_browser_cannot_be_signed_in(
    app: Flask, provider: Provider, known: Staff, client: FlaskClient
) -> None:
    """Whoever is led to somebody else's answer has not asked for it: the state is not theirs."""
    back = back_from(provider, client)
    other = app.test_client()
    assert other.get(back).status_code == 422
    assert not is_signed_in(other)


def test_an_answer_is_used_once(provider: Provider, known: Staff, app: Flask, client: FlaskClient) -> None:
    back = back_from(provider, client)
    assert client.get(back).status_code == 303
    client.post("/sign-out")
    assert client.get(back).status_code == 422


def test_the_code_alone_is_worth_nothing(provider: Provider, known: Staff, client: FlaskClient) -> None:
    """Whoever steals it lacks the verifier (PKCE)."""
    back = back_from(provider, client)
    for asked in provider.asked.values():
        asked["code_challenge"] = "of another browser"
    assert client.get(back).status_code == 422


def test_a_closed_account_stays_closed(provider: Provider, known: Staff, client: FlaskClient) -> None:
    with transaction():
        session.get_one(Staff, known.id).is_active = False
    assert client.get(back_from(provider, client)).status_code == 422
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for_all_the_same(
    provider: Provider, known: Staff, client: FlaskClient
) -> None:
    with transaction():
        second_factors.begin(known)
        secret = second_factors.pending(known)
        assert secret is not None
        second_factors.confirm(known, pyotp.TOTP(secret).now(), now=utc_now())
    answer = client.get(back_from(provider, client))
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert not is_signed_in(client)


def test_a_provider_that_is_gone_is_said(provider: Provider, client: FlaskClient) -> None:
    provider.server.shutdown()
    provider.server.server_close()
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 503
    assert "field" in answer.text
