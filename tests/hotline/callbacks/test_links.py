"""Asking by SMS and link: one vote, its time, and that a person ends the callback by it."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline import jobs
from hotline.callbacks import calling, links
from hotline.callbacks.calling import Outcome
from hotline.callbacks.errors import (
    AlreadyEndedError,
    LinkOverError,
    NoMobileNumberError,
    NoPublicAddressError,
    NoVoteError,
    OutcomeMissingError,
    ReasonForAnotherRoundError,
    SealedMatterError,
    StillAskedError,
)
from hotline.callbacks.link_models import CallbackLink
from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, CallbackTask, Satisfaction
from hotline.db import session, transaction
from hotline.delivery.models import OutboxMessage
from hotline.people.roles import Role
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at, somebody

MORNING = at("2026-04-29 09:00")
CONTENT = Outcome(is_solved=True, satisfaction=Satisfaction.SATISFIED, opinion="Quick work")
BAD = Outcome(is_solved=False, satisfaction=Satisfaction.DISSATISFIED)


class Gateway:
    """Keeps what a city's SMS gateway would have sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, to: str, text: str, *, reference: str) -> None:
        """Keep one message."""
        self.sent.append((to, text))


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    """A gateway, and a public address for the links."""
    was, settings = app.extensions["sms"], app.extensions["settings"]
    app.extensions["sms"] = gateway = Gateway()
    app.extensions["settings"] = dataclasses.replace(settings, public_url="https://12345.example.cn/")
    yield gateway
    app.extensions["sms"], app.extensions["settings"] = was, settings


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def task(desk: Desk) -> CallbackTask:
    made = desk.handled("complaint", at("2026-04-27 09:00"), at("2026-04-28 10:00"))
    assert made is not None
    return made


def promised() -> OutboxMessage:
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == links.PROMISE)).one()


def handed_over(desk: Desk, task: CallbackTask) -> str:
    with transaction():
        return links.hand_over(task, CallbackMode.WEB, by=desk.agent, now=MORNING)


def voted(token: str, said: Outcome, now: dt.datetime = MORNING) -> None:
    with transaction():
        links.vote(token, said, now=now)


def test_an_sms_carries_a_link_that_nothing_else_knows(
    desk: Desk, task: CallbackTask, gateway: Gateway
) -> None:
    with transaction():
        links.ask_by_sms(task, by=desk.agent, now=MORNING)
    message = promised()
    assert set(message.payload) == {"task_id", "staff_id"}
    with transaction():
        jobs.HANDLERS[message.kind](message, MORNING)
    ((to, text),) = gateway.sent
    assert to == "13812345678"
    token = text.partition("https://12345.example.cn/v/")[2].split("评价")[0]
    link = links.of_token(token, now=MORNING)
    assert (link.mode, link.digest == token) == (CallbackMode.SMS, False)
    assert link.expires_at == at("2026-05-02 09:00")
    assert task.attempt_count == 0, "asking is no attempt"


def test_an_sms_waits_for_the_end_of_the_quiet_hours(
    desk: Desk, task: CallbackTask, gateway: Gateway
) -> None:
    with transaction():
        links.ask_by_sms(task, by=desk.agent, now=at("2026-04-28 22:00"))
    assert promised().run_at == at("2026-04-29 08:00")


def test_a_vote_is_kept_and_a_person_ends_the_callback_by_it(desk: Desk, task: CallbackTask) -> None:
    token = handed_over(desk, task)
    with pytest.raises(NoVoteError):
        links.sign_off(task, by=desk.agent, now=MORNING)
    voted(token, CONTENT)
    assert task.state is CallbackState.OPEN, "the vote alone ends nothing"
    assert [one.task_id for one in links.unread(desk.agent)] == [task.id]
    with transaction():
        links.sign_off(task, by=desk.agent, now=MORNING)
    assert (task.state, task.satisfaction, task.opinion) == (
        CallbackState.DONE,
        Satisfaction.SATISFIED,
        "Quick work",
    )
    assert (task.completed_by, task.attempts[-1].mode) == (desk.agent, CallbackMode.WEB)
    assert task.ticket.status is TicketStatus.CLOSED
    assert links.unread(desk.agent) == []


