"""How many statements each page may ask, and that none of them reads a growing table from end to end.

The statements are those really issued, their plans those of SQLite over generated tickets. The small form of
the benchmark prints them; a test holds them.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import db, session
from hotline.demo.accounts import PASSWORD
from hotline.tickets.models import Ticket

GROWING = (
    "answer",
    "assignment",
    "call",
    "callback_attempt",
    "callback_task",
    "closing_record",
    "contact",
    "deadline",
    "letter",
    "notice",
    "outbox_message",
    "reply_letter",
    "requester",
    "requester_phone",
    "ticket",
    "ticket_event",
    "ticket_pair",
    "ticket_text",
    "visit",
)
OPERATOR, LEADER, MANAGER = "3001", "1101", "1401"

PARTIAL_INDEXES = sa.text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")

Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One page or act, who asks for it, and how many statements it may take."""

    name: str
    budget: int
    path: str
    form: Mapping[str, str] | None = None
    number: str = OPERATOR
    beside: str = "/list"
    """The page of the bare reference that it is compared with."""
    is_by_age: bool = False
    """Reads the newest tickets in the order of their key and stops after so many."""


CALL = {
    "action": "ticket",
    "category": "suggestion",
    "content_class": "",
    "title": "建议增设路灯",
    "content": "人民路北段夜间太暗,建议增设路灯。",
    "place": "人民路北段",
    "name": "王芳",
    "urgency": "normal",
    "reply_wanted": "y",
    "readback": "y",
    "opened_at": "",
}


def call() -> dict[str, str]:
    """Return the form of a call by somebody who never called before."""
    return {**CALL, "phone": f"199{uuid.uuid4().int % 100_000_000:08d}"}


ROWS = (
    Asked("list open", 7, "/tickets"),
    Asked("list mine", 7, "/tickets?view=mine"),
    Asked("list to_answer", 7, "/tickets?view=to_answer"),
    Asked("list with_departments", 7, "/tickets?view=with_departments"),
    Asked("list overdue", 7, "/tickets?view=overdue"),
    Asked("list waiting", 7, "/tickets?view=waiting"),
    Asked("list closed", 7, "/tickets?view=closed"),
    Asked("list all", 7, "/tickets?view=all", is_by_age=True),
    Asked("search, common word", 7, "/tickets/search", {"q": "路灯", "view": "all"}),
    Asked("search, rare word", 6, "/tickets/search", {"q": "翡翠", "view": "all"}),
    Asked("search, two words", 7, "/tickets/search", {"q": "路灯 多次", "view": "all"}),
    Asked("ticket page", 9, "/tickets/{number}", beside="/one/7"),
    Asked("operator's desk", 9, "/"),
    Asked("shift leader's desk", 11, "/", number=LEADER),
    Asked("live board", 4, "/statistics/board", number=LEADER),
    Asked("wallboard", 4, "/statistics/wallboard", number=LEADER),
    Asked("statistics, one month", 6, "/statistics", number=MANAGER),
    Asked(
        "statistics, three months", 6, "/statistics?span=range&from=2026-01-01&to=2026-03-31", number=MANAGER
    ),
    Asked("callback statistics", 9, "/statistics/callbacks", number=MANAGER),
    Asked("timeliness", 6, "/statistics/timeliness", number=MANAGER),
    Asked("ranking", 6, "/statistics/ranking", number=MANAGER),
    Asked("patterns", 5, "/statistics/patterns", number=MANAGER),
    Asked("behind a figure", 9, "/statistics/matters?count=tickets", number=MANAGER),
    Asked("log a call as a ticket", 20, "/intake/call/{key}", {}, beside="/insert"),
)


def browser(app: Flask, number: str) -> FlaskClient:
    """Return a browser in which somebody is signed in; forms are taken without the token of their page."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"number": number, "password": PASSWORD})
    if answer.status_code != 303:
        raise SystemExit(f"{number} cannot sign in: {answer.status_code}")
    return client


def ask(client: FlaskClient, row: Asked, number: str) -> int:
    """Ask for a row of the table, `number` where it is about a ticket; return the status."""
    path = row.path.format(number=number, key=uuid.uuid4())
    if row.form is None:
        return client.get(path).status_code
    return client.post(path, data=row.form or call()).status_code


def a_ticket(app: Flask) -> str:
    """Return the number of a ticket that was worked through."""
    with app.app_context():
        newest = session.scalar(sa.select(sa.func.max(Ticket.id))) or 0
        number = session.scalars(sa.select(Ticket.number).where(Ticket.id == newest * 9 // 10)).one()
        session.remove()
    return number


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


def scanned(app: Flask, seen: list[Statement], *, is_by_age: bool = False) -> list[str]:
    """Return which growing tables the statements read from end to end, or an index over all their rows."""
    found = []
    with app.app_context(), db.engine.connect() as connection:
        partial = set(connection.execute(PARTIAL_INDEXES).scalars())
        for statement, values in seen:
            if not statement.lstrip().startswith("SELECT"):
                continue
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                whole = re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", row[-1])
                stops = "ORDER BY ticket.id DESC" in statement or (is_by_age and " LIMIT " in statement)
                if whole and whole[1] in GROWING and whole[2] not in partial and not stops:
                    found.append(f"{row[-1]}: {statement}")
    return found
