"""Lists of tickets: filtered, page by page by key, never counted beyond what a person reads."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Urgency
from hotline.db import Moment, UtcDateTime, implied, session, unindexed, written_out
from hotline.people.models import Staff
from hotline.tickets import access, finding, lateness
from hotline.tickets.lateness import Clock, Lateness
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.tickets.states import ENDED, OPEN, WITH_DEPARTMENT, TicketStatus
from hotline.wording import N_, Labelled

PAGE = 50
MOST_COUNTED = 1000
MOST_FOUND = 200
"""A search that finds more is narrowed by another word, not by a count."""
BEFORE_ALL = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
LONGEST_ID = 19
"""Digits that a 64-bit key can have."""


class View(Labelled):
    """Saved views: the questions people come with."""

    OPEN = "open", N_("Open tickets")
    MINE = "mine", N_("Taken in by me")
    TO_ANSWER = "to_answer", N_("Caller to be answered")
    WITH_DEPARTMENTS = "with_departments", N_("With departments")
    OVERDUE = "overdue", N_("Overdue")
    WAITING = "waiting", N_("Waiting for the caller")
    CLOSED = "closed", N_("Closed")
    ALL = "all", N_("All")


class Due(Labelled):
    """How an open ticket stands to its next limit."""

    OVERDUE = "overdue", N_("Overdue")
    SOON = "soon", N_("Due soon")


BY_AGE = frozenset({View.CLOSED, View.ALL})
"""Listed newest first; the other views are listed by what is due next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; what is left empty does not matter."""

    view: View = View.OPEN
    words: str = ""
    status: TicketStatus | None = None
    category: str = ""
    department_id: int | None = None
    channel: Channel | None = None
    due: Due | None = None


class Listed(NamedTuple):
    """What a list shows of a ticket; its matter and its facts are not even read."""

    id: int
    number: str
    title: str
    place: str | None
    urgency: Urgency
    round: int
    status: TicketStatus
    category: str
    confidentiality: Confidentiality
    lead_department_id: int | None
    next_due_at: dt.datetime | None
    waiting_since: dt.datetime | None
    received_at: dt.datetime


SHOWN = tuple(getattr(Ticket, name) for name in Listed._fields)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the key of the next one."""

    tickets: Sequence[Listed]
    next_key: str
    count: int
    """How many tickets fit, up to one more than `most_counted`."""
    most_counted: int = MOST_COUNTED


def page(wanted: Filter, person: Staff, *, after: str = "", now: dt.datetime) -> Page:
    """Return the tickets that fit and that `person` may see, 50 from the key `after` on."""
    fits, key = _fits(wanted, person, now), _read_key(after)
    if wanted.words:
        return _found(wanted, person, fits, key)
    fits = sa.and_(access.visible(person), fits)
    is_by_age = wanted.view in BY_AGE
    ids = _ids(person, fits) if is_by_age else sa.select(Ticket.id).where(fits)
    counted = session.scalar(sa.select(sa.func.count()).select_from(ids.limit(MOST_COUNTED + 1).subquery()))
    found = _by_age(ids, key) if is_by_age else _by_due(fits, key, is_due=_asks_for_what_is_due(wanted))
    has_more = len(found) > PAGE
    return Page(
        tickets=found[:PAGE],
        next_key=_key(found[PAGE - 1], wanted.view) if has_more else "",
        count=counted or 0,
        most_counted=MOST_COUNTED,
    )


def _found(wanted: Filter, person: Staff, fits: sa.ColumnElement[bool], key: tuple[str, int] | None) -> Page:
    """Return one page of what was searched for, the newest first."""
    sought = finding.sought(wanted.words, person)
    newest = finding.newest(sought, person, fits, limit=MOST_FOUND + 1)
    ids = newest
    if key is not None:
        ids = finding.newest(sought, person, fits, before=key[1], limit=PAGE + 1)
    return Page(
        tickets=_read(Ticket.id.in_(ids[:PAGE]), Ticket.id.desc(), limit=PAGE) if ids else [],
        next_key=_written_key("", ids[PAGE - 1]) if len(ids) > PAGE else "",
        count=len(newest),
        most_counted=MOST_FOUND,
    )


def _fits(wanted: Filter, person: Staff, now: dt.datetime) -> sa.ColumnElement[bool]:
    found = [_VIEWS[wanted.view](person, now)]
    if wanted.status is not None:
        found.append(written_out(Ticket.status, [wanted.status]))
    if wanted.category:
        found.append(Ticket.category == wanted.category)
    if wanted.department_id is not None:
        found.append(Ticket.lead_department_id == wanted.department_id)
    if wanted.channel is not None:
        found.append(Ticket.channel == wanted.channel)
    if wanted.due is not None:
        ends = now if wanted.due is Due.OVERDUE else now + catalogue.desk().board.due_soon.span
        found.append(is_overdue(ends))
        if wanted.due is Due.SOON:
            found.append(Ticket.next_due_at >= now)
    return sa.and_(*found)


_STATUS = unindexed(Ticket.status)


def is_open() -> sa.ColumnElement[bool]:
    """Return the condition of the partial indexes over open tickets, as these are written."""
    return written_out(_STATUS, OPEN)


def stands(*statuses: TicketStatus) -> sa.ColumnElement[bool]:
    """Return the condition that an open ticket has one of `statuses`.

    Several are written as what they are not: rows of each would be looked up, and sorted by what is due.
    """
    if len(statuses) == 1:
        return sa.and_(implied(is_open()), written_out(Ticket.status, statuses))
    return sa.and_(is_open(), sa.not_(written_out(Ticket.status, OPEN.difference(statuses))))


