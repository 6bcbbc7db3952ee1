"""Recalling what is owed: a promised reply before its moment, everything that was not done in time."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import session
from hotline.delivery import notices
from hotline.errands.models import Errand, ErrandKind
from hotline.people import staff
from hotline.people.roles import Role
from hotline.wording import N_

BATCH = 200


def remind(now: dt.datetime) -> int:
    """Recall promised replies that are due soon to those who promised them; return how many."""
    before = catalogue.desk().owed.remind_before.amount
    assert isinstance(before, dt.timedelta)  # the profile's reader takes hours and minutes only
    query = sa.select(Errand).where(
        Errand.kind == ErrandKind.PROMISED_REPLY,
        Errand.done_at.is_(None),
        Errand.reminded_at.is_(None),
        Errand.due_at <= now + before,
    )
    errands = list(session.scalars(query.limit(BATCH)))
    for errand in errands:
        errand.reminded_at = now
        notices.tell(
            [errand.owner] if errand.owner else [],
            "promise_due",
            N_("You promised a caller an answer by %(due_at)s. See Messages and call-backs."),
            once=f"promise:{errand.id}",
            now=now,
            due_at=errand.due_at,
        )
    session.flush()
    return len(errands)


def alarm(now: dt.datetime) -> int:
    """Tell the shift leaders, and whose it is, what was not done in time (A3.3); return how many."""
    query = sa.select(Errand).where(
        Errand.done_at.is_(None),
        Errand.delivered_at.is_(None),
        Errand.alarmed_at.is_(None),
        Errand.due_at < now,
    )
    errands = list(session.scalars(query.limit(BATCH)))
    leaders = staff.holding(Role.SHIFT_LEADER) if errands else []
    for errand in errands:
        errand.alarmed_at = now
        told = {person.id: person for person in [*leaders, *([errand.owner] if errand.owner else [])]}
        notices.tell(
            told.values(),
            "errand_late",
            N_("%(what)s not done by %(due_at)s. See Messages and call-backs."),
            once=f"errand_late:{errand.id}",
            now=now,
            what=errand.kind,
            due_at=errand.due_at,
        )
    session.flush()
    return len(errands)
