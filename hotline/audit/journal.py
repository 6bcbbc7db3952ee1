"""The journal: what was done to the service itself, written in the transaction that did it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.audit.models import Act, JournalLine, Subject
from hotline.db import session
from hotline.people import recusals
from hotline.people.models import Staff
from hotline.tickets.models import Ticket

PAGE = 50


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where; nobody on the command line."""

    staff_id: int | None = None
    address: str = ""


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the journal is narrowed to; what is `None` or empty does not matter."""

    act: Act | None = None
    subject: Subject | None = None
    about: str = ""
    by_id: int | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None


def record(
    act: Act, subject: Subject, about: str = "", *, by: Actor, now: dt.datetime, **details: Any
) -> JournalLine:
    """Write one line. `details` hold what changed, no caller's data."""
    line = JournalLine(
        act=act,
        subject=subject,
        about=about[:120],
        by_id=by.staff_id,
        address=by.address,
        happened_at=now,
        details=details,
    )
    session.add(line)
    session.flush()
    return line


def insertion(act: Act, subject: Subject, about: str, *, by: Actor, now: dt.datetime) -> sa.Insert:
    """Return the statement for a line that is written while a page only reads (`hotline.db.write_aside`)."""
    return sa.insert(JournalLine).values(
        act=act,
        subject=subject,
        about=about[:120],
        by_id=by.staff_id,
        address=by.address,
        happened_at=now,
        details={},
    )


def page(wanted: Wanted, reader: Staff, after: int | None = None, limit: int = PAGE) -> Sequence[JournalLine]:
    """Return the lines that fit, newest first, after the line `after`; one more than `limit` if there are.

    Matters kept from `reader` are left out here too.
    """
    kept = sa.select(Ticket.number).where(Ticket.id.in_(recusals.kept_from(reader)))
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(JournalLine.subject != Subject.TICKET, JournalLine.about.not_in(kept))
    ]
    if after is not None:
        found.append(JournalLine.id < after)
    if wanted.act is not None:
        found.append(JournalLine.act == wanted.act)
    if wanted.subject is not None:
        found.append(JournalLine.subject == wanted.subject)
    if wanted.about:
        found.append(JournalLine.about == wanted.about)
    if wanted.by_id is not None:
        found.append(JournalLine.by_id == wanted.by_id)
    if wanted.since is not None:
        found.append(JournalLine.happened_at >= wanted.since)
    if wanted.before is not None:
        found.append(JournalLine.happened_at < wanted.before)
    query = sa.select(JournalLine).where(*found).options(joinedload(JournalLine.by))
    return session.scalars(query.order_by(JournalLine.id.desc()).limit(limit + 1)).unique().all()
