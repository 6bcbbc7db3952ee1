"""Messages of an exchange: each once, in any order, and what follows from them."""

import datetime as dt
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks.customer_models import CustomerCall
from hotline.contacts import drafts
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.telephony import agents, events, refusing, settling
from hotline.telephony.events import Taken, Told
from hotline.telephony.models import EventKind, PhoneCall, PhoneEvent, PhoneLeg, RefusedNumber
from tests.conftest import NOON
from tests.matters import somebody

CALLER = "13812345678"


def after(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def tell(kind: EventKind, seconds: float, call: str = "c1", **more: Any) -> Taken:
    told = Told(call_key=call, kind=kind, at=after(seconds), **more)
    with transaction():
        return events.take(told, now=after(max(seconds, 300)))


def only_call() -> PhoneCall:
    return session.scalars(sa.select(PhoneCall)).one()


@pytest.fixture
def operator(app: Flask) -> Staff:
    """Somebody at extension 8001."""
    found = somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at("8001", found, now=NOON)
    return found


WHOLE: list[tuple[EventKind, float, dict[str, Any]]] = [
    (EventKind.NEW_CALL, 0, {"number": CALLER, "line": "12345", "queue": "general"}),
    (EventKind.OFFER, 4, {"extension": "8001"}),
    (EventKind.ANSWER, 12, {"extension": "8001"}),
    (EventKind.HANGUP, 100, {"recording": "https://pbx/rec/1"}),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_whatever_order_messages_come_in_the_call_is_the_same(
    operator: Staff, order: tuple[int, ...]
) -> None:
    for place in order:
        kind, seconds, more = WHOLE[place]
        tell(kind, seconds, **more)
    call = only_call()
    assert (call.number, call.line, call.queue) == (CALLER, "12345", "general")
    assert (call.received_at, call.answered_at, call.ended_at) == (NOON, after(12), after(100))
    assert (call.wait_seconds, call.talk_seconds, call.recording) == (12, 88, "https://pbx/rec/1")
    assert call.staff_id == operator.id
    assert [leg.extension for leg in call.legs] == ["8001"]
    assert (call.legs[0].offered_at, call.legs[0].answered_at, call.legs[0].ended_at) == (
        after(4),
        after(12),
        after(100),
    )
    assert drafts.of(operator, call.legs[0].form_key) is not None, "who answered has it to write down"


def test_rings_are_counted_from_when_it_rang_unless_they_are_told(operator: Staff) -> None:
    for kind, seconds, more in WHOLE:
        tell(kind, seconds, **more)
    assert only_call().ring_count == 2, "eight seconds of ringing, one ring in five"
    tell(EventKind.NEW_CALL, 0, "c2", number=CALLER)
    taken = tell(EventKind.ANSWER, 30, "c2", extension="8001", rings=5)
    assert taken.call.ring_count == 5


def test_the_same_message_twice_counts_once(operator: Staff) -> None:
    for kind, seconds, more in WHOLE:
        assert not tell(kind, seconds, **more).is_replay
        assert tell(kind, seconds + 7, **more).is_replay
    assert session.scalar(sa.select(sa.func.count()).select_from(PhoneEvent)) == 4
    assert only_call().talk_seconds == 88


def test_a_call_back_to_the_same_desk_is_told_by_its_own_event(operator: Staff) -> None:
    tell(EventKind.ANSWER, 5, extension="8001", once="e1")
    assert not tell(EventKind.TRANSFER, 20, extension="8002", once="e2").is_replay
    assert tell(EventKind.TRANSFER, 20, extension="8002", once="e2").is_replay


def test_a_transferred_call_has_a_form_of_its_own_at_each_desk(operator: Staff) -> None:
    colleague = somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at("8002", colleague, now=NOON)
    tell(EventKind.NEW_CALL, 0, number=CALLER)
    tell(EventKind.ANSWER, 5, extension="8001")
    tell(EventKind.TRANSFER, 60, extension="8002")
    first, second = only_call().legs
    assert (first.ended_at, second.staff_id, second.offered_at) == (after(60), colleague.id, after(60))
    ring = agents.ring(colleague.id)
    assert ring is not None
    assert (ring.form_key, ring.state) == (second.form_key, "ringing")
    tell(EventKind.ANSWER, 64, extension="8002")
    tell(EventKind.HANGUP, 90)
    call = only_call()
    assert (call.staff_id, call.wait_seconds, call.talk_seconds) == (operator.id, 5, 85)
    assert first.form_key != second.form_key
    assert drafts.of(colleague, second.form_key) is not None


def test_who_talks_is_not_shown_another_call_until_they_answer_it(operator: Staff) -> None:
    tell(EventKind.ANSWER, 0, "c1", extension="8001", number=CALLER)
    tell(EventKind.OFFER, 10, "c2", extension="8001", number="13911112222")
    first, second = session.scalars(sa.select(PhoneLeg).order_by(PhoneLeg.id)).all()
    ring = agents.ring(operator.id)
    assert ring is not None
    assert (ring.form_key, ring.state) == (first.form_key, "talking")
    tell(EventKind.ANSWER, 15, "c2", extension="8001")
    ring = agents.ring(operator.id)
    assert ring is not None
    assert (ring.form_key, ring.state) == (second.form_key, "talking")
    assert {one.submission_key for one in drafts.parked(operator)} == {first.form_key, second.form_key}


def test_a_call_that_rings_at_several_desks_stays_with_who_answers(operator: Staff) -> None:
    colleague = somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at("8002", colleague, now=NOON)
    for extension in ("8001", "8002"):
        tell(EventKind.OFFER, 1, extension=extension, number=CALLER)
    tell(EventKind.ANSWER, 6, extension="8002")
    states = {one.id: agents.ring(one.id) for one in (operator, colleague)}
    assert [ring.state for ring in states.values() if ring] == ["ended", "talking"]
    assert only_call().staff_id == colleague.id


def test_what_nobody_answered_is_owed_one_callback_however_often_it_rang(app: Flask) -> None:
    for number, name in enumerate(("c1", "c2", "c3")):
        tell(EventKind.NEW_CALL, number, name, number=CALLER)
        tell(EventKind.ABANDON, number + 20, name)
    with transaction():
        assert settling.settle(after(30)) == 0, "an answer may still be told"
        assert settling.settle(after(60)) == 3
        assert settling.settle(after(90)) == 0
    owed = session.scalars(sa.select(CustomerCall)).one()
    assert owed.phone == CALLER
    assert set(session.scalars(sa.select(PhoneCall.customer_call_id))) == {owed.id}


@pytest.mark.parametrize("number", [None, "+85223456789"])
def test_who_cannot_be_called_back_is_in_the_list_alone(app: Flask, number: str | None) -> None:
    tell(EventKind.NEW_CALL, 0, number=number)
    tell(EventKind.HANGUP, 9)
    with transaction():
        assert settling.settle(after(600)) == 1
    assert session.scalars(sa.select(CustomerCall)).all() == []
    assert only_call().is_missed


def test_a_call_whose_end_was_never_told_is_ended(operator: Staff) -> None:
    tell(EventKind.ANSWER, 5, extension="8001", number=CALLER)
    tell(EventKind.NEW_CALL, 6, "c2", number=CALLER)
    with transaction():
        assert settling.end_unheard(after(3600)) == 0
        assert settling.end_unheard(after(5 * 3600)) == 2
    assert agents.lines().waiting == agents.lines().talking == 0


def test_a_refused_number_is_turned_away_until_its_day(operator: Staff) -> None:
    leader = somebody(Role.SHIFT_LEADER)
    with transaction():
        refusing.refuse(CALLER, reason="abuse", until=after(3600), by=leader, now=NOON)
    taken = tell(EventKind.NEW_CALL, 10, number=CALLER)
    assert taken.is_refused
    assert tell(EventKind.NEW_CALL, 10, number=CALLER).is_refused, (
        "the answer to the same message is the same"
    )
    assert not tell(EventKind.NEW_CALL, 10, "c2", number="13911112222").is_refused
    assert not tell(EventKind.NEW_CALL, 3700, "c3", number=CALLER).is_refused
    with transaction():
        settling.settle(after(9000))
    assert session.scalars(sa.select(RefusedNumber.turned_away)).one() == 1
    assert session.scalars(sa.select(CustomerCall)).all() == [], "who is refused is not called back"


def test_a_number_is_sealed_and_found_by_its_hash(operator: Staff) -> None:
    tell(EventKind.NEW_CALL, 0, number=CALLER)
    stored = session.execute(sa.text("SELECT number, digest FROM phone_call")).one()
    assert all(CALLER not in str(value) for value in stored)
    assert only_call().number == CALLER


def test_messages_of_one_call_at_the_same_moment_make_one_call(app: Flask, operator: Staff) -> None:
    session.rollback()
    failures: list[BaseException] = []

    def run(kind: EventKind, seconds: float, more: dict[str, Any]) -> None:
        try:
            with app.app_context():
                tell(kind, seconds, **more)
        except BaseException as error:  # told below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=one) for one in WHOLE * 4]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    call = only_call()
    assert (call.wait_seconds, call.talk_seconds, len(call.legs)) == (12, 88, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(PhoneEvent)) == 4


def test_the_lines_tell_who_waits_talks_and_is_ready(operator: Staff) -> None:
    colleague, away = somebody(Role.OPERATOR), somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at("8002", colleague, now=NOON)
        agents.sit_at("8003", away, now=NOON)
        agents.be_ready(away, False)
    tell(EventKind.ANSWER, 0, "c1", extension="8001", number=CALLER)
    tell(EventKind.NEW_CALL, 5, "c2", number=CALLER)
    lines = agents.lines()
    assert (lines.waiting, lines.oldest_waiting, lines.talking, lines.ready) == (1, after(5), 1, 1)
    assert [one.state.value for one in lines.agents] == ["talking", "ready", "away"]


def test_one_person_sits_at_one_extension(operator: Staff) -> None:
    colleague = somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at("8001", colleague, now=NOON)
    assert agents.ring(operator.id) is None
    with transaction():
        agents.sit_at("8005", colleague, now=NOON)
    assert [one.extension for one in agents.lines().agents] == ["8005"]
    for wrong in ("", "8001 8002", "x" * 21, "800一"):
        with pytest.raises(agents.ExtensionError):
            agents.sit_at(wrong, colleague, now=NOON)


@pytest.fixture
def refuse(app: Flask) -> Callable[..., RefusedNumber]:
    leader = somebody(Role.SHIFT_LEADER)

    def made(phone: str = CALLER, reason: str = "abuse", days: float = 7) -> RefusedNumber:
        until = NOON + dt.timedelta(days=days)
        with transaction():
            return refusing.refuse(phone, reason=reason, until=until, by=leader, now=NOON)

    return made


def test_a_refusal_has_a_reason_and_an_end(refuse: Callable[..., RefusedNumber]) -> None:
    with pytest.raises(refusing.RefusalReasonError):
        refuse(reason=" ")
    for days in (-1, 0, 92):
        with pytest.raises(refusing.RefusalEndError):
            refuse(days=days)
    with pytest.raises(refusing.EmergencyNumberError):
        refuse(phone="110")
    refuse()
    with pytest.raises(refusing.RefusedAlreadyError):
        refuse(phone="138 1234 5678")
