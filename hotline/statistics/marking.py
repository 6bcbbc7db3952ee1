"""Noticing changes: every transaction that changes a matter marks it to be counted again.

The marks are rows of the same transaction, so that a change and its mark are kept or lost together. No verb
needs to know: what changes is seen where it is written.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from hotline.callbacks.models import CallbackTask
from hotline.contacts.models import Contact
from hotline.dispatch.models import Supervision, Urge
from hotline.statistics.models import ChangedMatter
from hotline.statistics.periods import local_day
from hotline.telephony.models import PhoneCall
from hotline.tickets.models import Answer, Assignment, Deadline, Ticket, TicketEvent

SEEN = "hotline.statistics.marking"

MOVABLE = {
    Deadline: ("due_at",),
    CallbackTask: ("due_at", "completed_at"),
    Ticket: ("closed_at",),
    Contact: ("received_at",),
    PhoneCall: ("received_at",),
}
"""Moments that may move a row from one day to another: the day it leaves is counted again too."""

MARKS = cast(sa.Table, ChangedMatter.__table__)
_MARKED = sa.insert(MARKS)

Mark = tuple[str, Any]


def listen() -> None:
    """Watch every session of the process; a second call changes nothing."""
    for name, heard in (
        ("after_flush", _after_flush),
        ("before_commit", _before_commit),
        ("after_rollback", _after_rollback),
    ):
        if not sa.event.contains(Session, name, heard):
            sa.event.listen(Session, name, heard)


def _after_flush(session: Session, _context: object) -> None:
    seen: set[Mark] = session.info.setdefault(SEEN, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        seen.update(_marks(row))


def _marks(row: object) -> Iterator[Mark]:
    match row:
        case Ticket(id=ticket_id):
            yield "ticket_id", ticket_id
        case Contact(id=contact_id, ticket_id=ticket_id):
            yield "contact_id", contact_id
            if ticket_id is not None:
                yield "ticket_id", ticket_id
        case Answer(ticket_id=None, contact_id=contact_id):
            yield "contact_id", contact_id
        case TicketEvent() | Deadline() | Assignment() | Answer() | CallbackTask() | Urge() | Supervision():
            yield "ticket_id", row.ticket_id
        case PhoneCall(received_at=moment):
            yield "day", local_day(moment)
        case _:
            return
    for kind, names in MOVABLE.items():
        if isinstance(row, kind):
            for name in names:
                for moment in get_history(row, name).deleted or ():
                    if isinstance(moment, dt.datetime):
                        yield "day", local_day(moment)


def _before_commit(session: Session) -> None:
    session.flush()
    seen: set[Mark] = session.info.pop(SEEN, set())
    if seen:
        session.execute(
            _MARKED,
            [
                {"ticket_id": None, "contact_id": None, "day": None} | {name: value}
                for name, value in sorted(seen, key=str)
            ],
        )


def _after_rollback(session: Session) -> None:
    session.info.pop(SEEN, None)
