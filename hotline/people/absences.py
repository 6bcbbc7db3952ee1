"""Leave: asked for with a stand-in, decided by a leader, and who acts for whom meanwhile (A6.9)."""

import datetime as dt
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from hotline.db import Moment, session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.absence_models import Absence
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.wording import N_

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
LONGEST_REASON = 300
SHOWN = 200


class StandInMissingError(HotlineError):
    """No stand-in, no leave (A6.9)."""

    sentence = N_("Name the colleague who stands in. Without a stand-in there is no leave.")
    field = "stand_in"


class OwnStandInError(HotlineError):
    """Nobody stands in for themselves."""

    sentence = N_("Somebody else has to stand in.")
    field = "stand_in"


class TraineeStandInError(HotlineError):
    """Who may not work alone cannot take the place of somebody who does (A3.7)."""

    sentence = N_("%(name)s is a trainee and cannot stand in for somebody who works alone.")
    field = "stand_in"


class StandInAwayError(HotlineError):
    """A stand-in is there."""

    sentence = N_("%(name)s is away in that time, or asked to be.")
    field = "stand_in"


class StandsInElsewhereError(HotlineError):
    """Whoever stands in cannot leave without one who stands in for both."""

    sentence = N_("%(name)s stands in for a colleague in that time; that must be settled first.")
    field = "staff"


class AbsenceTimesError(HotlineError):
    """Leave ends after it begins, and is not over yet."""

    sentence = N_("Leave must end after it begins, and later than now.")
    field = "until_at"


class AbsenceReasonMissingError(HotlineError):
    """Whoever decides must know why."""

    sentence = N_("Say why.")
    field = "reason"


class AwayAlreadyError(HotlineError):
    """One leave at a time."""

    sentence = N_("%(name)s has leave in that time already, or asked for it.")
    field = "from_at"


class OwnLeaveError(HotlineError):
    """Nobody approves their own leave."""

    sentence = N_("Somebody else has to decide about your leave.")


class DecidedAlreadyError(HotlineError):
    """Leave is decided on once."""

    sentence = N_("This leave has been decided on already.")


