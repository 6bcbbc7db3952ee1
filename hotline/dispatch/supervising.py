"""Supervision (督办): the oversight officer watches a ticket until it is solved."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from hotline.db import session
from hotline.delivery import outbox
from hotline.dispatch.models import Supervision, Urge, UrgeOrigin
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access, history, reasons
from hotline.tickets.models import Ticket
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


def _require_officer(person: Staff) -> None:
    if not person.is_any(Role.OVERSIGHT_OFFICER):
        raise NotAllowedError
