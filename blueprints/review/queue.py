"""What waits for the shift leader, most pressing first."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.categories import catalogue
from hotline.categories.policy import Policy
from hotline.categories.terms import Dispatching, RunsFrom, Stage
from hotline.db import session
from hotline.dispatch.models import Decision, Extension, Return
from hotline.people.models import Staff
from hotline.tickets import access, deadlines, lateness
from hotline.tickets.models import Assignment, Ticket
from hotline.tickets.reckoning import StageDue
from hotline.tickets.states import TicketStatus
from hotline.wording import in_both

MOST_SHOWN = 200
STUCK_AFTER = dt.timedelta(minutes=5)
"""A registered ticket that no worker has routed by then is the shift leader's to see."""


def read(person: Staff, now: dt.datetime) -> dict[str, Any]:
    """Return the three piles of the review page."""
    return {
        "rows": [(one, lateness.of_ticket(one, now)) for one in _to_dispatch(person, now)],
        "returns": _returns(person),
        "extensions": _extensions(person),
        "names": {one.code: in_both(one.names) for one in catalogue.current().policies.values()},
        "most": MOST_SHOWN,
    }


def _to_dispatch(person: Staff, now: dt.datetime) -> list[Ticket]:
    dispatched = [
        code
        for code, policy in catalogue.current().policies.items()
        if policy.dispatching is not Dispatching.NONE
    ]
    waits = sa.or_(
        Ticket.status.in_([TicketStatus.TO_REVIEW, TicketStatus.REHANDLING]),
        sa.and_(
            Ticket.status == TicketStatus.REGISTERED,
            Ticket.category.in_(dispatched),
            Ticket.registered_at < now - STUCK_AFTER,
        ),
    )
    query = (
        sa.select(Ticket)
        .where(waits, access.visible(person))
        .options(selectinload(Ticket.deadlines))
        .order_by(Ticket.priority, Ticket.next_due_at.is_(None), Ticket.next_due_at, Ticket.id)
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query))


def _returns(person: Staff) -> list[Return]:
    query = (
        sa.select(Return)
        .join(Return.assignment)
        .join(Assignment.ticket)
        .where(Return.decision == Decision.PENDING, Assignment.ended_at.is_(None), access.visible(person))
        .options(joinedload(Return.assignment).joinedload(Assignment.ticket), joinedload(Return.asked_by))
        .order_by(Return.asked_at)
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query))


def _extensions(person: Staff) -> list[Extension]:
    query = (
        sa.select(Extension)
        .join(Extension.assignment)
        .join(Assignment.ticket)
        .where(Extension.decision == Decision.PENDING, Assignment.ended_at.is_(None), access.visible(person))
        .options(
            joinedload(Extension.assignment).joinedload(Assignment.ticket), joinedload(Extension.asked_by)
        )
        .order_by(Extension.due_before)
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query))


def would_be_due(ticket: Ticket, policy: Policy, now: dt.datetime) -> list[StageDue]:
    """Return when a department's stages would end if the ticket were dispatched now."""
    overall = deadlines.running(ticket, Stage.OVERALL)
    cap = deadlines.as_due(overall) if overall else None
    return [
        StageDue(stage, deadlines.reckon(now, limit, cap))
        for stage, limit in policy.limits.items()
        if limit.runs_from is RunsFrom.DISPATCHED
    ]
