"""On PostgreSQL: connections that the server gave up are replaced, and numbers keep nobody waiting."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.contacts import series
from hotline.db import db, session, transaction
from hotline.people.models import Staff
from tests.conftest import NOON
from tests.matters import Desk

PATIENCE = 30.0


@pytest.fixture(autouse=True)
def _on_postgresql(app: Flask) -> Iterator[None]:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has neither a server nor more than one writer")
    with app.test_request_context():
        yield


def test_a_connection_the_server_gave_up_is_replaced_before_anybody_notices() -> None:
    own = session.scalar(sa.text("SELECT pg_backend_pid()"))
    session.remove()
    other = sa.create_engine(db.engine.url)
    with other.begin() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": own})
    other.dispose()
    assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) is not None
    assert session.scalar(sa.text("SELECT pg_backend_pid()")) != own


def test_a_number_is_drawn_while_another_ticket_is_not_yet_saved(app: Flask) -> None:
    drawn: list[str] = []

    def draw_elsewhere() -> None:
        with app.app_context(), transaction():
            drawn.append(series.ticket_number(NOON))

    with transaction():
        first = series.ticket_number(NOON)
        beside = threading.Thread(target=draw_elsewhere)
        beside.start()
        beside.join(PATIENCE)
        assert drawn, "waits for a transaction that is not its own"
    assert int(drawn[0][:-1]) == int(first[:-1]) + 1


def test_what_is_undone_leaves_its_number_out() -> None:
    desk = Desk()
    undone = series.ticket_number(NOON)
    session.rollback()
    assert int(desk.ticket("suggestion", NOON).number[:-1]) == int(undone[:-1]) + 1
