"""On PostgreSQL statements asked for again and again stay prepared, though most requests write nothing."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import db, session, transaction
from hotline.people.models import Staff
from tests.conftest import NOON
from tests.matters import Desk

PREPARED_AFTER = 6
"""Times: the driver prepares what it has sent five times."""


@pytest.fixture(autouse=True)
def _on_postgresql(app: Flask) -> Iterator[None]:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's driver keeps what it compiled itself")
    with app.test_request_context():
        yield


def prepared() -> set[str]:
    """Return the statements that the connection in use holds prepared."""
    return set(session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")))


def test_what_only_reads_leaves_statements_prepared() -> None:
    for _ in range(PREPARED_AFTER):
        session.scalars(sa.select(Staff).order_by(Staff.number).limit(7)).all()
        session.remove()
    (kept,) = [one for one in prepared() if "LIMIT 7" in one]
    assert "FROM staff" in kept


def test_a_rollback_leaves_none() -> None:
    for _ in range(PREPARED_AFTER):
        session.scalars(sa.select(Staff).limit(7)).all()
        session.remove()
    session.rollback()
    with pytest.raises(sa.exc.DBAPIError):
        session.execute(sa.text("SELECT 1 / 0"))
    session.remove()
    assert not [one for one in prepared() if "LIMIT 7" in one]


@pytest.mark.parametrize("is_flushed", [True, False])
def test_what_was_written_outside_a_transaction_is_not_kept(is_flushed: bool) -> None:
    desk = Desk()
    number, name = desk.operator.number, desk.operator.name
    session.commit()
    written = session.scalars(sa.select(Staff).where(Staff.number == number)).one()
    written.name = "Changed by the way"
    if is_flushed:
        session.flush()
    session.remove()
    assert session.scalar(sa.select(Staff.name).where(Staff.number == number)) == name


def test_what_a_plain_statement_wrote_outside_a_transaction_is_not_kept() -> None:
    ticket = Desk().ticket("suggestion", NOON)
    number, title = ticket.number, ticket.title
    session.execute(sa.text("UPDATE ticket SET title = 'Changed by the way'"))
    session.remove()
    with transaction():
        assert session.scalar(sa.text("SELECT title FROM ticket WHERE number = :n"), {"n": number}) == title
