"""A ticket's history: every change writes its line, and the one door every move goes through."""

import datetime as dt
import hashlib
import json
from typing import Any

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Department, Staff
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
    """Write one line into the history of `ticket`. `details` must hold no personal data."""
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
    event = TicketEvent(
        sequence=ticket.event_count,
        kind=kind,
        from_status=before,
        to_status=after,
        by=by,
        department=department,
        happened_at=now,
        details=json.loads(json.dumps(details, default=_plain)),
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
    line = [
        previous,
        number,
        event.sequence,
        event.kind,
        event.from_status,
        event.to_status,
        by_id,
        department_id,
        event.happened_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        event.details,
    ]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_at(ticket: Ticket) -> int | None:
    """Return the sequence at which the chain of `ticket` breaks, or `None` when it is whole."""
    previous = ""
    for expected, event in enumerate(ticket.events, start=1):
        found = digest(previous, ticket.number, event, by_id=event.by_id, department_id=event.department_id)
        if event.sequence != expected or event.digest != found:
            return expected
        previous = event.digest
    return None if previous == ticket.chain_digest else len(ticket.events) + 1
