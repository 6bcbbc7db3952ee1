"""Several callers of one merged matter: each is called back for themselves, counted once each."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import calling, plans, queue
from hotline.callbacks.calling import Outcome
from hotline.callbacks.models import AttemptResult, CallbackState, CallbackTask, Satisfaction
from hotline.categories.terms import Stage
from hotline.contacts import merging as one_person
from hotline.db import session, transaction
from hotline.tickets import closing, merging, recalculation
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at

CONTENT = Outcome(is_solved=True, satisfaction=Satisfaction.SATISFIED)
UNHAPPY = Outcome(
    is_solved=False, satisfaction=Satisfaction.DISSATISFIED, rehandle_reason="The lamp is out again"
)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def matter(desk: Desk) -> Ticket:
    """A complaint three people made, merged into the first, and answered."""
    first = desk.ticket("complaint", at("2026-04-27 09:00"), phone="13800000001")
    for minute, phone in ((10, "13800000002"), (20, "13800000003")):
        repeat = desk.ticket("complaint", at(f"2026-04-27 09:{minute}"), phone=phone)
        with transaction():
            merging.merge(repeat, first, by=desk.leader, now=at(f"2026-04-27 09:{minute + 5}"))
    handle(desk, first, "2026-04-27")
    return first


def handle(desk: Desk, ticket: Ticket, day: str) -> list[CallbackTask]:
    desk.send(ticket, at(f"{day} 10:00"))
    desk.reply(ticket, at(f"{day} 15:00"))
    desk.answer(ticket, at(f"{day} 16:00"))
    return owed(ticket)


def owed(ticket: Ticket) -> list[CallbackTask]:
    query = sa.select(CallbackTask).where(
        CallbackTask.ticket_id == ticket.id, CallbackTask.state == CallbackState.OPEN
    )
    return list(session.scalars(query.order_by(CallbackTask.id)))


def numbers(tasks: list[CallbackTask]) -> list[str | None]:
    return [one.requester.phone for one in tasks]


def ended(task: CallbackTask, said: Outcome, desk: Desk, moment: str) -> None:
    with transaction():
        calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=at(moment))


def test_every_caller_of_a_merged_matter_is_owed_a_callback_of_their_own(desk: Desk, matter: Ticket) -> None:
    tasks = owed(matter)
    assert numbers(tasks) == ["13800000001", "13800000002", "13800000003"]
    assert {one.ticket_id for one in tasks} == {matter.id}
    assert {one.due_at for one in tasks} == {at("2026-05-06 17:30")}
    with transaction():
        assert plans.plan(matter, now=at("2026-04-27 17:00")) == [], "planned once"
    assert queue.counts(desk.agent, now=at("2026-04-28 09:00")).all == 3
    assert queue.sharing(tasks) == {matter.id: 3}


def test_the_ticket_is_closed_when_the_last_caller_has_been_asked(desk: Desk, matter: Ticket) -> None:
    first, second, third = owed(matter)
    ended(first, CONTENT, desk, "2026-04-28 09:00")
    with transaction():
        calling.complete(second, AttemptResult.REFUSED, Outcome(), by=desk.agent, now=at("2026-04-28 09:10"))
    assert matter.closed_at is None
    ended(third, CONTENT, desk, "2026-04-28 09:20")
    assert matter.status is TicketStatus.CLOSED


def test_one_who_is_not_content_opens_the_round_for_all_who_are_not(desk: Desk, matter: Ticket) -> None:
    first, second, third = owed(matter)
    ended(first, CONTENT, desk, "2026-04-28 09:00")
    ended(second, UNHAPPY, desk, "2026-04-28 09:10")
    assert (matter.round, matter.status) == (2, TicketStatus.TO_REVIEW)
    assert third.state is CallbackState.CANCELLED, "is asked about the round to come"
    again = handle(desk, matter, "2026-04-29")
    assert numbers(again) == ["13800000002", "13800000003"], "the first was content and is left in peace"
    assert (first.satisfaction, first.round) == (Satisfaction.SATISFIED, 1), "the first round stays as it was"


def test_one_who_was_content_and_turned_to_us_since_is_asked_again(desk: Desk, matter: Ticket) -> None:
    first, second, _third = owed(matter)
    ended(first, CONTENT, desk, "2026-04-28 09:00")
    ended(second, UNHAPPY, desk, "2026-04-28 09:10")
    with transaction():
        call = desk.contact("complaint", at("2026-04-28 14:00"), phone="13800000001")
        closing.add_contact(matter, call, by=desk.operator, now=at("2026-04-28 14:00"))
    assert numbers(handle(desk, matter, "2026-04-29")) == ["13800000001", "13800000002", "13800000003"]


def test_the_same_caller_on_two_tickets_is_called_once(desk: Desk) -> None:
    first = desk.ticket("complaint", at("2026-04-27 09:00"))
    repeat = desk.ticket("complaint", at("2026-04-27 09:10"))
    with transaction():
        merging.merge(repeat, first, by=desk.leader, now=at("2026-04-27 09:15"))
    assert len(handle(desk, first, "2026-04-27")) == 1


def test_two_records_of_one_person_are_one_caller(desk: Desk) -> None:
    first = desk.ticket("complaint", at("2026-04-27 09:00"), phone="13800000001")
    repeat = desk.ticket("complaint", at("2026-04-27 09:10"), phone="13800000002")
    assert first.requester is not None
    assert repeat.requester is not None
    with transaction():
        merging.merge(repeat, first, by=desk.leader, now=at("2026-04-27 09:15"))
        one_person.merge(
            first.requester, repeat.requester, reason="Named both", by=desk.leader, now=at("2026-04-27 09:16")
        )
    assert numbers(handle(desk, first, "2026-04-27")) == ["13800000001"]


def test_who_wants_no_reply_is_not_rung(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-04-27 09:00"))
    with transaction():
        for contact in ticket.contacts:
            contact.reply_wanted = False
    assert handle(desk, ticket, "2026-04-27") == []
    assert ticket.status is TicketStatus.CLOSED


def test_a_repeat_merged_into_a_repeat_still_counts(desk: Desk) -> None:
    first, second, third = (
        desk.ticket("complaint", at(f"2026-04-27 09:0{number}"), phone=f"1380000000{number}")
        for number in (1, 2, 3)
    )
    with transaction():
        merging.merge(third, second, by=desk.leader, now=at("2026-04-27 09:10"))
        merging.merge(second, first, by=desk.leader, now=at("2026-04-27 09:11"))
    assert [one.number for one in merging.taken_in(first)] == [second.number, third.number]
    assert len(handle(desk, first, "2026-04-27")) == 3


def test_nobody_is_answered_later_for_having_been_merged(desk: Desk) -> None:
    earlier = desk.ticket("complaint", at("2026-04-24 09:00"), phone="13800000001")
    later = desk.ticket("complaint", at("2026-04-27 09:00"), phone="13800000002")
    promised = earlier.overall_due_at
    desk.send(later, at("2026-04-27 09:30"))
    with transaction():
        merging.merge(earlier, later, by=desk.leader, now=at("2026-04-27 10:00"))
    assert later.overall_due_at == promised
    [overall] = [one for one in later.deadlines if one.stage is Stage.OVERALL]
    assert recalculation.reckon_again(overall).at == promised, "recomputed, it stays so"
    department = next(one for one in later.deadlines if one.stage is Stage.DEPARTMENT)
    assert department.due_at == promised
    assert department.original_due_at == at("2026-05-07 17:30"), "what was promised first is kept"
    assert "deadline_taken_over" in [one.kind for one in later.events]


def test_a_caller_is_not_merged_into_a_matter_that_owes_nobody_an_answer(desk: Desk) -> None:
    anonymous = desk.ticket("complaint", at("2026-04-27 09:00"), phone=None)
    named = desk.ticket("complaint", at("2026-04-27 09:10"))
    with pytest.raises(merging.NobodyToAnswerError), transaction():
        merging.merge(named, anonymous, by=desk.leader, now=at("2026-04-27 09:15"))
    with transaction():
        merging.merge(anonymous, named, by=desk.leader, now=at("2026-04-27 09:15"))
    assert len(handle(desk, named, "2026-04-27")) == 1


def test_an_answered_matter_takes_no_further_caller_in(desk: Desk, matter: Ticket) -> None:
    late = desk.ticket("complaint", at("2026-04-28 09:00"), phone="13800000004")
    with pytest.raises(merging.MergeRefusedError):
        merging.merge(late, matter, by=desk.leader, now=at("2026-04-28 09:05"))


def test_two_callbacks_of_one_matter_never_become_four(desk: Desk, matter: Ticket) -> None:
    [one, *_rest] = owed(matter)
    double = CallbackTask(
        ticket=matter,
        round=1,
        requester_id=one.requester_id,
        level=1,
        kind=one.kind,
        category=one.category,
        planned_at=one.planned_at,
        due_at=one.due_at,
        attempt_count=0,
    )
    session.add(double)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
