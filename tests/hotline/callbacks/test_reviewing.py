"""Around a callback: whose it is, what counts, the report of the next day, what it may cost."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import allocating, assessing, calling, plans, queue, reporting, tags
from hotline.callbacks.assessing import GroundsMissingError, NotAssessedError, ObjectedBeforeError
from hotline.callbacks.calling import Outcome
from hotline.callbacks.models import AttemptResult, CallbackState, CallbackTask, Satisfaction
from hotline.callbacks.reporting import (
    GuidanceMissingError,
    NotForReviewError,
    OverCapError,
    SignedAlreadyError,
    SummaryMissingError,
)
from hotline.callbacks.review_models import ReportState, Ruling
from hotline.categories.terms import CallbackKind
from hotline.db import session, transaction
from hotline.errors import NotAllowedError, NotFoundError
from hotline.people.roles import Role
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at, somebody

MORNING = at("2026-04-29 09:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def task(desk: Desk) -> CallbackTask:
    made = desk.handled("complaint", at("2026-04-27 09:00"), at("2026-04-28 10:00"))
    assert made is not None
    return made


def said(desk: Desk, task: CallbackTask, step: Satisfaction = Satisfaction.SATISFIED) -> None:
    reason = "Not mended" if step is Satisfaction.DISSATISFIED else None
    outcome = Outcome(is_solved=reason is None, satisfaction=step, rehandle_reason=reason)
    with transaction():
        calling.complete(task, AttemptResult.REACHED, outcome, by=desk.agent, now=MORNING)


def test_the_report_is_due_the_next_day_and_comes_back_with_guidance(desk: Desk, task: CallbackTask) -> None:
    said(desk, task)
    (report,) = reporting.of_person(desk.agent)
    assert report.due_at == at("2026-04-30 17:30")
    assert reporting.callbacks_of(report, desk.manager) == [task]
    with pytest.raises(SummaryMissingError):
        reporting.write(report, summary=" ", by=desk.agent, now=MORNING)
    with transaction():
        reporting.write(report, summary="One complaint, settled.", by=desk.agent, now=MORNING)
    with pytest.raises(GuidanceMissingError):
        reporting.send_back(report, guidance="", by=desk.manager, now=MORNING)
    with transaction():
        reporting.send_back(report, guidance="Say what the department did.", by=desk.manager, now=MORNING)
    assert report.state is ReportState.RETURNED
    with transaction():
        reporting.write(report, summary="The lamp was mended within a day.", by=desk.agent, now=MORNING)
        reporting.approve(report, by=desk.manager, now=MORNING)
    assert report.reviewed_by is desk.manager
    assert reporting.waiting() == []
    with pytest.raises(NotForReviewError):
        reporting.write(report, summary="Once more", by=desk.agent, now=MORNING)


def test_nobody_reviews_their_own_report(desk: Desk) -> None:
    both = somebody(Role.CALLBACK_AGENT, Role.SHIFT_LEADER)
    with transaction():
        report = reporting.owe(both, now=MORNING)
        reporting.write(report, summary="All well.", by=both, now=MORNING)
    with pytest.raises(NotAllowedError):
        reporting.approve(report, by=both, now=MORNING)


def test_an_answer_is_left_out_only_with_a_ground_and_a_name(desk: Desk, task: CallbackTask) -> None:
    with pytest.raises(NotAssessedError):
        assessing.exclude(task, ground="No answer yet", by=desk.manager, now=MORNING)
    said(desk, task, Satisfaction.DISSATISFIED)
    clerk = desk.clerk("urban_management")
    with transaction():
        objection = assessing.object_to(task, grounds="The wish is unlawful.", by=clerk, now=MORNING)
    assert assessing.pending(desk.manager) == [objection]
    with pytest.raises(ObjectedBeforeError):
        assessing.object_to(task, grounds="Again", by=clerk, now=MORNING)
    with pytest.raises(NotAllowedError):
        assessing.rule(objection, Ruling.GRANTED, reason="Yes", by=clerk, now=MORNING)
    with pytest.raises(GroundsMissingError):
        assessing.rule(objection, Ruling.GRANTED, reason=" ", by=desk.manager, now=MORNING)
    with transaction():
        assessing.rule(objection, Ruling.GRANTED, reason="Against the law", by=desk.manager, now=MORNING)
    assert (task.excluded_ground, task.excluded_by) == ("Against the law", desk.manager)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session.execute(sa.update(CallbackTask).values(excluded_by_id=None))


def test_a_refused_objection_leaves_the_answer_counting(desk: Desk, task: CallbackTask) -> None:
    said(desk, task)
    with transaction():
        objection = assessing.object_to(task, grounds="Why?", by=desk.clerk("urban_management"), now=MORNING)
        assessing.rule(objection, Ruling.REFUSED, reason="It stands", by=desk.manager, now=MORNING)
    assert task.excluded_at is None


def test_another_department_cannot_object(desk: Desk, task: CallbackTask) -> None:
    said(desk, task)
    with pytest.raises(NotAllowedError):
        assessing.object_to(task, grounds="Why?", by=desk.clerk("water_group"), now=MORNING)


def test_batches_grow_evenly_and_by_ability(desk: Desk) -> None:
    second = somebody(Role.CALLBACK_AGENT)
    with transaction():
        allocating.set_up(second, most_open=2, kinds=frozenset({CallbackKind.COMPLAINT}), is_present=True)
    for category in ("complaint", "complaint", "complaint", "help", "complaint", "complaint"):
        desk.handled(category, at("2026-04-27 09:00"), at("2026-04-27 20:00"))
    with transaction():
        assert allocating.allocate(now=MORNING) == 6
    owned = {load.person.id: load.open_count for load in allocating.loads()}
    assert owned == {desk.agent.id: 4, second.id: 2}
    helped = session.scalars(sa.select(CallbackTask).where(CallbackTask.category == "help")).one()
    assert helped.owner is desk.agent
    with transaction():
        assert allocating.release(second) == 2
    assert queue.counts(desk.agent, now=MORNING).free == 2


def test_who_accepted_it_calls_back(desk: Desk) -> None:
    acceptor = somebody(Role.OPERATOR, Role.CALLBACK_AGENT)
    desk.operator = acceptor
    task = desk.handled("complaint", at("2026-04-27 09:00"), at("2026-04-27 20:00"))
    with transaction():
        allocating.allocate(now=MORNING)
    assert task is not None
    assert task.owner is acceptor


def test_a_deputy_is_called_back_whatever_the_sample_says(desk: Desk) -> None:
    plain = desk.handled("consultation", at("2026-04-27 09:00"), at("2026-04-27 20:00"))
    assert plain is None, "of consultations a sample is drawn later"
    ticket = desk.ticket("consultation", at("2026-04-27 10:00"))
    with transaction():
        assert ticket.requester is not None
        tags.give(ticket.requester, "deputy", by=desk.operator, now=MORNING)
    desk.send(ticket, at("2026-04-27 10:30"))
    desk.reply(ticket, at("2026-04-27 19:00"))
    task = desk.answer(ticket, at("2026-04-27 20:00"))
    assert task is not None
    assert (task.level, task.state) == (1, CallbackState.OPEN)


@pytest.mark.parametrize("agreed", [True, False])
def test_after_a_tip_off_only_who_agreed_is_called_and_by_one_role(desk: Desk, agreed: bool) -> None:
    ticket = desk.ticket("tip_off", at("2026-04-27 09:00"))
    with transaction():
        ticket.status = TicketStatus.RESOLVED
        ticket.facts = {plans.CONSENT: agreed}
    with transaction():
        made = plans.plan(ticket, now=MORNING)
    if not agreed:
        assert made == []
        assert ticket.status is TicketStatus.CLOSED
        return
    [task] = made
    assert task.by_role is Role.OVERSIGHT_OFFICER
    with pytest.raises(NotFoundError):
        queue.get(task.id, desk.agent)
    assert queue.counts(desk.agent, now=MORNING).all == 0
    assert queue.counts(somebody(Role.OVERSIGHT_OFFICER), now=MORNING).all == 1


def test_costs_stay_under_the_cap_and_are_signed_by_another(desk: Desk, task: CallbackTask) -> None:
    with transaction():
        cost = reporting.spend(task, what="Taxi", voucher="V-1", amount_fen=15000, by=desk.agent, now=MORNING)
    with pytest.raises(OverCapError):
        reporting.spend(task, what="Gift", voucher="V-2", amount_fen=5001, by=desk.agent, now=MORNING)
    with pytest.raises(NotAllowedError):
        reporting.sign(cost, by=desk.agent, now=MORNING)
    with transaction():
        reporting.sign(cost, by=desk.leader, now=MORNING)
    with pytest.raises(SignedAlreadyError, match=desk.leader.name):
        reporting.sign(cost, by=desk.manager, now=at("2026-04-29 10:00"))
    assert (cost.signed_by, cost.signed_at) == (desk.leader, MORNING)
    assert reporting.spent(task) == 15000
