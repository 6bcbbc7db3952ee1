"""Who looked at what must not get about: restricted matters, callers who asked for secrecy (B1.19)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.audit.models import ListViewing, Sight, Viewing
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Reveal
from hotline.db import session
from hotline.people import recusals
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.models import Ticket

PAGE = 50
MOST_LISTED = 250
"""Restricted matters told of one list; no page shows so many."""
AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    number: str = ""
    """Of the ticket."""
    staff_number: str = ""
    since: dt.datetime | None = None
    before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One time somebody looked; a reveal carries its reason."""

    when: dt.datetime
    who: Staff
    address: str
    number: str | None
    requester_id: int | None
    sight: Sight | None
    """`None` for data shown in full."""
    reason: str
    key: tuple[str, int]


def insertion(
    sight: Sight,
    *,
    staff_id: int,
    address: str,
    now: dt.datetime,
    ticket_id: int | None = None,
    requester_id: int | None = None,
) -> sa.Insert:
    """Return the statement that writes down one look."""
    return sa.insert(Viewing).values(
        staff_id=staff_id,
        ticket_id=ticket_id,
        requester_id=requester_id,
        sight=sight,
        address=address,
        viewed_at=now,
    )


def restricted_among(numbers: Collection[str]) -> list[str]:
    """Return which of these tickets are restricted, in order."""
    restricted = Ticket.confidentiality == Confidentiality.RESTRICTED
    query = sa.select(Ticket.number).where(Ticket.number.in_(numbers), restricted)
    return list(session.scalars(query.order_by(Ticket.number).limit(MOST_LISTED)))


def list_insertion(
    numbers: Sequence[str], *, staff_id: int, page: str, address: str, now: dt.datetime
) -> sa.Insert | None:
    """Return the statement for one look at a list; `None` for the same list again within an hour.

    Pages that ask again by themselves would fill the book with one line.
    """
    told = " ".join(numbers)
    again = sa.exists().where(
        ListViewing.staff_id == staff_id,
        ListViewing.viewed_at > now - AGAIN,
        ListViewing.page == page,
        ListViewing.numbers == told,
    )
    if session.scalar(sa.select(again)):
        return None
    return sa.insert(ListViewing).values(
        staff_id=staff_id, page=page, numbers=told, address=address, viewed_at=now
    )


def page(wanted: Wanted, reader: Staff, after: dt.datetime | None = None, limit: int = PAGE) -> list[Look]:
    """Return who looked, newest first, before the moment `after`; one more than `limit` if there are.

    Matters kept from `reader` are left out here too.
    """
    before = min((one for one in (wanted.before, after) if one is not None), default=None)
    looks = [
        *_viewings(wanted, reader, before, limit),
        *_reveals(wanted, reader, before, limit),
        *_lists(wanted, reader, before, limit),
    ]
    return sorted(looks, key=lambda one: (one.when, one.key), reverse=True)[: limit + 1]


def _viewings(wanted: Wanted, reader: Staff, before: dt.datetime | None, limit: int) -> list[Look]:
    query = (
        sa.select(Viewing, Ticket.number)
        .outerjoin(Ticket, Ticket.id == Viewing.ticket_id)
        .options(joinedload(Viewing.staff))
        .order_by(Viewing.viewed_at.desc(), Viewing.id.desc())
        .limit(limit + 1)
    )
    if wanted.staff_number:
        query = query.where(Viewing.staff_id == _staff_id(wanted.staff_number))
    query = query.where(*_common(wanted, reader, before, Viewing.viewed_at))
    return [
        Look(
            row.viewed_at,
            row.staff,
            row.address,
            number,
            row.requester_id,
            row.sight,
            "",
            (Viewing.__tablename__, row.id),
        )
        for row, number in session.execute(query).unique()
    ]


def _reveals(wanted: Wanted, reader: Staff, before: dt.datetime | None, limit: int) -> list[Look]:
    query = (
        sa.select(Reveal, Ticket.number)
        .outerjoin(Ticket, Ticket.id == Reveal.ticket_id)
        .options(joinedload(Reveal.revealed_by))
        .order_by(Reveal.revealed_at.desc(), Reveal.id.desc())
        .limit(limit + 1)
    )
    if wanted.staff_number:
        query = query.where(Reveal.revealed_by_id == _staff_id(wanted.staff_number))
    query = query.where(*_common(wanted, reader, before, Reveal.revealed_at))
    return [
        Look(
            row.revealed_at,
            row.revealed_by,
            row.address,
            number,
            row.requester_id,
            None,
            row.reason,
            (Reveal.__tablename__, row.id),
        )
        for row, number in session.execute(query).unique()
    ]


def _lists(wanted: Wanted, reader: Staff, before: dt.datetime | None, limit: int) -> list[Look]:
    query = (
        sa.select(ListViewing)
        .options(joinedload(ListViewing.staff))
        .order_by(ListViewing.viewed_at.desc(), ListViewing.id.desc())
        .limit(limit + 1)
    )
    if wanted.staff_number:
        query = query.where(ListViewing.staff_id == _staff_id(wanted.staff_number))
    if wanted.number:
        query = query.where(ListViewing.numbers.contains(wanted.number, autoescape=True))
    if wanted.since is not None:
        query = query.where(ListViewing.viewed_at >= wanted.since)
    if before is not None:
        query = query.where(ListViewing.viewed_at < before)
    kept = set(session.scalars(sa.select(Ticket.number).where(Ticket.id.in_(recusals.kept_from(reader)))))
    if wanted.number in kept:
        return []
    return [
        Look(
            row.viewed_at,
            row.staff,
            row.address,
            None,
            None,
            Sight.LIST,
            " ".join(one for one in row.numbers.split() if one not in kept),
            (ListViewing.__tablename__, row.id),
        )
        for row in session.scalars(query).unique()
    ]


def _staff_id(number: str) -> sa.ScalarSelect[int]:
    return sa.select(Staff.id).where(Staff.number == number).scalar_subquery()


def _common(
    wanted: Wanted, reader: Staff, before: dt.datetime | None, moment: sa.SQLColumnExpression[dt.datetime]
) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [sa.or_(Ticket.id.is_(None), access.not_recused(reader))]
    if wanted.number:
        found.append(Ticket.number == wanted.number)
    if wanted.since is not None:
        found.append(moment >= wanted.since)
    if before is not None:
        found.append(moment < before)
    return found
