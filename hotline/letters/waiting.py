"""Reply letters that wait for somebody: to be approved by another than their writer, to be sent."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts.models import Letter
from hotline.db import Moment, session
from hotline.letters import replying, rights
from hotline.letters.models import ReplyLetter, ReplyState
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket

SEES_ALL = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
"""They see every letter to be sent; who drafted one sees their own."""


def to_approve_count(person: Staff, _now: Moment) -> sa.ScalarSelect[int]:
    """Return how many drafts wait for the approval of `person`, as a column of a query."""
    return _counted(_to_approve(person), person)


def to_send_count(person: Staff, _now: Moment) -> sa.ScalarSelect[int]:
    """Return how many approved letters `person` has to see on their way, as a column of a query."""
    return _counted(_to_send(person), person)


def to_approve(person: Staff, limit: int) -> list[ReplyLetter]:
    """Return the drafts that wait longest for the approval of `person`."""
    return _listed(_to_approve(person), person, limit)


def to_send(person: Staff, limit: int) -> list[ReplyLetter]:
    """Return the approved letters that `person` has to see on their way, the longest waiting first."""
    return _listed(_to_send(person), person, limit)


def _to_approve(person: Staff) -> sa.ColumnElement[bool] | None:
    """Return the condition, `None` for who never approves any."""
    if not rights.may_approve(person):
        return None
    return sa.and_(ReplyLetter.state == ReplyState.SUBMITTED, ReplyLetter.drafted_by_id != person.id)


def _to_send(person: Staff) -> sa.ColumnElement[bool] | None:
    """Return the condition, `None` for who never sends any."""
    if not person.is_any(*replying.SENDS):
        return None
    waiting = ReplyLetter.state == ReplyState.APPROVED
    return waiting if person.is_any(*SEES_ALL) else sa.and_(waiting, ReplyLetter.drafted_by_id == person.id)


def _counted(fits: sa.ColumnElement[bool] | None, person: Staff) -> sa.ScalarSelect[int]:
    if fits is None:
        return sa.select(sa.literal(0)).scalar_subquery()
    return sa.select(sa.func.count(ReplyLetter.id)).where(fits, _seen(person)).scalar_subquery()


def _listed(fits: sa.ColumnElement[bool] | None, person: Staff, limit: int) -> list[ReplyLetter]:
    if fits is None:
        return []
    query = sa.select(ReplyLetter).where(fits, _seen(person)).options(joinedload(ReplyLetter.drafted_by))
    return list(session.scalars(query.order_by(ReplyLetter.drafted_at, ReplyLetter.id).limit(limit)))


def _seen(person: Staff) -> sa.ColumnElement[bool]:
    letter = sa.select(Letter.id).outerjoin(Ticket, Ticket.id == Letter.ticket_id)
    its = letter.where(Letter.id == ReplyLetter.letter_id, rights.visible(person))
    return sa.and_(ReplyLetter.sent_on.is_(None), its.correlate(ReplyLetter).exists())
