"""Showing what is masked: only with a reason, and never without leaving a line of it."""

import datetime as dt

import sqlalchemy as sa

from hotline.contacts.models import Requester, Reveal
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import N_

SHORTEST_REASON = 2
LONGEST_REASON = 300


class RevealReasonMissingError(HotlineError):
    """Whoever looks says why."""

    sentence = N_("Say in a few words what you need it for, such as “calling back about the ticket”.")
    field = "reason"


def reveal(
    requester: Requester, *, reason: str, by: Staff, now: dt.datetime, ticket_id: int | None = None
) -> Reveal:
    """Write down that `by` looks at the personal data of `requester`; show it only after this.

    Raises `RevealReasonMissingError`.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise RevealReasonMissingError
    line = Reveal(requester=requester, ticket_id=ticket_id, revealed_by=by, reason=reason, revealed_at=now)
    session.add(line)
    session.flush()
    return line


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
