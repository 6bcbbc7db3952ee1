"""The chain of each ticket's history, walked from its first line to its last, none of them kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from hotline.audit.findings import Fault, Finding
from hotline.db import session
from hotline.tickets import words
from hotline.tickets.history import chained_digest
from hotline.tickets.models import EventWords, Ticket, TicketEvent

BATCH = 2000
TABLE = TicketEvent.__tablename__

_COLUMNS = (
    Ticket.id.label("ticket_id"),
    Ticket.number,
    Ticket.event_count,
    Ticket.chain_digest,
    TicketEvent.id,
    TicketEvent.sequence,
    TicketEvent.kind,
    TicketEvent.from_status,
    TicketEvent.to_status,
    TicketEvent.by_id,
    TicketEvent.department_id,
    TicketEvent.happened_at,
    TicketEvent.details,
    TicketEvent.digest,
    EventWords.event_id.label("words_id"),
    EventWords.salt,
    EventWords.said,
)


@dataclass
class _Walk:
    """Where the walk stands within one ticket."""

    first: Any
    expected: int = 1
    previous: str = ""
    is_known: bool = True
    """False after a gap: what the next line was put on top of is gone."""
    erased: dict[int, int] = field(default_factory=dict)
    """Lines whose words were erased, by sequence, until a later line says so."""


def check(ticket_id: int | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the histories of all tickets, or of one."""
    query = (
        sa.select(*_COLUMNS)
        .select_from(Ticket)
        .outerjoin(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        .outerjoin(EventWords, EventWords.event_id == TicketEvent.id)
        .order_by(Ticket.id, TicketEvent.sequence)
        .execution_options(yield_per=BATCH)
    )
    if ticket_id is not None:
        query = query.where(Ticket.id == ticket_id)
    walk: _Walk | None = None
    for row in session.execute(query):
        if walk is None or walk.first.ticket_id != row.ticket_id:
            if walk is not None:
                yield from _end(walk)
            walk = _Walk(row)
        if row.id is not None:
            yield from _line(walk, row)
    if walk is not None:
        yield from _end(walk)


def _line(walk: _Walk, row: Any) -> Iterator[Finding]:
    while row.sequence > walk.expected and walk.expected <= walk.first.event_count:
        yield Finding(TABLE, Fault.REMOVED, ticket=row.number, sequence=walk.expected)
        walk.expected, walk.is_known = walk.expected + 1, False
    if row.sequence != walk.expected or row.sequence > row.event_count:
        yield _found(Fault.INSERTED, row)
        return
    made = chained_digest(
        walk.previous,
        row.number,
        row.sequence,
        row.kind,
        row.from_status,
        row.to_status,
        row.by_id,
        row.department_id,
        row.happened_at,
        row.details,
    )
    if walk.is_known and made != row.digest:
        yield _found(Fault.CHANGED, row)
    yield from _words(walk, row)
    walk.previous, walk.expected, walk.is_known = row.digest, row.sequence + 1, True


def _words(walk: _Walk, row: Any) -> Iterator[Finding]:
    if row.kind == words.ERASING:
        for sequence in row.details.get("lines", ()):
            walk.erased.pop(sequence, None)
    kept = row.details.get(words.DIGEST)
    if row.words_id is None:
        if kept is not None:
            yield _found(Fault.WORDS_REMOVED, row)
    elif row.said is None:
        walk.erased[row.sequence] = row.id
    elif words.digest(row.salt, row.said) != kept:
        yield _found(Fault.WORDS_CHANGED, row)


def _end(walk: _Walk) -> Iterator[Finding]:
    ticket = walk.first
    for sequence in range(walk.expected, ticket.event_count + 1):
        yield Finding(TABLE, Fault.REMOVED, ticket=ticket.number, sequence=sequence)
        walk.is_known = False
    for sequence, row_id in walk.erased.items():
        yield Finding(TABLE, Fault.ERASED_UNSAID, row_id, ticket.number, sequence)
    if walk.is_known and walk.previous != ticket.chain_digest:
        yield Finding(Ticket.__tablename__, Fault.CHANGED, ticket.ticket_id, ticket.number)


def _found(fault: Fault, row: Any) -> Finding:
    return Finding(TABLE, fault, row.id, row.number, row.sequence)
