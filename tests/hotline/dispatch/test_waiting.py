"""Waiting for the caller: it stops a clock only where policy says so, and survives other changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hotline.categories import catalogue
from hotline.categories.catalogue import Catalogue
from hotline.categories.terms import Stage
from hotline.db import session, transaction
from hotline.dispatch import handling, returning, sending, sweep
from hotline.people import departments
from hotline.tickets import closing, waiting
from hotline.tickets.models import Ticket
from hotline.tickets.waiting import AlreadyWaitingError
from tests.matters import Desk, at

Due = Callable[[Ticket, Stage], str]


@pytest.fixture
def sent(desk: Desk) -> Ticket:
    """A complaint, acknowledged, due 2026-03-09 17:30."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    assert ticket.lead is not None
    with transaction():
        handling.acknowledge(ticket.lead, by=desk.clerk("urban_management"), now=at("2026-03-02 11:00"))
    return ticket


@pytest.fixture
def pausing(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile whose complaints stand still while the caller is waited for."""
    shipped = catalogue.current()
    stopping = {code: replace(policy, waiting_stops_clock=True) for code, policy in shipped.policies.items()}
    changed: Catalogue = replace(shipped, policies=stopping)
    # The profile is data; no shipped one pauses, so the reading of it is what is changed here.
    monkeypatch.setattr(catalogue, "current", lambda: changed)


def wait(desk: Desk, ticket: Ticket, first: str, last: str) -> None:
    clerk = desk.clerk("urban_management")
    with transaction():
        waiting.begin(ticket, reason="Needs the receipt", by=clerk, now=at(first))
    if last:
        with transaction():
            waiting.end(ticket, by=clerk, now=at(last))


def test_clocks_run_on_unless_policy_says_otherwise(desk: Desk, due: Due, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "2026-03-05 10:00")
    assert due(sent, Stage.DEPARTMENT) == "2026-03-09 17:30"
    assert sent.waiting_since is None
    assert [one.kind for one in sent.events][-2:] == ["waiting_begun", "waiting_ended"]


def test_a_ticket_waits_once_at_a_time(desk: Desk, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "")
    with pytest.raises(AlreadyWaitingError):
        wait(desk, sent, "2026-03-03 11:00", "")


@pytest.mark.usefixtures("pausing")
def test_a_pause_moves_the_due_moment_by_its_working_days(desk: Desk, due: Due, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "2026-03-05 10:00")
    assert due(sent, Stage.DEPARTMENT) == "2026-03-11 17:30"
    assert due(sent, Stage.OVERALL) == "2026-03-11 17:30"
    clock = next(one for one in sent.deadlines if one.stage is Stage.DEPARTMENT)
    assert "paused" in [step["step"] for step in clock.explanation]
    assert clock.original_due_at == at("2026-03-09 17:30")


@pytest.mark.usefixtures("pausing")
def test_nothing_is_late_while_it_stands_still(desk: Desk, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "")
    assert sent.next_due_at is None
    swept = [deadline_id for _, deadline_id in sweep.due(at("2026-03-30 10:00"))]
    assert not [one for one in sent.deadlines if one.is_running and one.id in swept]


@pytest.mark.usefixtures("pausing")
def test_a_clock_that_was_late_already_is_not_stopped(desk: Desk, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-10 10:00", "")
    clock = next(one for one in sent.deadlines if one.stage is Stage.DEPARTMENT)
    assert clock.stopped_since is None


@pytest.mark.usefixtures("pausing")
def test_the_pause_survives_a_change_of_department(desk: Desk, due: Due, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "")
    other = departments.by_code("housing")
    assert other is not None
    with transaction():
        sending.reassign(sent, other, reason="Theirs", by=desk.leader, now=at("2026-03-04 10:00"))
    assert all(one.stopped_since for one in sent.deadlines if one.is_running)
    with transaction():
        waiting.end(sent, by=desk.operator, now=at("2026-03-05 10:00"))
    session.expire_all()
    assert due(sent, Stage.OVERALL) == "2026-03-11 17:30"
    # The new department's five days began during the pause: one of its days stood still.
    assert due(sent, Stage.DEPARTMENT) == "2026-03-10 17:30"


@pytest.mark.usefixtures("pausing")
def test_the_pause_survives_a_change_of_category(desk: Desk, due: Due, sent: Ticket) -> None:
    wait(desk, sent, "2026-03-03 10:00", "")
    assert sent.lead is not None
    with transaction():
        asked = returning.ask(
            sent.lead,
            reason="wrong_category",
            grounds="It is a suggestion",
            suggested=None,
            by=desk.clerk("urban_management"),
            now=at("2026-03-03 14:00"),
        )
        returning.grant(asked, to=None, ruling="So it is", by=desk.leader, now=at("2026-03-04 10:00"))
        closing.reclassify(
            sent,
            category="suggestion",
            content_class=None,
            reason="A wish",
            by=desk.leader,
            now=at("2026-03-04 11:00"),
        )
    assert all(one.stopped_since == at("2026-03-03 10:00") for one in sent.deadlines if one.is_running)
    with transaction():
        waiting.end(sent, by=desk.operator, now=at("2026-03-05 10:00"))
    assert due(sent, Stage.OVERALL) == "2026-03-18 17:30", "ten working days to the 16th, and two stood still"
