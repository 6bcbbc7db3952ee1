"""What workers run: keeping promises, and the periodic work the clock sets off.

Every job takes ids or nothing, opens its own transactions, and may run twice.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from flask import current_app

from hotline.callbacks import allocating, plans, sampling
from hotline.db import session, transaction, utc_now
from hotline.delivery import notices, outbox
from hotline.delivery.models import OutboxMessage, PeriodicTask, PromiseState
from hotline.dispatch import notifying, sending, sweep
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.statistics import facts
from hotline.tickets import deadlines
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import N_

KEPT_PROMISES_STAY = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Periodic:
    """How often a piece of work is set off, and how long one run may take."""

    every: dt.timedelta
    longest: dt.timedelta = dt.timedelta(minutes=5)


PERIODIC: Mapping[str, Periodic] = MappingProxyType(
    {
        "sweep_deadlines": Periodic(dt.timedelta(seconds=15)),
        "allocate_callbacks": Periodic(dt.timedelta(minutes=1)),
        "draw_samples": Periodic(dt.timedelta(hours=1)),
        "roll_up_facts": Periodic(dt.timedelta(seconds=30), longest=dt.timedelta(minutes=30)),
        "report_given_up": Periodic(dt.timedelta(minutes=1)),
        "forget_kept_promises": Periodic(dt.timedelta(hours=6)),
    }
)
"""Periodic work, by the name of the function below that does it."""


def _ticket_to_route(message: OutboxMessage, now: dt.datetime) -> None:
    ticket = _ticket(message)
    notifying.superiors_told_at_intake(ticket, deadlines.policy_of(ticket), now=now)
    sending.route(ticket, now=now)


def _ticket_to_review(message: OutboxMessage, now: dt.datetime) -> None:
    ticket = _ticket(message)
    notifying.superiors_told_at_intake(ticket, deadlines.policy_of(ticket), now=now)
    notifying.reviewers_told(ticket, now=now)


def _ticket_dispatched(message: OutboxMessage, now: dt.datetime) -> None:
    notifying.department_told(_assignment(message), now=now)


def _department_replied(message: OutboxMessage, now: dt.datetime) -> None:
    notifying.owner_told_of_reply(_assignment(message), now=now)


def _round_finished(message: OutboxMessage, now: dt.datetime) -> None:
    plans.plan(_ticket(message), now=now)


HANDLERS: Mapping[str, outbox.Handler] = MappingProxyType(
    {
        "ticket_to_route": _ticket_to_route,
        "ticket_to_review": _ticket_to_review,
        "ticket_dispatched": _ticket_dispatched,
        "department_replied": _department_replied,
        "round_finished": _round_finished,
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
        with outbox.kicking_together():
            return sum(outbox.keep(one, HANDLERS) for one in ids)
    finally:
        session.remove()


def sweep_deadlines() -> int:
    """Look at every deadline that asks for something; return how many were dealt with."""
    looked = 0
    now, after = utc_now(), None
    try:
        while batch := sweep.due(now, after):
            looked += sum(_look(deadline_id) for _, deadline_id in batch)
            after = batch[-1]
        finished("sweep_deadlines")
    finally:
        session.remove()
    return looked


def _look(deadline_id: int) -> bool:
    """Look at one deadline; one that cannot be dealt with now is logged and tried by the next sweep."""
    try:
        with transaction():
            return sweep.look(deadline_id, now=utc_now())
    except Exception as error:
        current_app.logger.warning("deadline %s was not dealt with: %s", deadline_id, type(error).__name__)
        return False


def report_given_up() -> int:
    """Tell the administrators of promises that were given up, once each; return how many there are."""
    try:
        with transaction():
            dead = list(
                session.scalars(
                    sa.select(OutboxMessage.id).where(OutboxMessage.state == PromiseState.DEAD).limit(100)
                )
            )
            administrators = people.holding(Role.ADMINISTRATOR) if dead else []
            for message_id in dead:
                notices.tell(
                    administrators,
                    "promise_given_up",
                    N_("Delivery %(id)s failed eight times and was given up. See Operations."),
                    once=f"given_up:{message_id}",
                    now=utc_now(),
                    id=message_id,
                )
        finished("report_given_up")
    finally:
        session.remove()
    return len(dead)


def forget_kept_promises() -> int:
    """Remove promises kept long ago; return how many."""
    try:
        with transaction():
            gone = outbox.forget_kept(utc_now() - KEPT_PROMISES_STAY)
        finished("forget_kept_promises")
    finally:
        session.remove()
    return gone


def allocate_callbacks() -> int:
    """Give free callbacks out to callback agents; return how many. It ends none: people do that."""
    try:
        with transaction():
            given = allocating.allocate(now=utc_now())
        finished("allocate_callbacks")
    finally:
        session.remove()
    return given


def draw_samples() -> int:
    """Draw last month's callback samples where that has not been done; return how many."""
    try:
        with transaction():
            drawn = len(sampling.draw_due(utc_now()))
        finished("draw_samples")
    finally:
        session.remove()
    return drawn


def roll_up_facts() -> int:
    """Count the days that are missing or on which something changed; return how many."""
    try:
        counted = facts.catch_up(utc_now())
        finished("roll_up_facts")
    finally:
        session.remove()
    return counted


def finished(name: str) -> None:
    """Write down that a piece of periodic work came to its end, for those who watch that it does."""
    with transaction():
        session.execute(
            sa.update(PeriodicTask).where(PeriodicTask.name == name).values(finished_at=utc_now())
        )
