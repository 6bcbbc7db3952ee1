"""The pages that people open all day ask the database little, and read no growing table from end to end.

The statements are those really issued, their plans those of SQLite over generated tickets.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from benchmarks import generate
from benchmarks.budgets import ROWS, Asked, a_ticket, ask, browser, scanned, statements
from hotline.config import Settings
from hotline.db import db, session
from hotline.tickets import history, text_index
from hotline.tickets.models import Ticket, TicketText

SIZE = 10_000


@pytest.fixture(scope="module")
def filled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a SQLite file of its own, with generated tickets."""
    app = generate.application(tmp_path_factory.mktemp("generated"), redis=settings.redis_url)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    # The running day is counted by the page before, however slow the machine is.
    app.extensions["settings"] = replace(app.extensions["settings"], figures_hold=dt.timedelta(hours=1))
    with app.app_context():
        generate.fill(SIZE)
        session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_page_stays_within_its_budget_and_scans_nothing_that_grows(filled: Flask, row: Asked) -> None:
    page, number = browser(filled, row.number), a_ticket(filled)
    ask(page, row, number)
    with statements(filled) as seen:
        assert ask(page, row, number) in (200, 303)
    assert len(seen) <= row.budget, [statement for statement, _ in seen]
    assert scanned(filled, seen, is_by_age=row.is_by_age) == []
    assert not any(" LIKE " in statement for statement, _ in seen)


@pytest.mark.parametrize(
    ("name", "index"), [("list waiting", "ix_ticket_waiting"), ("list closed", "ix_ticket_ended")]
)
def test_few_among_many_are_read_by_the_index_over_them(filled: Flask, name: str, index: str) -> None:
    row = next(one for one in ROWS if one.name == name)
    client = browser(filled, row.number)
    with statements(filled) as seen:
        ask(client, row, "")
    lists = [one for one in seen if re.search(r"\bFROM ticket\b", one[0]) and "LIMIT" in one[0]]
    with filled.app_context(), db.engine.connect() as connection:
        plans = [
            [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
            for text, values in lists
        ]
    assert plans
    for plan in plans:
        assert any(re.search(rf"\bticket USING (COVERING )?INDEX {index}\b", line) for line in plan), plan


def test_generated_rows_pass_the_checks_that_filling_left_out(filled: Flask) -> None:
    with filled.app_context():
        assert session.scalars(sa.text("PRAGMA integrity_check")).all() == ["ok"]
        assert session.execute(sa.text("PRAGMA foreign_key_check")).all() == []


def test_generated_tickets_are_found_by_the_terms_of_what_they_say(filled: Flask) -> None:
    with filled.app_context():
        newest = sa.select(Ticket, TicketText.tokens).join(TicketText, TicketText.ticket_id == Ticket.id)
        for ticket, tokens in session.execute(newest.order_by(Ticket.id.desc()).limit(200)):
            said = set(text_index.terms((ticket.title, ticket.content, ticket.place)))
            assert {token for token in tokens.split() if not token.startswith("_")} == said


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
