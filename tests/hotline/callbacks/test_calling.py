"""A callback is made by people: attempts, outcomes, another round."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import calling
from hotline.callbacks.calling import Outcome
from hotline.callbacks.errors import (
    AlreadyEndedError,
    NotForYouError,
    NotYetError,
    OutcomeMissingError,
    QuietHoursError,
    ReasonForAnotherRoundError,
    TooFewAttemptsError,
)
from hotline.callbacks.models import AttemptResult, CallbackState, CallbackTask, Satisfaction
from hotline.db import session, transaction
from hotline.people.roles import Role
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at, somebody


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def task(desk: Desk) -> CallbackTask:
    """A complaint of 27 April, answered on the 28th: due within seven natural days (scenario 19)."""
    made = desk.handled("complaint", at("2026-04-27 09:00"), at("2026-04-28 10:00"))
    assert made is not None
    return made


def unreached(task: CallbackTask, desk: Desk, moment: str) -> None:
    with transaction():
        calling.record_attempt(task, AttemptResult.UNREACHABLE, by=desk.agent, now=at(moment))


def test_a_complaint_is_called_back_within_seven_days_rolled_over_the_holiday(task: CallbackTask) -> None:
    assert task.due_at == at("2026-05-06 17:30")
    assert task.ticket.status is TicketStatus.CALLBACK_DUE


def test_an_attempt_that_reached_nobody_sets_when_the_next_one_counts(desk: Desk, task: CallbackTask) -> None:
    unreached(task, desk, "2026-04-28 15:00")
    assert task.not_before == at("2026-04-28 17:00")
    with pytest.raises(NotYetError):
        unreached(task, desk, "2026-04-28 16:59")
    unreached(task, desk, "2026-04-28 20:30")
    assert task.not_before == at("2026-04-29 08:00"), "two hours later is night"
    assert task.state is CallbackState.OPEN


@pytest.mark.parametrize(
    "moment", ["2026-04-29 12:00", "2026-04-29 13:59", "2026-04-29 21:00", "2026-04-29 07:59"]
)
def test_an_attempt_in_the_quiet_hours_does_not_count(desk: Desk, task: CallbackTask, moment: str) -> None:
    with pytest.raises(QuietHoursError):
        unreached(task, desk, moment)


def test_three_attempts_and_a_person_give_a_callback_up(desk: Desk, task: CallbackTask) -> None:
    for moment in ("2026-04-28 15:00", "2026-04-28 17:30"):
        unreached(task, desk, moment)
    with pytest.raises(TooFewAttemptsError), transaction():
        calling.give_up(task, by=desk.agent, now=at("2026-04-28 17:31"))
    unreached(task, desk, "2026-04-29 09:00")
    with transaction():
        calling.give_up(task, by=desk.agent, now=at("2026-04-29 09:01"))
    assert task.state is CallbackState.EXHAUSTED
    assert task.result is AttemptResult.UNREACHABLE
    assert [one.attempted_at for one in task.attempts] == [
        at("2026-04-28 15:00"),
        at("2026-04-28 17:30"),
        at("2026-04-29 09:00"),
    ]
    assert task.ticket.status is TicketStatus.CLOSED


def test_a_content_caller_closes_the_ticket(desk: Desk, task: CallbackTask) -> None:
    said = Outcome(is_solved=True, satisfaction=Satisfaction.SATISFIED, was_contacted=True, is_truthful=True)
    with transaction():
        calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=at("2026-04-29 09:00"))
    assert task.ticket.status is TicketStatus.CLOSED
    assert task.completed_by is desk.agent
    with pytest.raises(AlreadyEndedError), transaction():
        calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=at("2026-04-29 09:05"))


@pytest.mark.parametrize(
    "said",
    [
        Outcome(is_solved=True, satisfaction=Satisfaction.DISSATISFIED),
        Outcome(is_solved=False, satisfaction=Satisfaction.SATISFIED),
    ],
    ids=["dissatisfied", "unsolved"],
)
def test_a_caller_who_is_not_content_opens_the_next_round_of_the_same_ticket(
    desk: Desk, task: CallbackTask, said: Outcome
) -> None:
    number, now = task.ticket.number, at("2026-04-29 09:00")
    with pytest.raises(ReasonForAnotherRoundError), transaction():
        calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=now)
    better = Outcome(
        is_solved=said.is_solved, satisfaction=said.satisfaction, rehandle_reason="The lamp is out again"
    )
    with transaction():
        calling.complete(task, AttemptResult.REACHED, better, by=desk.agent, now=now)
    ticket = task.ticket
    assert (ticket.number, ticket.round, ticket.status) == (number, 2, TicketStatus.TO_REVIEW)
    desk.send(ticket, at("2026-04-29 10:00"))
    desk.reply(ticket, at("2026-04-29 15:00"))
    second = desk.answer(ticket, at("2026-04-29 16:00"))
    assert second is not None
    assert (second.round, second.state) == (2, CallbackState.OPEN)


def test_somebody_who_refuses_is_not_asked_again(desk: Desk, task: CallbackTask) -> None:
    with transaction():
        calling.complete(task, AttemptResult.REFUSED, Outcome(), by=desk.agent, now=at("2026-04-29 09:00"))
    assert (task.state, task.result, task.satisfaction) == (CallbackState.DONE, AttemptResult.REFUSED, None)
    assert task.ticket.status is TicketStatus.CLOSED


def test_reached_without_any_answer_is_not_an_outcome(desk: Desk, task: CallbackTask) -> None:
    with pytest.raises(OutcomeMissingError), transaction():
        calling.complete(task, AttemptResult.REACHED, Outcome(), by=desk.agent, now=at("2026-04-29 09:00"))


def test_who_handled_the_matter_does_not_ask_about_it(desk: Desk, task: CallbackTask) -> None:
    with pytest.raises(NotForYouError), transaction():
        calling.record_attempt(
            task, AttemptResult.UNREACHABLE, by=desk.clerk("urban_management"), now=at("2026-04-29 09:00")
        )


def test_a_restricted_callback_belongs_to_its_role(desk: Desk, task: CallbackTask) -> None:
    with transaction():
        task.by_role = Role.OVERSIGHT_OFFICER
    with pytest.raises(NotForYouError), transaction():
        calling.record_attempt(task, AttemptResult.UNREACHABLE, by=desk.agent, now=at("2026-04-29 09:00"))
    officer = somebody(Role.OVERSIGHT_OFFICER)
    with transaction():
        calling.record_attempt(task, AttemptResult.UNREACHABLE, by=officer, now=at("2026-04-29 09:00"))
    assert task.attempt_count == 1


def test_an_appointment_counts_even_in_the_quiet_hours(desk: Desk, task: CallbackTask) -> None:
    agreed = at("2026-04-29 12:30")
    with transaction():
        calling.record_attempt(
            task, AttemptResult.UNREACHABLE, appointment=agreed, by=desk.agent, now=at("2026-04-29 09:00")
        )
    assert (task.not_before, task.is_appointed) == (agreed, True)
    unreached(task, desk, "2026-04-29 12:30")
    assert not task.is_appointed


def test_the_database_refuses_a_callback_ended_by_nobody(task: CallbackTask) -> None:
    for state, result in (("done", "reached"), ("exhausted", "unreachable")):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            session.execute(
                sa.update(CallbackTask)
                .where(CallbackTask.id == task.id)
                .values(state=state, result=result, completed_at=dt.datetime.now(dt.UTC))
            )
