"""Which closed rounds are called back at once: drawn by policy, the same ticket always the same way.

Categories of which only a sample is asked (level 2 and 3) are drawn over a whole period instead
(`hotline.callbacks.sampling`), so that every kind of matter is covered.
"""

import datetime as dt
import hashlib

import sqlalchemy as sa

from hotline.callbacks import tags
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.categories.policy import CallbackRule
from hotline.categories.terms import CallbackKind, Stage
from hotline.db import session
from hotline.tickets import closing, deadlines
from hotline.tickets.models import Part, Ticket
from hotline.tickets.states import TicketStatus
from hotline.working_time import due, load, office_hours

CONSENT = "callback_consent"
"""The fact that the caller agreed to be called back; asked where a call could give somebody away (F10)."""


def plan(ticket: Ticket, *, now: dt.datetime) -> CallbackTask | None:
    """Draw whether a finished round is called back: make the callback, or close the ticket.

    Requesters whom the profile always wants called are not left to the draw (A8.9). Safe to run twice: a
    ticket that has moved on is left alone.
    """
    if ticket.status not in (TicketStatus.RESOLVED, TicketStatus.ANSWERED):
        return None
    cancel_earlier(ticket)
    policy = deadlines.policy_of(ticket)
    rule = policy.callback
    is_must = tags.must_be_called(ticket.requester)
    limit = policy.limit(Stage.CALLBACK) or catalogue.desk().callbacks.sample_within
    if (
        rule is None
        or limit is None
        or not _may_be_asked(ticket, rule)
        or not (is_must or (Stage.CALLBACK in policy.limits and is_drawn(ticket, rule)))
    ):
        closing.close(ticket, by=None, now=now)
        return None
    closing.await_callback(ticket, now=now)
    clock = deadlines.running(ticket, Stage.CALLBACK)
    task = CallbackTask(
        ticket=ticket,
        round=ticket.round,
        level=1 if is_must else rule.level,
        kind=rule.kind,
        category=ticket.category,
        department_id=handled_by(ticket),
        by_role=rule.by_role if rule.kind is CallbackKind.RESTRICTED else None,
        planned_at=now,
        due_at=clock.due_at if clock else due(now, limit, load(), office_hours()).at,
        attempt_count=0,
    )
    session.add(task)
    session.flush()
    return task


def _may_be_asked(ticket: Ticket, rule: CallbackRule) -> bool:
    """Tell whether the caller can be asked at all: there is a contact, and consent where policy wants it."""
    return ticket.has_contact and (not rule.only_with_consent or bool(ticket.facts.get(CONSENT)))


def handled_by(ticket: Ticket) -> int | None:
    """Return the id of the department that led the present round, or `None` when none did."""
    led = [one for one in ticket.assignments if one.part is Part.LEAD and one.round == ticket.round]
    return led[-1].department_id if led else None


def cancel_earlier(ticket: Ticket) -> None:
    """Cancel open callbacks of rounds that are over: the caller is asked about the last one."""
    earlier = session.scalars(
        sa.select(CallbackTask).where(
            CallbackTask.ticket_id == ticket.id,
            CallbackTask.state == CallbackState.OPEN,
            CallbackTask.round < ticket.round,
        )
    )
    for task in earlier:
        task.state = CallbackState.CANCELLED


def is_drawn(ticket: Ticket, rule: CallbackRule) -> bool:
    """Tell whether the sample takes this round: from its number alone, so that anybody can check the draw."""
    if rule.share >= 100:
        return True
    drawn = hashlib.sha256(f"{ticket.number}:{ticket.round}".encode()).digest()
    return int.from_bytes(drawn[:4]) % 100 < rule.share