def ask(
    person: Staff,
    stand_in: Staff | None,
    *,
    from_at: dt.datetime,
    until_at: dt.datetime,
    reason: str,
    by: Staff,
    now: dt.datetime,
) -> Absence:
    """Ask for leave with a stand-in; what a leader enters for somebody else is approved by that.

    Raises one of the errors above, or `NotAllowedError` for who enters it for others without leading.
    """
    if person.id != by.id and not by.is_any(*LEADS):
        raise NotAllowedError
    if stand_in is None:
        raise StandInMissingError
    if until_at <= from_at or until_at <= now:
        raise AbsenceTimesError
    if not reason.strip():
        raise AbsenceReasonMissingError
    _require_fit(person, stand_in, from_at, until_at)
    absence = Absence(
        staff=person,
        stand_in=stand_in,
        from_at=from_at,
        until_at=until_at,
        reason=reason.strip()[:LONGEST_REASON],
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(absence)
    session.flush()
    if person.id != by.id:
        decide(absence, is_approved=True, by=by, now=now)
    return absence


def decide(absence: Absence, *, is_approved: bool, by: Staff, now: dt.datetime) -> None:
    """Approve leave or refuse it. Raises `NotAllowedError`, `OwnLeaveError`, `DecidedAlreadyError`."""
    if not by.is_any(*LEADS):
        raise NotAllowedError
    if absence.staff_id == by.id:
        raise OwnLeaveError
    if absence.is_approved is not None or absence.cancelled_at is not None:
        raise DecidedAlreadyError
    absence.is_approved, absence.decided_by, absence.decided_at = is_approved, by, now
    session.flush()


def cancel(absence: Absence, *, by: Staff, now: dt.datetime) -> None:
    """End leave early, or take it back. Raises `NotAllowedError`."""
    if by.id != absence.staff_id and not by.is_any(*LEADS):
        raise NotAllowedError
    absence.cancelled_at = absence.cancelled_at or now
    session.flush()


def get(absence_id: int) -> Absence:
    """Return one leave. Raises `NotFoundError`."""
    found = session.get(Absence, absence_id)
    if found is None:
        raise NotFoundError
    return found


def listed(person: Staff, *, now: dt.datetime) -> list[Absence]:
    """Return the leave that is not over: everybody's for leaders, else what concerns `person`."""
    query = sa.select(Absence).where(Absence.until_at > now, Absence.cancelled_at.is_(None))
    if not person.is_any(*LEADS):
        query = query.where(sa.or_(Absence.staff_id == person.id, Absence.stand_in_id == person.id))
    return list(session.scalars(query.order_by(Absence.from_at, Absence.id).limit(SHOWN)))


def hands_of(person: Staff, now: dt.datetime) -> list[int]:
    """Return for whom `person` acts now: for themselves first, and for those they stand in for."""
    away = sa.select(Absence.staff_id).where(_in_force(now), Absence.stand_in_id == person.id)
    return [person.id, *session.scalars(away.order_by(Absence.staff_id))]


def hands(person: Staff, now: Moment) -> sa.Select[int]:
    """Return the query for what `hands_of` returns, to be asked as a part of another."""
    away = sa.select(Absence.staff_id).where(_in_force(now), Absence.stand_in_id == person.id)
    everybody = sa.union_all(sa.select(sa.literal(person.id).label("id")), away).subquery()
    return sa.select(everybody.c.id)


def stand_ins(staff_ids: Iterable[int], now: dt.datetime) -> Mapping[int, int]:
    """Return who stands in for those of `staff_ids` who are away now, by the id of who is away."""
    ids = set(staff_ids)
    if not ids:
        return {}
    query = sa.select(Absence.staff_id, Absence.stand_in_id).where(_in_force(now), Absence.staff_id.in_(ids))
    return {row.staff_id: row.stand_in_id for row in session.execute(query)}


def between(start: dt.datetime, end: dt.datetime) -> list[Absence]:
    """Return the approved leave that touches a stretch of time."""
    query = sa.select(Absence).where(
        Absence.is_approved.is_(True),
        Absence.cancelled_at.is_(None),
        Absence.from_at < end,
        Absence.until_at > start,
    )
    return list(session.scalars(query.order_by(Absence.from_at, Absence.id)))


def _in_force(now: Moment) -> sa.ColumnElement[bool]:
    return sa.and_(
        Absence.is_approved.is_(True),
        Absence.cancelled_at.is_(None),
        Absence.from_at <= now,
        Absence.until_at > now,
    )


def _require_fit(person: Staff, stand_in: Staff, from_at: dt.datetime, until_at: dt.datetime) -> None:
    if stand_in.id == person.id:
        raise OwnStandInError
    if stand_in.is_any(Role.TRAINEE) and not person.is_any(Role.TRAINEE):
        raise TraineeStandInError(name=stand_in.name)
    if not stand_in.is_active or (stand_in.acts_for_department != person.acts_for_department):
        raise StandInMissingError
    for about, error in (
        (Absence.staff_id == person.id, AwayAlreadyError(name=person.name)),
        (Absence.staff_id == stand_in.id, StandInAwayError(name=stand_in.name)),
        (Absence.stand_in_id == person.id, StandsInElsewhereError(name=person.name)),
    ):
        touching = sa.exists().where(
            about,
            Absence.cancelled_at.is_(None),
            Absence.is_approved.is_not(False),
            Absence.from_at < until_at,
            Absence.until_at > from_at,
        )
        if session.scalar(sa.select(touching)):
            raise error


def can_stand_in(person: Staff) -> list[Staff]:
    """Return who can stand in for `person`: colleagues of the same house who may do as much alone."""
    everybody = session.scalars(sa.select(Staff).where(Staff.is_active, Staff.id != person.id))
    wants_independent = not person.is_any(Role.TRAINEE)
    return sorted(
        (
            one
            for one in everybody
            if one.acts_for_department == person.acts_for_department
            and not (wants_independent and one.is_any(Role.TRAINEE))
            and (not one.roles & DEPARTMENT_ROLES or one.department_id == person.department_id)
        ),
        key=lambda one: one.number,
    )
