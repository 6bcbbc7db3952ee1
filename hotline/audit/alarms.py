"""Looking that is out of the ordinary: found by a chore, told to the auditors, settled by one of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.audit.models import Alarm, Oddity, Sight, Viewing
from hotline.categories import catalogue
from hotline.contacts.models import Reveal
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotFoundError
from hotline.people import recusals
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_, in_both
from hotline.working_time import load, office_hours

WITHIN = dt.timedelta(hours=1)
LOOKS_BACK = dt.timedelta(hours=2)
"""A chore that stood still for an hour misses nothing."""

LONGEST_OUTCOME = 300

OFFICE_HOURS_ONLY = frozenset(
    {
        Role.OVERSIGHT_OFFICER,
        Role.SERVICE_MANAGER,
        Role.DEPARTMENT_CLERK,
        Role.DEPARTMENT_HEAD,
        Role.INFORMATION_OFFICER,
    }
)
"""They keep office hours; the desk itself works around the clock."""


class OutcomeMissingError(HotlineError):
    """An alarm is settled by saying what it was."""

    sentence = N_("Say what you found out.")
    field = "outcome"


def raise_due(now: dt.datetime) -> list[Alarm]:
    """Raise what the last hours show, once each, and tell the auditors."""
    terms = catalogue.desk().looking
    found = [
        *_many(Oddity.MANY_REVEALS, Reveal.revealed_by_id, Reveal.revealed_at, terms.reveals_alarm, now),
        *_many(Oddity.MANY_VIEWINGS, Viewing.staff_id, Viewing.viewed_at, terms.viewings_alarm, now),
        *_single(now),
    ]
    known = set(
        session.scalars(sa.select(Alarm.once_key).where(Alarm.once_key.in_([one.once_key for one in found])))
    )
    fresh = list({one.once_key: one for one in found if one.once_key not in known}.values())
    session.add_all(fresh)
    session.flush()
    auditors = people.holding(Role.AUDITOR) if fresh else []
    for alarm in fresh:
        notices.tell(
            [one for one in auditors if one.id != alarm.staff_id],
            "looking_alarm",
            N_("Unusual looking: %(oddity)s. See “Who looked”."),
            once=f"looking:{alarm.once_key}",
            now=now,
            oddity=alarm.oddity,
        )
    return fresh


def _many(
    oddity: Oddity,
    who: sa.SQLColumnExpression[int],
    moment: sa.SQLColumnExpression[dt.datetime],
    threshold: int,
    now: dt.datetime,
) -> Iterator[Alarm]:
    query = (
        sa.select(who, sa.func.count())
        .where(moment > now - WITHIN, moment <= now)
        .group_by(who)
        .having(sa.func.count() >= threshold)
    )
    hour = now.astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H")
    for staff_id, count in session.execute(query):
        yield _alarm(oddity, staff_id, None, count, now, f"{oddity}:{staff_id}:{hour}")


def _single(now: dt.datetime) -> Iterator[Alarm]:
    query = (
        sa.select(Viewing)
        .where(Viewing.viewed_at > now - LOOKS_BACK, Viewing.viewed_at <= now, Viewing.ticket_id.is_not(None))
        .options(joinedload(Viewing.staff), joinedload(Viewing.ticket))
    )
    for row in session.scalars(query).unique():
        day = row.viewed_at.astimezone(LOCAL_ZONE).date().isoformat()
        for oddity in _oddities(row):
            key = f"{oddity}:{row.staff_id}:{row.ticket_id}:{day}"
            yield _alarm(oddity, row.staff_id, row.ticket_id, 1, now, key)


def _oddities(row: Viewing) -> Iterator[Oddity]:
    if row.sight is Sight.REFUSED:
        yield Oddity.RECUSED
        return
    if row.staff.is_any(*OFFICE_HOURS_ONLY) and not _is_office_time(row.viewed_at):
        yield Oddity.OUT_OF_HOURS
    if row.ticket is not None and _names_department_of(row.ticket, row.staff):
        yield Oddity.OWN_DEPARTMENT


def _is_office_time(moment: dt.datetime) -> bool:
    local = moment.astimezone(LOCAL_ZONE)
    if not load().is_working(local.date()):
        return False
    return any(opens <= local.time() < closes for opens, closes in office_hours().slots)


def _names_department_of(ticket: Ticket, person: Staff) -> bool:
    """Tell whether the words of a matter name the department of the reader, who is not recused from it."""
    unit = person.department
    if unit is None or unit.takes_tip_offs:
        return False
    said = f"{ticket.title} {ticket.content} {' '.join(str(one) for one in ticket.facts.values())}"
    return any(name and name in said for name in (*unit.names.values(), in_both(unit.names)))


def _alarm(
    oddity: Oddity, staff_id: int, ticket_id: int | None, count: int, now: dt.datetime, key: str
) -> Alarm:
    return Alarm(
        oddity=oddity, staff_id=staff_id, ticket_id=ticket_id, count=count, raised_at=now, once_key=key
    )


def listed(reader: Staff, *, only_open: bool, limit: int = 200) -> Sequence[Alarm]:
    """Return the alarms, newest first; not those of matters kept from `reader`."""
    query = (
        sa.select(Alarm)
        .options(joinedload(Alarm.staff), joinedload(Alarm.ticket), joinedload(Alarm.settled_by))
        .where(sa.or_(Alarm.ticket_id.is_(None), Alarm.ticket_id.not_in(recusals.kept_from(reader))))
        .order_by(Alarm.id.desc())
        .limit(limit)
    )
    if only_open:
        query = query.where(Alarm.settled_at.is_(None))
    return session.scalars(query).unique().all()


def settle(alarm_id: int, *, outcome: str, by: Staff, now: dt.datetime) -> Alarm:
    """Write down what an alarm came to. Raises `NotFoundError`, `OutcomeMissingError`."""
    alarm: Any = session.get(Alarm, alarm_id)
    if alarm is None or alarm.settled_at is not None or alarm.staff_id == by.id:
        raise NotFoundError
    if alarm.ticket is not None and access.is_recused(alarm.ticket, by):
        raise NotFoundError
    if not outcome.strip():
        raise OutcomeMissingError
    alarm.outcome = outcome.strip()[:LONGEST_OUTCOME]
    alarm.settled_by, alarm.settled_at = by, now
    session.flush()
    found: Alarm = alarm
    return found
