"""What every test stands on: the real application on a real database, a real Redis, fixed time."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from redis_server import RedisServer

from hotline.categories import profiles
from hotline.config import Settings
from hotline.db import db, transaction
from hotline.people import departments, passwords, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from wsgi import create_app

NOON = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
"""Wednesday 2026-03-04 12:00 in Beijing: an ordinary working day."""

PASSWORD = "correct horse battery"
PROFILE_TABLES = frozenset(
    {
        "alembic_version",
        "calendar_day",
        "calendar_version",
        "category",
        "category_policy",
        "code_item",
        "code_list",
        "content_class",
        "department",
        "office_hours_slot",
        "profile",
        "routing_rule",
    }
)
"""Loaded once and left: what tests write goes into the other tables."""


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of the tests' own."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Settings]:
    """Settings of one test run: SQLite in a folder of its own, or a fresh PostgreSQL database."""
    data = tmp_path_factory.mktemp("data")
    server = os.environ.get("TEST_DATABASE_URL")
    environ = {"HOTLINE_DATA": str(data), "REDIS_URL": redis_url, "SECRET_KEY": "tests"}
    environ["HOTLINE_FIGURES_HOLD"] = "0"  # times stand still here, and tables are emptied between tests
    if not server:
        yield Settings.from_environment(environ)
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    root = sa.create_engine(
        Settings.from_environment(environ | {"DATABASE_URL": server}).database_url,
        isolation_level="AUTOCOMMIT",
    )
    with root.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    url = root.url.set(database=name).render_as_string(hide_password=False)
    yield Settings.from_environment(environ | {"DATABASE_URL": url})
    with root.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    root.dispose()


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Flask]:
    """The whole application, migrated, with the government profile in it."""
    # Thousands of people sign in here: at the service's own cost that would be half of the tests' time.
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.before_request_funcs.setdefault(None, []).insert(0, _begin_anew)
    app.teardown_request(_end_reading)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # The tests' rows need not survive a power cut, and waiting for the disk is most of their time.
            sa.event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=off"))
        upgrade(directory=str(Path(app.root_path) / "hotline" / "migrations"))
        with transaction():
            profiles.load("gov_hotline", now=NOON)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _begin_anew() -> None:
    """Forget the request before: the context that tests hold open would carry its person into this one.

    A transaction that only reads ends with its request, too: what is posted next must not go on in it.
    """
    for name in list(g):
        g.pop(name)
    _end_reading()


def _end_reading(_error: BaseException | None = None) -> None:
    if not (db.session.new or db.session.dirty or db.session.deleted):
        db.session.rollback()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application with an empty desk: profile loaded, nobody signed in, no tickets."""
    application.extensions["queue"].connection.flushdb()
    with application.app_context():
        yield application
        db.session.remove()
        _empty()
        db.session.remove()


def _empty() -> None:
    """Delete what the test wrote; DELETE is much faster than TRUNCATE here."""
    with transaction():
        is_sqlite = db.engine.dialect.name == "sqlite"
        if is_sqlite:
            db.session.execute(sa.text("PRAGMA defer_foreign_keys = on"))
        else:
            db.session.execute(sa.text("SET session_replication_role = replica"))
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in PROFILE_TABLES:
                db.session.execute(table.delete())
        if not is_sqlite:
            db.session.execute(sa.text("SET session_replication_role = DEFAULT"))


@pytest.fixture
def person(app: Flask) -> Callable[..., Staff]:
    """Make a person: `person(Role.OPERATOR)`, `person(Role.DEPARTMENT_CLERK, department="…")`."""

    def make(*roles: Role, number: str | None = None, department: str | None = None) -> Staff:
        with transaction():
            return staff.add(
                number or uuid.uuid4().hex[:8],
                "Li Ming",
                PASSWORD,
                roles=roles,
                department=departments.by_code(department) if department else None,
                now=NOON,
            )

    return make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a person."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Staff], FlaskClient]:
    """Return a browser in which a person is signed in."""

    def signed_in(who: Staff) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"number": who.number, "password": PASSWORD})
        assert answer.status_code == 303
        return browser

    return signed_in
