"""A ticket's history: every change writes its line, and the one door every move goes through.

What people write into a line goes into a row of its own (see `words`): the line itself is never altered.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from typing import Any

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Department, Staff
from hotline.tickets import words
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.states import NEXT_STATUSES, TicketStatus
from hotline.wording import N_


class TransitionRefusedError(HotlineError):
    """The ticket cannot go from where it stands to where it was wanted."""

    sentence = N_("A ticket that is “%(status)s” cannot become “%(wanted)s”.")


def note(
    ticket: Ticket,
    kind: str,
    *,
    by: Staff | None,
    now: dt.datetime,
    department: Department | None = None,
    **details: Any,
) -> TicketEvent:
    """Write one line into the history of `ticket`; free words among `details` are kept apart."""
    return _write(ticket, kind, None, None, by, now, department, details)


def move(
    ticket: Ticket,
    wanted: TicketStatus,
    kind: str,
    *,
    by: Staff | None,
    now: dt.datetime,
    department: Department | None = None,
    **details: Any,
) -> TicketEvent:
    """Bring `ticket` to the status `wanted` and write it down. Raises `TransitionRefusedError`."""
    before = ticket.status
    if wanted not in NEXT_STATUSES[before]:
        raise TransitionRefusedError(status=before, wanted=wanted)
    # Columns tied to the status by CHECKs are set by the caller right after this: nothing is flushed between.
    with session.no_autoflush:
        ticket.status = wanted
        return _write(ticket, kind, before, wanted, by, now, department, details)


def erase_words(
    ticket: Ticket, *, by: Staff | None, now: dt.datetime, mentioning: Collection[str] | None = None
) -> int:
    """Erase what people wrote into the history of `ticket`, and say so in it; return of how many lines.

    For retention and a person's request: the lines, their order and their chain stay. With `mentioning`, only
    lines that hold one of these texts.
    """
    events = [one for one in ticket.events if mentioning is None or words.mentions(one, mentioning)]
    erased = words.erase(events, now=now)
    if erased:
        note(ticket, words.ERASING, by=by, now=now, lines=erased)
        session.flush()
    return len(erased)


def _write(
    ticket: Ticket,
    kind: str,
    before: TicketStatus | None,
    after: TicketStatus | None,
    by: Staff | None,
    now: dt.datetime,
    department: Department | None,
    details: dict[str, Any],
) -> TicketEvent:
    # Read first: loading them later would flush an event that has no digest yet.
    by_id = by.id if by else None
    department_id = department.id if department else None
    ticket.event_count += 1
    chained, said = words.apart(json.loads(json.dumps(details, default=_plain)))
    event = TicketEvent(
        sequence=ticket.event_count,
        kind=kind,
        from_status=before,
        to_status=after,
        by=by,
        department=department,
        happened_at=now,
        details=chained,
        words=said,
    )
    event.digest = ticket.chain_digest = digest(
        ticket.chain_digest, ticket.number, event, by_id=by_id, department_id=department_id
    )
    event.ticket = ticket
    session.add(event)
    return event


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def digest(
    previous: str, number: str, event: TicketEvent, *, by_id: int | None, department_id: int | None
) -> str:
    """Return the digest of one event on top of the `previous` one of the ticket `number`."""
    return chained_digest(
        previous,
        number,
        event.sequence,
        event.kind,
        event.from_status,
        event.to_status,
        by_id,
        department_id,
        event.happened_at,
        event.details,
    )


def chained_digest(
    previous: str,
    number: str,
    sequence: int,
    kind: str,
    before: TicketStatus | None,
    after: TicketStatus | None,
    by_id: int | None,
    department_id: int | None,
    happened_at: dt.datetime,
    details: dict[str, Any],
) -> str:
    """Return the digest of one line of a history, told by its columns."""
    line = [
        previous,
        number,
        sequence,
        kind,
        before,
        after,
        by_id,
        department_id,
        happened_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        details,
    ]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
