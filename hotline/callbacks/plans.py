"""Which closed rounds are called back: drawn by policy, the same ticket always the same way."""

import datetime as dt
import hashlib

from hotline.callbacks.models import CallbackTask
from hotline.categories.policy import CallbackRule
from hotline.categories.terms import Stage
from hotline.db import session
from hotline.tickets import closing, deadlines
from hotline.tickets.models import Part, Ticket
from hotline.tickets.states import TicketStatus


def plan(ticket: Ticket, *, now: dt.datetime) -> CallbackTask | None:
    """Draw whether a finished round is called back: make the callback, or close the ticket.

    Safe to run twice: a ticket that has moved on is left alone.
    """
    if ticket.status not in (TicketStatus.RESOLVED, TicketStatus.ANSWERED):
        return None
    policy = deadlines.policy_of(ticket)
    rule = policy.callback
    limit = policy.limits.get(Stage.CALLBACK)
    if rule is None or limit is None or not ticket.has_contact or not is_drawn(ticket, rule):
        closing.close(ticket, by=None, now=now)
        return None
    closing.await_callback(ticket, now=now)
    clock = deadlines.running(ticket, Stage.CALLBACK)
    lead = next((one for one in reversed(ticket.assignments) if one.part is Part.LEAD), None)
    task = CallbackTask(
        ticket=ticket,
        round=ticket.round,
        level=rule.level,
        kind=rule.kind,
        category=ticket.category,
        department_id=lead.department_id if lead else None,
        planned_at=now,
        due_at=clock.due_at if clock else deadlines.reckon(now, limit).at,
    )
    session.add(task)
    session.flush()
    return task


def is_drawn(ticket: Ticket, rule: CallbackRule) -> bool:
    """Tell whether the sample takes this round: from its number alone, so that anybody can check the draw."""
    if rule.share >= 100:
        return True
    drawn = hashlib.sha256(f"{ticket.number}:{ticket.round}".encode()).digest()
    return int.from_bytes(drawn[:4]) % 100 < rule.share
