"""The clocks of a ticket: started by policy, met by the work, moved only by logged acts."""

import calendar
import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hotline.categories import catalogue
from hotline.categories.policy import Escalation, Policy, Reminder, StageLimit
from hotline.categories.terms import RunsFrom, Stage
from hotline.tickets.lateness import NOT_OWED
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.wording import LOCAL_ZONE
from hotline.working_time import Due, Explanation, Limit, capped, due, load, office_hours, paused, remind_at

CAPPED_BY_OVERALL = frozenset(
    {Stage.ACKNOWLEDGE, Stage.ON_SITE, Stage.CONTACT_CALLER, Stage.FIRST_REPORT, Stage.DEPARTMENT}
)
"""A late front desk cannot push the limit the caller was promised (DOMAIN C, scenario 2)."""

OF_DEPARTMENT = CAPPED_BY_OVERALL
"""Stages that one department's part answers for; the others are the hotline's or the whole matter's."""


TERM_MONTHS = "term_months"
"""Among the facts of a ticket: the months that were chosen instead of the category's limit (A5.2 (23))."""

ONE_SECOND = dt.timedelta(seconds=1)


class Mark(enum.Enum):
    """What a clock asks for besides the reminders and escalations of its policy."""

    BREACH = "breach"
    URGING_NOTICE = "urging_notice"
    """The written notice of the day after (B1.15)."""
    WINDOW_PASSED = "window_passed"
    """A department let its right to return the ticket pass: it has accepted it (B1.13)."""


@dataclass(frozen=True, slots=True)
class Look:
    """A moment at which a running deadline asks for something to be done."""

    at: dt.datetime
    what: Reminder | Escalation | Mark

    @property
    def name(self) -> str:
        """A name that stays the same however often the sweep looks, to tell people once."""
        match self.what:
            case Reminder(elapsed_percent=percent, before=before):
                return f"remind:{percent if before is None else before}"
            case Escalation(after=after, to=to):
                return f"escalate:{after}:{to}"
            case mark:
                return mark.value


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

    A department's stages belong to `assignment` and wait for it; a clock that already runs is left alone.
    """
    policy = policy_of(ticket)
    return [
        _start(ticket, stage, _as_chosen(ticket, limit, moment), policy, moment, assignment)
        for stage, limit in policy.limits.items()
        if limit.runs_from is event
        and (stage in OF_DEPARTMENT) is (assignment is not None)
        and running(ticket, stage, assignment) is None
    ]


def _as_chosen(ticket: Ticket, limit: StageLimit, moment: dt.datetime) -> StageLimit:
    """Return the limit of what runs from acceptance, in the months that were chosen for the matter, if any.

    Months run to the same date (Civil Code art. 202), so they are so many natural days from `moment`.
    """
    months = ticket.facts.get(TERM_MONTHS)
    if limit.runs_from is not RunsFrom.ACCEPTED or not isinstance(months, int):
        return limit
    start = moment.astimezone(LOCAL_ZONE).date()
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    end = dt.date(year, month + 1, min(start.day, last))
    return replace(limit, limit=Limit.parse(f"{(end - start).days} nd"))


def start_part(part: Assignment, *, now: dt.datetime) -> None:
    """Start the clocks of a department's part, dispatched now, whatever moment they run from."""
    ticket = part.ticket
    start_from(ticket, RunsFrom.DISPATCHED, now, assignment=part)
    start_from(ticket, RunsFrom.RECEIVED, ticket.received_at, assignment=part)
    if ticket.accepted_at is not None:
        start_from(ticket, RunsFrom.ACCEPTED, ticket.accepted_at, assignment=part)


def start_limit(
    ticket: Ticket, stage: Stage, limit: StageLimit, moment: dt.datetime, *, assignment: Assignment
) -> Deadline:
    """Start a clock that is not among the policy's stages, such as the window for a return."""
    return _start(ticket, stage, limit, policy_of(ticket), moment, assignment)


def start_at(ticket: Ticket, stage: Stage, moment: dt.datetime, due_at: dt.datetime) -> Deadline:
    """Start a clock whose end was agreed instead of reckoned, such as a promised reply."""
    found = Due(due_at, Explanation(), rests_on_estimate=False, calendar_version=load().version)
    return _add(ticket, stage, "", found, policy_of(ticket), moment, None)


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
    for pause in ticket.waitings:  # what the caller was waited for stays so in another category
        if pause.stops_clock and pause.ended_at is not None and pause.ended_at > moment:
            start = max(pause.started_at, moment)
            found = paused(found, limit.limit.clock, start, pause.ended_at, load(), office_hours())
    if overall is not None:
        found = capped(found, as_due(overall))
    return _add(ticket, stage, str(limit.limit), found, policy, moment, assignment)


