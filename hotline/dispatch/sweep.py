"""The sweep: reminders before a deadline, the breach at it, escalation after it; once each."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories.policy import Escalation, Reminder
from hotline.db import session
from hotline.delivery import notices
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.tickets import deadlines, history
from hotline.tickets.models import Deadline
from hotline.wording import N_

BATCH = 200

REMINDER = N_("Ticket %(number)s: “%(stage)s” is due %(due)s.")
BREACH = N_("Ticket %(number)s: “%(stage)s” was due %(due)s and is overdue.")
ESCALATION = N_("Ticket %(number)s: “%(stage)s” was due %(due)s and is still open. It is now before you.")


def due(now: dt.datetime) -> list[int]:
    """Return the deadlines that ask for something by `now`, the longest waiting first."""
    return list(
        session.scalars(
            sa.select(Deadline.id)
            .where(Deadline.next_look_at.is_not(None), Deadline.next_look_at <= now)
            .order_by(Deadline.next_look_at, Deadline.id)
            .limit(BATCH)
        )
    )


def look(deadline_id: int, *, now: dt.datetime) -> None:
    """Do everything one deadline asks for by `now`, and set when it asks next.

    Safe to run twice: people are told once of each thing. Reminders missed while the clock stood still
    are dropped once the moment itself has passed.
    """
    clock = session.get(Deadline, deadline_id, options=[joinedload(Deadline.ticket)])
    if clock is None or not clock.is_running:
        return
    policy = deadlines.policy_of(clock.ticket)
    is_late = now >= clock.due_at
    for look in sorted(deadlines.looks(clock, policy), key=lambda one: one.at):
        if look.at > now or (is_late and isinstance(look.what, Reminder)):
            continue
        _act(clock, look, now)
    deadlines.look_again(clock, policy, now)
    session.flush()


def _act(clock: Deadline, look: deadlines.Look, now: dt.datetime) -> None:
    match look.what:
        case Reminder():
            sentence, recipients = REMINDER, _responsible(clock)
        case Escalation(to=role):
            sentence, recipients = ESCALATION, _superiors(clock, role)
        case _:
            sentence, recipients = BREACH, _responsible(clock)
            if clock.breached_at is None:
                clock.breached_at = now
                history.note(
                    clock.ticket,
                    "deadline_breached",
                    by=None,
                    now=now,
                    department=clock.assignment.department if clock.assignment else None,
                    stage=clock.stage,
                    due_at=clock.due_at,
                )
    notices.tell(
        recipients,
        "deadline",
        sentence,
        once=f"{look.name}:{clock.id}:{clock.due_at.isoformat()}",
        now=now,
        ticket_id=clock.ticket_id,
        number=clock.ticket.number,
        stage=clock.stage,
        due=clock.due_at,
    )


def _responsible(clock: Deadline) -> Iterable[Staff]:
    if clock.assignment is not None:
        return people.of_department(
            clock.assignment.department_id, Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER
        )
    return [clock.ticket.first_contact_owner, *people.holding(Role.SHIFT_LEADER)]


def _superiors(clock: Deadline, role: Role) -> Iterable[Staff]:
    if role in DEPARTMENT_ROLES:
        if clock.assignment is None:
            return ()
        return people.of_department(clock.assignment.department_id, role)
    return people.holding(role)