def is_overdue(now: Moment) -> sa.ColumnElement[bool]:
    """Return the condition that an open ticket should have been done with before `now`."""
    return sa.and_(is_open(), Ticket.next_due_at < _learned_late(now))


def _learned_late(moment: Moment) -> sa.ScalarSelect[dt.datetime]:
    """Return a moment that PostgreSQL does not know while it plans.

    It takes what is open and what is due for independent, and would sort all of it instead of reading the
    first fifty in the order of the index.
    """
    known = moment if isinstance(moment, sa.BindParameter) else sa.literal(moment, UtcDateTime())
    return sa.select(known).scalar_subquery()


_VIEWS: Mapping[View, Callable[[Staff, dt.datetime], sa.ColumnElement[bool]]] = MappingProxyType(
    {
        View.OPEN: lambda person, now: is_open(),
        View.MINE: lambda person, now: sa.and_(is_open(), Ticket.first_contact_owner_id == person.id),
        View.TO_ANSWER: lambda person, now: stands(TicketStatus.REPLIED),
        View.WITH_DEPARTMENTS: lambda person, now: stands(*WITH_DEPARTMENT),
        View.OVERDUE: lambda person, now: is_overdue(now),
        # Not as `is_open` says it: SQLite would go through all that is open instead of the few that wait.
        View.WAITING: lambda person, now: sa.and_(
            sa.not_(written_out(_STATUS, ENDED)), Ticket.waiting_since.is_not(None)
        ),
        View.CLOSED: lambda person, now: written_out(_STATUS, ENDED),
        View.ALL: lambda person, now: sa.true(),
    }
)


def _read(fits: sa.ColumnElement[bool], *order: sa.SQLColumnExpression[Any], limit: int) -> list[Listed]:
    rows = session.execute(sa.select(*SHOWN).where(fits).order_by(*order).limit(limit))
    return [Listed._make(row) for row in rows]


CLOCK = tuple(getattr(Deadline, name) for name in Clock._fields)


def clocks(ticket_ids: Iterable[int]) -> dict[int, list[Clock]]:
    """Return what tells the state of these tickets, by ticket: clocks that run, or were missed."""
    found: dict[int, list[Clock]] = {}
    query = sa.select(*CLOCK).where(
        Deadline.ticket_id.in_(list(ticket_ids)),
        Deadline.cancelled_at.is_(None),
        sa.or_(Deadline.met_at.is_(None), Deadline.breached_at.is_not(None)),
    )
    for row in session.execute(query):
        found.setdefault(row[0], []).append(Clock._make(row))
    return found


def states(tickets: Sequence[Listed], now: dt.datetime) -> dict[int, Lateness]:
    """Return the most pressing state of each ticket's round, by its id, read in one query."""
    found = clocks(one.id for one in tickets) if tickets else {}
    return {
        one.id: lateness.worst((clock for clock in found.get(one.id, ()) if clock.round == one.round), now)
        for one in tickets
    }


def _ids(person: Staff, fits: sa.ColumnElement[bool]) -> sa.Select[int]:
    """Return the query for the tickets that fit, by their ids; a department's come by way of its parts."""
    if not person.acts_for_department:
        return sa.select(Ticket.id).where(fits)
    part = aliased(Assignment)
    return (
        sa.select(part.ticket_id)
        .join(Ticket, Ticket.id == part.ticket_id)
        .where(part.department_id == person.department_id, fits)
        .group_by(part.ticket_id)
    )


def _by_age(ids: sa.Select[int], key: tuple[str, int] | None) -> list[Listed]:
    (column,) = ids.selected_columns
    if key is not None:
        ids = ids.where(column < key[1])
    newest = ids.order_by(column.desc()).limit(PAGE + 1)
    return _read(Ticket.id.in_(newest), Ticket.id.desc(), limit=PAGE + 1)


def _asks_for_what_is_due(wanted: Filter) -> bool:
    return wanted.view is View.OVERDUE or wanted.due is not None


def _by_due(fits: sa.ColumnElement[bool], key: tuple[str, int] | None, *, is_due: bool) -> list[Listed]:
    """First what is due, by when; then what has no deadline, unless all that fits `is_due`.

    Two reads that both follow the index.
    """
    found: list[Listed] = []
    if key is None or key[0]:
        due = fits
        if key is not None or not is_due:
            moment = dt.datetime.fromisoformat(key[0]) if key else BEFORE_ALL
            due = sa.and_(due, Ticket.next_due_at >= _learned_late(moment))
        if key is not None:
            due = sa.and_(due, sa.or_(Ticket.next_due_at > _learned_late(moment), Ticket.id > key[1]))
        found = _read(due, Ticket.next_due_at, Ticket.id, limit=PAGE + 1)
    if len(found) <= PAGE and not is_due:
        without = sa.and_(fits, Ticket.next_due_at.is_(None))
        if key is not None and not key[0]:
            without = sa.and_(without, Ticket.id > key[1])
        found += _read(without, Ticket.id, limit=PAGE + 1 - len(found))
    return found


def _key(ticket: Listed, view: View) -> str:
    moment = ticket.next_due_at.isoformat() if ticket.next_due_at and view not in BY_AGE else ""
    return _written_key(moment, ticket.id)


def _written_key(moment: str, ticket_id: int) -> str:
    return base64.urlsafe_b64encode(f"{moment}~{ticket_id}".encode()).decode()


def _read_key(text: str) -> tuple[str, int] | None:
    """Return what `_key` wrote; whatever else an address holds starts at the beginning."""
    try:
        moment, _, number = base64.urlsafe_b64decode(text.encode()).decode().rpartition("~")
        if moment:
            dt.datetime.fromisoformat(moment)
        return (moment, int(number)) if len(number) < LONGEST_ID else None
    except (ValueError, binascii.Error):
        return None