def _add(
    ticket: Ticket,
    stage: Stage,
    limit: str,
    found: Due,
    policy: Policy,
    moment: dt.datetime,
    assignment: Assignment | None,
) -> Deadline:
    clock = Deadline(
        round=ticket.round,
        stage=stage,
        assignment=assignment,
        started_at=moment,
        due_at=found.at,
        original_due_at=found.at,
        time_limit=limit,
        policy_version=ticket.policy_version,
        calendar_version=found.calendar_version,
        is_estimate=found.rests_on_estimate,
        explanation=found.explanation.to_json(),
    )
    pause = next((one for one in ticket.waitings if one.stops_clock and one.ended_at is None), None)
    if pause is not None:
        clock.stopped_since = max(pause.started_at, moment)
    ticket.deadlines.append(clock)
    look_again(clock, policy, moment)
    refresh(ticket)
    return clock


def as_due(clock: Deadline) -> Due:
    """Return what a stored clock says, as it was reckoned."""
    return Due(
        clock.due_at, Explanation.from_json(clock.explanation), clock.is_estimate, clock.calendar_version
    )


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
            _stop(clock, now)
    refresh(ticket)


def cancel(ticket: Ticket, *, now: dt.datetime, assignment: Assignment | None = None) -> None:
    """Stop the running clocks of a ticket, or of one department's part, as no longer owed."""
    for clock in ticket.deadlines:
        if clock.is_running and (assignment is None or clock.assignment is assignment):
            clock.cancelled_at = now
            _stop(clock, now)
    refresh(ticket)


def _stop(clock: Deadline, now: dt.datetime) -> None:
    clock.next_look_at = None
    is_late = clock.stopped_since is None and clock.stage not in NOT_OWED and now > clock.due_at
    if is_late and clock.breached_at is None:
        clock.breached_at = now


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


def take_over(clock: Deadline, promised: Deadline, policy: Policy, *, now: dt.datetime) -> None:
    """Let `clock` run as `promised`, the clock of a repeat, ran, and its departments' end with it.

    It takes the other's start and limit too, so that a recomputation comes to the same.
    """
    clock.started_at, clock.time_limit = promised.started_at, promised.time_limit
    reset(clock, as_due(promised), policy, now=now)
    if promised.breached_at is not None:
        clock.breached_at = promised.breached_at
    for part in clock.ticket.deadlines:
        if part.is_running and part.stage in CAPPED_BY_OVERALL and part.due_at > clock.due_at:
            reset(part, capped(as_due(part), as_due(clock)), policy, now=now)


def looks(clock: Deadline, policy: Policy) -> Iterator[Look]:
    """Yield every moment at which `clock` asks for something, in no order."""
    late_from = clock.due_at + ONE_SECOND  # the due second itself is still in time
    if clock.stage is Stage.RETURN_WINDOW:
        yield Look(late_from, Mark.WINDOW_PASSED)
        return
    calendar, hours = load(), office_hours()
    for reminder in policy.reminders:
        if reminder.stage is clock.stage:
            at = remind_at(clock.started_at, clock.due_at, reminder.lead, calendar, hours)
            if at < clock.due_at:
                yield Look(at, reminder)
    yield Look(late_from, Mark.BREACH)
    if clock.stage is Stage.DEPARTMENT:
        day = calendar.next_working_day(clock.due_at.astimezone(LOCAL_ZONE).date())
        opening = dt.datetime.combine(day, hours.opens, LOCAL_ZONE)
        yield Look(max(opening.astimezone(dt.UTC), late_from), Mark.URGING_NOTICE)
    for level in policy.escalations:
        if level.stage is clock.stage:
            at = clock.due_at if level.after is None else due(clock.due_at, level.after, calendar, hours).at
            yield Look(max(at, late_from), level)


def look_again(clock: Deadline, policy: Policy, now: dt.datetime) -> None:
    """Set when the sweep looks at `clock` next: its first look after `now`; never while it stands still."""
    waits = clock.stopped_since is not None or not clock.is_running
    after = () if waits else (look.at for look in looks(clock, policy) if look.at > now)
    clock.next_look_at = min(after, default=None)


def refresh(ticket: Ticket) -> None:
    """Bring the ticket's own copies of its deadlines, which lists sort by, up to date."""
    clocks = [
        one
        for one in ticket.deadlines
        if one.is_running and one.stopped_since is None and one.stage not in NOT_OWED
    ]
    ticket.next_due_at = min((one.due_at for one in clocks), default=None)
    overall = [one for one in ticket.deadlines if one.stage is Stage.OVERALL and one.round == ticket.round]
    ticket.overall_due_at = overall[-1].due_at if overall else None
