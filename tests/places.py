"""Empty places to put a backup into: a folder with SQLite, or a database of its own on PostgreSQL."""

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from hotline.config import Settings

DATABASES = ("sqlite", "postgresql")


@contextmanager
def empty(database: str, environ: Mapping[str, str]) -> Iterator[Settings]:
    """Lend an empty place; the test is skipped where PostgreSQL is wanted and no server was given."""
    if database == "sqlite":
        yield Settings.from_environment(dict(environ))
        return
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        pytest.skip("no PostgreSQL server was given")
    url = Settings.from_environment({**environ, "DATABASE_URL": server}).database_url
    root = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"restored_{uuid.uuid4().hex[:12]}"
    with root.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    address = root.url.set(database=name).render_as_string(hide_password=False)
    try:
        yield Settings.from_environment({**environ, "DATABASE_URL": address})
    finally:
        with root.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        root.dispose()
