"""Signing in with a password that a real directory (OpenLDAP) knows."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.audit.models import Act, JournalLine
from hotline.config import Ldap
from hotline.db import session, transaction, utc_now
from hotline.people import directories, second_factors
from hotline.people.directories import DirectoryGoneError
from hotline.people.ldap_directories import LdapDirectory
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests import slapd
from tests.matters import somebody
from tests.slapd import SUFFIX, Slapd

THEIRS = "what the directory knows"
OURS = "correct horse battery"
REASON = slapd.why_not()

pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON or "never")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    people = {"7001": THEIRS, "7002": THEIRS, "nobody-here": THEIRS}
    with Slapd(tmp_path_factory.mktemp("slapd") / "run", people) as running:
        yield running


@pytest.fixture
def directory(app: Flask, server: Slapd) -> Iterator[LdapDirectory]:
    """The application with that directory."""
    before, settings = app.extensions[directories.DIRECTORY], app.extensions["settings"]
    made = LdapDirectory(Ldap(server.url, f"uid={{number}},ou=people,{SUFFIX}", ""))
    app.extensions[directories.DIRECTORY] = made
    yield made
    app.extensions[directories.DIRECTORY], app.extensions["settings"] = before, settings


def known(number: str = "7001", role: Role = Role.OPERATOR) -> Staff:
    person = somebody(role)
    with transaction():
        person.number = number
    return person


def attempt(client: FlaskClient, number: str, password: str) -> int:
    return client.post("/sign-in", data={"number": number, "password": password}).status_code


def test_the_directory_s_password_opens(directory: LdapDirectory, client: FlaskClient) -> None:
    known()
    assert attempt(client, "7001", THEIRS) == 303
    assert client.get("/account").status_code == 200
    assert THEIRS not in client.get("/sign-in").text


def test_a_wrong_one_does_not_and_is_written_down(directory: LdapDirectory, client: FlaskClient) -> None:
    known()
    assert attempt(client, "7001", "what nobody knows") == 422
    refused = (
        sa.select(JournalLine.about).where(JournalLine.act == Act.SIGN_IN_REFUSED).order_by(JournalLine.id)
    )
    assert session.scalars(refused).all() == ["7001"]


def test_a_bind_without_a_password_is_nobody_s(directory: LdapDirectory) -> None:
    assert not directory.accepts("7001", "")


@pytest.mark.parametrize("number", ["*", "7001,ou=people", "7001)(uid=*", "\\37\\30\\30\\31", "7001+cn=7001"])
def test_a_number_is_never_read_as_part_of_a_name(directory: LdapDirectory, number: str) -> None:
    assert not directory.accepts(number, THEIRS)


def test_nobody_is_made_an_account(directory: LdapDirectory, client: FlaskClient) -> None:
    assert attempt(client, "nobody-here", THEIRS) == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) == 0


def test_a_closed_account_stays_closed(directory: LdapDirectory, client: FlaskClient) -> None:
    person = known()
    with transaction():
        person.is_active = False
    assert attempt(client, "7001", THEIRS) == 422


def test_guessing_ends_here_too(directory: LdapDirectory, client: FlaskClient) -> None:
    known()
    answers = [attempt(client, "7001", f"guess number {one}") for one in range(11)]
    assert answers == [422] * 10 + [429]
    assert attempt(client, "7001", THEIRS) == 429


def test_the_second_factor_is_asked_for_all_the_same(directory: LdapDirectory, client: FlaskClient) -> None:
    person = known()
    with transaction():
        second_factors.begin(person)
        secret = second_factors.pending(person)
        assert secret is not None
        second_factors.confirm(person, pyotp.TOTP(secret).now(), now=utc_now())
    answer = client.post("/sign-in", data={"number": "7001", "password": THEIRS})
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert client.get("/account").status_code == 302


def test_own_passwords_open_for_those_who_may_still_use_them(
    app: Flask, directory: LdapDirectory, client: FlaskClient
) -> None:
    known("7001")
    known("7002", Role.ADMINISTRATOR)
    assert attempt(app.test_client(), "7001", OURS) == 303
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], own_password_roles=frozenset({"administrator"})
    )
    assert attempt(app.test_client(), "7001", OURS) == 422
    assert attempt(app.test_client(), "7001", THEIRS) == 303
    assert attempt(app.test_client(), "7002", OURS) == 303


def test_a_directory_that_is_gone_is_said(app: Flask, directory: LdapDirectory, client: FlaskClient) -> None:
    known()
    gone = LdapDirectory(Ldap("ldap://127.0.0.1:9", f"uid={{number}},{SUFFIX}", ""))
    with pytest.raises(DirectoryGoneError):
        gone.accepts("7001", THEIRS)
    app.extensions[directories.DIRECTORY] = gone
    assert attempt(client, "7001", THEIRS) == 422
    assert attempt(client, "7001", OURS) == 303


def test_a_foreign_server_without_tls_is_sent_no_password(server: Slapd, tmp_path: Path) -> None:
    """By a name that is not this machine's own, the wire is taken for foreign: StartTLS or nothing."""
    address = f"ldap://127.0.0.2:{server.port}"
    assert LdapDirectory(Ldap(address, f"uid={{number}},{SUFFIX}", ""))._starts_tls
