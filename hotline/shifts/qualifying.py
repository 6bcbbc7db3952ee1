"""Examinations after courses: what they are worth for the post, and what follows for taking calls (A7.8)."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import independence
from hotline.people.models import Staff, StaffRole
from hotline.people.qualification_models import Exam, Qualification, Verdict
from hotline.people.roles import Role
from hotline.wording import LOCAL_ZONE, N_

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
"""Who records examinations and releases trainees."""
OF_THE_DESK = (Role.TRAINEE, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
LONGEST_COURSE = 100
LONGEST_REASON = 300


class CourseMissingError(HotlineError):
    """An examination belongs to a course."""

    sentence = N_("Write down which course it was.")
    field = "course"


class CourseAfterExamError(HotlineError):
    """Nobody is examined before the course is over."""

    sentence = N_("The examination cannot be before the end of the course.")
    field = "taken_on"


class ExamToComeError(HotlineError):
    """A score is known after the examination."""

    sentence = N_("The examination cannot be later than today.")
    field = "taken_on"


class ScoreError(HotlineError):
    """A score lies on the scale."""

    sentence = N_("A score from 0 to %(highest)s.")
    field = "score"


class OwnRecordError(HotlineError):
    """Nobody records their own examination."""

    sentence = N_("Somebody else has to record your examination.")
    field = "staff"


class WithdrawalReasonMissingError(HotlineError):
    """Somebody will ask later why."""

    sentence = N_("Say why the qualification is withdrawn.")
    field = "reason"


class WithdrawnAlreadyError(HotlineError):
    """A qualification is withdrawn once."""

    sentence = N_("This qualification has been withdrawn already.")


def judge(exam: Exam, course_ended_on: dt.date, taken_on: dt.date, score: int) -> Verdict:
    """Return what an examination is worth: only written ones count, late is unqualified (A7.8)."""
    terms = catalogue.desk().roster
    if exam is not Exam.WRITTEN:
        return Verdict.NOT_COUNTED
    if taken_on > course_ended_on + dt.timedelta(days=terms.exam_within_days):
        return Verdict.LATE
    return Verdict.PASSED if score >= terms.pass_mark else Verdict.FAILED


def record(
    person: Staff,
    *,
    course: str,
    course_ended_on: dt.date,
    exam: Exam,
    taken_on: dt.date,
    score: int,
    paper_filed: str = "",
    by: Staff,
    now: dt.datetime,
) -> Qualification:
    """Write an examination down as it is worth; one that was not passed makes its taker a trainee again.

    Raises `NotAllowedError`, `OwnRecordError`, `CourseMissingError`, `CourseAfterExamError`,
    `ExamToComeError`, `ScoreError`.
    """
    _require_leader(by)
    terms = catalogue.desk().roster
    course = one_line(course)[:LONGEST_COURSE]
    if person.id == by.id:
        raise OwnRecordError
    if not course:
        raise CourseMissingError
    if taken_on < course_ended_on:
        raise CourseAfterExamError
    if taken_on > now.astimezone(LOCAL_ZONE).date():
        raise ExamToComeError
    if not 0 <= score <= terms.highest_mark:
        raise ScoreError(highest=terms.highest_mark)
    made = Qualification(
        staff=person,
        course=course,
        course_ended_on=course_ended_on,
        exam=exam,
        taken_on=taken_on,
        score=score,
        pass_mark=terms.pass_mark,
        within_days=terms.exam_within_days,
        verdict=judge(exam, course_ended_on, taken_on, score),
        paper_filed=one_line(paper_filed)[:LONGEST_COURSE],
        recorded_by=by,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    if made.verdict in (Verdict.FAILED, Verdict.LATE):
        _take_release(person, reason=made, by=by, now=now)
    return made


def release(person: Staff, *, by: Staff, now: dt.datetime) -> None:
    """Let a trainee with a passed written examination work alone (scenario 7).

    Raises `NotQualifiedError`, `AlreadyDecidedError`, `OwnReleaseError`, `NotAllowedError`.
    """
    _require_leader(by)
    independence.release(person, reason=_words(independence.qualification_of(person)), by=by, now=now)
    notices.tell(
        [person],
        "released",
        N_("You may take calls alone from now on."),
        once=f"released:{person.id}:{now:%Y%m%d%H%M%S}",
        now=now,
        is_personal=True,
    )


def withdraw(qualification: Qualification, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Withdraw a qualification; its holder is a trainee again. What they took before stays as it is.

    Raises `NotAllowedError`, `OwnRecordError`, `WithdrawalReasonMissingError`, `WithdrawnAlreadyError`.
    """
    _require_leader(by)
    if qualification.staff_id == by.id:
        raise OwnRecordError
    reason = one_line(reason)[:LONGEST_REASON]
    if not reason:
        raise WithdrawalReasonMissingError
    if qualification.withdrawn_at is not None:
        raise WithdrawnAlreadyError
    qualification.withdrawn_by, qualification.withdrawn_at = by, now
    qualification.withdrawn_because = reason
    session.flush()
    if independence.qualification_of(qualification.staff) is None:
        _take_release(qualification.staff, reason=reason, by=by, now=now)


def get(qualification_id: int) -> Qualification:
    """Return one record. Raises `NotFoundError`."""
    found = session.get(Qualification, qualification_id)
    if found is None:
        raise NotFoundError
    return found


def records_of(person: Staff) -> list[Qualification]:
    """Return the examinations of a person, the newest first."""
    query = sa.select(Qualification).where(Qualification.staff_id == person.id)
    return list(session.scalars(query.order_by(Qualification.taken_on.desc(), Qualification.id.desc())))


def people() -> list[Staff]:
    """Return the active people of the desk, trainees first."""
    query = sa.select(Staff).where(Staff.is_active, Staff.posts.any(StaffRole.role.in_(OF_THE_DESK)))
    return sorted(session.scalars(query), key=lambda one: (not one.is_any(Role.TRAINEE), one.number))


def qualified() -> dict[int, Qualification]:
    """Return the qualifications that let their holders work alone, by the id of the holder."""
    return independence.qualifications()


def _take_release(person: Staff, *, reason: Qualification | str, by: Staff, now: dt.datetime) -> None:
    """Make a person who takes calls alone a trainee again."""
    if person.is_any(Role.TRAINEE) or not person.is_any(*OF_THE_DESK):
        return
    words = reason if isinstance(reason, str) else _words(reason)
    independence.withdraw(person, reason=words, by=by, now=now)
    notices.tell(
        [person],
        "release_withdrawn",
        N_("You may not take calls alone for the time being. Speak to your shift leader."),
        once=f"release_withdrawn:{person.id}:{now:%Y%m%d%H%M%S}",
        now=now,
        is_personal=True,
    )


def _words(found: Qualification | None) -> str:
    """Return an examination as the reason of a decision about working alone."""
    return f"{found.course} {found.taken_on.isoformat()} {found.score}" if found else ""


def _require_leader(person: Staff) -> None:
    if not person.is_any(*LEADS):
        raise NotAllowedError
