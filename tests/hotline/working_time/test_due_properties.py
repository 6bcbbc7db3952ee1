"""Any calendar, any hours, any start: the service agrees with the slow reference, and with itself."""

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.working_time import (
    Calendar,
    Clock,
    Day,
    DaySource,
    Explanation,
    Limit,
    OfficeHours,
    StepKind,
    capped,
    due,
    remind_at,
)
from tests.hotline.working_time import reference
from tests.hotline.working_time.beijing import BEIJING

FIRST = dt.date(2026, 1, 1)
HORIZON = 200
"""Days of a drawn calendar; starts and limits are drawn so that the answer lies within them."""

NAMES = (None, {"zh": "节", "en": "Feast"}, {"zh": "会", "en": "Fair"})
SOURCES = tuple(DaySource)

shared = settings(max_examples=100, deadline=None)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw a calendar with a working day in each ten at least; as three numbers, which draws quickly."""
    working = draw(st.integers(0, 2**HORIZON - 1))
    named = draw(st.integers(0, 3**HORIZON - 1))
    sources = draw(st.integers(0, 3**HORIZON - 1))
    days = {}
    for number in range(HORIZON):
        is_working = bool(working >> number & 1) or number % 10 == 0
        named, name = divmod(named, len(NAMES))
        sources, source = divmod(sources, len(SOURCES))
        days[FIRST + dt.timedelta(number)] = Day(is_working, NAMES[name], SOURCES[source])
    return Calendar(days, version=1)


@st.composite
def office_hours(draw: st.DrawFn) -> OfficeHours:
    """Draw one to three slots, in minutes of the day."""
    count = draw(st.integers(1, 3))
    marks = sorted(draw(st.lists(st.integers(0, 1439), min_size=2 * count, max_size=2 * count, unique=True)))
    times = [dt.time(*divmod(mark, 60)) for mark in marks]
    return OfficeHours(tuple(zip(times[::2], times[1::2], strict=True)))


starts = st.integers(0, 31 * 86_400 * 1_000_000).map(
    lambda microseconds: dt.datetime(2026, 1, 2, tzinfo=BEIJING) + dt.timedelta(microseconds=microseconds)
)
whole_starts = starts.map(lambda moment: moment.replace(microsecond=0))
day_counts = st.integers(1, 12)
limits = st.one_of(
    st.integers(1, 3000).map(lambda minutes: Limit(dt.timedelta(minutes=minutes), Clock.CLOCK_HOURS)),
    st.integers(1, 60).map(lambda minutes: Limit(dt.timedelta(minutes=minutes), Clock.WORKING_HOURS)),
    st.integers(0, 12).map(lambda days: Limit(days, Clock.WORKING_DAYS)),
    st.integers(1, 90).map(lambda days: Limit(days, Clock.NATURAL_DAYS)),
)


def working_dates(calendar: Calendar) -> frozenset[dt.date]:
    return frozenset(day for day in calendar if calendar.day(day).is_working)


def plain(moment: dt.datetime) -> dt.datetime:
    """Return a moment as Beijing's clock shows it."""
    return moment.astimezone(BEIJING).replace(tzinfo=None)


@given(calendars(), office_hours(), whole_starts, st.integers(0, 12), st.booleans())
@shared
def test_working_days_agree_with_the_reference(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, count: int, shifts: bool
) -> None:
    limit = Limit(count, Clock.WORKING_DAYS)
    found = due(start, limit, calendar, hours, after_hours_counts_as_next_day=shifts)
    expected = reference.working_days(
        plain(start), count, working_dates(calendar), hours.slots, shifts=shifts
    )
    assert plain(found.at) == expected


@given(calendars(), office_hours(), whole_starts, st.integers(1, 90))
@shared
def test_natural_days_agree_with_the_reference(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, count: int
) -> None:
    found = due(start, Limit(count, Clock.NATURAL_DAYS), calendar, hours)
    assert plain(found.at) == reference.natural_days(
        plain(start), count, working_dates(calendar), hours.slots
    )


@given(calendars(), office_hours(), whole_starts, st.integers(1, 45))
@settings(max_examples=20, deadline=None)
def test_working_hours_agree_with_the_reference_second_by_second(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, minutes: int
) -> None:
    limit = Limit(dt.timedelta(minutes=minutes), Clock.WORKING_HOURS)
    found = due(start, limit, calendar, hours)
    expected = reference.working_hours(plain(start), minutes * 60, working_dates(calendar), hours.slots)
    assert plain(found.at) == expected


