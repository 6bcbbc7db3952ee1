"""The calendar and the office hours in the database: read them, fill them, change a day."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import version as version_of
from typing import cast

import sqlalchemy as sa

from hotline.db import forget, once_per_transaction, session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import N_
from hotline.working_time.calendars import Calendar, Day, DaySource
from hotline.working_time.hours import OfficeHours
from hotline.working_time.models import CalendarAct, CalendarDay, CalendarVersion, OfficeHoursSlot
from hotline.working_time.years import days_of

CALENDAR = "hotline.working_time.days.calendar"
OFFICE_HOURS = "hotline.working_time.days.office_hours"


class OfficeHoursMissingError(HotlineError):
    """Working time cannot be reckoned before a profile was loaded."""

    sentence = N_("Office hours are not set. Load a profile first.")


class ReasonMissingError(HotlineError):
    """A day was to be changed without saying why."""

    sentence = N_("Say why the day is changed.")
    field = "note"


def load() -> Calendar:
    """Return the calendar in force, kept in memory until its version changes.

    Without a single day in the database every day goes by its weekday and counts as uncertain.
    """
    return once_per_transaction(CALENDAR, _newest)


def _newest() -> Calendar:
    rows = session.execute(_IN_FORCE).all()
    if not rows:
        return Calendar({})
    slots = tuple((row.opens, row.closes) for row in rows if row.opens is not None)
    if slots:  # who reckons with days reckons with hours
        once_per_transaction(OFFICE_HOURS, lambda: OfficeHours(slots))
    return _calendar(rows[0].id, rows[0].token)


_VERSIONS = cast(sa.Table, CalendarVersion.__table__)
_SLOTS = cast(sa.Table, OfficeHoursSlot.__table__)
_IN_FORCE = (
    sa.select(_VERSIONS.c.id, _VERSIONS.c.token, _SLOTS.c.opens, _SLOTS.c.closes)
    .select_from(_VERSIONS.outerjoin(_SLOTS, sa.true()))
    .where(_VERSIONS.c.id == sa.select(sa.func.max(_VERSIONS.c.id)).scalar_subquery())
    .order_by(_SLOTS.c.opens)
)


@lru_cache(maxsize=2)
def _calendar(version: int, token: uuid.UUID) -> Calendar:
    rows = session.execute(
        sa.select(CalendarDay.day, CalendarDay.is_working, CalendarDay.name, CalendarDay.source)
    )
    return Calendar({row.day: Day(row.is_working, row.name, row.source) for row in rows}, version)


def between(first: dt.date, last: dt.date) -> list[CalendarDay]:
    """Return the kept days from `first` to `last`, both included, in order."""
    within = CalendarDay.day.between(first, last)
    return list(session.scalars(sa.select(CalendarDay).where(within).order_by(CalendarDay.day)))


def of_year(year: int) -> list[CalendarDay]:
    """Return the kept days of `year`, in order."""
    return between(dt.date(year, 1, 1), dt.date(year, 12, 31))


def versions(most: int = 50) -> list[CalendarVersion]:
    """Return the latest changes of the calendar, the newest first."""
    return list(session.scalars(sa.select(CalendarVersion).order_by(CalendarVersion.id.desc()).limit(most)))


def seed(years: Iterable[int], *, now: dt.datetime) -> CalendarVersion | None:
    """Fill in `years`: announced days where a notice is known, estimates for the rest.

    Days that were announced or decided already stay; an estimate gives way to an announcement. Returns
    the new version, or None where nothing was to be done, so that it can be repeated on every start.
    """
    take_turn()
    changes = {}
    for year in years:
        kept = {row.day: row for row in of_year(year)}
        for day, known in days_of(year).items():
            row = kept.get(day)
            if row is None or (row.source is DaySource.ESTIMATE and _differs(row, known)):
                changes[day] = known
    if not changes:
        return None
    put(changes)
    libraries = ", ".join(f"{name} {version_of(name)}" for name in ("chinesecalendar", "holidays"))
    return record(CalendarAct.SEEDED, libraries, by=None, now=now, changed_count=len(changes))


def override_day(
    day: dt.date,
    *,
    is_working: bool,
    name: Mapping[str, str] | None,
    note: str,
    by: Staff | None,
    now: dt.datetime,
) -> CalendarVersion:
    """Decide for this hotline alone that `day` is worked or not; no notice overrules it later.

    Raises `ReasonMissingError` without a note.
    """
    if not note.strip():
        raise ReasonMissingError
    take_turn()
    put({day: Day(is_working, name, DaySource.OVERRIDE)}, note=note.strip())
    return record(CalendarAct.DAY_OVERRIDDEN, note.strip(), by=by, now=now, changed_count=1)


def office_hours() -> OfficeHours:
    """Return the hours of a working day. Raises `OfficeHoursMissingError` before a profile was loaded."""
    return once_per_transaction(OFFICE_HOURS, _kept_hours)


def _kept_hours() -> OfficeHours:
    slots = sa.select(OfficeHoursSlot.opens, OfficeHoursSlot.closes).order_by(OfficeHoursSlot.opens)
    rows = session.execute(slots).all()
    if not rows:
        raise OfficeHoursMissingError
    return OfficeHours(tuple((row.opens, row.closes) for row in rows))


def set_office_hours(slots: OfficeHours | Iterable[str]) -> OfficeHours:
    """Keep the hours of a working day, such as `["09:00-12:00", "13:30-17:30"]`.

    Deadlines already reckoned stay. Raises `OfficeHoursError`.
    """
    hours = slots if isinstance(slots, OfficeHours) else OfficeHours.parse(slots)
    session.execute(sa.delete(OfficeHoursSlot))
    session.add_all(OfficeHoursSlot(opens=opens, closes=closes) for opens, closes in hours.slots)
    session.flush()
    forget(OFFICE_HOURS)
    return hours


def take_turn() -> None:
    """Wait until no other transaction changes the calendar.

    Versions must appear in the order of their numbers, else `load` would miss the change that came late.
    """
    newest = sa.select(CalendarVersion.id).order_by(CalendarVersion.id.desc()).limit(1)
    session.execute(newest.with_for_update())


def put(changes: Mapping[dt.date, Day], *, note: str = "") -> None:
    """Write days; the caller records the version."""
    kept = {row.day: row for row in between(min(changes), max(changes))}
    added = []
    for day, known in changes.items():
        columns = {
            "is_working": known.is_working,
            "name": dict(known.name) if known.name else None,
            "source": known.source or DaySource.ESTIMATE,
            "note": note,
        }
        row = kept.get(day)
        if row is None:
            added.append({"day": day, **columns})
        else:
            for column, value in columns.items():
                setattr(row, column, value)
    if added:
        session.execute(sa.insert(CalendarDay), added)  # years at once: far quicker than object by object


def record(
    act: CalendarAct, reason: str, *, by: Staff | None, now: dt.datetime, changed_count: int
) -> CalendarVersion:
    """Record that the calendar was changed, which makes every process read it anew."""
    version = CalendarVersion(
        act=act, reason=reason[:200], made_by=by, made_at=now, changed_count=changed_count
    )
    session.add(version)
    session.flush()
    forget(CALENDAR)
    return version


def _differs(row: CalendarDay, known: Day) -> bool:
    return (row.is_working, row.name, row.source) != (known.is_working, known.name, known.source)
