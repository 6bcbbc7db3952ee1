"""The throw-away PostgreSQL that bin/test runs the second half on."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from postgres_server import PostgresServer, find_postgres_binaries


@pytest.fixture
def binaries() -> Path:
    found = find_postgres_binaries()
    if found is None:
        pytest.skip(os.environ.get("HOTLINE_TEST_POSTGRES_REASON", "PostgreSQL 15 or later is not installed"))
    return found


def test_the_server_answers_and_leaves_nothing_behind(binaries: Path) -> None:
    with PostgresServer(binaries) as server:
        folder = Path(parse_qs(urlsplit(server.url).query)["host"][0])
        assert folder.is_dir()
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            row = connection.execute("select current_database(), current_setting('fsync')").fetchone()
        assert row == ("hotline_test", "off")
    assert not folder.exists()
