"""More of the field's scenarios (DOMAIN E), as far as they concern time and dispatch, with their dates."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hotline.categories import catalogue, profile_file
from hotline.categories.channels import Channel
from hotline.categories.policy import Policy
from hotline.categories.routing import Rule, choose
from hotline.categories.terms import ClosingNeed, Stage, Urgency
from hotline.contacts import closing as contact_closing
from hotline.contacts.models import Call, Disposition
from hotline.db import session, transaction
from hotline.delivery.models import OutboxMessage
from hotline.dispatch import extending, sending
from hotline.people.roles import Role
from hotline.tickets import accepting, answering, closing, reckoning, splitting
from hotline.tickets.closing_needs import Fact, NeedMissingError
from hotline.tickets.models import AnswerSource, Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from hotline.wording import LOCAL_ZONE
from hotline.working_time import Limit
from tests.matters import Desk, at, somebody

Due = Callable[[Ticket, Stage], str]


def reckoned(policy: Policy, received: str, stage: Stage) -> str:
    found = reckoning.reckon(policy, received=at(received)).due(stage)
    return found.at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M") if found else ""


def test_scenario_1_answered_at_once_there_is_no_order_and_no_clock(desk: Desk) -> None:
    contact = desk.answered_at_once(at("2026-03-02 09:10"))
    assert contact.disposition is Disposition.ANSWERED
    assert session.scalar(sa.select(sa.func.count(Ticket.id))) == 0
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


def test_scenario_1_words_without_a_source_are_refused() -> None:
    with pytest.raises(answering.NothingToSayError):
        answering.Spoken(AnswerSource.ARTICLE, "", "I think it takes a week.")


def test_scenario_1_a_restaurants_number_is_redirected_without_an_order(desk: Desk) -> None:
    with transaction():
        contact = desk.contact("consultation", at("2026-03-02 09:10"))
        spoken = answering.Spoken(AnswerSource.REDIRECT, "114", "Please dial 114.")
        answering.answer_contact(contact, spoken, by=desk.operator, now=at("2026-03-02 09:12"))
    assert contact.disposition is Disposition.REDIRECTED
    assert session.scalar(sa.select(sa.func.count(Ticket.id))) == 0


def test_scenario_8_a_call_picked_up_at_the_fourth_ring_is_late(desk: Desk) -> None:
    late = desk.contact("consultation", at("2026-03-02 09:10"), rings=4)
    in_time = desk.contact("consultation", at("2026-03-02 09:20"), rings=3)
    assert isinstance(late, Call)
    assert isinstance(in_time, Call)
    assert (late.is_answered_late, in_time.is_answered_late) == (True, False)
    assert any(one.code == "late_answer" for one in catalogue.desk().scripts)


def test_scenario_10_a_message_is_passed_on_by_the_end_of_the_day(desk: Desk) -> None:
    message = catalogue.policy("message")
    assert reckoned(message, "2026-03-02 10:00", Stage.RELAY) == "2026-03-02 17:30"
    assert reckoned(message, "2026-03-02 18:00", Stage.RELAY) == "2026-03-03 17:30", "after hours: next day"
    assert [one.to for one in message.escalations if one.stage is Stage.RELAY] == [Role.SHIFT_LEADER]


def test_scenario_11_an_urgent_repair_is_dispatched_at_once_and_somebody_is_on_site_in_half_an_hour(
    desk: Desk,
) -> None:
    shipped = profile_file.read("property")
    repair = shipped.policies["repair"]
    urgent = repair.under(urgency=Urgency.URGENT)
    assert reckoned(urgent, "2026-03-05 22:40", Stage.FRONT_DESK) == "2026-03-05 22:50"
    assert reckoned(urgent, "2026-03-05 22:40", Stage.ON_SITE) == "2026-03-05 23:10"
    assert reckoned(urgent, "2026-03-05 22:40", Stage.OVERALL) == "2026-03-06 22:40"
    assert reckoned(repair, "2026-03-05 22:40", Stage.OVERALL) == "2026-03-07 22:40"
    assert urgent.callback is not None
    assert (urgent.callback.share, urgent.priority) == (100, 2)
    rules = [
        Rule(
            code=one.code,
            department_code=one.department,
            takes_tip_offs=False,
            category=one.category,
            content_class=one.content_class,
            place=one.place,
            words=one.words,
            note=one.note,
            position=position,
        )
        for position, one in enumerate(shipped.routes)
    ]
    found = choose(rules, category="repair", content_class="510101", place=None, text="", is_restricted=False)
    assert found is not None
    assert found.department_code == "engineering"


def test_scenario_12_a_praise_letter_is_closed_when_both_copies_hang_and_nobody_is_rung(
    desk: Desk, due: Due
) -> None:
    letter = desk.ticket("praise", at("2026-03-02 10:00"), channel=Channel.LETTER)
    assert due(letter, Stage.FRONT_DESK) == "2026-03-03 17:30"
    now = at("2026-03-03 15:00")
    original = Fact(need=ClosingNeed.ORIGINAL_POSTED, words="Office, board at the door", happened_at=now)
    copy = Fact(need=ClosingNeed.COPY_POSTED, words="Cleaning department", happened_at=now)
    with pytest.raises(NeedMissingError), transaction():
        closing.close_at_desk(letter, [original], note="", by=desk.operator, now=now)
    with transaction():
        closing.close_at_desk(letter, [original, copy], note="Praises Li", by=desk.operator, now=now)
    assert letter.status is TicketStatus.CLOSED
    assert catalogue.policy("praise").callback is None


def test_scenario_13_a_complaint_letter_without_an_order_is_filed_with_its_reason(desk: Desk) -> None:
    with transaction():
        letter = desk.contact("complaint", at("2026-03-02 10:00"), channel=Channel.LETTER)
        contact_closing.file(letter, "Settled on the spot, no order needed")
    assert (letter.disposition, letter.filed_because) == (
        Disposition.FILED,
        "Settled on the spot, no order needed",
    )
    assert session.scalar(sa.select(sa.func.count(Ticket.id))) == 0


def test_scenario_13_the_other_letter_gets_an_order_with_a_lead_and_its_limit(desk: Desk, due: Due) -> None:
    letter = desk.ticket("complaint", at("2026-03-02 10:00"), channel=Channel.LETTER)
    desk.send(letter, at("2026-03-02 11:00"), "housing")
    assert letter.lead is not None
    assert letter.lead.department.code == "housing"
    assert due(letter, Stage.DEPARTMENT) == "2026-03-09 17:30"


def test_scenario_16_told_in_fifteen_days_and_settled_in_sixty_from_acceptance(desk: Desk, due: Due) -> None:
    head = somebody(Role.DEPARTMENT_HEAD, department="petition_office")
    visit = desk.ticket("petition_visit", at("2026-03-10 09:00"))
    assert due(visit, Stage.TOLD) == "2026-03-25 17:30"
    assert due(visit, Stage.OVERALL) == "", "the sixty days wait for acceptance"
    desk.send(visit, at("2026-03-11 09:00"), "petition_office")
    assert due(visit, Stage.DEPARTMENT) == ""
    with transaction():
        accepting.accept(visit, by=desk.leader, now=at("2026-03-12 10:00"))
    told = next(one for one in visit.deadlines if one.stage is Stage.TOLD)
    assert told.met_at == at("2026-03-12 10:00")
    assert due(visit, Stage.OVERALL) == "2026-05-11 17:30"
    assert due(visit, Stage.DEPARTMENT) == "2026-05-11 17:30"
    assert visit.lead is not None
    with transaction():
        asked = extending.ask(
            visit.lead,
            limit=Limit.parse("30 nd"),
            grounds="Two districts must agree",
            by=desk.clerk("petition_office"),
            now=at("2026-05-08 10:00"),
        )
        extending.grant(asked, by=head, now=at("2026-05-08 16:00"))
    assert due(visit, Stage.OVERALL) == "2026-06-10 17:30"
    with pytest.raises(accepting.NotToBeAcceptedError):
        accepting.accept(visit, by=desk.leader, now=at("2026-05-09 10:00"))


def test_scenario_16_dispatched_after_acceptance_the_sixty_days_do_not_start_anew(
    desk: Desk, due: Due
) -> None:
    visit = desk.ticket("petition_visit", at("2026-03-10 09:00"))
    with transaction():
        accepting.accept(visit, by=desk.leader, now=at("2026-03-12 10:00"))
    desk.send(visit, at("2026-04-01 09:00"), "petition_office")
    assert due(visit, Stage.DEPARTMENT) == "2026-05-11 17:30"


def test_scenario_17_a_mixed_letter_becomes_two_matters_with_limits_of_their_own(
    desk: Desk, due: Due
) -> None:
    letter = desk.ticket("complaint", at("2026-03-05 09:00"), channel=Channel.LETTER)
    with transaction():
        part = splitting.split(
            letter,
            Matter(category="tip_off", title="Money taken", content="The section chief took money."),
            stays_title="Slow service",
            stays="The counter was closed at noon.",
            by=desk.leader,
            now=at("2026-03-05 10:00"),
        )
    assert part.status is TicketStatus.TO_REVIEW
    assert due(letter, Stage.OVERALL) == "2026-03-12 17:30"
    assert due(part, Stage.OVERALL) == "2026-03-19 17:30"
    desk.send(letter, at("2026-03-05 10:30"))
    with pytest.raises(sending.TipOffRefusedError), transaction():
        desk.send(part, at("2026-03-05 10:30"))
    desk.send(part, at("2026-03-05 10:40"), "discipline")
    assert due(part, Stage.DEPARTMENT) == "2026-03-19 17:30"
    assert {one.department.code for one in part.assignments} == {"discipline"}
