"""What workers run for promises: the table of what keeps each kind, and the one job that keeps them.

It takes ids, opens its own transactions, and may run twice.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from flask import current_app

from hotline import logs
from hotline.callbacks import links, plans
from hotline.db import session
from hotline.delivery import outbox, pushing
from hotline.delivery.models import OutboxMessage
from hotline.dispatch import notifying, sending
from hotline.repeats import index as repeats
from hotline.statistics import exports
from hotline.tickets import deadlines
from hotline.tickets.models import Assignment, Ticket

WRITE_EXPORTS = "hotline.chores.write_exports"
LONGEST_EXPORT = 3600
"""Seconds."""


def _ticket_to_route(message: OutboxMessage, now: dt.datetime) -> None:
    ticket = _ticket(message)
    repeats.add(ticket, now)
    notifying.superiors_told_at_intake(ticket, deadlines.policy_of(ticket), now=now)
    sending.route(ticket, now=now)


def _ticket_to_review(message: OutboxMessage, now: dt.datetime) -> None:
    ticket = _ticket(message)
    repeats.add(ticket, now)
    notifying.superiors_told_at_intake(ticket, deadlines.policy_of(ticket), now=now)
    notifying.reviewers_told(ticket, now=now)


def _ticket_to_index(message: OutboxMessage, now: dt.datetime) -> None:
    repeats.add(_ticket(message), now)


def _ticket_dispatched(message: OutboxMessage, now: dt.datetime) -> None:
    notifying.department_told(_assignment(message), now=now)


def _department_replied(message: OutboxMessage, now: dt.datetime) -> None:
    notifying.owner_told_of_reply(_assignment(message), now=now)


def _round_finished(message: OutboxMessage, now: dt.datetime) -> None:
    plans.plan(_ticket(message), now=now)


def _export_asked(_message: OutboxMessage, _now: dt.datetime) -> None:
    """Have a worker of its own write the file: that takes longer than a promise may."""
    outbox.queue().enqueue_call(WRITE_EXPORTS, timeout=LONGEST_EXPORT, result_ttl=0)


HANDLERS: Mapping[str, outbox.Handler] = MappingProxyType(
    {
        "ticket_to_route": _ticket_to_route,
        "ticket_to_review": _ticket_to_review,
        "ticket_to_index": _ticket_to_index,
        "ticket_dispatched": _ticket_dispatched,
        "department_replied": _department_replied,
        "round_finished": _round_finished,
        "notices_to_push": pushing.push,
        links.PROMISE: links.send,
        exports.PROMISE: _export_asked,
        **notifying.HANDLERS,
    }
)
"""What keeps each kind of promise."""


def _ticket(message: OutboxMessage) -> Ticket:
    return session.get_one(Ticket, message.payload["ticket_id"])


def _assignment(message: OutboxMessage) -> Assignment:
    return session.get_one(Assignment, message.payload["assignment_id"])


def deliver(ids: list[int]) -> int:
    """Keep the promises `ids`, each in a transaction of its own; return how many this call kept."""
    try:
        with logs.of_job(), outbox.kicking_together():
            kept = sum(outbox.keep(one, HANDLERS) for one in ids)
            current_app.logger.info("kept %s of %s promises", kept, len(ids))
            return kept
    finally:
        session.remove()