def test_whoever_is_not_content_is_handled_again_for_a_written_reason(desk: Desk, task: CallbackTask) -> None:
    voted(handed_over(desk, task), BAD)
    with pytest.raises(ReasonForAnotherRoundError):
        links.sign_off(task, by=desk.agent, now=MORNING)
    session.rollback()
    with transaction():
        links.sign_off(task, rehandle_reason="Not mended", by=desk.agent, now=MORNING)
    assert task.ticket.round == 2


def test_a_link_takes_one_vote(desk: Desk, task: CallbackTask) -> None:
    token = handed_over(desk, task)
    with pytest.raises(OutcomeMissingError):
        links.vote(token, Outcome(), now=MORNING)
    voted(token, BAD)
    with pytest.raises(LinkOverError):
        links.vote(token, CONTENT, now=MORNING)


def test_a_link_is_over_in_time_and_when_the_callback_ended_otherwise(desk: Desk, task: CallbackTask) -> None:
    token = handed_over(desk, task)
    with pytest.raises(LinkOverError):
        links.of_token(token, now=at("2026-05-02 09:00"))
    with pytest.raises(LinkOverError):
        links.of_token("guessed", now=MORNING)
    with transaction():
        calling.complete(task, AttemptResult.REACHED, CONTENT, by=desk.agent, now=MORNING)
    with pytest.raises(LinkOverError):
        links.of_token(token, now=MORNING)
    with pytest.raises(AlreadyEndedError):
        links.hand_over(task, CallbackMode.WEB, by=desk.agent, now=MORNING)


def test_one_link_at_a_time_and_another_after_it(desk: Desk, task: CallbackTask) -> None:
    first = handed_over(desk, task)
    with pytest.raises(StillAskedError):
        links.hand_over(task, CallbackMode.LETTER, by=desk.agent, now=MORNING)
    later = at("2026-05-07 09:00")
    with transaction():
        second = links.hand_over(task, CallbackMode.LETTER, by=desk.agent, now=later)
    assert links.of_token(second, now=later).mode is CallbackMode.LETTER
    with pytest.raises(LinkOverError):
        links.of_token(first, now=later)


def test_what_a_link_cannot_do(desk: Desk, task: CallbackTask, gateway: Gateway, app: Flask) -> None:
    with transaction():
        task.requester.phones[0].number = "055112345678"
    with pytest.raises(NoMobileNumberError):
        links.ask_by_sms(task, by=desk.agent, now=MORNING)
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], public_url="")
    with pytest.raises(NoPublicAddressError):
        links.ask_by_sms(task, by=desk.agent, now=MORNING)
    with transaction():
        task.by_role = Role.OVERSIGHT_OFFICER
    with pytest.raises(SealedMatterError):
        links.hand_over(task, CallbackMode.WEB, by=somebody(Role.OVERSIGHT_OFFICER), now=MORNING)


def test_the_database_refuses_a_vote_signed_off_by_nobody(desk: Desk, task: CallbackTask) -> None:
    voted(handed_over(desk, task), CONTENT)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session.execute(sa.update(CallbackLink).values(signed_off_at=MORNING))


def test_a_message_for_a_matter_that_moved_on_is_not_sent(
    desk: Desk, task: CallbackTask, gateway: Gateway
) -> None:
    with transaction():
        links.ask_by_sms(task, by=desk.agent, now=MORNING)
        calling.complete(task, AttemptResult.REACHED, CONTENT, by=desk.agent, now=MORNING)
    message = promised()
    with transaction():
        jobs.HANDLERS[message.kind](message, MORNING)
    assert gateway.sent == []
