"""The field's scenarios that concern dispatch (DOMAIN E), with exactly their dates."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hotline.categories.terms import Stage
from hotline.contacts.intake import ExplanationMissingError
from hotline.db import session, transaction
from hotline.delivery import outbox
from hotline.delivery.models import Notice, OutboxMessage
from hotline.dispatch import extending, handling, returning, sending, sweep
from hotline.dispatch.models import Decision
from hotline.jobs import HANDLERS
from hotline.people import departments
from hotline.people.models import Department
from hotline.people.roles import Role
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.working_time import Limit
from tests.matters import Desk, at, of_the_handling, somebody

Due = Callable[[Ticket, Stage], str]


def unit(code: str) -> Department:
    found = departments.by_code(code)
    assert found is not None
    return found


def keep_promises() -> None:
    for message_id in session.scalars(sa.select(OutboxMessage.id).order_by(OutboxMessage.id)).all():
        outbox.keep(message_id, HANDLERS)


def test_scenario_2_no_answer_in_the_knowledge_base(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("consultation", at("2026-03-02 09:10"))
    assert due(ticket, Stage.FRONT_DESK) == "2026-03-02 13:10"
    assert due(ticket, Stage.OVERALL) == "2026-03-04 09:10"
    desk.send(ticket, at("2026-03-02 10:00"))
    assert due(ticket, Stage.DEPARTMENT) == "2026-03-04 06:00"
    [front_desk] = [one for one in ticket.deadlines if one.stage is Stage.FRONT_DESK]
    assert front_desk.breached_at is None


def test_scenario_2_dispatched_late_the_front_desk_is_late_and_the_department_capped(
    desk: Desk, due: Due
) -> None:
    ticket = desk.ticket("consultation", at("2026-03-02 09:10"))
    desk.send(ticket, at("2026-03-02 15:00"))
    [front_desk] = [one for one in ticket.deadlines if one.stage is Stage.FRONT_DESK]
    assert front_desk.breached_at == at("2026-03-02 15:00")
    assert due(ticket, Stage.DEPARTMENT) == "2026-03-04 09:10"
    [department] = [one for one in ticket.deadlines if one.stage is Stage.DEPARTMENT]
    assert department.breached_at is None
    assert [step["step"] for step in department.explanation][-1] == "capped"


def test_scenario_3_holidays_do_not_stop_clock_hours(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("consultation", at("2026-02-13 16:30"))
    desk.send(ticket, at("2026-02-13 18:00"))
    assert due(ticket, Stage.FRONT_DESK) == "2026-02-13 20:30"
    assert due(ticket, Stage.DEPARTMENT) == "2026-02-15 14:00"
    assert due(ticket, Stage.OVERALL) == "2026-02-15 16:30"


def test_scenario_4_help_with_three_opinions(desk: Desk, due: Due) -> None:
    officer = somebody(Role.INFORMATION_OFFICER, department="urban_management")
    ticket = desk.ticket("help", at("2026-03-05 22:40"))
    desk.send(ticket, at("2026-03-05 23:05"))
    assert due(ticket, Stage.DEPARTMENT) == "2026-03-06 21:05"
    assert due(ticket, Stage.OVERALL) == "2026-03-06 22:40"
    lead = ticket.lead
    assert lead is not None
    assert len(lead.opinions) == 3
    keep_promises()
    told = session.scalars(
        sa.select(Notice.kind).where(Notice.staff_id == officer.id).order_by(Notice.id)
    ).all()
    assert told == ["ticket_dispatched"]


@pytest.mark.parametrize("opinions", [[], ["one", "two"], ["one", "  ", "three"]])
def test_scenario_4_an_opinion_missing_is_refused(desk: Desk, opinions: list[str]) -> None:
    ticket = desk.ticket("help", at("2026-03-05 22:40"))
    order = sending.Order(lead=unit("urban_management"), opinions=opinions)
    with pytest.raises(sending.OpinionsMissingError), transaction():
        sending.send(ticket, order, by=desk.leader, now=at("2026-03-05 23:05"))
    assert ticket.status is TicketStatus.REGISTERED
    assert ticket.assignments == []


def test_scenario_5_help_without_contact_becomes_a_suggestion(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("help", at("2026-03-05 22:40"), phone=None)
    assert (ticket.category, ticket.original_category) == ("suggestion", "help")
    assert due(ticket, Stage.OVERALL) == ""
    assert [one.kind for one in ticket.events] == ["ticket_registered", "category_converted"]


def test_scenario_5_the_caller_must_have_been_told(desk: Desk) -> None:
    contact = desk.contact("help", at("2026-03-05 22:40"), phone=None)
    contact.contact_refused = False
    matter = registration.Matter(category="help", title="A cover is gone", content="On Lane 5")
    with pytest.raises(ExplanationMissingError):
        registration.register(matter, contact, by=desk.operator, now=at("2026-03-05 22:40"))


def test_scenario_6_an_emergency_that_nobody_acknowledges_goes_up(desk: Desk, due: Due) -> None:
    head = somebody(Role.DEPARTMENT_HEAD, department="gas_group")
    ticket = desk.ticket("emergency", at("2026-03-05 22:40"))
    assert ticket.priority == 1
    assert due(ticket, Stage.FRONT_DESK) == "2026-03-05 22:50"
    desk.send(ticket, at("2026-03-05 22:42"), "gas_group")
    assert due(ticket, Stage.ACKNOWLEDGE) == "2026-03-05 23:12"
    assert due(ticket, Stage.FIRST_REPORT) == "2026-03-06 00:42"
    assert due(ticket, Stage.OVERALL) == "2026-03-06 22:40"

    def swept(moment: str) -> set[int]:
        for _, deadline_id in sweep.due(at(moment)):
            with transaction():
                sweep.look(deadline_id, now=at(moment))
        return set(session.scalars(sa.select(Notice.staff_id).where(Notice.ticket_id == ticket.id)))

    assert head.id not in swept("2026-03-05 23:12")
    assert {head.id, desk.manager.id} <= swept("2026-03-05 23:13")


def test_scenario_18_a_return_has_its_window(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-04-30 09:00"))
    desk.send(ticket, at("2026-04-30 10:00"))
    part, clerk = ticket.lead, desk.clerk("urban_management")
    assert part is not None
    late = at("2026-05-06 17:30:01")
    with pytest.raises(returning.ReturnTooLateError), transaction():
        returning.ask(part, reason="not_our_duty", grounds="Not ours", suggested=None, by=clerk, now=late)
    with transaction():
        asked = returning.ask(
            part,
            reason="not_our_duty",
            grounds="Not ours",
            suggested=unit("housing"),
            by=clerk,
            now=at("2026-05-06 17:30"),
        )
    assert ticket.status is TicketStatus.RETURNED
    with transaction():
        returning.grant(
            asked, to=unit("housing"), ruling="It is yours", by=desk.leader, now=at("2026-05-06 17:40")
        )
    second = ticket.lead
    assert second is not None
    assert (second.department.code, second.may_return) == ("housing", False)
    with pytest.raises(returning.NoRightOfReturnError):
        returning.ask(
            second,
            reason="not_our_duty",
            grounds="Not ours either",
            suggested=None,
            by=desk.clerk("housing"),
            now=at("2026-05-07 09:00"),
        )


def test_scenario_18_an_extension_counts_on_from_the_old_due(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("complaint", at("2026-04-27 10:00"))
    desk.send(ticket, at("2026-04-27 11:00"))
    assert due(ticket, Stage.OVERALL) == "2026-05-07 17:30"
    assert due(ticket, Stage.DEPARTMENT) == "2026-05-07 17:30"
    part, clerk = ticket.lead, desk.clerk("urban_management")
    assert part is not None
    with transaction():
        asked = extending.ask(
            part,
            limit=Limit.parse("3 wd"),
            grounds="A part is on order",
            by=clerk,
            now=at("2026-05-06 15:00"),
        )
    with transaction():
        extending.grant(asked, by=desk.leader, now=at("2026-05-06 16:00"))
    assert due(ticket, Stage.DEPARTMENT) == "2026-05-11 17:30"
    assert due(ticket, Stage.OVERALL) == "2026-05-11 17:30"
    clock = next(one for one in ticket.deadlines if one.stage is Stage.DEPARTMENT)
    assert clock.original_due_at == at("2026-05-07 17:30")
    with transaction():
        extending.caller_told(asked, by=desk.operator, now=at("2026-05-06 16:30"))
    assert (asked.decision, asked.caller_told_at) == (Decision.GRANTED, at("2026-05-06 16:30"))


def test_scenario_18_asked_after_the_due_moment_is_refused(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-04-27 10:00"))
    desk.send(ticket, at("2026-04-27 11:00"))
    part, clerk = ticket.lead, desk.clerk("urban_management")
    assert part is not None
    with pytest.raises(extending.AskedTooLateError):
        extending.ask(
            part, limit=Limit.parse("3 wd"), grounds="Late", by=clerk, now=at("2026-05-07 17:30:01")
        )


def test_scenario_18_swap_days_and_national_day(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("complaint", at("2026-09-24 10:00"))
    assert due(ticket, Stage.OVERALL) == "2026-10-09 17:30"


def test_scenario_17_a_tip_off_never_goes_to_the_unit_complained_of(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", at("2026-03-05 09:00"))
    order = sending.Order(lead=unit("urban_management"))
    with pytest.raises(sending.TipOffRefusedError), transaction():
        sending.send(ticket, order, by=desk.leader, now=at("2026-03-05 10:00"))
    desk.send(ticket, at("2026-03-05 10:00"), "discipline")
    assert ticket.lead is not None


def test_scenario_16_a_petition_visit_rolls_over_the_holiday(desk: Desk, due: Due) -> None:
    ticket = desk.ticket("petition_visit", at("2026-09-17 10:00"))
    assert due(ticket, Stage.TOLD) == "2026-10-08 17:30"


def test_the_lead_closes_last(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    lead, clerk, helper = ticket.lead, desk.clerk("urban_management"), desk.clerk("housing")
    assert lead is not None
    with transaction():
        assist = sending.add_assist(ticket, unit("housing"), by=desk.leader, now=at("2026-03-02 10:05"))
        handling.acknowledge(lead, by=clerk, now=at("2026-03-02 11:00"))
        handling.acknowledge(assist, by=helper, now=at("2026-03-02 11:00"))
    with pytest.raises(handling.AssistsOutstandingError), transaction():
        handling.reply(lead, text="Done", by=clerk, now=at("2026-03-02 12:00"))
    with transaction():
        handling.reply(assist, text="Our half is done", by=helper, now=at("2026-03-02 12:00"))
        facts = of_the_handling(ticket, at("2026-03-02 13:00"))
        handling.reply(lead, text="Done", facts=facts, by=clerk, now=at("2026-03-02 13:00"))
    assert ticket.status is TicketStatus.REPLIED
