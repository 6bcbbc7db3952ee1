"""Who may work alone: new staff are released after training, and the release can be withdrawn (A3.7)."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from hotline.db import session
from hotline.people.models import IndependenceDecision, Staff, StaffRole
from hotline.people.qualification_models import Exam, Qualification
from hotline.people.roles import Role
from hotline.people.staff import StaffRefusedError
from hotline.wording import N_


class ReleaseReasonMissingError(StaffRefusedError):
    """Somebody will ask later why this person took calls alone, or no longer did."""

    sentence = N_("Say why: the examination passed, or what happened.")
    field = "reason"


class AlreadyDecidedError(StaffRefusedError):
    """The person works independently already, or is a trainee already."""

    sentence = N_("This was decided meanwhile. Look at the account again.")
    field = "reason"


class OwnReleaseError(StaffRefusedError):
    """Nobody releases themselves."""

    sentence = N_("Somebody else has to decide this about you.")
    field = "reason"


class NotQualifiedError(StaffRefusedError):
    """Only a passed written examination, taken soon after the course, opens the way (A7.8, scenario 7)."""

    sentence = N_("A passed written examination must be on record first. See Qualifications.")
    field = "reason"


def held_to_examination(roles: Iterable[Role], person: Staff | None = None) -> frozenset[Role]:
    """Return `roles`, and that of a trainee where they newly make somebody an operator without having passed.

    Whoever gives the role, an administrator too: the post is for those with a written examination (A7.8).
    `person` is `None` for an account that is made.
    """
    wanted = frozenset(roles)
    is_operator = person is not None and person.is_any(Role.OPERATOR)
    if Role.OPERATOR not in wanted or is_operator:
        return wanted
    has_passed = person is not None and qualification_of(person) is not None
    return wanted if has_passed else wanted | {Role.TRAINEE}


def release(person: Staff, *, reason: str, by: Staff, now: dt.datetime) -> IndependenceDecision:
    """Let a trainee work alone; who was nothing but a trainee becomes an operator.

    Raises `ReleaseReasonMissingError`, `AlreadyDecidedError`, `OwnReleaseError`, `NotQualifiedError`.
    """
    if not person.is_any(Role.TRAINEE):
        raise AlreadyDecidedError
    _require_decidable(person, reason, by)
    if qualification_of(person) is None:
        raise NotQualifiedError
    decision = _decide(person, is_independent=True, reason=reason, by=by, now=now)
    person.posts = [post for post in person.posts if post.role is not Role.TRAINEE]
    if not person.posts:
        person.posts = [StaffRole(role=Role.OPERATOR)]
    session.flush()
    return decision


def withdraw(person: Staff, *, reason: str, by: Staff, now: dt.datetime) -> IndependenceDecision:
    """Make a person a trainee again: they save no inbound call until they are released anew.

    Raises `ReleaseReasonMissingError`, `AlreadyDecidedError`, `OwnReleaseError`.
    """
    if person.is_any(Role.TRAINEE):
        raise AlreadyDecidedError
    decision = _decide(person, is_independent=False, reason=reason, by=by, now=now)
    person.posts.append(StaffRole(role=Role.TRAINEE))
    session.flush()
    return decision


def qualification_of(person: Staff) -> Qualification | None:
    """Return the examination that lets `person` work alone, if there is one."""
    return qualifications(person.id).get(person.id)


def qualifications(*staff_ids: int) -> dict[int, Qualification]:
    """Return the examinations that let people work alone, by person; of `staff_ids`, or of everybody.

    Of the written ones the last decides: who failed, or came late, after having passed has nothing to show.
    """
    query = sa.select(Qualification).where(Qualification.exam == Exam.WRITTEN)
    if staff_ids:
        query = query.where(Qualification.staff_id.in_(staff_ids))
    last = {
        one.staff_id: one for one in session.scalars(query.order_by(Qualification.taken_on, Qualification.id))
    }
    return {staff_id: one for staff_id, one in last.items() if one.counts}


def decisions_about(person: Staff) -> list[IndependenceDecision]:
    """Return what was decided about a person, the newest first."""
    return list(
        session.scalars(
            sa.select(IndependenceDecision)
            .where(IndependenceDecision.staff_id == person.id)
            .order_by(IndependenceDecision.id.desc())
        )
    )


def _decide(
    person: Staff, *, is_independent: bool, reason: str, by: Staff, now: dt.datetime
) -> IndependenceDecision:
    _require_decidable(person, reason, by)
    decision = IndependenceDecision(
        staff_id=person.id,
        is_independent=is_independent,
        reason=reason.strip(),
        decided_by=by,
        decided_at=now,
    )
    session.add(decision)
    return decision


def _require_decidable(person: Staff, reason: str, by: Staff) -> None:
    if person is by:
        raise OwnReleaseError
    if not reason.strip():
        raise ReleaseReasonMissingError
