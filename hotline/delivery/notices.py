"""Notices: a line in the in-tray of everybody who must know, once per event."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from hotline.db import session
from hotline.delivery import pushing
from hotline.delivery.models import Notice
from hotline.people.models import Staff
from hotline.wording import kept, say


def tell(
    people: Iterable[Staff],
    kind: str,
    sentence: str,
    *,
    once: str,
    now: dt.datetime,
    ticket_id: int | None = None,
    is_urgent: bool = False,
    **params: Any,
) -> list[Notice]:
    """Tell each of `people` the marked `sentence`, unless they were told of `once` before.

    Returns the notices that are new.
    """
    recipients = {person.id for person in people}
    told = set(
        session.scalars(
            sa.select(Notice.staff_id).where(Notice.once_key == once, Notice.staff_id.in_(recipients))
        )
    )
    fresh = [
        Notice(
            staff_id=staff_id,
            kind=kind,
            sentence=sentence,
            params={name: kept(value) for name, value in params.items()},
            ticket_id=ticket_id,
            created_at=now,
            once_key=once,
        )
        for staff_id in sorted(recipients - told)
    ]
    session.add_all(fresh)
    session.flush()
    pushing.plan(fresh, is_urgent=is_urgent, now=now)
    return fresh


def in_words(notice: Notice) -> str:
    """Return what a notice says in the reader's language."""
    return say(notice.sentence, notice.params)


def unread_count(person: Staff) -> int:
    """Return how many notices `person` has not read yet."""
    unread = sa.select(sa.func.count()).where(Notice.staff_id == person.id, Notice.read_at.is_(None))
    return session.scalar(unread) or 0


def recent(person: Staff, limit: int = 50) -> list[Notice]:
    """Return the newest notices of `person`."""
    return list(
        session.scalars(
            sa.select(Notice).where(Notice.staff_id == person.id).order_by(Notice.id.desc()).limit(limit)
        )
    )


def mark_read(person: Staff, *, now: dt.datetime) -> None:
    """Mark everything in the in-tray of `person` as read."""
    session.execute(
        sa.update(Notice).where(Notice.staff_id == person.id, Notice.read_at.is_(None)).values(read_at=now)
    )
