"""What moves a due moment afterwards: an extension, or a pause; each leaves its step in the explanation."""

import datetime as dt
from dataclasses import replace

from hotline.wording import LOCAL_ZONE
from hotline.working_time.calendars import ONE_DAY, Calendar
from hotline.working_time.clocks import MINUTE, Clock, Limit
from hotline.working_time.deadlines import Due, due
from hotline.working_time.explanations import Explanation, Step, StepKind
from hotline.working_time.hours import OfficeHours

_TOLD_AGAIN = frozenset(
    {
        StepKind.SKIPPED,
        StepKind.WORKED,
        StepKind.ROLLED_FORWARD,
        StepKind.DUE,
        StepKind.ESTIMATED,
        StepKind.NO_CALENDAR,
    }
)
"""Of the way from the old due moment to the new one, what a reader does not know yet."""


def extended(found: Due, limit: Limit, calendar: Calendar, hours: OfficeHours) -> Due:
    """Return `found` with `limit` more, counted on from its due moment (E18: 3 wd on 2026-05-07 is 05-11)."""
    return _moved(found, limit, Step(StepKind.EXTENDED, {"limit": limit}), calendar, hours)


def paused(
    found: Due, clock: Clock, start: dt.datetime, end: dt.datetime, calendar: Calendar, hours: OfficeHours
) -> Due:
    """Return `found` later by as much of `clock` as passed between the moments `start` and `end`."""
    step = Step(StepKind.PAUSED, {"start": start, "end": end})
    limit = _passed(clock, start.astimezone(LOCAL_ZONE), end.astimezone(LOCAL_ZONE), calendar, hours)
    if limit is None:
        return replace(found, explanation=found.explanation.with_step(step))
    return _moved(found, limit, step, calendar, hours)


def _moved(found: Due, limit: Limit, step: Step, calendar: Calendar, hours: OfficeHours) -> Due:
    further = due(found.at, limit, calendar, hours)
    told = tuple(one for one in further.explanation if one.kind in _TOLD_AGAIN)
    return Due(
        further.at,
        Explanation((*found.explanation, step, *told)),
        found.rests_on_estimate or further.rests_on_estimate,
        calendar.version,
    )


def _passed(
    clock: Clock, start: dt.datetime, end: dt.datetime, calendar: Calendar, hours: OfficeHours
) -> Limit | None:
    amount: int | dt.timedelta
    match clock:
        case Clock.CLOCK_HOURS:
            amount = _whole_minutes(end - start)
        case Clock.WORKING_HOURS:
            amount = _whole_minutes(_office_time(start, end, calendar, hours))
        case Clock.WORKING_DAYS:
            amount = calendar.working_days_between(start.date(), end.date())
        case Clock.NATURAL_DAYS:
            amount = (end.date() - start.date()).days
    return Limit(amount, clock) if amount else None


def _whole_minutes(span: dt.timedelta) -> dt.timedelta:
    return -(-span // MINUTE) * MINUTE


def _office_time(
    start: dt.datetime, end: dt.datetime, calendar: Calendar, hours: OfficeHours
) -> dt.timedelta:
    day, seconds = start.date(), 0
    while day <= end.date():
        if calendar.is_working(day):
            midnight = dt.datetime.combine(day, dt.time(), LOCAL_ZONE)
            first = (start - midnight).total_seconds() if day == start.date() else 0
            last = (end - midnight).total_seconds() if day == end.date() else 86_400
            seconds += sum(
                max(0, int(min(closes, last) - max(opens, first))) for opens, closes in hours.seconds
            )
        day += ONE_DAY
    return dt.timedelta(seconds=seconds)
