"""The full text index over tickets: made with its table, kept in the transaction of every change.

A ticket is found by pairs of Chinese characters, words and numbers out of its title, matter and place, and by
the last digits of its number. Callers' names and telephone numbers are left out, whoever wrote them there.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from hotline import tokens
from hotline.contacts.models import Requester
from hotline.db import session
from hotline.tickets.models import Assignment, Ticket, TicketText

WORDS = "ticket_words"
"""The FTS5 table; it and the tables it keeps for itself begin with this name."""
OVER_TOKENS = "ix_ticket_text_tokens"

LONGEST_NUMBER = 6
"""Digits; longer ones are telephone and identity numbers, which nobody is found by here."""
LONGEST_WORD = 40
SHORTEST_NAME = 2
ENDS = (4, 5, 6)
"""How many last digits of a ticket's number find it."""

BLOCK, AREA = 1 << 12, 1 << 16
"""Tickets in a row that share a term on PostgreSQL, whose index knows no order: see `finding`."""

TEXTS = cast(sa.Table, TicketText.__table__)
_ADDED = sa.insert(TEXTS)
SAID = ("title", "content", "place")

_ON_SQLITE = (
    "DROP TABLE IF EXISTS ticket_words",
    "CREATE VIRTUAL TABLE ticket_words USING fts5(tokens, content='ticket_text', content_rowid='ticket_id',"
    " detail=none, columnsize=0, tokenize=\"ascii tokenchars '_'\")",
    "CREATE TRIGGER ticket_text_added AFTER INSERT ON ticket_text BEGIN"
    " INSERT INTO ticket_words(rowid, tokens) VALUES (new.ticket_id, new.tokens); END",
    "CREATE TRIGGER ticket_text_removed AFTER DELETE ON ticket_text BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, tokens)"
    " VALUES ('delete', old.ticket_id, old.tokens); END",
    "CREATE TRIGGER ticket_text_changed AFTER UPDATE ON ticket_text BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, tokens) VALUES ('delete', old.ticket_id, old.tokens);"
    " INSERT INTO ticket_words(rowid, tokens) VALUES (new.ticket_id, new.tokens); END",
)
_ON_POSTGRESQL = (f"CREATE INDEX {OVER_TOKENS} ON ticket_text USING gin (tokens) WITH (fastupdate = off)",)


def listen_to_tables() -> None:
    """Make the index whenever a migration makes its table; no model can describe what differs so much."""
    if not sa.event.contains(sa.Table, "after_create", _make):
        sa.event.listen(sa.Table, "after_create", _make)


def _make(table: sa.Table, connection: Connection, **_more: object) -> None:
    if table.name != TEXTS.name:
        return
    for statement in _ON_SQLITE if connection.dialect.name == "sqlite" else _ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


def is_model(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Tell whether the models describe a table or index; for those who compare them with a database."""
    return not (is_own_table(name or "") if kind == "table" else name == OVER_TOKENS)


def is_own_table(name: str) -> bool:
    """Tell whether a table is part of the index itself: made from others, never copied."""
    return name.startswith(WORDS)


def listen() -> None:
    """Keep the index in step with every session of the process; a second call changes nothing."""
    if not sa.event.contains(Session, "after_flush", _after_flush):
        sa.event.listen(Session, "after_flush", _after_flush)


def _after_flush(session: Session, _context: object) -> None:
    new = [one for one in session.new if isinstance(one, Ticket)]
    changed = [one for one in session.dirty if isinstance(one, Ticket) and _says_otherwise(one)]
    sent = [one for one in session.new if isinstance(one, Assignment)]
    if not (new or changed or sent):
        return
    connection = session.connection()
    kind = connection.dialect.name
    if new:
        rows = [{"ticket_id": one.id, "tokens": _of_ticket(connection, one, ())} for one in new]
        connection.execute(_ADDED, rows)
    for ticket in changed:
        had = connection.scalars(
            sa.select(Assignment.department_id).where(Assignment.ticket_id == ticket.id).distinct()
        ).all()
        kept = sa.update(TEXTS).where(TEXTS.c.ticket_id == ticket.id)
        connection.execute(kept.values(tokens=_of_ticket(connection, ticket, had)))
    for part in sent:
        mark = of_department(part.department_id)
        more: Any = sa.literal(f" {mark}") if kind == "sqlite" else sa.cast(mark, TEXTS.c.tokens.type)
        kept = sa.update(TEXTS).where(TEXTS.c.ticket_id == part.ticket_id)
        connection.execute(kept.values(tokens=TEXTS.c.tokens.op("||")(more)))


def forget_for_good() -> None:
    """Let nothing of deleted entries stay in the index itself: FTS5 only marks them until it merges."""
    if session.connection().dialect.name == "sqlite":
        session.execute(sa.text("INSERT INTO ticket_words(ticket_words) VALUES ('optimize')"))


def _says_otherwise(ticket: Ticket) -> bool:
    return any(get_history(ticket, name).has_changes() for name in (*SAID, "requester_id"))


def _of_ticket(connection: Connection, ticket: Ticket, departments: Iterable[int]) -> str:
    name = None
    requester = sa.inspect(ticket).dict.get("requester")
    if requester is not None and requester.id == ticket.requester_id:
        name = requester.name  # no question for a caller who has just been written down
    elif ticket.requester_id is not None:
        name = connection.scalar(sa.select(Requester.name).where(Requester.id == ticket.requester_id))
    said = (ticket.title, ticket.content, ticket.place)
    return " ".join(
        (
            *terms(said, hidden=name),
            *ends(ticket.number),
            *(of_department(one) for one in departments),
            *(blocks(ticket.id) if connection.dialect.name != "sqlite" else ()),
        )
    )


def terms(said: Iterable[str | None], *, hidden: str | None = None) -> Iterator[str]:
    """Yield each term of what a ticket says once, without the name `hidden` and without long numbers."""
    text = tokens.normalise("\n".join(part for part in said if part))
    if hidden and len(hidden) >= SHORTEST_NAME:
        text = text.replace(tokens.normalise(hidden), "\n")
    runs = tokens.RUN.findall(text)
    last = [run[-1] for run in runs if tokens.is_han(run)]  # no pair begins with it
    for term in dict.fromkeys(chain(tokens.terms_in(runs), last)):
        if len(term) <= LONGEST_NUMBER or (len(term) <= LONGEST_WORD and not term.isdecimal()):
            yield term


def ends(number: str) -> Iterator[str]:
    """Yield the terms for the last digits of a ticket's number."""
    return (f"_{number[-length:]}" for length in ENDS)


def of_department(department_id: int) -> str:
    """Return the term of the tickets that a department has or had."""
    return f"_d{department_id}"


def blocks(ticket_id: int) -> tuple[str, str]:
    """Return the terms of the stretches of tickets that one lies in."""
    return f"_b{ticket_id // BLOCK}", f"_a{ticket_id // AREA}"
