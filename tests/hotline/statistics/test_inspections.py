"""Inspections with points, complaint causes with costs: who may, what counts, what a report keeps of them."""

import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import summaries
from hotline.callbacks.reporting import SummaryMissingError
from hotline.categories.terms import ClosingNeed
from hotline.db import session, transaction
from hotline.errors import NotAllowedError
from hotline.people.roles import Role
from hotline.statistics import complaints, facts, inspections, month_sheets, months
from hotline.statistics.complaint_models import ComplaintCost
from hotline.statistics.complaints import NotAComplaintError, ReviewedAlreadyError
from hotline.statistics.inspections import Judged, OwnWorkError, ProblemMissingError, VerifiedBeforeError
from hotline.statistics.periods import month
from hotline.tickets.models import ClosingRecord, Ticket
from tests.matters import Desk, at, somebody

NOW = at("2026-03-20 10:00")
APRIL = at("2026-04-05 09:00")
MARCH = dt.date(2026, 3, 1)
LATE = Judged(
    item="timeliness", is_met=False, problem="Two orders late", rectification="Sort by due time", points=-3
)
POLITE = Judged(item="manners", is_met=True)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def closed(desk: Desk, cause: str, department: str) -> Ticket:
    """A complaint closed in March, of that cause."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"), department)
    desk.reply(ticket, at("2026-03-03 10:00"))
    with transaction():
        ticket.status, ticket.closed_at = type(ticket.status).CLOSED, at("2026-03-10 10:00")
        session.execute(sa.delete(ClosingRecord).where(ClosingRecord.ticket_id == ticket.id))
        if cause:
            session.add(
                ClosingRecord(
                    ticket=ticket,
                    round=1,
                    need=ClosingNeed.CAUSE_RECORDED,
                    choice=cause,
                    words="As found",
                    recorded_by=desk.leader,
                    recorded_at=NOW,
                )
            )
    return ticket


def test_a_finding_takes_points_and_is_settled_by_somebody_who_saw_it(desk: Desk) -> None:
    with transaction():
        sheet = inspections.inspect(
            staff=desk.agent, judged=[LATE, POLITE], remarks="One problem", by=desk.manager, now=NOW
        )
    assert months.totals(MARCH) == {f"{desk.agent.number} {desk.agent.name}": 97}
    (finding,) = inspections.unsettled()
    with pytest.raises(ProblemMissingError):
        inspections.verify(finding, put_right=" ", by=desk.manager, now=NOW)
    with transaction():
        inspections.verify(finding, put_right="Sorted since", by=desk.leader, now=NOW)
    with pytest.raises(VerifiedBeforeError):
        inspections.verify(finding, put_right="Again", by=desk.leader, now=NOW)
    assert inspections.unsettled() == []
    assert inspections.of_month(MARCH) == [sheet]


def test_nobody_inspects_themselves_or_says_nothing(desk: Desk) -> None:
    with pytest.raises(OwnWorkError):
        inspections.inspect(staff=desk.manager, judged=[LATE], remarks="", by=desk.manager, now=NOW)
    with pytest.raises(NotAllowedError):
        inspections.inspect(staff=desk.agent, judged=[LATE], remarks="", by=desk.operator, now=NOW)
    with pytest.raises(inspections.NothingInspectedError):
        inspections.inspect(staff=desk.agent, judged=[], remarks="", by=desk.manager, now=NOW)
    with pytest.raises(ProblemMissingError):
        inspections.inspect(
            staff=desk.agent,
            judged=[Judged(item="manners", is_met=False)],
            remarks="",
            by=desk.manager,
            now=NOW,
        )


def test_causes_are_counted_by_department_with_their_costs(desk: Desk) -> None:
    first = closed(desk, "our_fault", "water_group")
    closed(desk, "our_fault", "water_group")
    closed(desk, "not_founded", "housing")
    closed(desk, "", "housing")
    with transaction():
        cost = complaints.spend(
            first.number,
            kind="repair",
            bearer="department",
            amount_fen=12_345,
            note="Pipe",
            by=desk.manager,
            now=NOW,
        )
    with pytest.raises(NotAllowedError):
        complaints.review(cost.id, by=desk.manager, now=NOW)
    session.rollback()
    officer = somebody(Role.OVERSIGHT_OFFICER)
    with transaction():
        complaints.review(cost.id, by=officer, now=NOW)
    with pytest.raises(ReviewedAlreadyError):
        complaints.review(cost.id, by=officer, now=NOW)
    found = [(one.cause, one.complaint_count, one.cost_fen) for one in complaints.causes(month(MARCH))]
    assert found == [("our_fault", 2, 12_345), ("", 1, 0), ("not_founded", 1, 0)]
    assert complaints.by_bearer(month(MARCH)) == {"department": 12_345}
    assert [one.id for one in complaints.costs(month(MARCH), desk.manager)] == [cost.id]


def test_costs_are_kept_for_complaints_only(desk: Desk) -> None:
    ticket = desk.ticket("suggestion", NOW)
    with pytest.raises(NotAComplaintError):
        complaints.spend(
            ticket.number, kind="repair", bearer="service", amount_fen=100, note="", by=desk.manager, now=NOW
        )
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session.add(
            ComplaintCost(
                ticket=ticket,
                kind="repair",
                bearer="service",
                amount_fen=0,
                note="",
                entered_by=desk.manager,
                entered_at=NOW,
            )
        )


def test_a_report_keeps_its_causes_and_shows_what_changed(desk: Desk) -> None:
    ticket = closed(desk, "our_fault", "water_group")
    with transaction():
        inspections.inspect(staff=desk.agent, judged=[LATE], remarks="", by=desk.manager, now=NOW)
    facts.catch_up(APRIL)
    with transaction():
        report = months.freeze(MARCH, by=desk.manager, now=APRIL)
    assert complaints.changed(report.id, month(MARCH)) == {}
    with transaction():
        session.execute(
            sa.update(ClosingRecord).where(ClosingRecord.ticket_id == ticket.id).values(choice="not_founded")
        )
    changed = complaints.changed(report.id, month(MARCH))
    assert [(was.complaint_count, present.complaint_count) for was, present in changed.values()] == [
        (0, 1),
        (1, 0),
    ]
    assert [one.cause for one in complaints.frozen(report.id)] == ["our_fault"]
    file = io.BytesIO()
    month_sheets.write(file, report, now=APRIL)
    texts = {
        str(cell)
        for sheet in openpyxl.load_workbook(file).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    }
    assert {"Two orders late", "Sort by due time"} <= texts


def test_a_summary_is_filed_with_its_figures(desk: Desk) -> None:
    with pytest.raises(SummaryMissingError):
        summaries.file(MARCH, NOW.date(), words=" ", figures=[], by=desk.manager, now=NOW)
    with pytest.raises(NotAllowedError):
        summaries.file(MARCH, NOW.date(), words="Well", figures=[], by=desk.agent, now=NOW)
    with transaction():
        summaries.file(
            MARCH, NOW.date(), words="Well", figures=[("reach_rate", 3, 4)], by=desk.leader, now=NOW
        )
    (filed,) = summaries.filed()
    assert filed.figures == [["reach_rate", 3, 4]]
