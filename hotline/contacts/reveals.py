"""Showing what is masked: only with a reason, and never without leaving a line of it."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.contacts.models import Requester, Reveal
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import N_

SHORTEST_REASON = 2
LONGEST_REASON = 300
HOUR = dt.timedelta(hours=1)


class RevealReasonMissingError(HotlineError):
    """Whoever looks says why."""

    sentence = N_("Say in a few words what you need it for, such as “calling back about the ticket”.")
    field = "reason"


class TooManyRevealsError(HotlineError):
    """Nobody needs so many callers within an hour; whoever copies a list does (B1.19)."""

    sentence = N_("You had %(most)s callers shown in full within an hour. Wait, or ask the shift leader.")
    field = "reason"


def reveal(
    requester: Requester,
    *,
    reason: str,
    by: Staff,
    now: dt.datetime,
    ticket_id: int | None = None,
    address: str = "",
) -> Reveal:
    """Write down that `by` looks at the personal data of `requester`; show it only after this.

    `address` is from where. Raises `RevealReasonMissingError`, `TooManyRevealsError`.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise RevealReasonMissingError
    most = catalogue.desk().looking.reveals_per_hour
    if within(by, now - HOUR, now) >= most:
        raise TooManyRevealsError(most=most)
    line = Reveal(
        requester=requester,
        ticket_id=ticket_id,
        revealed_by=by,
        reason=reason,
        address=address,
        revealed_at=now,
    )
    session.add(line)
    session.flush()
    return line


def within(person: Staff, begin: dt.datetime, end: dt.datetime) -> int:
    """Return how often a person had a caller shown in full after `begin`, up to `end`."""
    query = sa.select(sa.func.count()).where(
        Reveal.revealed_by_id == person.id, Reveal.revealed_at > begin, Reveal.revealed_at <= end
    )
    return session.scalar(query) or 0


def of(requester: Requester, limit: int = 50) -> list[Reveal]:
    """Return who looked at a requester's data, newest first."""
    return list(
        session.scalars(
            sa.select(Reveal)
            .where(Reveal.requester_id == requester.id)
            .order_by(Reveal.revealed_at.desc(), Reveal.id.desc())
            .limit(limit)
        )
    )
