"""The clocks of a ticket: started by policy, met by the work, moved only by logged acts."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from hotline.categories import catalogue
from hotline.categories.policy import Escalation, Policy, Reminder, StageLimit
from hotline.categories.terms import RunsFrom, Stage
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.working_time import Due, capped, due, load, office_hours, remind_at

CAPPED_BY_OVERALL = frozenset(
    {Stage.ACKNOWLEDGE, Stage.ON_SITE, Stage.CONTACT_CALLER, Stage.FIRST_REPORT, Stage.DEPARTMENT}
)
"""A late front desk cannot push the limit the caller was promised (DOMAIN C, scenario 2)."""

OF_DEPARTMENT = CAPPED_BY_OVERALL
"""Stages that one department's part answers for; the others are the hotline's or the whole matter's."""


@dataclass(frozen=True, slots=True)
class Look:
    """A moment at which a running deadline asks for something to be done."""

    at: dt.datetime
    what: Reminder | Escalation | None
    """`None` is the breach itself."""

    @property
    def name(self) -> str:
        """A name that stays the same however often the sweep looks, to tell people once."""
        match self.what:
            case Reminder(elapsed_percent=percent, before=before):
                return f"remind:{percent if before is None else before}"
            case Escalation(after=after, to=to):
                return f"escalate:{after}:{to}"
            case _:
                return "breach"


def policy_of(ticket: Ticket) -> Policy:
    """Return the policy under which `ticket` was taken in, as it is for its circumstances."""
    return catalogue.policy_at(ticket.category, ticket.policy_version).under(
        urgency=ticket.urgency,
        kind=ticket.kind,
        is_collective=ticket.is_collective,
        has_contact=ticket.has_contact,
    )


def reckon(start: dt.datetime, stage: StageLimit, overall: Due | None = None) -> Due:
    """Return when a stage's limit ends that runs from `start`, on the calendar and hours in force.

    `overall`, where given, caps it.
    """
    found = due(start, stage.limit, load(), office_hours())
    return capped(found, overall) if overall else found


def start_from(
    ticket: Ticket, event: RunsFrom, moment: dt.datetime, *, assignment: Assignment | None = None
) -> list[Deadline]:
    """Start every clock of the ticket's policy that runs from `event`, which happened at `moment`.

    A department's stages belong to `assignment`; a clock that already runs is left alone.
    """
    policy = policy_of(ticket)
    return [
        _start(ticket, stage, limit, policy, moment, assignment if stage in OF_DEPARTMENT else None)
        for stage, limit in policy.limits.items()
        if limit.runs_from is event
        and (assignment is None or stage in OF_DEPARTMENT)
        and running(ticket, stage, assignment if stage in OF_DEPARTMENT else None) is None
    ]


def start_at(ticket: Ticket, stage: Stage, moment: dt.datetime, due_at: dt.datetime) -> Deadline:
    """Start a clock whose end was agreed instead of reckoned, such as a promised reply."""
    clock = Deadline(
        round=ticket.round,
        stage=stage,
        started_at=moment,
        due_at=due_at,
        original_due_at=due_at,
        time_limit="",
        policy_version=ticket.policy_version,
        calendar_version=load().version,
        is_estimate=False,
        explanation=[],
    )
    ticket.deadlines.append(clock)
    look_again(clock, policy_of(ticket), moment)
    refresh(ticket)
    return clock


def _start(
    ticket: Ticket,
    stage: Stage,
    limit: StageLimit,
    policy: Policy,
    moment: dt.datetime,
    assignment: Assignment | None,
) -> Deadline:
    overall = running(ticket, Stage.OVERALL) if stage in CAPPED_BY_OVERALL else None
    found = reckon(moment, limit)
    if overall is not None and overall.due_at < found.at:
        ends = replace(found, at=overall.due_at, rests_on_estimate=overall.is_estimate)
        found = capped(found, ends)
    clock = Deadline(
        round=ticket.round,
        stage=stage,
        assignment=assignment,
        started_at=moment,
        due_at=found.at,
        original_due_at=found.at,
        time_limit=str(limit.limit),
        policy_version=ticket.policy_version,
        calendar_version=found.calendar_version,
        is_estimate=found.rests_on_estimate,
        explanation=found.explanation.to_json(),
    )
    ticket.deadlines.append(clock)
    look_again(clock, policy, moment)
    refresh(ticket)
    return clock


def running(ticket: Ticket, stage: Stage, assignment: Assignment | None = None) -> Deadline | None:
    """Return the clock of `stage` that still runs, of one department's part where one is given."""
    return next(
        (
            one
            for one in ticket.deadlines
            if one.stage is stage and one.is_running and (assignment is None or one.assignment is assignment)
        ),
        None,
    )


def meet(ticket: Ticket, *stages: Stage, now: dt.datetime, assignment: Assignment | None = None) -> None:
    """Stop the clocks of `stages` as done; a clock stopped late keeps its breach."""
    for stage in stages:
        clock = running(ticket, stage, assignment)
        if clock is not None:
            clock.met_at = now
            clock.next_look_at = None
            if now > clock.due_at and clock.breached_at is None:
                clock.breached_at = now
    refresh(ticket)


def cancel(ticket: Ticket, *, now: dt.datetime, assignment: Assignment | None = None) -> None:
    """Stop the running clocks of a ticket, or of one department's part, as no longer owed."""
    for clock in ticket.deadlines:
        if clock.is_running and (assignment is None or clock.assignment is assignment):
            clock.cancelled_at = now
            clock.next_look_at = None
            if now > clock.due_at and clock.breached_at is None:
                clock.breached_at = now
    refresh(ticket)


def reset(clock: Deadline, found: Due, policy: Policy, *, now: dt.datetime) -> None:
    """Give a running clock another due moment; `original_due_at` keeps what was promised first."""
    clock.due_at = found.at
    clock.explanation = found.explanation.to_json()
    clock.calendar_version = found.calendar_version
    clock.is_estimate = found.rests_on_estimate
    if found.at > now:
        clock.breached_at = None
    look_again(clock, policy, now)
    refresh(clock.ticket)


def looks(clock: Deadline, policy: Policy) -> Iterator[Look]:
    """Yield every moment at which `clock` asks for something, in no order."""
    calendar, hours = load(), office_hours()
    for reminder in policy.reminders:
        if reminder.stage is clock.stage:
            lead = reminder.before or Decimal(reminder.elapsed_percent or 0) / 100
            at = remind_at(clock.started_at, clock.due_at, lead, calendar, hours)
            if at < clock.due_at:
                yield Look(at, reminder)
    yield Look(clock.due_at, None)
    for level in policy.escalations:
        if level.stage is clock.stage:
            yield Look(due(clock.due_at, level.after, calendar, hours).at, level)


def look_again(clock: Deadline, policy: Policy, now: dt.datetime) -> None:
    """Set when the sweep looks at `clock` next: its first look after `now`."""
    clock.next_look_at = min((look.at for look in looks(clock, policy) if look.at > now), default=None)


def refresh(ticket: Ticket) -> None:
    """Bring the ticket's own copies of its deadlines, which lists sort by, up to date."""
    clocks = [one for one in ticket.deadlines if one.is_running]
    ticket.next_due_at = min((one.due_at for one in clocks), default=None)
    overall = [one for one in ticket.deadlines if one.stage is Stage.OVERALL and one.round == ticket.round]
    ticket.overall_due_at = overall[-1].due_at if overall else None
