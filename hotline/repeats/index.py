"""The index of recent open tickets by their pairs of characters: kept up by workers, read while typing.

A ticket enters it with the first promise of its registration; a chore looks for what was left out.
"""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.db import session
from hotline.repeats import likeness
from hotline.repeats.models import TicketPair
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN

IN_INDEX = 0
"""The pair that stands in every indexed ticket: counts them, and says that one has been read."""
BATCH = 200
LATECOMERS = 1_000
"""Tickets whose transaction ended after that of a later number are looked for this far back."""
MOST_POSTINGS = 3_000
"""Rows read for one question: the rarest pairs come first, common ones tell little."""
COMMON = 0.1
"""A pair in more than this share of the tickets is not looked up."""
FEW = 50
"""Among so few tickets no pair is common."""


def add(ticket: Ticket, now: dt.datetime) -> bool:
    """Index `ticket` where it is open and recent and not there yet; return whether it was added."""
    return _enter(sa.and_(Ticket.id == ticket.id, _belongs(now))) > 0


def catch_up(now: dt.datetime) -> int:
    """Index the open tickets that are not yet; return how many."""
    newest = session.scalar(sa.select(sa.func.max(TicketPair.ticket_id))) or 0
    return _enter(sa.and_(Ticket.id > newest - LATECOMERS, _belongs(now)))


def _belongs(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Ticket.status.in_(sorted(OPEN)),
        Ticket.confidentiality != Confidentiality.RESTRICTED,
        Ticket.received_at >= oldest(now),
    )


def _enter(condition: sa.ColumnElement[bool]) -> int:
    is_known = sa.exists().where(TicketPair.ticket_id == Ticket.id, TicketPair.pair == IN_INDEX)
    rows = session.execute(
        sa.select(Ticket.id, Ticket.title, Ticket.content, Ticket.place)
        .where(condition, ~is_known)
        .order_by(Ticket.id)
        .limit(BATCH)
    ).all()
    entries = [
        {"pair": pair, "ticket_id": ticket_id}
        for ticket_id, title, content, place in rows
        for pair in (IN_INDEX, *likeness.weights(title, content, place or ""))
    ]
    if entries:
        session.execute(sa.insert(TicketPair), entries)
    return len(rows)


def tidy(now: dt.datetime) -> int:
    """Take out of the index what is closed, sealed or old; return how many tickets."""
    gone = (
        sa.select(TicketPair.ticket_id)
        .join(Ticket, Ticket.id == TicketPair.ticket_id)
        .where(
            TicketPair.pair == IN_INDEX,
            sa.or_(
                Ticket.status.not_in(sorted(OPEN)),
                Ticket.confidentiality == Confidentiality.RESTRICTED,
                Ticket.received_at < oldest(now),
            ),
        )
    )
    ids = list(session.scalars(gone.limit(BATCH * 10)))
    if ids:
        session.execute(sa.delete(TicketPair).where(TicketPair.ticket_id.in_(ids)))
    return len(ids)


def oldest(now: dt.datetime) -> dt.datetime:
    """Return since when a matter counts as the same again, by the profile."""
    return now - dt.timedelta(days=catalogue.desk().repeats.within_days)


def rarities(pairs: Iterable[int]) -> tuple[dict[int, int], int]:
    """Return in how many tickets each pair stands, and how many tickets there are."""
    rows = session.execute(
        sa.select(TicketPair.pair, sa.func.count())
        .where(TicketPair.pair.in_([IN_INDEX, *pairs]))
        .group_by(TicketPair.pair)
    )
    counts: dict[int, int] = dict(rows.all())
    return counts, counts.pop(IN_INDEX, 0)


def sharing(asked: dict[int, float], counts: dict[int, int], of: int, limit: int) -> list[int]:
    """Return the ids of tickets that share the rarest of the pairs `asked`, most of them first."""
    telling = sorted(
        (pair for pair in asked if pair in counts and (of < FEW or counts[pair] <= of * COMMON)),
        key=lambda pair: counts[pair],
    )
    chosen, postings = [], 0
    for pair in telling:
        postings += counts[pair]
        if postings > MOST_POSTINGS:
            break
        chosen.append(pair)
    if not chosen:
        return []
    sums: dict[int, float] = {}
    rows = session.execute(
        sa.select(TicketPair.ticket_id, TicketPair.pair).where(TicketPair.pair.in_(chosen))
    )
    for ticket_id, pair in rows:
        sums[ticket_id] = sums.get(ticket_id, 0.0) + asked[pair]
    return sorted(sums, key=lambda one: (-sums[one], -one))[:limit]
