"""What a category wants on record is asked for, and without it nothing is closed (DOMAIN C2)."""

import pytest

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import ClosingNeed
from hotline.db import transaction
from hotline.dispatch import handling
from hotline.tickets import answering, closing, closing_needs
from hotline.tickets.closing_needs import Fact, NeedMissingError
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at, of_the_handling, on_record

NOW = at("2026-03-03 09:00")
CAUSE = Fact(need=ClosingNeed.CAUSE_RECORDED, choice="our_fault", words="The lamp section; spoken to")
PHONED = ClosingNeed.PHONE_DISPATCH_RECORDED


def acknowledged(desk: Desk, category: str, **more: object) -> Ticket:
    ticket = desk.ticket(category, at("2026-03-02 09:00"), **more)
    desk.send(ticket, at("2026-03-02 10:00"))
    with transaction():
        assert ticket.lead is not None
        handling.acknowledge(ticket.lead, by=desk.clerk("urban_management"), now=at("2026-03-02 11:00"))
    return ticket


def reply(desk: Desk, ticket: Ticket, *facts: Fact) -> None:
    assert ticket.lead is not None
    clerk = desk.clerk("urban_management")
    with transaction():
        handling.reply(ticket.lead, text="Mended.", facts=facts, by=clerk, now=NOW)


def answer(desk: Desk, ticket: Ticket, *facts: Fact) -> None:
    with transaction():
        answering.answer_from_reply(
            ticket, words="Mended.", channel=Channel.CALL, facts=facts, by=desk.operator, now=NOW
        )
        closing.finish(ticket, by=desk.operator, now=NOW)


def test_a_complaint_is_not_replied_to_without_cause_and_responsibility(desk: Desk) -> None:
    ticket = acknowledged(desk, "complaint")
    with pytest.raises(NeedMissingError) as refused:
        reply(desk, ticket)
    assert refused.value.params == {"needs": [ClosingNeed.CAUSE_RECORDED]}
    assert ticket.status is TicketStatus.ACKNOWLEDGED
    reply(desk, ticket, CAUSE)
    [row] = ticket.closing_records
    assert (row.choice, row.words, row.round) == ("our_fault", "The lamp section; spoken to", 1)
    assert "closing_recorded" in [one.kind for one in ticket.events]


@pytest.mark.parametrize(
    "half",
    [
        Fact(need=ClosingNeed.CAUSE_RECORDED, choice="our_fault", words="  "),
        Fact(need=ClosingNeed.CAUSE_RECORDED, words="The lamp section"),
        Fact(need=ClosingNeed.COMPLETION_NOTED, words="Done"),
    ],
    ids=["no words", "no choice", "no moment"],
)
def test_half_a_record_is_none(desk: Desk, half: Fact) -> None:
    ticket = acknowledged(desk, "complaint")
    with pytest.raises(NeedMissingError):
        closing_needs.record(ticket, [half], by=desk.operator, now=NOW)


def test_a_cause_that_the_profile_does_not_know_is_refused(desk: Desk) -> None:
    ticket = acknowledged(desk, "complaint")
    made_up = Fact(need=ClosingNeed.CAUSE_RECORDED, choice="weather", words="Rain")
    with pytest.raises(catalogue.UnknownCodeError):
        reply(desk, ticket, made_up)


def test_a_suggestion_says_whether_it_is_adopted_and_why(desk: Desk) -> None:
    ticket = acknowledged(desk, "suggestion")
    with pytest.raises(NeedMissingError):
        reply(desk, ticket)
    reply(desk, ticket, Fact(need=ClosingNeed.ADOPTION_DECIDED, choice="not_adopted", words="No budget"))
    answer(desk, ticket)
    assert ticket.status is TicketStatus.RESOLVED


def test_an_assisting_department_is_not_asked_for_the_cause(desk: Desk) -> None:
    ticket = acknowledged(desk, "complaint")
    assert closing_needs.missing(ticket, closing_needs.BY_DEPARTMENT) == [ClosingNeed.CAUSE_RECORDED]
    reply(desk, ticket, *of_the_handling(ticket, NOW))
    assert closing_needs.missing(ticket, closing_needs.BY_DEPARTMENT) == []


def test_in_an_emergency_who_was_phoned_is_on_record_before_it_ends(desk: Desk) -> None:
    ticket = acknowledged(desk, "emergency")
    reply(desk, ticket)
    with pytest.raises(NeedMissingError):
        answer(desk, ticket)
    with transaction():
        said = Fact(need=PHONED, words="119 and the gas emergency desk", happened_at=at("2026-03-02 09:02"))
        closing_needs.record(ticket, [said], by=desk.operator, now=NOW)
    answer(desk, ticket)
    assert ticket.status is TicketStatus.RESOLVED


def test_nothing_is_put_on_record_as_done_in_the_future(desk: Desk) -> None:
    ticket = acknowledged(desk, "emergency")
    said = Fact(need=PHONED, words="119", happened_at=at("2026-03-04 09:02"))
    with pytest.raises(closing_needs.NotYetDoneError):
        closing_needs.record(ticket, [said], by=desk.operator, now=NOW)


def test_a_round_opened_again_wants_its_own_record(desk: Desk) -> None:
    ticket = acknowledged(desk, "complaint")
    reply(desk, ticket, CAUSE)
    answer(desk, ticket)
    with transaction():
        closing.open_round(ticket, reason="Dark again", by=desk.leader, now=NOW)
    assert closing_needs.missing(ticket, closing_needs.BY_DEPARTMENT) == [ClosingNeed.CAUSE_RECORDED]


def test_both_places_of_a_praise_letter_are_needed_to_close(desk: Desk) -> None:
    ticket = desk.ticket("praise", at("2026-03-02 09:00"), channel=Channel.LETTER)
    one = Fact(need=ClosingNeed.ORIGINAL_POSTED, words="Office", happened_at=at("2026-03-02 15:00"))
    with pytest.raises(NeedMissingError) as refused, transaction():
        closing.close_at_desk(ticket, [one], note="", by=desk.operator, now=NOW)
    assert refused.value.params == {"needs": [ClosingNeed.COPY_POSTED]}
    both = on_record((ClosingNeed.ORIGINAL_POSTED, ClosingNeed.COPY_POSTED), at("2026-03-02 15:00"))
    with transaction():
        closing.close_at_desk(ticket, both, note="", by=desk.operator, now=NOW)
    assert ticket.closed_at == NOW


def test_a_reply_nobody_waits_for_is_filed_and_one_somebody_waits_for_is_not(desk: Desk) -> None:
    anonymous = acknowledged(desk, "complaint", phone=None)
    reply(desk, anonymous, CAUSE)
    with transaction():
        answering.file_reply(anonymous, by=desk.operator, now=NOW)
        closing.finish(anonymous, by=desk.operator, now=NOW)
    assert anonymous.status is TicketStatus.RESOLVED
    assert anonymous.answers == []
    named = acknowledged(desk, "complaint")
    reply(desk, named, CAUSE)
    with pytest.raises(answering.CallerWaitsError):
        answering.file_reply(named, by=desk.operator, now=NOW)
