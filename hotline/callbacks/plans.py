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
from hotline.tickets import closing, deadlines, merging
from hotline.tickets.merging import Caller
from hotline.tickets.models import Part, Ticket
from hotline.tickets.states import TicketStatus
from hotline.working_time import Limit, due, load, office_hours

CONSENT = "callback_consent"
"""The fact that the caller agreed to be called back; asked where a call could give somebody away (F10)."""


def plan(ticket: Ticket, *, now: dt.datetime) -> list[CallbackTask]:
    """Draw which callers of a finished round are called back: make the callbacks, or close the ticket.

    Every caller of a matter is drawn for themselves, those of the tickets merged into it too. Requesters
    whom the profile always wants called are not left to the draw (A8.9). Safe to run twice: a ticket that
    has moved on is left alone.
    """
    if ticket.status not in (TicketStatus.RESOLVED, TicketStatus.ANSWERED):
        return []
    cancel_earlier(ticket)
    drawn = [one for one in to_ask(ticket) if _is_called(ticket, one)]
    limit = _limit(ticket)
    if not drawn or limit is None:
        closing.close(ticket, by=None, now=now)
        return []
    closing.await_callback(ticket, now=now)
    clock = deadlines.running(ticket, Stage.CALLBACK)
    due_at = clock.due_at if clock else due(now, limit, load(), office_hours()).at
    tasks = [_task(ticket, caller, due_at, now) for caller in drawn]
    session.add_all(tasks)
    session.flush()
    return tasks


def to_ask(ticket: Ticket) -> list[Caller]:
    """Return the callers who can be asked about this round: reachable, and waiting for a reply (B1.10).

    Where a round was opened again for one of several callers, those who were content are left in peace,
    unless they have turned to us since.
    """
    rule = deadlines.policy_of(ticket).callback
    if rule is None:
        return []
    callers = [
        one
        for one in merging.callers_of(ticket)
        if one.can_be_reached
        and one.wants_reply
        and (not rule.only_with_consent or bool(one.ticket.facts.get(CONSENT)))
    ]
    content = _content_before(ticket)
    still_asked = [
        one
        for one in callers
        if one.requester.id not in content or one.last_heard_at > content[one.requester.id]
    ]
    return still_asked or callers


def _content_before(ticket: Ticket) -> dict[int, dt.datetime]:
    """Return who was content, or would not talk, in an earlier round, and when they said so."""
    said = session.scalars(
        sa.select(CallbackTask)
        .where(
            CallbackTask.ticket_id == ticket.id,
            CallbackTask.round < ticket.round,
            CallbackTask.state == CallbackState.DONE,
        )
        .order_by(CallbackTask.id)
    )
    found: dict[int, dt.datetime] = {}
    for task in said:
        if task.rehandle_reason is None and task.completed_at is not None:
            found[task.requester_id] = task.completed_at
        else:
            found.pop(task.requester_id, None)
    return found


def _is_called(ticket: Ticket, caller: Caller) -> bool:
    policy = deadlines.policy_of(ticket)
    if policy.callback is None:
        return False
    return tags.must_be_called(caller.requester) or (
        Stage.CALLBACK in policy.limits and is_drawn(caller.ticket.number, ticket.round, policy.callback)
    )


def _limit(ticket: Ticket) -> Limit | None:
    return deadlines.policy_of(ticket).limit(Stage.CALLBACK) or catalogue.desk().callbacks.sample_within


def _task(ticket: Ticket, caller: Caller, due_at: dt.datetime, now: dt.datetime) -> CallbackTask:
    rule = deadlines.policy_of(ticket).callback
    assert rule is not None  # nobody is drawn without one
    return CallbackTask(
        ticket=ticket,
        round=ticket.round,
        requester=caller.requester,
        level=1 if tags.must_be_called(caller.requester) else rule.level,
        kind=rule.kind,
        category=ticket.category,
        department_id=handled_by(ticket),
        by_role=rule.by_role if rule.kind is CallbackKind.RESTRICTED else None,
        planned_at=now,
        due_at=due_at,
        attempt_count=0,
    )


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


def is_owed(ticket: Ticket) -> bool:
    """Tell whether a caller of the present round still waits for the callback that keeps the ticket open."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    CallbackTask.ticket_id == ticket.id,
                    CallbackTask.round == ticket.round,
                    CallbackTask.level == 1,
                    CallbackTask.state == CallbackState.OPEN,
                )
            )
        )
    )


def is_drawn(number: str, round_number: int, rule: CallbackRule) -> bool:
    """Tell whether the sample takes this round: from its number alone, so that anybody can check the draw.

    `number` is the one the caller was given, also where that ticket was merged into another.
    """
    if rule.share >= 100:
        return True
    drawn = hashlib.sha256(f"{number}:{round_number}".encode()).digest()
    return int.from_bytes(drawn[:4]) % 100 < rule.share
