"""Callbacks without a ticket: missed calls, rounds of calls, key customers once a year; the caller's data."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import allocating, customer_calls, customer_queue, needs, tags
from hotline.callbacks.customer_models import CustomerCall
from hotline.callbacks.errors import AlreadyEndedError, NotYetError, QuietHoursError, TooFewAttemptsError
from hotline.callbacks.models import AttemptResult, CallbackState, Satisfaction
from hotline.categories.terms import CallbackKind
from hotline.contacts import changes, drafts
from hotline.contacts.models import Requester
from hotline.db import session, transaction
from hotline.people.roles import Role
from hotline.working_time import Limit
from tests.matters import Desk, at, somebody

NOON = at("2026-03-04 11:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def missed(desk: Desk, once: str = "visit-7", phone: str = "138 1111 2222") -> CustomerCall:
    with transaction():
        return customer_calls.plan_missed_call(phone=phone, once=once, by=desk.operator, now=NOON)


def customer(desk: Desk, phone: str, tag: str) -> Requester:
    with transaction():
        contact = desk.contact("complaint", NOON, phone=phone)
        assert contact.requester is not None
        tags.give(contact.requester, tag, by=desk.leader, now=NOON)
    return contact.requester


def test_a_missed_call_is_owed_once_and_soon(desk: Desk) -> None:
    call = missed(desk)
    assert (call.kind, call.due_at) == (CallbackKind.MISSED_CALL, at("2026-03-04 12:00"))
    assert missed(desk) is call, "the same call twice"
    assert missed(desk, once="visit-8") is call, "the same number while it is owed"
    assert missed(desk, once="visit-9", phone="13911112222") is not call
    assert customer_calls.owed_count() == 2


def test_a_missed_call_is_returned_by_a_person(desk: Desk) -> None:
    call = missed(desk)
    with transaction():
        customer_calls.complete(call, AttemptResult.REACHED, opinion="Settled", by=desk.operator, now=NOON)
    assert (call.state, call.completed_by) == (CallbackState.DONE, desk.operator)
    with pytest.raises(AlreadyEndedError):
        customer_calls.complete(call, AttemptResult.REFUSED, by=desk.operator, now=NOON)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session.execute(sa.update(CustomerCall).values(completed_by_id=None))


def test_nobody_is_given_up_before_three_attempts_two_hours_apart(desk: Desk) -> None:
    customer(desk, "13811110001", "large_power_user")
    with transaction():
        assert customer_calls.plan_yearly(NOON) == 1
    (call,) = customer_calls.owed()
    with pytest.raises(QuietHoursError):
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, by=desk.agent, now=at("2026-03-04 12:30")
        )
    for moment in ("2026-03-05 09:00", "2026-03-05 11:00", "2026-03-05 14:00"):
        with pytest.raises(TooFewAttemptsError):
            customer_calls.give_up(call, by=desk.agent, now=at(moment))
        session.rollback()
        with transaction():
            customer_calls.record_attempt(call, AttemptResult.UNREACHABLE, by=desk.agent, now=at(moment))
    with pytest.raises(NotYetError):
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, by=desk.agent, now=at("2026-03-05 15:00")
        )
    with transaction():
        customer_calls.give_up(call, by=desk.agent, now=at("2026-03-05 15:00"))
    assert (call.state, call.result) == (CallbackState.EXHAUSTED, AttemptResult.UNREACHABLE)


def test_a_key_customer_is_called_once_a_year(desk: Desk) -> None:
    customer(desk, "13811110001", "large_power_user")
    customer(desk, "13811110002", "media")
    with transaction():
        assert customer_calls.plan_yearly(NOON) == 1, "media are called back, but not for the year's sake"
        assert customer_calls.plan_yearly(at("2026-12-31 09:00")) == 0
        assert customer_calls.plan_yearly(at("2027-01-01 09:00")) == 1
    assert {one.kind for one in customer_calls.owed()} == {CallbackKind.KEY_CUSTOMER}


def test_who_is_known_from_a_tip_off_alone_is_not_in_a_round_of_calls(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", NOON, phone="13811110003")
    with transaction():
        assert ticket.requester is not None
        tags.give(ticket.requester, "media", by=desk.leader, now=NOON)
    customer(desk, "13811110002", "media")
    with transaction():
        planned = customer_calls.plan_for_tag(
            CallbackKind.GREETING,
            "media",
            purpose="Good wishes",
            campaign="spring",
            within=Limit.parse("7 nd"),
            by=desk.manager,
            now=NOON,
        )
    assert planned == 1
    (call,) = customer_calls.owed()
    with transaction():
        customer_calls.complete(
            call, AttemptResult.REACHED, satisfaction=Satisfaction.SATISFIED, by=desk.agent, now=NOON
        )
    assert customer_calls.ended() == [call]


def greetings(desk: Desk, count: int) -> list[CustomerCall]:
    for number in range(count):
        customer(desk, f"1381112{number:04d}", "media")
    with transaction():
        customer_calls.plan_for_tag(
            CallbackKind.GREETING,
            "media",
            purpose="Good wishes",
            campaign="spring",
            within=Limit.parse("7 nd"),
            by=desk.manager,
            now=NOON,
        )
    return customer_calls.owed()


def test_callbacks_without_a_ticket_are_given_out_by_load_and_ability(desk: Desk) -> None:
    second = somebody(Role.CALLBACK_AGENT)
    with transaction():
        allocating.set_up(second, most_open=2, kinds=frozenset({CallbackKind.GREETING}), is_present=True)
    call = missed(desk)
    desk.handled("complaint", at("2026-03-02 09:00"), at("2026-03-03 09:00"))
    greetings(desk, 3)
    with transaction():
        assert allocating.allocate(now=NOON) == 5
    assert call.owner is desk.agent, "the other one does not return missed calls"
    load_of = {one.person.id: one.open_count for one in allocating.loads()}
    assert load_of == {desk.agent.id: 3, second.id: 2}, "one line with the callbacks of tickets"
    with transaction():
        assert allocating.release(second) == 2
    assert customer_queue.batch_of(second) == []
    assert len(customer_queue.free(until=NOON)) == 2


def test_what_may_not_be_called_yet_is_not_given_out(desk: Desk) -> None:
    (call,) = greetings(desk, 1)
    with transaction():
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, appointment=at("2026-03-09 19:30"), by=desk.leader, now=NOON
        )
        assert (call.not_before, call.is_appointed) == (at("2026-03-09 19:30"), True)
        assert allocating.allocate(now=NOON) == 0
        assert allocating.allocate(now=at("2026-03-09 08:00")) == 1


def test_an_appointment_holds_in_the_quiet_hours(desk: Desk) -> None:
    (call,) = greetings(desk, 1)
    with transaction():
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, appointment=at("2026-03-05 12:30"), by=desk.agent, now=NOON
        )
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, by=desk.agent, now=at("2026-03-05 12:30")
        )
    assert not call.is_appointed, "one appointment is for one call"
    with pytest.raises(QuietHoursError), transaction():
        customer_calls.record_attempt(
            call, AttemptResult.UNREACHABLE, by=desk.agent, now=at("2026-03-05 22:00")
        )


def test_the_batch_goes_on_with_what_is_due_first(desk: Desk) -> None:
    first, second, third = greetings(desk, 3)
    with transaction():
        customer_queue.take(first, desk.agent)
        customer_queue.take(second, desk.agent)
        customer_queue.take(second, desk.leader)
        third.owner = desk.leader
    assert customer_queue.batch_of(desk.agent) == [first, second], "another's batch is left alone"
    assert customer_queue.following(first, desk.agent, now=NOON) is second
    with transaction():
        customer_calls.complete(second, AttemptResult.REFUSED, by=desk.agent, now=NOON)
    assert customer_queue.following(first, desk.agent, now=NOON) is None


def test_a_new_need_at_a_callback_without_a_ticket_begins_its_intake_too(desk: Desk) -> None:
    call = missed(desk)
    with transaction():
        key = needs.raise_without_ticket(call, with_caller=True, by=desk.agent, now=NOON)
    draft = drafts.of(desk.agent, key)
    assert draft is not None
    assert draft.typed == {"phone": "13811112222"}
    assert needs.was_raised_by(desk.agent, key)
    assert not needs.was_raised_by(desk.operator, key)
    assert [(one.ticket_number, one.is_recorded) for one in needs.of_call(call.id)] == [(None, False)]


def test_a_change_of_the_caller_keeps_what_was(desk: Desk) -> None:
    ticket = desk.ticket("complaint", NOON)
    assert ticket.requester is not None
    with transaction():
        made = changes.update(
            ticket.requester,
            name="Wang Fang",
            address="Lane 7",
            phone="13900001111",
            by=desk.agent,
            now=NOON,
        )
    assert [(one.field.value, one.was, one.became) for one in made] == [
        ("address", None, "Lane 7"),
        ("phone", None, "13900001111"),
    ], "the name is the same"
    with transaction():
        changes.update(ticket.requester, address="Lane 8", by=desk.agent, now=NOON)
    assert [one.was for one in changes.of(ticket.requester)] == ["Lane 7", None, None]
    assert len(ticket.requester.phones) == 2


def test_a_new_need_begins_its_intake_with_what_is_known(desk: Desk) -> None:
    task = desk.handled("complaint", at("2026-03-02 09:00"), at("2026-03-03 09:00"))
    assert task is not None
    with transaction():
        key = needs.raise_(task, with_caller=True, by=desk.operator, now=NOON)
        draft = drafts.of(desk.operator, key)
        assert draft is not None
        assert draft.typed == {"phone": "13812345678", "name": "Wang Fang", "place": "Lane 5"}
    assert [(one.ticket_number, one.is_recorded) for one in needs.of_ticket(task.ticket_id)] == [
        (None, False)
    ]
    with transaction():
        without = needs.raise_(task, with_caller=False, by=desk.operator, now=NOON)
        draft = drafts.of(desk.operator, without)
        assert draft is not None
        assert set(draft.typed) == {"place"}
