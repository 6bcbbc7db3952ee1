"""Likely the same matter: recent open tickets like what is being typed, and why each is shown."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.db import session
from hotline.people.models import Staff
from hotline.repeats import index, likeness
from hotline.repeats.models import HotIssue, HotIssueTicket
from hotline.tickets import access
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import N_, Labelled

CANDIDATES = 30
SHOWN = 3
SAME_PLACE = 0.75
"""So much of the place typed must stand in the ticket's own words."""
SHORTEST = 4
"""Pairs of characters: fewer say nothing yet."""


class Because(Labelled):
    """Why a ticket may be about the same."""

    SAME_CALLER = "same_caller", N_("Same caller")
    SAME_PLACE = "same_place", N_("Same place")
    SAME_WORDS = "same_words", N_("Similar words")


@dataclass(frozen=True, slots=True)
class Likely:
    """An open ticket that may be about the same matter."""

    number: str
    title: str
    place: str | None
    status: TicketStatus
    received_at: dt.datetime
    likeness: float
    because: Because
    issue: HotIssue | None


def find(
    *,
    title: str,
    details: str = "",
    place: str = "",
    callers: Collection[int] = (),
    person: Staff,
    now: dt.datetime,
    limit: int = SHOWN,
) -> list[Likely]:
    """Return the open tickets of the last days that are likely about the same, the likeliest first.

    `callers` are the ids of the people known under the number typed. Restricted matters are never among
    them: that there is one would give its caller away (B1.10).
    """
    own = likeness.weights(title, details, place)
    if len(own) < SHORTEST:
        return []
    counts, of = index.rarities(own)
    asked = {pair: count * likeness.rarity(counts.get(pair, 0), of) for pair, count in own.items()}
    ids = index.sharing(asked, counts, of, CANDIDATES)
    terms = catalogue.desk().repeats
    found = []
    for ticket in _open(ids, callers, person, now):
        alike = likeness.score(asked, likeness.weights(ticket.title, ticket.content, ticket.place or ""), own)
        because = _because(ticket, callers, place)
        least = terms.likeness if because is Because.SAME_WORDS else terms.likeness_nearby
        if alike * 100 >= least:
            found.append((alike, because, ticket))
    found.sort(key=lambda one: (one[1] is Because.SAME_CALLER, one[0]), reverse=True)
    issues = _issues([ticket.id for _, _, ticket in found[:limit]])
    return [
        Likely(
            number=ticket.number,
            title=ticket.title,
            place=ticket.place,
            status=ticket.status,
            received_at=ticket.received_at,
            likeness=alike,
            because=because,
            issue=issues.get(ticket.id),
        )
        for alike, because, ticket in found[:limit]
    ]


def _open(ids: list[int], callers: Collection[int], person: Staff, now: dt.datetime) -> list[Ticket]:
    among = [Ticket.id.in_(ids)] if ids else []
    if callers:
        among.append(Ticket.requester_id.in_(callers))
    if not among:
        return []
    return list(
        session.scalars(
            sa.select(Ticket)
            .where(
                sa.or_(*among),
                Ticket.status.in_(sorted(OPEN)),
                Ticket.received_at >= index.oldest(now),
                Ticket.confidentiality != Confidentiality.RESTRICTED,
                access.visible(person),
            )
            .order_by(Ticket.id.desc())
            .limit(CANDIDATES * 2)
        )
    )


def _because(ticket: Ticket, callers: Collection[int], place: str) -> Because:
    if ticket.requester_id in callers:
        return Because.SAME_CALLER
    words = f"{ticket.place or ''} {ticket.title} {ticket.content[: likeness.DETAILS_READ]}"
    if place and likeness.share(place, words) >= SAME_PLACE:
        return Because.SAME_PLACE
    return Because.SAME_WORDS


def _issues(ticket_ids: list[int]) -> dict[int, HotIssue]:
    if not ticket_ids:
        return {}
    rows = session.execute(
        sa.select(HotIssueTicket.ticket_id, HotIssue)
        .join(HotIssue, HotIssue.id == HotIssueTicket.hot_issue_id)
        .where(HotIssueTicket.ticket_id.in_(ticket_ids), HotIssue.closed_at.is_(None))
    )
    return dict(rows.all())