@given(calendars(), office_hours(), whole_starts, st.integers(1, 3000))
@shared
def test_working_hours_end_at_the_first_second_at_which_all_of_them_have_passed(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, minutes: int
) -> None:
    minutes = min(minutes, hours.per_day // 60 * 12)  # stays within the drawn calendar
    limit = Limit(dt.timedelta(minutes=minutes), Clock.WORKING_HOURS)
    end = plain(due(start, limit, calendar, hours).at)
    working = working_dates(calendar)

    def passed(until: dt.datetime) -> int:
        total = 0
        day = plain(start).date()
        while day <= until.date():
            for opens, closes in hours.slots if day in working else ():
                first = max(dt.datetime.combine(day, opens), plain(start))
                last = min(dt.datetime.combine(day, closes), until)
                total += max(0, int((last - first).total_seconds()))
            day += dt.timedelta(days=1)
        return total

    assert passed(end) == minutes * 60
    assert passed(end - dt.timedelta(seconds=1)) == minutes * 60 - 1


@given(calendars(), office_hours(), starts, limits)
@shared
def test_clock_hours_pass_whatever_the_calendar(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, limit: Limit
) -> None:
    found = due(start, limit, calendar, hours)
    assert found.at.tzinfo is dt.UTC
    assert found.at > start
    if limit.clock is Clock.CLOCK_HOURS:
        assert found.at - start == limit.amount
        assert not found.rests_on_estimate


@given(calendars(), office_hours(), whole_starts, whole_starts, limits)
@shared
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, hours: OfficeHours, one: dt.datetime, other: dt.datetime, limit: Limit
) -> None:
    earlier, later = sorted((one, other))
    assert due(earlier, limit, calendar, hours).at <= due(later, limit, calendar, hours).at


@given(calendars(), office_hours(), starts, limits)
@shared
def test_the_estimate_mark_tells_whether_a_certain_calendar_would_be_unmarked(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, limit: Limit
) -> None:
    announced = Calendar({day: calendar.day(day)._replace(source=DaySource.ANNOUNCED) for day in calendar})
    estimated = Calendar({day: calendar.day(day)._replace(source=DaySource.ESTIMATE) for day in calendar})
    assert not due(start, limit, announced, hours).rests_on_estimate
    assert due(start, limit, estimated, hours).rests_on_estimate == (limit.clock is not Clock.CLOCK_HOURS)


@given(calendars(), office_hours(), starts, limits, limits)
@shared
def test_explanations_survive_storage_and_end_with_the_due_moment(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, limit: Limit, overall: Limit
) -> None:
    found = capped(due(start, limit, calendar, hours), due(start, overall, calendar, hours))
    assert Explanation.from_json(found.explanation.to_json()) == found.explanation
    told = [step for step in found.explanation if step.kind in (StepKind.DUE, StepKind.CAPPED)]
    assert told[-1].params["due"] == found.at


@given(calendars(), office_hours(), starts, st.integers(1, 12))
@shared
def test_an_explanation_names_every_day_off_on_the_way(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, count: int
) -> None:
    found = due(start, Limit(count, Clock.WORKING_DAYS), calendar, hours)
    named: set[dt.date] = set()
    for step in found.explanation:
        if step.kind is StepKind.SKIPPED:
            stretches = step.params["stretches"]
            assert isinstance(stretches, tuple)
            for stretch in stretches:
                assert not isinstance(stretch, int)
                length = (stretch.last - stretch.first).days + 1
                named |= {stretch.first + dt.timedelta(n) for n in range(length)}
    first, last = plain(start).date(), plain(found.at).date()
    way = {first + dt.timedelta(n) for n in range((last - first).days + 1)}
    assert named == {day for day in way if not calendar.is_working(day)}


@given(calendars(), st.dates(FIRST, dt.date(2026, 6, 1)), day_counts)
@shared
def test_working_days_between_counts_back_what_due_counted(
    calendar: Calendar, day: dt.date, count: int
) -> None:
    hours = OfficeHours.parse(["09:00-17:30"])
    noon = dt.datetime.combine(day, dt.time(12), BEIJING)
    limit = Limit(count, Clock.WORKING_DAYS)
    last = plain(due(noon, limit, calendar, hours, after_hours_counts_as_next_day=False).at).date()
    assert calendar.working_days_between(day, last) == count
    assert calendar.working_days_between(last, day) == -count


@given(calendars(), office_hours(), whole_starts, limits, limits)
@shared
def test_reminders_lie_between_start_and_due(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, limit: Limit, lead: Limit
) -> None:
    end = due(start, limit, calendar, hours).at
    moment = remind_at(start, end, lead, calendar, hours)
    assert start <= moment <= max(end, start)
    assert moment.tzinfo is dt.UTC
    assert start <= remind_at(start, end, Decimal("0.75"), calendar, hours) <= end


@given(calendars(), office_hours(), whole_starts, st.integers(1, 600))
@shared
def test_a_reminder_by_working_hours_is_due_reckoned_backwards(
    calendar: Calendar, hours: OfficeHours, start: dt.datetime, minutes: int
) -> None:
    limit = Limit(dt.timedelta(minutes=min(minutes, hours.per_day // 60 * 12)), Clock.WORKING_HOURS)
    end = due(start, limit, calendar, hours).at
    begins = remind_at(start - dt.timedelta(days=30), end, limit, calendar, hours)
    assert due(begins, limit, calendar, hours).at == end
    assert begins >= start.astimezone(dt.UTC)
