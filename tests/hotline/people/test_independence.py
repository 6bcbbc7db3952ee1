"""A3.7: who does not work independently yet takes no calls; releasing and withdrawing leave a trace."""

from collections.abc import Callable

import pytest

from hotline.db import session, transaction
from hotline.people import independence, staff
from hotline.people.models import Staff
from hotline.people.qualification_models import Exam, Qualification, Verdict
from hotline.people.roles import Role
from tests.conftest import NOON

Person = Callable[..., Staff]
PASSED = "Written examination passed, 86 marks"


def examine(trainee: Staff, by: Staff) -> None:
    """Put a passed written examination on record: without one nobody is released (A7.8)."""
    session.add(
        Qualification(
            staff=trainee,
            course="Answering calls",
            course_ended_on=NOON.date(),
            exam=Exam.WRITTEN,
            taken_on=NOON.date(),
            score=86,
            pass_mark=60,
            within_days=5,
            verdict=Verdict.PASSED,
            recorded_by=by,
            recorded_at=NOON,
        )
    )
    session.flush()


def test_a_released_trainee_is_an_operator_and_may_take_calls(person: Person) -> None:
    leader, trainee = person(Role.SHIFT_LEADER), person(Role.TRAINEE)
    with pytest.raises(staff.TraineeRefusedError):
        staff.require_independent(trainee)
    with transaction():
        examine(trainee, leader)
        independence.release(trainee, reason=PASSED, by=leader, now=NOON)
    assert trainee.roles == {Role.OPERATOR}
    staff.require_independent(trainee)


def test_a_trainee_of_another_post_keeps_it(person: Person) -> None:
    agent = person(Role.TRAINEE, Role.CALLBACK_AGENT)
    admin = person(Role.ADMINISTRATOR)
    with transaction():
        examine(agent, admin)
        independence.release(agent, reason=PASSED, by=admin, now=NOON)
    assert agent.roles == {Role.CALLBACK_AGENT}


def test_a_withdrawn_release_stops_calls_and_keeps_the_posts(person: Person) -> None:
    operator = person(Role.OPERATOR)
    with transaction():
        independence.withdraw(operator, reason="Away for a year", by=person(Role.ADMINISTRATOR), now=NOON)
    assert operator.roles == {Role.OPERATOR, Role.TRAINEE}
    with pytest.raises(staff.TraineeRefusedError):
        staff.require_independent(operator)


def test_every_decision_stands_with_its_reason_and_name(person: Person) -> None:
    admin, trainee = person(Role.ADMINISTRATOR), person(Role.TRAINEE)
    with transaction():
        examine(trainee, admin)
        independence.release(trainee, reason=f" {PASSED} ", by=admin, now=NOON)
    with transaction():
        independence.withdraw(trainee, reason="Away for a year", by=admin, now=NOON)
    told = [(one.is_independent, one.reason, one.decided_by) for one in independence.decisions_about(trainee)]
    assert told == [(False, "Away for a year", admin), (True, PASSED, admin)]


def test_nothing_is_decided_without_a_reason(person: Person) -> None:
    trainee = person(Role.TRAINEE)
    with pytest.raises(independence.ReleaseReasonMissingError), transaction():
        independence.release(trainee, reason="  ", by=person(Role.ADMINISTRATOR), now=NOON)
    assert trainee.roles == {Role.TRAINEE}


def test_without_a_passed_written_examination_nobody_is_released(person: Person) -> None:
    trainee = person(Role.TRAINEE)
    with pytest.raises(independence.NotQualifiedError):
        independence.release(trainee, reason=PASSED, by=person(Role.ADMINISTRATOR), now=NOON)


def test_nobody_releases_themselves(person: Person) -> None:
    trainee = person(Role.TRAINEE, Role.ADMINISTRATOR)
    with pytest.raises(independence.OwnReleaseError), transaction():
        independence.release(trainee, reason=PASSED, by=trainee, now=NOON)


def test_what_is_decided_already_is_not_decided_again(person: Person) -> None:
    admin = person(Role.ADMINISTRATOR)
    with pytest.raises(independence.AlreadyDecidedError):
        independence.release(person(Role.OPERATOR), reason=PASSED, by=admin, now=NOON)
    with pytest.raises(independence.AlreadyDecidedError):
        independence.withdraw(person(Role.TRAINEE), reason=PASSED, by=admin, now=NOON)
