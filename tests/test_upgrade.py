"""A database of every version that people may run becomes one of this version, with all that is in it.

`tests/landed` holds a backup of the demonstration made by each such version, worked on by its clock, under
the keys below. It is restored as that version's tables first, so what migrates is a database with data.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient

from hotline import chores
from hotline.backup import restoring, rows
from hotline.backup.manifest import Manifest
from hotline.config import Settings
from hotline.db import Base, db, session
from hotline.db import reading as only_reading
from hotline.demo import accounts
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.text_index import is_model
from tests import places
from tests.test_migrations import of_the_program
from wsgi import create_app

LANDED = sorted((Path(__file__).parent / "landed").glob("*.backup"))
KEYS = {"SECRET_KEY": "tests", "HOTLINE_SEAL_KEY": "a seal key of the tests of upgrades"}
MIGRATIONS = Path(__file__).parents[1] / "hotline" / "migrations"


@pytest.fixture(params=places.DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Settings]:
    environ = {"HOTLINE_DATA": str(tmp_path / "upgraded"), "REDIS_URL": redis_url, **KEYS}
    with places.empty(request.param, environ) as found:
        yield found


@pytest.fixture
def upgraded(place: Settings) -> Iterator[Flask]:
    """The application at the empty place, about to be given an earlier version's data."""
    app = create_app(place)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("landed", LANDED, ids=lambda path: path.stem)
def test_an_earlier_version_goes_on_as_this_one(landed: Path, place: Settings, upgraded: Flask) -> None:
    with upgraded.app_context():
        found = restoring.restore(landed, place, secret="", migrations=MIGRATIONS, tell=lambda _line: None)
        assert found.schema == landed.stem
        nothing_is_missing(found)
        the_tables_are_the_models()
        the_clock_goes_on()
        numbers = {role: number_of(role) for role in Role}
    the_history_is_whole(upgraded)
    for role, number in numbers.items():
        if number is not None:
            every_page_opens(upgraded, role, number)


def nothing_is_missing(found: Manifest) -> None:
    with only_reading():
        connection = session.connection()
        now = {table.name: table for table in rows.tables(connection)}
        fewer = {
            name: (held.row_count, count)
            for name, held in found.tables.items()
            if name in now
            and (count := connection.scalar(sa.select(sa.func.count()).select_from(now[name])) or 0)
            < held.row_count
        }
    assert fewer == {}


def the_tables_are_the_models() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": of_the_program, "include_object": is_model}
        )
        assert compare_metadata(context, Base.metadata) == []


def the_clock_goes_on() -> None:
    """Every piece of the rules' periodic work comes to its end on the old data."""
    for name in chores.SCHEDULE:
        getattr(chores, name)()


def the_history_is_whole(app: Flask) -> None:
    verified = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output


def number_of(role: Role) -> str | None:
    with only_reading():
        people = session.scalars(sa.select(Staff).where(Staff.is_active).order_by(Staff.number)).all()
        return next((one.number for one in people if one.is_any(role)), None)


def every_page_opens(app: Flask, role: Role, number: str) -> None:
    """Nothing was set up anew: the old profile, the old accounts, the pages of today."""
    browser: FlaskClient = app.test_client()
    answer = browser.post("/sign-in", data={"number": number, "password": accounts.PASSWORD})
    assert answer.status_code == 303, role
    for rule in app.url_map.iter_rules():
        if rule.methods and "GET" in rule.methods and not rule.arguments:
            status = browser.get(rule.rule).status_code
            assert status < 500 or rule.endpoint.startswith("health."), (role, rule.rule, status)
