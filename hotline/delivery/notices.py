"""Notices: a line in the in-tray of everybody who must know, once per event."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from hotline.db import session
from hotline.delivery import pushing
from hotline.delivery.gathering import Group
from hotline.delivery.models import Notice
from hotline.people import absences, recusals
from hotline.people.models import Staff
from hotline.wording import kept


def tell(
    people: Iterable[Staff],
    kind: str,
    sentence: str,
    *,
    once: str,
    now: dt.datetime,
    ticket_id: int | None = None,
    is_urgent: bool = False,
    group: Group | None = None,
    is_personal: bool = False,
    **params: Any,
) -> list[Notice]:
    """Tell each of `people` the marked `sentence`, unless they were told of `once` before.

    Who stands in for somebody away is told as well (A6.9), unless it `is_personal`: about that person alone.
    Many notices of one `group` are shown as one line. Returns the notices that are new.
    """
    recipients = {person.id for person in people}
    if not is_personal:
        recipients |= set(absences.stand_ins(recipients, now).values())
    if ticket_id is not None:  # whom a matter is kept from is not told of it either
        recipients -= recusals.among(ticket_id, recipients)
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
            gather_key=group.key if group is not None else None,
        )
        for staff_id in sorted(recipients - told)
    ]
    session.add_all(fresh)
    session.flush()
    pushing.plan(fresh, is_urgent=is_urgent, now=now)
    return fresh


def unread_count(person: Staff) -> int:
    """Return how many notices `person` has not read yet."""
    return session.scalar(sa.select(unread_of(sa.literal(person.id)))) or 0


def unread_of(staff_id: sa.ColumnElement[int] | InstrumentedAttribute[int]) -> sa.ScalarSelect[int]:
    """Return how many notices somebody has not read yet, as a column of a query over them."""
    unread = sa.select(sa.func.count()).where(Notice.staff_id == staff_id, Notice.read_at.is_(None))
    return unread.correlate_except(Notice).scalar_subquery()


def mark_read(person: Staff, *, group: Group | None = None, now: dt.datetime) -> None:
    """Mark everything in the in-tray of `person` as read, or the notices of one group."""
    unread = sa.update(Notice).where(Notice.staff_id == person.id, Notice.read_at.is_(None))
    if group is not None:
        unread = unread.where(Notice.gather_key == group.key)
    session.execute(unread.values(read_at=now))
