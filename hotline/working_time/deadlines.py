"""When a limit ends: four clocks over one calendar, each answer with its reasons.

The rules are DOMAIN's calendar rules (C2) on the footing of Civil Code art. 200-203; what they leave open
is decided in docs/decisions/working-time.md.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hotline.wording import LOCAL_ZONE
from hotline.working_time.calendars import ONE_DAY, SATURDAY, Calendar, Day, DayKind, DaySource, kind_of
from hotline.working_time.clocks import Clock, Limit
from hotline.working_time.explanations import Explanation, Param, Step, StepKind, Stretch
from hotline.working_time.hours import OfficeHours

_ORDINARY = Day(is_working=True)
_WORKED = frozenset({DayKind.MAKE_UP, DayKind.LOCAL_WORK})


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment (UTC), the steps that led there, and whether a calendar change may still move it."""

    at: dt.datetime
    explanation: Explanation
    rests_on_estimate: bool
    calendar_version: int


def due(
    start: dt.datetime,
    limit: Limit,
    calendar: Calendar,
    hours: OfficeHours,
    *,
    after_hours_counts_as_next_day: bool = True,
) -> Due:
    """Return when `limit`, running from the aware moment `start`, ends.

    `after_hours_counts_as_next_day` concerns working days alone: what comes in after close of business or
    on a rest day then counts as received on the next working day. The closing second itself (17:30:00)
    still belongs to its day, in receiving as in being due, so that a stage which begins when the stage
    before it ended loses no day.
    Raises ValueError for a moment without a time zone.
    """
    if start.tzinfo is None:
        raise ValueError("a limit needs a start with a time zone")
    begin = start.astimezone(LOCAL_ZONE)
    if limit.clock is Clock.CLOCK_HOURS:
        at = start.astimezone(dt.UTC) + limit.span
        steps = (
            Step(StepKind.CLOCK_HOURS_RULE, {"limit": limit}),
            Step(StepKind.STARTS, {"start": at - limit.span}),
            Step(StepKind.DUE, {"due": at}),
        )
        return Due(at, Explanation(steps), rests_on_estimate=False, calendar_version=calendar.version)
    walk = _Walk(calendar, hours, begin.replace(microsecond=0))
    if limit.clock is Clock.WORKING_HOURS:
        return walk.working_hours(limit)
    if limit.clock is Clock.NATURAL_DAYS:
        return walk.natural_days(limit)
    # "The same day" of something received after close would end before it began.
    return walk.working_days(limit, shifts=after_hours_counts_as_next_day or limit.days == 0)


def capped(due: Due, overall: Due) -> Due:
    """Return `due`, or where the overall limit ends earlier, that moment with the reason added.

    A late front desk cannot push the overall limit: department due = min(dispatched + limit, overall due).
    """
    if due.at <= overall.at:
        return due
    step = Step(StepKind.CAPPED, {"due": overall.at})
    return replace(
        due,
        at=overall.at,
        explanation=due.explanation.with_step(step),
        rests_on_estimate=overall.rests_on_estimate,
    )


def remind_at(
    start: dt.datetime, due_at: dt.datetime, lead: Limit | Decimal, calendar: Calendar, hours: OfficeHours
) -> dt.datetime:
    """Return when to remind of a deadline that runs from `start` to `due_at`; never outside them.

    `lead` is a limit counted back from the due moment – days give the opening of business, so that somebody
    is there to read the reminder – or the share of the whole time (0 to 1) that has passed by then.
    """
    if isinstance(lead, Decimal):
        if not 0 <= lead <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {lead}")
        return (start + (due_at - start) * float(lead)).astimezone(dt.UTC)
    if lead.clock is Clock.CLOCK_HOURS:
        return max(start, due_at - lead.span).astimezone(dt.UTC)
    local = due_at.astimezone(LOCAL_ZONE)
    if lead.clock is Clock.WORKING_HOURS:
        return max(start.astimezone(dt.UTC), _back(local, lead.span, calendar, hours))
    day = local.date()
    if lead.clock is Clock.WORKING_DAYS:
        for _ in range(lead.days):
            day = calendar.previous_working_day(day)
    else:
        day -= dt.timedelta(days=lead.days)
        if not calendar.is_working(day):
            day = calendar.previous_working_day(day)
    # `0 wd` before something due at night would come after it.
    return max(start.astimezone(dt.UTC), min(due_at.astimezone(dt.UTC), _moment(day, hours.opens)))


def _back(end: dt.datetime, span: dt.timedelta, calendar: Calendar, hours: OfficeHours) -> dt.datetime:
    """Return the moment (UTC) from which `span` of office time leads up to the local moment `end`."""
    left = int(span.total_seconds())
    day, second = end.date(), _second_of_day(end)
    while True:
        if calendar.is_working(day):
            for opens, closes in reversed(hours.seconds):
                worked = max(0, min(second, closes) - opens)
                if left <= worked:
                    begin = _midnight(day) + dt.timedelta(seconds=opens + worked - left)
                    return begin.astimezone(dt.UTC)
                left -= worked
        day, second = day - ONE_DAY, 86_400


