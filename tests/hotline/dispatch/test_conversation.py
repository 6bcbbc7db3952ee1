"""What a department and the hotline say to each other, beyond the scenarios."""

from collections.abc import Callable

import pytest

from hotline.audit import chains
from hotline.categories.terms import Stage
from hotline.db import session, transaction
from hotline.dispatch import (
    actions,
    asking,
    extending,
    handling,
    returning,
    sending,
    supervising,
    sweep,
    urging,
)
from hotline.dispatch.asking import Asked
from hotline.dispatch.models import Decision, Extension, Return, UrgeChannel, UrgeOrigin
from hotline.errors import NotAllowedError
from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.people.roles import Role
from hotline.tickets import answering, closing, merging, timeline
from hotline.tickets.models import Assignment, Ticket
from hotline.tickets.reasons import ReasonMissingError
from hotline.tickets.states import TicketStatus
from hotline.working_time import Limit
from tests.matters import Desk, at, of_the_handling, somebody

Due = Callable[[Ticket, Stage], str]


def unit(code: str) -> Department:
    found = departments.by_code(code)
    assert found is not None
    return found


def lead_of(ticket: Ticket) -> Assignment:
    assert ticket.lead is not None
    return ticket.lead


@pytest.fixture
def sent(desk: Desk) -> Ticket:
    """A complaint of Monday morning, with the urban management bureau."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    return ticket


def returned(desk: Desk, ticket: Ticket) -> Return:
    with transaction():
        return returning.ask(
            lead_of(ticket),
            reason="not_our_duty",
            grounds="It belongs to housing",
            suggested=unit("housing"),
            by=desk.clerk("urban_management"),
            now=at("2026-03-02 11:00"),
        )


def extension(desk: Desk, ticket: Ticket, limit: str = "2 wd", when: str = "2026-03-05 10:00") -> Extension:
    with transaction():
        return extending.ask(
            lead_of(ticket),
            limit=Limit.parse(limit),
            grounds="A part is on order",
            by=desk.clerk("urban_management"),
            now=at(when),
        )


def test_a_refused_return_is_a_forced_dispatch_that_buys_no_time(desk: Desk, due: Due, sent: Ticket) -> None:
    before = due(sent, Stage.DEPARTMENT)
    asked = returned(desk, sent)
    with transaction():
        returning.refuse(asked, ruling="The catalogue says so", by=desk.leader, now=at("2026-03-02 15:00"))
    assert sent.status is TicketStatus.DISPATCHED
    assert lead_of(sent).may_return is False
    assert due(sent, Stage.DEPARTMENT) == before


def test_a_refused_return_of_a_signed_ticket_goes_on_where_it_was(desk: Desk, sent: Ticket) -> None:
    clerk = desk.clerk("urban_management")
    with transaction():
        handling.acknowledge(lead_of(sent), by=clerk, now=at("2026-03-02 10:30"))
    asked = returned(desk, sent)
    with transaction():
        returning.refuse(asked, ruling="Yours", by=desk.leader, now=at("2026-03-02 15:00"))
        now = at("2026-03-03 09:00")
        handling.reply(lead_of(sent), text="Done", facts=of_the_handling(sent, now), by=clerk, now=now)
    assert sent.status is TicketStatus.REPLIED


def test_a_return_can_go_back_to_review(desk: Desk, sent: Ticket) -> None:
    asked = returned(desk, sent)
    with transaction():
        returning.grant(asked, to=None, ruling="Unclear whose", by=desk.leader, now=at("2026-03-02 15:00"))
    assert sent.status is TicketStatus.TO_REVIEW
    assert sent.lead is None
    assert sent.lead_department is None


def test_a_return_is_ruled_on_once_and_by_the_named_role_only(desk: Desk, sent: Ticket) -> None:
    asked = returned(desk, sent)
    now = at("2026-03-02 15:00")
    for stranger in (desk.operator, desk.manager, desk.clerk("urban_management")):
        with pytest.raises(NotAllowedError):
            returning.refuse(asked, ruling="No", by=stranger, now=now)
    with pytest.raises(returning.RulingMissingError):
        returning.refuse(asked, ruling=" ", by=desk.leader, now=now)
    with transaction():
        returning.refuse(asked, ruling="Yours", by=desk.leader, now=now)
    with pytest.raises(returning.AlreadyRuledError):
        returning.grant(asked, to=unit("housing"), ruling="Or not", by=desk.leader, now=now)


def test_silence_in_the_window_is_acceptance(desk: Desk, sent: Ticket) -> None:
    moment = at("2026-03-03 17:30:01")
    for _, deadline_id in sweep.due(moment):
        with transaction():
            sweep.look(deadline_id, now=moment)
    assert "return_window_passed" in [one.kind for one in sent.events]
    clerk = desk.clerk("urban_management")
    with pytest.raises(returning.ReturnTooLateError):
        returning.ask(
            lead_of(sent),
            reason="other",
            grounds="Too late",
            suggested=None,
            by=clerk,
            now=at("2026-03-03 18:00"),
        )


@pytest.mark.parametrize("limit", ["6 wd", "24 h", "5 nd"])
def test_an_extension_keeps_to_the_rule_of_its_category(desk: Desk, sent: Ticket, limit: str) -> None:
    with pytest.raises(extending.TooLongError):
        extension(desk, sent, limit)


def test_extensions_are_counted_and_one_waits_at_a_time(desk: Desk, sent: Ticket) -> None:
    first = extension(desk, sent)
    with pytest.raises(extending.AlreadyAskedError):
        extension(desk, sent)
    with transaction():
        extending.grant(first, by=desk.leader, now=at("2026-03-05 11:00"))
    with pytest.raises(extending.TooOftenError):
        extension(desk, sent)


def test_a_refused_extension_moves_nothing_and_needs_its_reason(desk: Desk, due: Due, sent: Ticket) -> None:
    before = due(sent, Stage.DEPARTMENT)
    asked = extension(desk, sent)
    with pytest.raises(ReasonMissingError):
        extending.refuse(asked, note="", by=desk.leader, now=at("2026-03-05 11:00"))
    with transaction():
        extending.refuse(asked, note="Time enough", by=desk.leader, now=at("2026-03-05 11:00"))
    assert (asked.decision, asked.due_after) == (Decision.REFUSED, None)
    assert due(sent, Stage.DEPARTMENT) == before


def test_only_the_named_role_decides_on_an_extension(desk: Desk, sent: Ticket) -> None:
    asked = extension(desk, sent)
    with pytest.raises(NotAllowedError):
        extending.grant(asked, by=desk.operator, now=at("2026-03-05 11:00"))


def test_a_second_contact_urges_the_department(desk: Desk, sent: Ticket) -> None:
    with transaction():
        contact = desk.contact("complaint", at("2026-03-04 09:00"))
        row = urging.caller_asked_again(
            sent, contact, reason="My mother fell", by=desk.operator, now=at("2026-03-04 09:02")
        )
    assert row is not None
    assert row.reason == "My mother fell"
    assert "My mother fell" not in str([one.details for one in sent.events])
    assert (row.origin, row.department) == (UrgeOrigin.CALLER, unit("urban_management"))
    session.expire(sent)
    assert len(sent.contacts) == 2


def test_a_second_contact_before_dispatch_urges_nobody(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        contact = desk.contact("complaint", at("2026-03-02 09:30"))
        assert (
            urging.caller_asked_again(ticket, contact, by=desk.operator, now=at("2026-03-02 09:30")) is None
        )


def test_a_second_contact_on_a_merged_ticket_joins_the_one_that_goes_on(desk: Desk, sent: Ticket) -> None:
    other = desk.ticket("complaint", at("2026-03-02 09:10"))
    with transaction():
        merging.merge(other, sent, by=desk.leader, now=at("2026-03-02 10:10"))
        contact = desk.contact("complaint", at("2026-03-04 09:00"))
        urging.caller_asked_again(other, contact, by=desk.operator, now=at("2026-03-04 09:00"))
    assert contact.ticket_id == sent.id


def test_merging_leaves_each_caller_their_contact(desk: Desk, sent: Ticket) -> None:
    other = desk.ticket("complaint", at("2026-03-02 09:10"))
    with transaction():
        merging.merge(other, sent, by=desk.leader, now=at("2026-03-02 10:10"))
    assert [len(one.contacts) for one in (sent, other)] == [1, 1]
    assert not [one for one in other.deadlines if one.is_running]
    with transaction():
        merging.unmerge(other, by=desk.leader, now=at("2026-03-02 10:20"))
    assert other.status is TicketStatus.REGISTERED
    assert {one.stage for one in other.deadlines if one.is_running} == {Stage.FRONT_DESK, Stage.OVERALL}


def test_staff_urge_with_channel_and_answer(desk: Desk, sent: Ticket) -> None:
    with transaction():
        row = urging.urge(
            sent,
            channel=UrgeChannel.PHONE,
            reason="The caller waits",
            answer="Tomorrow",
            by=desk.operator,
            now=at("2026-03-04 10:00"),
        )
    assert (row.channel, row.answer) == (UrgeChannel.PHONE, "Tomorrow")
    assert row.reason == "The caller waits"
    assert "The caller waits" not in str([one.details for one in sent.events])
    with pytest.raises(urging.AlreadyAnsweredError):
        urging.answered(row, answer="Again", by=desk.operator, now=at("2026-03-04 10:01"))


def test_nobody_is_urged_about_a_ticket_no_department_has(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with pytest.raises(urging.NobodyToUrgeError):
        urging.urge(
            ticket, channel=UrgeChannel.PHONE, reason="Why", by=desk.operator, now=at("2026-03-02 09:30")
        )


def test_supervision_is_the_oversight_officers(desk: Desk, sent: Ticket) -> None:
    officer = somebody(Role.OVERSIGHT_OFFICER)
    now = at("2026-03-04 10:00")
    with pytest.raises(NotAllowedError):
        supervising.open_(sent, reason="Repeated", by=desk.leader, now=now)
    with transaction():
        row = supervising.open_(sent, reason="Repeated", by=officer, now=now)
    with pytest.raises(supervising.AlreadySupervisedError):
        supervising.open_(sent, reason="Again", by=officer, now=now)
    with transaction():
        supervising.close(row, outcome="Solved", by=officer, now=now)
    with pytest.raises(supervising.SupervisionEndedError):
        supervising.close(row, outcome="Twice", by=officer, now=now)


def test_counts_are_per_department(desk: Desk, sent: Ticket) -> None:
    returned(desk, sent)
    unit = departments.by_code("urban_management")
    assert unit is not None
    found = asking.tallies(at("2026-03-01 00:00"), at("2026-04-01 00:00"))
    assert found == {unit.id: {Asked.RETURNED: 1}}
    assert asking.tallies(at("2026-04-01 00:00"), at("2026-05-01 00:00")) == {}


def test_a_reply_sent_back_starts_the_department_again_and_stays_on_record(
    desk: Desk, due: Due, sent: Ticket
) -> None:
    desk.reply(sent, at("2026-03-03 09:00"))
    with transaction():
        again = handling.send_back(
            sent, reason="Say when it will be done", by=desk.leader, now=at("2026-03-03 10:00")
        )
    assert sent.status is TicketStatus.HANDLING
    assert [one.reply for one in sent.assignments] == ["The lamp was mended.", None]
    assert due(sent, Stage.DEPARTMENT) == due(sent, Stage.OVERALL)
    with transaction():
        handling.reply(again, text="By Friday", by=desk.clerk("urban_management"), now=at("2026-03-03 11:00"))
    part = answering.replied_part(sent)
    assert part is not None
    assert part.reply == "By Friday"


def test_a_second_round_has_its_own_deadlines_and_leaves_the_first_as_it_was(
    desk: Desk, due: Due, sent: Ticket
) -> None:
    desk.reply(sent, at("2026-03-03 09:00"))
    desk.answer(sent, at("2026-03-03 10:00"))
    first = [(one.stage, one.due_at, one.met_at) for one in sent.deadlines if one.stage is not Stage.CALLBACK]
    with transaction():
        closing.open_round(sent, reason="Still dark", by=desk.leader, now=at("2026-03-10 09:00"))
    assert (sent.round, sent.status) == (2, TicketStatus.TO_REVIEW)
    assert due(sent, Stage.OVERALL) == "2026-03-17 17:30"
    assert [
        (one.stage, one.due_at, one.met_at)
        for one in sent.deadlines
        if one.round == 1 and one.stage is not Stage.CALLBACK
    ] == first
    desk.send(sent, at("2026-03-10 10:00"), "housing")
    assert lead_of(sent).round == 2


def test_the_history_of_a_long_conversation_is_whole_and_speaks(desk: Desk, sent: Ticket) -> None:
    asked = returned(desk, sent)
    with transaction():
        returning.refuse(asked, ruling="Yours", by=desk.leader, now=at("2026-03-02 15:00"))
        handling.acknowledge(lead_of(sent), by=desk.clerk("urban_management"), now=at("2026-03-02 16:00"))
    extended = extension(desk, sent)
    with transaction():
        extending.grant(extended, by=desk.leader, now=at("2026-03-05 11:00"))
    session.expire_all()
    assert list(chains.check(sent.id)) == []
    said = [one.what for one in timeline.lines(sent, reader(desk))]
    assert not [sentence for sentence in said if "%(" in sentence or "–" in sentence]


def reader(desk: Desk) -> Staff:
    return desk.leader


def test_a_department_cannot_be_asked_to_assist_twice(desk: Desk, sent: Ticket) -> None:
    with transaction():
        sending.add_assist(sent, unit("housing"), by=desk.leader, now=at("2026-03-02 11:00"))
    with pytest.raises(sending.DepartmentRefusedError):
        sending.add_assist(sent, unit("housing"), by=desk.leader, now=at("2026-03-02 11:01"))


def test_reassigning_relieves_the_first_department(desk: Desk, sent: Ticket) -> None:
    first = lead_of(sent)
    with transaction():
        sending.reassign(sent, unit("housing"), reason="Theirs", by=desk.leader, now=at("2026-03-02 12:00"))
    assert first.ended_at == at("2026-03-02 12:00")
    assert lead_of(sent).department.code == "housing"
    assert not [one for one in first.deadlines if one.is_running]


def test_a_category_is_not_changed_under_a_departments_hands(desk: Desk, sent: Ticket) -> None:
    with pytest.raises(closing.WithDepartmentError):
        closing.reclassify(
            sent,
            category="help",
            content_class=None,
            reason="Urgent after all",
            by=desk.leader,
            now=at("2026-03-02 12:00"),
        )


def test_what_a_relieved_department_asked_for_waits_for_nobody(desk: Desk, sent: Ticket) -> None:
    returned(desk, sent)
    assert actions.Action.RULE in actions.offered(actions.standing(sent), desk.leader)
    with transaction():
        closing.decline(
            sent, reason="litigation", route="The court", by=desk.leader, now=at("2026-03-02 12:00")
        )
    assert sent.lead is None
    assert actions.standing(sent).pending_return is None
    assert not [one for one in sent.deadlines if one.is_running]


def test_a_returned_ticket_is_nobodys_to_work_on(desk: Desk, sent: Ticket) -> None:
    returned(desk, sent)
    clerk = desk.clerk("urban_management")
    offered = actions.offered(actions.standing(sent), clerk)
    assert set(offered) <= {actions.Action.NOTE}
    with pytest.raises(actions.NotOfferedError):
        actions.require(actions.standing(sent), actions.Action.REPLY, clerk)
