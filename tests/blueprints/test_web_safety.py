"""What every answer carries, and what every change asks for."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.people.models import Staff
from hotline.people.roles import Role

SignIn = Callable[[Staff], FlaskClient]
PAGES = ("/sign-in", "/status", "/knowledge", "/nowhere")


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The application with its tokens switched on, as it runs."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_its_policies(app: Flask, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert nonce[1] not in client.get(path).headers["Content-Security-Policy"], "another one each time"


def test_behind_tls_browsers_stay_on_it(app: Flask, client: FlaskClient) -> None:
    assert "Strict-Transport-Security" in client.get("/sign-in", base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


def test_the_session_cookie_is_kept_from_scripts_and_foreign_pages(
    app: Flask, client: FlaskClient, person: Callable[..., Staff]
) -> None:
    answer = client.post(
        "/sign-in", data={"number": person(Role.OPERATOR).number, "password": "correct horse battery"}
    )
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


OF_PROGRAMS = frozenset({"telephony_api.create"})
"""What programs post to under a secret of their own; no browser holds one for a foreign page to misuse."""


def test_programs_are_asked_for_their_own_secret(guarded: Flask, client: FlaskClient) -> None:
    with guarded.test_request_context():
        paths = [guarded.url_map.bind("localhost").build(endpoint) for endpoint in OF_PROGRAMS]
    for path in paths:
        assert client.post(path, json={}).status_code == 401, path


def test_nothing_is_changed_without_a_token(guarded: Flask, client: FlaskClient) -> None:
    """Every route that takes a POST refuses one without its token, signed in or not."""
    tried = 0
    with guarded.test_request_context():
        adapter = guarded.url_map.bind("localhost")
        found = [
            adapter.build(
                rule.endpoint,
                {
                    name: 1 if "Integer" in type(part).__name__ or "RowId" in type(part).__name__ else "call"
                    for name, part in rule._converters.items()
                },
                method="POST",
            )
            for rule in guarded.url_map.iter_rules()
            if "POST" in (rule.methods or ())
            and rule.endpoint not in OF_PROGRAMS
            and not any(type(part).__name__ == "UUIDConverter" for part in rule._converters.values())
        ]
    for path in found:
        answer = client.post(path, data={"anything": "1"})
        assert answer.status_code == 400, path
        tried += 1
    assert tried > 60


@pytest.mark.parametrize(("path", "most"), [("/status", 60), ("/knowledge?q=证", 120)])
def test_public_pages_are_not_harvested(app: Flask, client: FlaskClient, path: str, most: int) -> None:
    method = client.post if path == "/status" else client.get
    codes = [method(path).status_code for _ in range(most + 1)]
    assert codes[-1] == 429
    assert codes[0] != 429