class _Walk:
    """One way through the calendar from a start, remembering what is worth telling."""

    __slots__ = ("_calendar", "_hours", "_start", "_steps", "_stretches", "_uncertain")

    def __init__(self, calendar: Calendar, hours: OfficeHours, start: dt.datetime) -> None:
        self._calendar = calendar
        self._hours = hours
        self._start = start
        self._steps: list[Step] = []
        self._stretches: list[Stretch] = []
        self._uncertain: set[tuple[int, DaySource | None]] = set()

    def working_days(self, limit: Limit, *, shifts: bool) -> Due:
        """Start day excluded; due at close of business of the last working day."""
        closes = self._hours.closes
        day = self._start.date()
        if limit.days:
            self._tell(StepKind.WORKING_DAYS_RULE, limit=limit, close=closes)
        else:
            self._tell(StepKind.SAME_DAY_RULE, close=closes)
        if not self._is_worked(day):
            if shifts:
                day = self._next_working_day(day)
                self._tell(StepKind.STARTS_ON_REST_DAY, start=self._start, day=day)
            else:
                self._tell(StepKind.STARTS, start=self._start)
        elif shifts and self._start.time() > closes:
            day = self._next_working_day(day)
            self._tell(StepKind.STARTS_AFTER_CLOSE, start=self._start, close=closes, day=day)
        else:
            self._tell(StepKind.STARTS, start=self._start)
        for _ in range(limit.days):
            day = self._next_working_day(day)
        self._tell_days()
        return self._due(_moment(day, closes))

    def natural_days(self, limit: Limit) -> Due:
        """Start day excluded; a last day of rest moves to the next working day; due at close of business."""
        self._tell(StepKind.NATURAL_DAYS_RULE, limit=limit, close=self._hours.closes)
        self._tell(StepKind.STARTS, start=self._start)
        last = day = self._start.date() + dt.timedelta(days=limit.days)
        if not self._is_worked(last):
            day = self._next_working_day(last)
            self._tell(StepKind.ROLLED_FORWARD, last=last, day=day)
        self._tell_days()
        return self._due(_moment(day, self._hours.closes))

    def working_hours(self, limit: Limit) -> Due:
        """Only office time on working days passes; a limit used up at noon ends at noon."""
        self._tell(StepKind.WORKING_HOURS_RULE, limit=limit, hours=self._hours)
        left = int(limit.span.total_seconds())
        day, second = self._start.date(), _second_of_day(self._start)
        has_begun = False
        while True:
            if self._is_worked(day):
                for opens, closes in self._hours.seconds:
                    begin = max(opens, second)
                    if begin >= closes:
                        continue
                    if not has_begun:
                        has_begun = True
                        self._tell_opening(_midnight(day) + dt.timedelta(seconds=begin))
                    if left <= closes - begin:
                        self._tell_days()
                        return self._due(_midnight(day) + dt.timedelta(seconds=begin + left))
                    left -= closes - begin
            day, second = day + ONE_DAY, 0

    def _tell(self, kind: StepKind, **params: Param) -> None:
        self._steps.append(Step(kind, params))

    def _tell_opening(self, opening: dt.datetime) -> None:
        if opening == self._start:
            self._tell(StepKind.STARTS, start=self._start)
        else:
            self._tell(StepKind.STARTS_AT_OPENING, start=self._start, opening=opening)

    def _tell_days(self) -> None:
        rests = tuple(one for one in self._stretches if one.kind not in _WORKED)
        works = tuple(one for one in self._stretches if one.kind in _WORKED)
        if rests:
            self._tell(StepKind.SKIPPED, stretches=rests)
        if works:
            self._tell(StepKind.WORKED, stretches=works)

    def _next_working_day(self, day: dt.date) -> dt.date:
        day += ONE_DAY
        while not self._is_worked(day):
            day += ONE_DAY
        return day

    def _is_worked(self, day: dt.date) -> bool:
        """Look `day` up and remember what is special about it."""
        known = self._calendar.day(day)
        if known == _ORDINARY and day.weekday() < SATURDAY:
            return True
        if known.source is DaySource.ESTIMATE or known.source is None:
            self._uncertain.add((day.year, known.source))
        kind = kind_of(day, known)
        if kind is not None:
            names: tuple[Mapping[str, str], ...] = (known.name,) if known.name else ()
            before = self._stretches[-1] if self._stretches else None
            if before and before.kind is kind and before.last + ONE_DAY == day:
                names = before.names + tuple(name for name in names if name not in before.names)
                self._stretches[-1] = Stretch(before.first, day, kind, names)
            else:
                self._stretches.append(Stretch(day, day, kind, names))
        return known.is_working

    def _due(self, local: dt.datetime) -> Due:
        at = local.astimezone(dt.UTC)
        self._tell(StepKind.DUE, due=at)
        for kind, source in ((StepKind.ESTIMATED, DaySource.ESTIMATE), (StepKind.NO_CALENDAR, None)):
            years = tuple(sorted(year for year, why in self._uncertain if why is source))
            if years:
                self._tell(kind, years=years)
        return Due(at, Explanation(tuple(self._steps)), bool(self._uncertain), self._calendar.version)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE)


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, LOCAL_ZONE).astimezone(dt.UTC)


def _second_of_day(local: dt.datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second
