"""The roster: who is on which shift of which day, who stands in for whom, who is on duty now (A6.9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.reception_terms import ShiftSlot
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import absences, staff
from hotline.people.absence_models import Absence
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.shifts.roster_models import Duty
from hotline.wording import LOCAL_ZONE, N_

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
DAYS = 7
FURTHEST = dt.timedelta(days=366)
ONE_DAY = dt.timedelta(days=1)


class ShiftUnknownError(HotlineError):
    """A duty is on one of the profile's shifts."""

    sentence = N_("Choose a shift.")
    field = "slot"


class NobodyOnDutyError(HotlineError):
    """A duty is somebody's."""

    sentence = N_("Choose who is on duty.")
    field = "staff"


class DutyDayError(HotlineError):
    """The roster is for the time to come."""

    sentence = N_("The day must be today or later, and not more than a year ahead.")
    field = "day"


class OnDutyAlreadyError(HotlineError):
    """Nobody is twice on one shift."""

    sentence = N_("%(name)s is on this shift already.")
    field = "staff"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person on a shift, with who stands in where they are away."""

    duty: Duty
    absence: Absence | None

    @property
    def present(self) -> Staff:
        """Who is really there."""
        return self.absence.stand_in if self.absence else self.duty.staff


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day with its people."""

    day: dt.date
    slot: ShiftSlot
    people: Sequence[OnDuty]

    @property
    def has_only_trainees(self) -> bool:
        """Tell whether nobody of the shift may take calls alone (A3.7)."""
        return bool(self.people) and all(one.present.is_any(Role.TRAINEE) for one in self.people)


def arrange(day: dt.date, slot: str, person: Staff | None, *, by: Staff, now: dt.datetime) -> Duty:
    """Put somebody on a shift.

    Raises `NotAllowedError`, `ShiftUnknownError`, `NobodyOnDutyError`, `DutyDayError`, `OnDutyAlreadyError`.
    """
    _require_leader(by)
    today = now.astimezone(LOCAL_ZONE).date()
    if slot not in {one.code for one in slots()}:
        raise ShiftUnknownError
    if person is None or not person.is_active:
        raise NobodyOnDutyError
    if not today <= day <= today + FURTHEST:
        raise DutyDayError
    there = sa.exists().where(Duty.day == day, Duty.slot == slot, Duty.staff_id == person.id)
    if session.scalar(sa.select(there)):
        raise OnDutyAlreadyError(name=person.name)
    duty = Duty(day=day, slot=slot, staff=person, arranged_by_id=by.id, arranged_at=now)
    session.add(duty)
    session.flush()
    return duty


def take_off(duty_id: int, *, by: Staff) -> None:
    """Take somebody off a shift. Raises `NotFoundError`, `NotAllowedError`."""
    _require_leader(by)
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise NotFoundError
    session.delete(duty)
    session.flush()


def week(first: dt.date) -> list[Shift]:
    """Return every shift of the seven days from `first` on, in the order of the day."""
    last = first + dt.timedelta(days=DAYS)
    duties = _duties(first, last)
    leave = absences.between(_at(first, dt.time()), _at(last + ONE_DAY, dt.time()))
    days = [first + dt.timedelta(days=ahead) for ahead in range(DAYS)]
    return [_shift(day, slot, duties, leave) for day in days for slot in slots()]


def on_duty(now: dt.datetime) -> list[Shift]:
    """Return the shifts that run now, those from before midnight too."""
    today = now.astimezone(LOCAL_ZONE).date()
    duties = _duties(today - ONE_DAY, today + ONE_DAY)
    leave = absences.between(now, now + dt.timedelta(seconds=1))
    running = []
    for day in (today - ONE_DAY, today):
        for slot in slots():
            begins, ends = span(day, slot)
            if begins <= now < ends:
                running.append(_shift(day, slot, duties, leave))
    return running


def span(day: dt.date, slot: ShiftSlot) -> tuple[dt.datetime, dt.datetime]:
    """Return when a shift begins and ends; one that ends before it begins runs over midnight."""
    begins, ends = _at(day, slot.begins), _at(day, slot.ends)
    return begins, ends if ends > begins else ends + ONE_DAY


def slots() -> tuple[ShiftSlot, ...]:
    """Return the shifts of the profile."""
    return catalogue.desk().roster.shifts


def candidates() -> list[Staff]:
    """Return who can be put on a shift: the people of the hotline itself."""
    return staff.holding(*(role for role in Role if role not in DEPARTMENT_ROLES))


def _duties(first: dt.date, before: dt.date) -> list[Duty]:
    query = sa.select(Duty).where(Duty.day >= first, Duty.day < before)
    return list(session.scalars(query.order_by(Duty.day, Duty.slot, Duty.id)))


def _shift(day: dt.date, slot: ShiftSlot, duties: Sequence[Duty], leave: Sequence[Absence]) -> Shift:
    begins, ends = span(day, slot)
    people = [
        OnDuty(
            one,
            next(
                (
                    away
                    for away in leave
                    if away.staff_id == one.staff_id and away.from_at < ends and away.until_at > begins
                ),
                None,
            ),
        )
        for one in duties
        if one.day == day and one.slot == slot.code
    ]
    return Shift(day, slot, people)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, LOCAL_ZONE)


def _require_leader(person: Staff) -> None:
    if not person.is_any(*LEADS):
        raise NotAllowedError
