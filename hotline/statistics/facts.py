"""Counting days: rolled up by a job, made again where something changed, finished by today's rows."""

import datetime as dt
from collections.abc import Iterable
from itertools import chain
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from hotline.callbacks.models import CallbackTask
from hotline.contacts.models import Contact
from hotline.db import session, transaction
from hotline.statistics import rolled, tallies
from hotline.statistics.models import CHECKSUM, ChangedMatter, DailyFact, FactDay
from hotline.statistics.periods import ONE_DAY, Period, local_day
from hotline.tickets.models import Assignment, Deadline, Ticket

BATCH = 1000
MOST_MARKS = 20_000
"""Marks looked at before the days they touch are counted: a busy day's marks touch the same days."""
LOOKS_BACK = 14
"""Days before today that must have been counted, however long the job stood still."""


def count_day(day: dt.date, *, now: dt.datetime) -> int:
    """Count one day anew in place of what was counted before; return how many facts it has."""
    period = Period(day, day)
    counted = list(tallies.main(period, now))
    found = chain(
        counted,
        tallies.summed(counted),
        *(tallies.along(axis, period, now) for axis in tallies.AXES),
    )
    rows: list[dict[str, Any]] = [
        {
            "day": day,
            "axis": one.axis,
            "key": one.key,
            "counted": one.counted,
            "channel": one.channel,
            "category": one.category,
            "department_id": one.department_id,
            "amount": one.amount,
        }
        for one in found
    ]
    session.execute(sa.delete(DailyFact).where(DailyFact.day == day))
    if rows:
        session.execute(sa.insert(DailyFact), [*rows, _checksum(day, rows)])
    session.execute(sa.delete(FactDay).where(FactDay.day == day))
    session.execute(sa.insert(FactDay), [{"day": day, "counted_at": now}])
    rolled.forget()
    return len(rows)


def _checksum(day: dt.date, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row that tells whether anything on that day changed."""
    texts = sorted(str(tuple(row.values())) for row in rows)
    amount = crc32("".join([str(day), *texts]).encode()) % 2**31 or 1
    names = dict.fromkeys(("key", "channel", "category"), "")
    return {
        "day": day,
        "axis": CHECKSUM,
        "counted": CHECKSUM,
        **names,
        "department_id": 0,
        "amount": amount,
    }


def catch_up(now: dt.datetime) -> int:
    """Count every day before today that is missing or on which something changed; return how many.

    Each day is a transaction of its own. The marks of changes go last, so that a run that was cut short is
    repeated; a change made meanwhile leaves a mark of its own for the next run.
    """
    today = local_day(now)
    counted = 0
    with transaction():
        days = missing_days(today)
    while True:
        with transaction():
            marks = session.scalars(
                sa.select(ChangedMatter).order_by(ChangedMatter.id).limit(MOST_MARKS)
            ).all()
            ids = [mark.id for mark in marks]
            for first in range(0, len(marks), BATCH):
                days |= days_of(marks[first : first + BATCH])
        for day in sorted(day for day in days if day < today):
            with transaction():
                count_day(day, now=now)
            counted += 1
        if not ids:
            return counted
        with transaction():
            for first in range(0, len(ids), BATCH):
                batch = ids[first : first + BATCH]
                session.execute(sa.delete(ChangedMatter).where(ChangedMatter.id.in_(batch)))
        days = set()


def rebuild(period: Period, *, now: dt.datetime) -> int:
    """Count every day of `period` before today anew, from the matters themselves; return how many."""
    days = [day for day in period.each_day() if day < local_day(now)]
    for day in days:
        with transaction():
            count_day(day, now=now)
    return len(days)


def missing_days(today: dt.date) -> set[dt.date]:
    """Return the days just before `today` that have not been counted yet."""
    recent = {today - ONE_DAY * back for back in range(1, LOOKS_BACK + 1)}
    return recent - set(session.scalars(sa.select(FactDay.day).where(FactDay.day.in_(recent))))


def days_of(marks: Iterable[ChangedMatter]) -> set[dt.date]:
    """Return the local days on which the marked matters count."""
    tickets: set[int] = set()
    contacts: set[int] = set()
    days: set[dt.date] = set()
    for mark in marks:
        if mark.ticket_id is not None:
            tickets.add(mark.ticket_id)
        if mark.contact_id is not None:
            contacts.add(mark.contact_id)
        if mark.day is not None:
            days.add(mark.day)
    moments: set[dt.datetime | None] = set()
    for column, key in _MOMENTS:
        moments |= set(session.scalars(sa.select(column).where(key.in_(tickets)))) if tickets else set()
    if contacts:
        moments |= set(session.scalars(sa.select(Contact.received_at).where(Contact.id.in_(contacts))))
    return days | {local_day(moment) for moment in moments if moment is not None}


_MOMENTS = (
    (Ticket.received_at, Ticket.id),
    (Ticket.closed_at, Ticket.id),
    (Contact.received_at, Contact.ticket_id),
    (Assignment.dispatched_at, Assignment.ticket_id),
    (Deadline.due_at, Deadline.ticket_id),
    (Deadline.original_due_at, Deadline.ticket_id),
    (CallbackTask.due_at, CallbackTask.ticket_id),
    (CallbackTask.completed_at, CallbackTask.ticket_id),
)
"""Every moment by which something of a ticket belongs to a day."""


def is_waiting() -> bool:
    """Tell whether changes to earlier days wait to be counted."""
    return bool(session.scalar(sa.select(sa.exists(sa.select(ChangedMatter.id)))))
