"""The sweep: reminders before a deadline, the breach at it, escalation and urging after it; once each."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from hotline.categories.policy import Escalation, Policy, Reminder
from hotline.db import session
from hotline.delivery import gathering, notices
from hotline.delivery.gathering import Gathered
from hotline.dispatch import urging
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.tickets import deadlines, history
from hotline.tickets.deadlines import Look, Mark
from hotline.tickets.models import Deadline, Ticket
from hotline.wording import N_

BATCH = 200

REMINDER = N_("Ticket %(number)s: “%(stage)s” is due %(due)s.")
BREACH = N_("Ticket %(number)s: “%(stage)s” was due %(due)s and is overdue.")
ESCALATION = N_("Ticket %(number)s: “%(stage)s” was due %(due)s and is still open. It is now before you.")

Key = tuple[dt.datetime, int]


def due(now: dt.datetime, after: Key | None = None) -> list[Key]:
    """Return a batch of the deadlines that ask for something by `now`, the longest waiting first.

    The next batch follows `after`, so that one deadline which cannot be dealt with holds up no other.
    """
    asks = Deadline.next_look_at.is_not(None) & (Deadline.next_look_at <= now)
    if after is not None:
        asks &= (Deadline.next_look_at > after[0]) | (
            (Deadline.next_look_at == after[0]) & (Deadline.id > after[1])
        )
    query = (
        sa.select(Deadline.next_look_at, Deadline.id)
        .where(asks)
        .order_by(Deadline.next_look_at, Deadline.id)
        .limit(BATCH)
    )
    return [(at, deadline_id) for at, deadline_id in session.execute(query) if at is not None]


def look(deadline_id: int, *, now: dt.datetime) -> bool:
    """Do everything one deadline asks for by `now`, set when it asks next; return whether it asked.

    Safe to run twice and in two places at once: deadline and ticket are locked, what another sweep has in
    hand is left to it, and people are told once of each thing.
    Reminders missed while the clock stood still are dropped once the moment itself has passed.
    """
    clock = session.scalar(
        sa.select(Deadline)
        .join(Deadline.ticket)
        .where(Deadline.id == deadline_id, Deadline.next_look_at <= now)
        .options(contains_eager(Deadline.ticket))
        .with_for_update(of=[Deadline, Ticket], skip_locked=True)
    )
    if clock is None:
        return False
    policy = deadlines.policy_of(clock.ticket)
    since = clock.next_look_at
    is_late = now > clock.due_at
    for one in sorted(deadlines.looks(clock, policy), key=lambda found: found.at):
        is_new = since is None or one.at >= since
        if one.at <= now and is_new and not (is_late and isinstance(one.what, Reminder)):
            _act(clock, one, policy, now)
    deadlines.look_again(clock, policy, now)
    session.flush()
    return True


def _act(clock: Deadline, one: Look, policy: Policy, now: dt.datetime) -> None:
    match one.what:
        case Reminder():
            _tell(clock, one, REMINDER, Gathered.DUE, _responsible(clock), policy, now)
        case Escalation(to=role):
            _tell(clock, one, ESCALATION, Gathered.ESCALATED, _superiors(clock, role), policy, now)
        case Mark.BREACH:
            _breach(clock, now)
            _tell(clock, one, BREACH, Gathered.OVERDUE, _responsible(clock), policy, now)
        case Mark.URGING_NOTICE:
            urging.issue_notice(clock, now=now)
        case Mark.WINDOW_PASSED:
            clock.met_at, clock.next_look_at = clock.due_at, None
            part = clock.assignment
            history.note(
                clock.ticket,
                "return_window_passed",
                by=None,
                now=now,
                department=part.department if part else None,
            )


def _breach(clock: Deadline, now: dt.datetime) -> None:
    if clock.breached_at is not None:
        return
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


def _tell(
    clock: Deadline,
    one: Look,
    sentence: str,
    kind: Gathered,
    recipients: Iterable[Staff],
    policy: Policy,
    now: dt.datetime,
) -> None:
    notices.tell(
        recipients,
        "deadline",
        sentence,
        once=f"{one.name}:{clock.id}:{clock.due_at.isoformat()}",
        now=now,
        ticket_id=clock.ticket_id,
        is_urgent=policy.priority == 1,
        group=gathering.of_moment(kind, clock.due_at),
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
