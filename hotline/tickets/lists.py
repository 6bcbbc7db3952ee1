"""Lists of tickets: filtered, page by page by key, never counted beyond what a person reads."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only, selectinload

from hotline.categories.channels import Channel
from hotline.db import session, written_out
from hotline.people.models import Staff
from hotline.tickets import access, finding, lateness
from hotline.tickets.lateness import Lateness
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.tickets.states import OPEN, WITH_DEPARTMENT, TicketStatus
from hotline.wording import N_, Labelled

PAGE = 50
MOST_COUNTED = 1000
MOST_FOUND = 200
"""A search that finds more is narrowed by another word, not by a count."""
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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the key of the next one."""

    tickets: Sequence[Ticket]
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
    found = _by_age(ids, key) if is_by_age else _by_due(fits, key)
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
    rows = session.scalars(_query(Ticket.id.in_(ids[:PAGE])).order_by(Ticket.id.desc())) if ids else ()
    return Page(
        tickets=list(rows),
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
    return sa.and_(*found)


def is_open() -> sa.ColumnElement[bool]:
    """Return the condition of the partial indexes over open tickets, as these are written."""
    return written_out(Ticket.status, OPEN, as_filter=True)


_VIEWS: Mapping[View, Callable[[Staff, dt.datetime], sa.ColumnElement[bool]]] = MappingProxyType(
    {
        View.OPEN: lambda person, now: is_open(),
        View.MINE: lambda person, now: sa.and_(is_open(), Ticket.first_contact_owner_id == person.id),
        View.TO_ANSWER: lambda person, now: sa.and_(
            is_open(), written_out(Ticket.status, [TicketStatus.REPLIED])
        ),
        View.WITH_DEPARTMENTS: lambda person, now: sa.and_(
            is_open(), written_out(Ticket.status, WITH_DEPARTMENT, as_filter=True)
        ),
        View.OVERDUE: lambda person, now: sa.and_(is_open(), Ticket.next_due_at < now),
        View.WAITING: lambda person, now: sa.and_(is_open(), Ticket.waiting_since.is_not(None)),
        View.CLOSED: lambda person, now: written_out(
            Ticket.status, frozenset(TicketStatus) - OPEN, as_filter=True
        ),
        View.ALL: lambda person, now: sa.true(),
    }
)


SHOWN = (
    Ticket.number,
    Ticket.title,
    Ticket.place,
    Ticket.urgency,
    Ticket.round,
    Ticket.status,
    Ticket.category,
    Ticket.confidentiality,
    Ticket.lead_department_id,
    Ticket.next_due_at,
    Ticket.waiting_since,
    Ticket.received_at,
)
"""What a list shows of a ticket; its matter and its facts are not even read."""


def _query(fits: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(Ticket).where(fits).options(load_only(*SHOWN), selectinload(Ticket.lead_department))


def states(tickets: Sequence[Ticket], now: dt.datetime) -> dict[int, Lateness]:
    """Return the most pressing state of each ticket's round, by its id, read in one query."""
    rounds = {one.id: one.round for one in tickets}
    query = (
        sa.select(Deadline)
        .where(
            Deadline.ticket_id.in_(list(rounds)),
            Deadline.cancelled_at.is_(None),
            sa.or_(Deadline.met_at.is_(None), Deadline.breached_at.is_not(None)),
        )
        .options(load_only(*CLOCK))
    )
    clocks: dict[int, list[Deadline]] = {}
    for clock in session.scalars(query) if rounds else ():
        if clock.round == rounds[clock.ticket_id]:
            clocks.setdefault(clock.ticket_id, []).append(clock)
    return {one: lateness.worst(clocks.get(one, ()), now) for one in rounds}


CLOCK = (
    Deadline.ticket_id,
    Deadline.round,
    Deadline.stage,
    Deadline.started_at,
    Deadline.due_at,
    Deadline.met_at,
    Deadline.cancelled_at,
    Deadline.stopped_since,
    Deadline.breached_at,
)
"""What tells the state of a clock; why it is due then is long, and for the ticket's page."""


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


def _by_age(ids: sa.Select[int], key: tuple[str, int] | None) -> list[Ticket]:
    (column,) = ids.selected_columns
    if key is not None:
        ids = ids.where(column < key[1])
    found = session.scalars(ids.order_by(column.desc()).limit(PAGE + 1)).all()
    return list(session.scalars(_query(Ticket.id.in_(found)).order_by(Ticket.id.desc())))


def _by_due(fits: sa.ColumnElement[bool], key: tuple[str, int] | None) -> list[Ticket]:
    """First what is due, by when; then what has no deadline: two reads that both follow the index."""
    found: list[Ticket] = []
    if key is None or key[0]:
        due = _query(sa.and_(fits, Ticket.next_due_at.is_not(None)))
        if key is not None:
            moment = dt.datetime.fromisoformat(key[0])
            # Said twice, so that databases begin reading at the moment itself.
            due = due.where(
                Ticket.next_due_at >= moment, sa.or_(Ticket.next_due_at > moment, Ticket.id > key[1])
            )
        found = list(session.scalars(due.order_by(Ticket.next_due_at, Ticket.id).limit(PAGE + 1)))
    if len(found) <= PAGE:
        without = _query(sa.and_(fits, Ticket.next_due_at.is_(None)))
        if key is not None and not key[0]:
            without = without.where(Ticket.id > key[1])
        found += session.scalars(without.order_by(Ticket.id).limit(PAGE + 1 - len(found)))
    return found


def _key(ticket: Ticket, view: View) -> str:
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
