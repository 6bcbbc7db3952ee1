"""The pages that people open all day ask the database little, and read no growing table from end to end.

The statements are those really issued, their plans those of SQLite over generated tickets.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from benchmarks import generate
from hotline.config import Settings
from hotline.db import db, session
from hotline.demo.accounts import PASSWORD
from hotline.tickets import history
from hotline.tickets.models import Ticket, TicketText

SIZE = 2000
GROWING = (
    "ticket",
    "ticket_event",
    "ticket_text",
    "contact",
    "deadline",
    "assignment",
    "answer",
    "requester",
)
OPERATOR, LEADER = "3001", "1101"

Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def filled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a SQLite file of its own, with generated tickets."""
    app = generate.application(tmp_path_factory.mktemp("generated"), redis=settings.redis_url)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        generate.fill(SIZE)
        session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def statements(app: Flask) -> Iterator[list[Statement]]:
    """Collect the statements of a block."""
    seen: list[Statement] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        seen.append((statement, values))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def browser(app: Flask, number: str) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    assert client.post("/sign-in", data={"number": number, "password": PASSWORD}).status_code == 303
    return client


def scanned(app: Flask, seen: list[Statement]) -> list[str]:
    """Return which growing tables the statements read from end to end, without an index."""
    found = []
    with app.app_context(), db.engine.connect() as connection:
        for statement, values in seen:
            if not statement.lstrip().startswith("SELECT"):
                continue
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                whole = re.fullmatch(r"SCAN (\w+)", row[-1])
                if whole and whole[1] in GROWING and "ORDER BY ticket.id DESC" not in statement:
                    found.append(f"{row[-1]}: {statement}")
    return found


@pytest.mark.parametrize(
    ("number", "path", "budget"),
    [
        (OPERATOR, "/tickets", 7),
        (OPERATOR, "/tickets?view=mine", 7),
        (OPERATOR, "/tickets?view=to_answer", 7),
        (OPERATOR, "/tickets?view=with_departments", 7),
        (OPERATOR, "/tickets?view=overdue", 7),
        (OPERATOR, "/tickets?view=waiting", 7),
        (OPERATOR, "/", 10),
        (LEADER, "/", 12),
    ],
)
def test_a_page_stays_within_its_budget_and_scans_nothing_that_grows(
    filled: Flask, number: str, path: str, budget: int
) -> None:
    page = browser(filled, number)
    page.get(path)
    with statements(filled) as seen:
        assert page.get(path).status_code == 200
    assert len(seen) <= budget, [statement for statement, _ in seen]
    assert scanned(filled, seen) == []


@pytest.mark.parametrize("words", ["路灯", "翡翠", "路灯 多次"])
def test_a_search_reads_the_index_and_not_the_tickets(filled: Flask, words: str) -> None:
    page = browser(filled, OPERATOR)
    with statements(filled) as seen:
        answer = page.post("/tickets/search", data={"q": words, "view": "all"})
    assert answer.status_code == 200
    assert scanned(filled, seen) == []
    assert not any(" LIKE " in statement for statement, _ in seen)


def test_generated_tickets_are_whole(filled: Flask) -> None:
    with filled.app_context():
        assert (session.scalar(sa.select(sa.func.count()).select_from(TicketText)) or 0) >= SIZE
        for ticket in session.scalars(sa.select(Ticket).order_by(Ticket.id.desc()).limit(20)):
            previous = ""
            for event in ticket.events:
                previous = history.digest(
                    previous, ticket.number, event, by_id=event.by_id, department_id=event.department_id
                )
                assert event.digest == previous
            assert ticket.chain_digest == previous
        session.remove()
