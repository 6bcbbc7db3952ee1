"""What the desk owes besides tickets: scenarios 9 and 10, promises kept and broken."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import customer_calls
from hotline.contacts.models import Disposition
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errands import calls, owing, reminding
from hotline.errands.calls import PurposeMissingError
from hotline.errands.models import Errand
from hotline.errands.owing import (
    DoneAlreadyError,
    NobodyNamedError,
    NumberNeededError,
    OutcomeMissingError,
    PromiseTimeError,
)
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.staff import TraineeRefusedError
from hotline.tickets.models import TicketEvent
from tests.conftest import NOON
from tests.matters import Desk, at, somebody

EVENING = at("2026-03-04 17:31")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def told(person: Staff) -> list[str]:
    return list(
        session.scalars(sa.select(Notice.kind).where(Notice.staff_id == person.id).order_by(Notice.id))
    )


def message(desk: Desk, colleague: Staff) -> Errand:
    with transaction():
        contact = desk.contact("message", NOON)
        return owing.leave_message(contact, colleague, words="请回电", by=desk.operator, now=NOON)


def test_a_message_is_delivered_then_called_back(desk: Desk) -> None:
    """Scenario 10."""
    wang = somebody(Role.KNOWLEDGE_EDITOR)
    errand = message(desk, wang)
    assert told(wang) == ["message_left"]
    assert errand.contact is not None
    assert errand.contact.disposition is Disposition.MESSAGE
    assert errand.due_at == at("2026-03-04 17:30")
    with transaction():
        owing.deliver(errand, by=wang, now=NOON)
        owing.finish(errand, outcome="called back", by=wang, now=NOON)
    assert errand.is_kept is True
    with pytest.raises(DoneAlreadyError):
        owing.finish(errand, outcome="again", by=wang, now=NOON)


def test_an_undelivered_message_alarms_at_day_end_once(desk: Desk) -> None:
    wang = somebody(Role.KNOWLEDGE_EDITOR)
    errand = message(desk, wang)
    with transaction():
        assert reminding.alarm(NOON) == 0
        assert reminding.alarm(EVENING) == 1
        assert reminding.alarm(EVENING) == 0
    assert told(desk.leader) == ["errand_late"]
    assert told(wang) == ["message_left", "errand_late"]
    delivered = message(desk, wang)
    with transaction():
        owing.deliver(delivered, by=wang, now=NOON)
        assert reminding.alarm(EVENING) == 0
    assert errand.alarmed_at == EVENING


def test_a_message_is_for_somebody_and_leaves_a_number(desk: Desk) -> None:
    wang = somebody(Role.KNOWLEDGE_EDITOR)
    with pytest.raises(NobodyNamedError):
        owing.leave_message(desk.contact("message", NOON), None, words="", by=desk.operator, now=NOON)
    session.rollback()
    without = desk.contact("message", NOON, phone=None)
    with pytest.raises(NumberNeededError):
        owing.leave_message(without, wang, words="", by=desk.operator, now=NOON)


def test_a_promise_is_recalled_and_kept_or_broken(desk: Desk) -> None:
    due_at = NOON + dt.timedelta(hours=2)
    with transaction():
        errand = owing.promise_reply(
            desk.contact("consultation", NOON), words="费用", due_at=due_at, by=desk.operator, now=NOON
        )
        assert reminding.remind(NOON) == 0
        assert reminding.remind(due_at - dt.timedelta(minutes=30)) == 1
        assert reminding.remind(due_at) == 0
    assert told(desk.operator) == ["promise_due"]
    with pytest.raises(OutcomeMissingError):
        owing.finish(errand, outcome=" ", by=desk.operator, now=NOON)
    with transaction():
        owing.finish(errand, outcome="answered", by=desk.operator, now=due_at + dt.timedelta(minutes=1))
    assert errand.is_kept is False
    for moment in (None, NOON):
        with pytest.raises(PromiseTimeError):
            owing.promise_reply(
                desk.contact("consultation", NOON), words="", due_at=moment, by=desk.operator, now=NOON
            )
        session.rollback()


def test_who_rang_during_a_visit_is_called_back(desk: Desk) -> None:
    """Scenario 9: the task stands in the list until somebody has called."""
    with transaction():
        errand = owing.note_call(phone="0551-62345678", name="Zhou", by=desk.operator, now=NOON)
    assert owing.listed(desk.operator) == [errand]
    with transaction():
        calls.log(
            phone=errand.phone or "",
            purpose="return_call",
            is_reached=False,
            errand=errand,
            by=desk.operator,
            now=NOON,
        )
        owing.finish(errand, outcome="reached", by=desk.operator, now=NOON)
    assert owing.listed(desk.operator) == []
    assert owing.listed(desk.operator, done=True) == [errand]


def test_a_missed_call_is_owed_by_the_callbacks_alone_and_once(desk: Desk) -> None:
    with transaction():
        owed = owing.note_missed_call(phone="138 1234 5678", name="Zhou", by=desk.operator, now=NOON)
        again = customer_calls.plan_missed_call(
            phone="13812345678", once="phone_call:1", by=None, now=NOON + dt.timedelta(minutes=1)
        )
    assert again is owed
    assert owing.open_count(desk.operator) == 0
    assert customer_calls.owed() == [owed]


def test_what_is_nobody_s_is_anybody_s_until_taken(desk: Desk) -> None:
    with transaction():
        errand = owing.note_call(phone="13812345678", by=None, now=NOON)
    other = somebody(Role.OPERATOR)
    assert owing.open_count(other) == owing.open_count(desk.operator) == 1
    with transaction():
        owing.take(errand, by=desk.operator)
    assert owing.open_count(other) == 0
    with pytest.raises(NotFoundError):
        owing.get(errand.id, other)
    assert owing.get(errand.id, desk.leader) is errand


def test_every_call_has_a_purpose_and_stands_on_its_ticket(desk: Desk) -> None:
    ticket = desk.ticket("complaint", NOON)
    with pytest.raises(PurposeMissingError):
        calls.log(phone="13812345678", purpose="", is_reached=True, by=desk.operator, now=NOON)
    with pytest.raises(TraineeRefusedError):
        calls.log(
            phone="13812345678", purpose="ask_caller", is_reached=True, by=somebody(Role.TRAINEE), now=NOON
        )
    with transaction():
        call = calls.log(
            phone="138 1234 5678",
            purpose="ask_caller",
            is_reached=True,
            ticket=ticket,
            by=desk.operator,
            now=NOON,
        )
    kinds = sa.select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id)
    assert session.scalars(kinds.order_by(TicketEvent.id.desc())).first() == "call_made"
    day = dt.date(2026, 3, 4)
    assert calls.listed(desk.operator, day) == calls.listed(desk.leader, day) == [call]
    assert calls.listed(somebody(Role.OPERATOR), day) == []
