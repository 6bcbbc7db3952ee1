"""On SQLite a request takes the write lock when its verb begins, not while its form is checked."""

import contextvars
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline import write_line
from hotline.db import db, session, transaction, write_aside
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests.conftest import NOON
from tests.matters import Desk

OTHER_PROCESS = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0)
other.execute("UPDATE ticket SET title = ? WHERE number = ?", sys.argv[2:])
other.commit()
"""


@pytest.fixture
def ticket(app: Flask) -> Iterator[Ticket]:
    """A ticket that a request and another process write to, on SQLite."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    made = Desk().ticket("suggestion", NOON)
    with app.test_request_context(method="POST"):
        yield made


def title_elsewhere(title: str, number: str) -> bool:
    """Let another process, which does not wait, change the title; tell whether it could."""
    file = Path(str(db.engine.url.database))
    command = [sys.executable, "-c", OTHER_PROCESS, str(file), title, number]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "database is locked" in done.stderr, done.stderr
    return done.returncode == 0


def test_reading_keeps_nobody_from_writing_and_what_was_read_is_read_again(ticket: Ticket) -> None:
    number = ticket.number
    session.rollback()
    assert ticket.title != "Changed elsewhere"
    assert title_elsewhere("Changed elsewhere", number)
    with transaction():
        assert ticket.title == "Changed elsewhere"
        assert not title_elsewhere("Too late", number)
        ticket.place = "Here"
    session.rollback()
    assert (ticket.title, ticket.place) == ("Changed elsewhere", "Here")


def test_a_transaction_that_only_read_would_die_of_it(ticket: Ticket) -> None:
    number = ticket.number
    session.rollback()
    assert ticket.title
    assert title_elsewhere("Changed elsewhere", number)
    ticket.place = "Here"
    with pytest.raises(sa.exc.OperationalError, match="database is locked") as caught:
        session.flush()
    assert isinstance(caught.value.orig, sqlite3.OperationalError)
    session.rollback()


def test_a_change_before_the_transaction_is_refused(ticket: Ticket) -> None:
    session.rollback()
    assert ticket.content
    ticket.title = "Changed too early"
    with pytest.raises(RuntimeError), transaction():
        pass
    assert ticket.title != "Changed too early"


def test_who_asks_stays_and_something_written_aside_does_not_wait_for_itself(ticket: Ticket) -> None:
    session.rollback()
    person = session.scalars(sa.select(Staff).order_by(Staff.id)).first()
    assert person is not None
    write_aside(sa.update(Ticket).where(Ticket.id == ticket.id).values(title="Written aside"))
    with transaction():
        assert "name" not in sa.inspect(person).unloaded
        assert ticket.title == "Written aside"


def test_a_transaction_that_mostly_adds_locks_at_its_first_write(ticket: Ticket) -> None:
    number = ticket.number
    with transaction(locks_late=True):
        assert session.scalar(sa.select(Ticket.title)) == ticket.title
        assert title_elsewhere("Changed elsewhere", number)
        session.add(Staff(number="7001", name="New", password_hash="", created_at=NOON))
        session.flush()
        assert not title_elsewhere("Too late", number)
        session.expire_all()
        assert ticket.title == "Changed elsewhere"
    assert title_elsewhere("Free again", number)


def test_reading_a_row_to_write_it_locks_as_well(ticket: Ticket) -> None:
    number = ticket.number
    with transaction(locks_late=True):
        assert session.scalar(sa.select(Ticket.title)) == ticket.title
        assert title_elsewhere("Changed elsewhere", number)
        again = sa.select(Ticket).with_for_update().execution_options(populate_existing=True)
        assert session.scalars(again).one().title == "Changed elsewhere"
        assert not title_elsewhere("Too late", number)


def test_a_late_lock_that_does_not_come_is_told_and_undone(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_line, "PATIENCE", 0.05)
    first = ticket.title
    outside = contextvars.Context()  # of the request: who writes there takes the lock at once
    connection = outside.run(db.engine.connect)
    before = outside.run(connection.begin)
    with pytest.raises(sa.exc.OperationalError, match="database is locked"), transaction(locks_late=True):
        ticket.title = "Never written"
    before.rollback()
    connection.close()
    assert ticket.title == first
    with transaction(locks_late=True):
        ticket.title = "Written at last"
    assert session.scalar(sa.select(Ticket.title)) == "Written at last"
