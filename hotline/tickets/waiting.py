"""Waiting for the caller: always written down, and a pause only where the category's policy says so.

A pause belongs to the ticket, not to a department's part or a category's clock: it survives both.
"""

import datetime as dt

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import deadlines, history, reasons
from hotline.tickets.models import Ticket, Waiting
from hotline.wording import N_
from hotline.working_time import Limit, load, office_hours, paused


class AlreadyWaitingError(HotlineError):
    """A ticket waits once at a time."""

    sentence = N_("This ticket is waiting for the caller already.")


def begin(ticket: Ticket, *, reason: str, by: Staff, now: dt.datetime) -> Waiting:
    """Record that the handling waits for the caller; stop the clocks where policy says so.

    A clock that is overdue already is not stopped. Raises `ReasonMissingError`, `AlreadyWaitingError`.
    """
    reason = reasons.required(reason)
    if ticket.waiting_since is not None:
        raise AlreadyWaitingError
    policy = deadlines.policy_of(ticket)
    pause = Waiting(reason=reason, stops_clock=policy.waiting_stops_clock, started_by=by, started_at=now)
    ticket.waitings.append(pause)
    ticket.waiting_since = now
    history.note(
        ticket,
        "waiting_begun",
        by=by,
        now=now,
        department=by.department if by.acts_for_department else None,
        stops_clock=pause.stops_clock,
        reason_text=pause.reason,
    )
    if pause.stops_clock:
        for clock in ticket.deadlines:
            if clock.is_running and now <= clock.due_at:
                clock.stopped_since = now
                clock.next_look_at = None
        deadlines.refresh(ticket)
    session.flush()
    return pause


def end(ticket: Ticket, *, by: Staff | None, now: dt.datetime) -> None:
    """Record that the waiting is over and let stopped clocks run on; not waiting, nothing happens."""
    pause = next((one for one in ticket.waitings if one.ended_at is None), None)
    if pause is None:
        return
    pause.ended_at = now
    pause.ended_by = by
    ticket.waiting_since = None
    history.note(ticket, "waiting_ended", by=by, now=now, stops_clock=pause.stops_clock)
    policy = deadlines.policy_of(ticket)
    for clock in ticket.deadlines:
        if clock.stopped_since is None:
            continue
        start, clock.stopped_since = clock.stopped_since, None
        if clock.is_running and clock.time_limit:
            kind = Limit.parse(clock.time_limit).clock
            found = paused(deadlines.as_due(clock), kind, start, now, load(), office_hours())
            deadlines.reset(clock, found, policy, now=now)
    deadlines.refresh(ticket)
    session.flush()
