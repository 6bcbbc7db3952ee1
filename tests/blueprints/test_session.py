"""Signing in: who may, who is stopped from guessing, where one arrives."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import PASSWORD

REFUSAL = "工号或密码不正确"


def sign_in(client: FlaskClient, number: str, password: str, address: str = "127.0.0.1") -> TestResponse:
    return client.post(
        "/sign-in",
        data={"number": number, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_wrong_password_and_an_unknown_number_sound_the_same(
    app: Flask, client: FlaskClient, person: Callable[..., Staff]
) -> None:
    known = sign_in(client, person(Role.OPERATOR).number, "not the password")
    unknown = sign_in(client, "no-such-one", "not the password")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert REFUSAL in known.text
    assert REFUSAL in unknown.text


def test_who_guesses_is_stopped_and_the_owner_elsewhere_is_not(
    app: Flask, client: FlaskClient, person: Callable[..., Staff]
) -> None:
    number = person(Role.OPERATOR).number
    guesses = [sign_in(client, number, f"guess {turn}").status_code for turn in range(11)]
    assert guesses == [422] * 10 + [429]
    assert sign_in(client, number, PASSWORD).status_code == 429
    assert sign_in(client, number, PASSWORD, address="127.0.0.2").status_code == 303


def test_colleagues_behind_the_same_address_are_not_stopped(
    app: Flask, client: FlaskClient, person: Callable[..., Staff]
) -> None:
    first, second = person(Role.OPERATOR), person(Role.OPERATOR)
    for turn in range(11):
        sign_in(client, first.number, f"guess {turn}")
    assert sign_in(client, second.number, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(
    app: Flask, client: FlaskClient, person: Callable[..., Staff], target: str
) -> None:
    answer = client.post(
        "/sign-in",
        query_string={"next": target},
        data={"number": person(Role.OPERATOR).number, "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(
    app: Flask, client: FlaskClient, person: Callable[..., Staff]
) -> None:
    answer = client.post(
        "/sign-in",
        query_string={"next": "/tickets?view=open"},
        data={"number": person(Role.OPERATOR).number, "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/tickets?view=open"
