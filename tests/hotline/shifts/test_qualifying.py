"""A7.8 and scenario 7: the written examination within five days, the release, and what is taken back."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.contacts import intake
from hotline.contacts.intake import CallDetails, Caller
from hotline.contacts.models import Contact
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import HotlineError, NotAllowedError
from hotline.people import independence
from hotline.people.models import Staff
from hotline.people.qualification_models import Exam, Qualification, Verdict
from hotline.people.roles import Role
from hotline.people.staff import TraineeRefusedError
from hotline.shifts import qualifying
from tests.matters import at, somebody

COURSE_ENDS = dt.date(2026, 3, 2)
LAST_DAY = dt.date(2026, 3, 7)
"""A Saturday: five natural days after the course."""
LATER = at("2026-03-20 10:00")


@pytest.fixture
def leader(app: Flask) -> Staff:
    return somebody(Role.SHIFT_LEADER)


@pytest.fixture
def trainee(app: Flask) -> Staff:
    return somebody(Role.TRAINEE)


def examined(
    person: Staff,
    by: Staff,
    *,
    exam: Exam = Exam.WRITTEN,
    taken_on: dt.date = LAST_DAY,
    score: int = 86,
    now: dt.datetime = LATER,
) -> Qualification:
    with transaction():
        return qualifying.record(
            person,
            course="Taking calls",
            course_ended_on=COURSE_ENDS,
            exam=exam,
            taken_on=taken_on,
            score=score,
            paper_filed="Cabinet 3",
            by=by,
            now=now,
        )


def call(person: Staff, key: str, now: dt.datetime = LATER) -> Contact:
    with transaction():
        return intake.record(
            CallDetails(ring_count=2, talk_seconds=60),
            Caller(name="Wang", phone="13812345678"),
            category="help",
            content_class=None,
            summary="A lamp is out",
            received_at=now,
            is_read_back=True,
            submission_key=key,
            by=person,
            now=now,
        )


@pytest.mark.parametrize(
    ("exam", "taken_on", "score", "worth"),
    [
        (Exam.WRITTEN, COURSE_ENDS, 60, Verdict.PASSED),
        (Exam.WRITTEN, LAST_DAY, 100, Verdict.PASSED),
        (Exam.WRITTEN, LAST_DAY, 59, Verdict.FAILED),
        (Exam.WRITTEN, LAST_DAY + dt.timedelta(days=1), 100, Verdict.LATE),
        (Exam.ORAL, LAST_DAY, 100, Verdict.NOT_COUNTED),
        (Exam.PRACTICAL, LAST_DAY, 100, Verdict.NOT_COUNTED),
    ],
)
def test_an_examination_is_worth_what_the_rule_says(
    app: Flask, exam: Exam, taken_on: dt.date, score: int, worth: Verdict
) -> None:
    assert qualifying.judge(exam, COURSE_ENDS, taken_on, score) is worth


@pytest.mark.parametrize(
    ("exam", "taken_on", "score"),
    [
        (None, LAST_DAY, 0),
        (Exam.WRITTEN, LAST_DAY, 59),
        (Exam.WRITTEN, LAST_DAY + dt.timedelta(days=1), 95),
        (Exam.ORAL, LAST_DAY, 95),
    ],
    ids=["missing", "failed", "late", "oral only"],
)
def test_scenario_7_without_a_passed_written_examination_in_time_no_call_is_saved(
    trainee: Staff, leader: Staff, exam: Exam | None, taken_on: dt.date, score: int
) -> None:
    if exam is not None:
        examined(trainee, leader, exam=exam, taken_on=taken_on, score=score)
    with pytest.raises(independence.NotQualifiedError), transaction():
        independence.release(trainee, reason="urgently needed", by=leader, now=LATER)
    with pytest.raises(TraineeRefusedError):
        call(trainee, "refused")
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def test_scenario_7_after_the_examination_and_the_release_calls_are_saved_and_stay(
    trainee: Staff, leader: Staff
) -> None:
    found = examined(trainee, leader)
    with pytest.raises(TraineeRefusedError):
        call(trainee, "examined but not released")
    with transaction():
        qualifying.release(trainee, by=leader, now=at("2026-03-08 09:00"))
    saved = call(trainee, "first call alone", at("2026-03-08 09:30"))
    with transaction():
        qualifying.withdraw(found, reason="The paper was another's", by=leader, now=LATER)
    with pytest.raises(TraineeRefusedError):
        call(trainee, "after the withdrawal")
    session.refresh(saved)
    assert saved.recorded_by == trainee
    assert (saved.received_at, saved.recorded_at) == (at("2026-03-08 09:30"), at("2026-03-08 09:30"))
    decided = [one.is_independent for one in independence.decisions_about(trainee)]
    assert decided == [False, True]
    told = sa.select(Notice.kind).where(Notice.staff_id == trainee.id).order_by(Notice.id)
    assert session.scalars(told).all() == ["released", "release_withdrawn"]


def test_who_fails_or_comes_late_after_having_passed_is_a_trainee_again(
    trainee: Staff, leader: Staff
) -> None:
    examined(trainee, leader, taken_on=dt.date(2026, 3, 3))
    with transaction():
        qualifying.release(trainee, by=leader, now=LATER)
    examined(trainee, leader, exam=Exam.ORAL, taken_on=dt.date(2026, 3, 4), score=10)
    assert not trainee.is_any(Role.TRAINEE)
    examined(trainee, leader, taken_on=dt.date(2026, 3, 5), score=40)
    assert trainee.roles == {Role.OPERATOR, Role.TRAINEE}
    assert qualifying.qualified() == {}


def test_records_stand_with_what_they_were_judged_by(trainee: Staff, leader: Staff) -> None:
    made = examined(trainee, leader, score=61)
    assert (made.pass_mark, made.within_days, made.paper_filed) == (60, 5, "Cabinet 3")
    assert qualifying.records_of(trainee) == [made]
    assert qualifying.people()[0] == trainee


def test_what_cannot_be_is_refused_with_a_sentence(trainee: Staff, leader: Staff) -> None:
    wrong: list[tuple[type[HotlineError], dict[str, object]]] = [
        (qualifying.CourseAfterExamError, {"taken_on": dt.date(2026, 3, 1)}),
        (qualifying.ExamToComeError, {"now": at("2026-03-06 23:59")}),
        (qualifying.ScoreError, {"score": 101}),
        (qualifying.ScoreError, {"score": -1}),
    ]
    for error, fields in wrong:
        with pytest.raises(error):
            examined(trainee, leader, **fields)  # type: ignore[arg-type] # one wrong value at a time
    with pytest.raises(qualifying.OwnRecordError):
        examined(leader, leader)
    with pytest.raises(NotAllowedError):
        examined(trainee, somebody(Role.OPERATOR))
    found = examined(trainee, leader)
    with pytest.raises(qualifying.WithdrawalReasonMissingError):
        qualifying.withdraw(found, reason=" ", by=leader, now=LATER)
    with transaction():
        qualifying.withdraw(found, reason="Copied", by=leader, now=LATER)
    with pytest.raises(qualifying.WithdrawnAlreadyError):
        qualifying.withdraw(found, reason="Copied", by=leader, now=LATER)
