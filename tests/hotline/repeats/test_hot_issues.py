"""Hot issues: many callers, one answer, each ticket on its own way."""

import pytest
from flask import Flask

from hotline.categories.channels import Channel
from hotline.db import session, transaction
from hotline.dispatch import handling
from hotline.repeats import hot_issues
from hotline.repeats.hot_issues import (
    IssueClosedError,
    NoReplyToShareError,
    OtherIssueError,
    SealedMatterError,
)
from hotline.repeats.models import HotIssue
from hotline.tickets import answering
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.conftest import NOON
from tests.matters import Desk

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def three(desk: Desk) -> list[Ticket]:
    tickets = [desk.ticket("consultation", NOON, phone=f"1380000000{number}") for number in range(3)]
    for ticket in tickets:
        desk.send(ticket, NOON)
        with transaction():
            assert ticket.lead is not None
            handling.acknowledge(ticket.lead, by=desk.clerk(ticket.lead.department.code), now=NOON)
    return tickets


def gathered(desk: Desk, tickets: list[Ticket]) -> HotIssue:
    with transaction():
        issue = hot_issues.open_issue("灯不亮", by=desk.leader, now=NOON)
        for ticket in tickets:
            hot_issues.add(issue, ticket, by=desk.operator, now=NOON)
    return issue


def test_one_reply_answers_all_and_each_caller_is_answered_alone(desk: Desk, three: list[Ticket]) -> None:
    issue = gathered(desk, three)
    first = three[0]
    assert first.lead is not None
    with pytest.raises(NoReplyToShareError):
        hot_issues.answer_with(issue, first, now=NOON)
    with transaction():
        handling.caller_contacted(first.lead, note="called", by=desk.clerk("urban_management"), now=NOON)
        handling.reply(first.lead, text="明天修好。", by=desk.clerk("urban_management"), now=NOON)
        hot_issues.answer_with(issue, first, now=NOON)
    with transaction():
        assert hot_issues.share_answer(issue, by=desk.leader, now=NOON) == 2
    assert {ticket.status for ticket in three} == {TicketStatus.REPLIED}
    with transaction():
        answering.answer_from_reply(
            three[1], words="明天修好。", channel=Channel.CALL, by=desk.operator, now=NOON
        )
    assert [ticket.status for ticket in three[:3]].count(TicketStatus.REPLIED) == 2
    assert hot_issues.waiting_for_answer(issue) == []


def test_spread_counts_callers_contacts_and_days(desk: Desk, three: list[Ticket]) -> None:
    issue = gathered(desk, three)
    spread = hot_issues.spread(issue, now=NOON)
    assert (spread.tickets, spread.contacts, spread.callers, spread.today) == (3, 3, 3, 3)
    assert spread.day_before == 0
    assert spread.places == [("Lane 5", 3)]
    assert sum(count for _, count in spread.departments) == 3
    assert hot_issues.counts([issue]) == {issue.id: (3, 3)}


def test_linking_opens_an_issue_once_and_uses_it_again(desk: Desk, three: list[Ticket]) -> None:
    with transaction():
        issue = hot_issues.link(three[1], three[0], by=desk.operator, now=NOON)
        assert hot_issues.link(three[2], three[0], by=desk.operator, now=NOON) is issue
    assert {one.ticket_id for one in issue.members} == {ticket.id for ticket in three}


def test_what_is_closed_sealed_or_elsewhere_is_not_added(desk: Desk, three: list[Ticket]) -> None:
    issue = gathered(desk, three[:1])
    other = gathered(desk, three[1:2])
    with pytest.raises(OtherIssueError):
        hot_issues.add(issue, three[1], by=desk.operator, now=NOON)
    with pytest.raises(SealedMatterError):
        hot_issues.add(issue, desk.ticket("tip_off", NOON), by=desk.operator, now=NOON)
    with transaction():
        hot_issues.close(other, now=NOON)
    with pytest.raises(IssueClosedError):
        hot_issues.add(other, three[2], by=desk.operator, now=NOON)
    session.rollback()
    assert hot_issues.listed() == [issue]
    assert hot_issues.listed(closed=True) == [other]
