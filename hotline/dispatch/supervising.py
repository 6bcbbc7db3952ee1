"""Supervision (督办): the oversight officer watches a ticket until it is solved; counts per department."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from hotline.db import session
from hotline.delivery import outbox
from hotline.dispatch.models import Extension, Return, Supervision, Urge, UrgeOrigin
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access, history, reasons
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import N_


class AlreadySupervisedError(HotlineError):
    """A ticket is supervised once at a time."""

    sentence = N_("This ticket is under supervision already.")


class SupervisionEndedError(HotlineError):
    """Somebody ended it a moment ago."""

    sentence = N_("This supervision has ended already.")


def open_(ticket: Ticket, *, reason: str, by: Staff, now: dt.datetime) -> Supervision:
    """Put a ticket under supervision.

    Raises `NotAllowedError`, `ReasonMissingError`, `AlreadySupervisedError`.
    """
    _require_officer(by)
    if running(ticket) is not None:
        raise AlreadySupervisedError
    row = Supervision(
        ticket=ticket,
        department=ticket.lead_department,
        reason=reasons.required(reason),
        opened_by=by,
        opened_at=now,
    )
    session.add(row)
    history.note(
        ticket,
        "supervision_opened",
        by=by,
        now=now,
        department=ticket.lead_department,
        reason_text=row.reason,
    )
    session.flush()
    outbox.promise("supervision_opened", once=str(row.id), now=now, supervision_id=row.id)
    return row


def close(row: Supervision, *, outcome: str, by: Staff, now: dt.datetime) -> None:
    """End a supervision with what came of it.

    Raises `NotAllowedError`, `ReasonMissingError`, `SupervisionEndedError`.
    """
    _require_officer(by)
    if row.closed_at is not None:
        raise SupervisionEndedError
    row.outcome = reasons.required(outcome)
    row.closed_at = now
    row.closed_by_id = by.id
    history.note(row.ticket, "supervision_closed", by=by, now=now, outcome=row.outcome)
    session.flush()


def running(ticket: Ticket) -> Supervision | None:
    """Return the supervision of a ticket that runs, or `None`."""
    return session.scalar(
        sa.select(Supervision).where(Supervision.ticket_id == ticket.id, Supervision.closed_at.is_(None))
    )


def all_running(reader: Staff) -> Sequence[Supervision]:
    """Return the supervisions that run and `reader` may know of, the oldest first."""
    return session.scalars(
        sa.select(Supervision)
        .join(Supervision.ticket)
        .where(Supervision.closed_at.is_(None), access.visible(reader))
        .options(contains_eager(Supervision.ticket), joinedload(Supervision.department))
        .order_by(Supervision.opened_at)
    ).all()


MOST_NOTICES = 100


def unanswered_notices(reader: Staff) -> Sequence[Urge]:
    """Return the urging notices without an answer that `reader` may know of, the newest first."""
    return session.scalars(
        sa.select(Urge)
        .join(Urge.ticket)
        .where(Urge.origin == UrgeOrigin.OVERDUE, Urge.answered_at.is_(None), access.visible(reader))
        .options(contains_eager(Urge.ticket), joinedload(Urge.department), joinedload(Urge.deadline))
        .order_by(Urge.id.desc())
        .limit(MOST_NOTICES)
    ).all()


@dataclass(frozen=True, slots=True)
class Tally:
    """How the conversation with one department went in a span of time."""

    returned: int
    extended: int
    urged: int
    notices: int
    supervised: int


def tallies(start: dt.datetime, end: dt.datetime) -> dict[int, Tally]:
    """Count by department id what was asked and urged from `start` up to `end`."""
    returned = _counted_parts(Return, start, end)
    extended = _counted_parts(Extension, start, end)
    urged = _counted(Urge.department_id, Urge.urged_at, start, end)
    notices = _counted(Urge.department_id, Urge.urged_at, start, end, Urge.origin == UrgeOrigin.OVERDUE)
    supervised = _counted(Supervision.department_id, Supervision.opened_at, start, end)
    return {
        one: Tally(
            returned=returned.get(one, 0),
            extended=extended.get(one, 0),
            urged=urged.get(one, 0),
            notices=notices.get(one, 0),
            supervised=supervised.get(one, 0),
        )
        for one in {*returned, *extended, *urged, *supervised}
    }


def _counted(
    department: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
    moment: sa.orm.InstrumentedAttribute[dt.datetime],
    start: dt.datetime,
    end: dt.datetime,
    *more: sa.ColumnElement[bool],
) -> dict[int, int]:
    query = (
        sa.select(department, sa.func.count())
        .where(moment >= start, moment < end, department.is_not(None), *more)
        .group_by(department)
    )
    return {int(key): count for key, count in session.execute(query) if key is not None}


def _counted_parts(
    kind: type[Return] | type[Extension], start: dt.datetime, end: dt.datetime
) -> dict[int, int]:
    query = (
        sa.select(Assignment.department_id, sa.func.count())
        .select_from(kind)
        .join(Assignment, Assignment.id == kind.assignment_id)
        .where(kind.asked_at >= start, kind.asked_at < end)
        .group_by(Assignment.department_id)
    )
    return dict(session.execute(query).all())


def _require_officer(person: Staff) -> None:
    if not person.is_any(Role.OVERSIGHT_OFFICER):
        raise NotAllowedError
