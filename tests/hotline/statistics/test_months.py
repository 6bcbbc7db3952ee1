"""A month's report keeps what was reported, and shows what changed."""

import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session, transaction
from hotline.people.roles import Role
from hotline.statistics import facts, month_sheets, months
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.months import FrozenBeforeError, NotOverError, SignedError, StillCountingError
from hotline.tickets.models import Ticket
from tests.matters import Desk, at, somebody

MARCH = dt.date(2026, 3, 1)
APRIL = at("2026-04-05 09:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A few calls in March."""
    desk = Desk()
    desk.answered_at_once(at("2026-03-03 09:00"))
    desk.ticket("complaint", at("2026-03-04 09:00"))
    desk.ticket("help", at("2026-03-05 09:00"))
    return desk


def test_a_month_is_frozen_once_and_only_when_it_is_over(desk: Desk) -> None:
    with pytest.raises(NotOverError):
        months.freeze(MARCH, by=desk.manager, now=at("2026-03-31 23:00"))
    with pytest.raises(StillCountingError):
        months.freeze(MARCH, by=desk.manager, now=APRIL)
    facts.catch_up(APRIL)
    with transaction():
        report = months.freeze(MARCH, by=desk.manager, now=APRIL)
    assert months.frozen(report)[""]["contacts"].numerator == 3
    with pytest.raises(FrozenBeforeError):
        months.freeze(MARCH, by=desk.manager, now=APRIL)


def test_the_job_freezes_on_the_fifth(desk: Desk) -> None:
    facts.catch_up(APRIL)
    with transaction():
        assert months.freeze_due(at("2026-04-04 23:00")) is None
        report = months.freeze_due(APRIL)
    assert report is not None
    assert (report.month, report.frozen_by) == (MARCH, None)
    assert months.freeze_due(APRIL) is None


def test_a_later_change_is_shown_as_a_correction_and_nothing_else_moves(desk: Desk) -> None:
    facts.catch_up(APRIL)
    with transaction():
        report = months.freeze(MARCH, by=desk.manager, now=APRIL)
    assert months.corrections(report, now=APRIL) == []
    with transaction():
        session.scalars(sa.select(Ticket).where(Ticket.category == "help")).one().category = "complaint"
    facts.catch_up(APRIL)
    found = {
        (one.division, one.group, one.frozen.measure.code): (one.frozen.numerator, one.present.numerator)
        for one in months.corrections(report, now=APRIL)
    }
    assert found["category", "complaint", "tickets"] == (1, 2)
    assert found["category", "help", "tickets"] == (1, 0)
    assert ("", "", "tickets") not in found
    assert months.frozen(report, "category")["help"]["tickets"].numerator == 1


def test_scores_start_from_a_hundred_and_a_signature_closes_them(desk: Desk) -> None:
    facts.catch_up(APRIL)
    with transaction():
        report = months.freeze(MARCH, by=desk.manager, now=APRIL)
        months.score(MARCH, points=-3, reason="Late report", staff=desk.agent, by=desk.manager, now=APRIL)
        months.score(MARCH, points=5, reason="Praised", staff=desk.agent, by=desk.leader, now=APRIL)
    assert list(months.totals(MARCH).values()) == [102]
    with pytest.raises(months.ReasonNeededError):
        months.score(MARCH, points=1, reason=" ", staff=desk.agent, by=desk.leader, now=APRIL)
    with transaction():
        months.write(report, summary="A quiet month", problems="", actions="")
        months.sign(report, by=desk.leader, now=APRIL)
    for refused in (
        lambda: months.write(report, summary="Louder", problems="", actions=""),
        lambda: months.score(MARCH, points=1, reason="More", staff=desk.agent, by=desk.leader, now=APRIL),
        lambda: months.sign(report, by=desk.manager, now=APRIL),
    ):
        with pytest.raises(SignedError):
            refused()


def test_the_excel_file_holds_every_measure_with_its_counts(desk: Desk) -> None:
    facts.catch_up(APRIL)
    with transaction():
        report = months.freeze(MARCH, by=somebody(Role.SERVICE_MANAGER), now=APRIL)
        months.write(report, summary="=1+1", problems="", actions="")
    file = io.BytesIO()
    month_sheets.write(file, report, now=APRIL)
    book = openpyxl.load_workbook(file)
    rows = {row[0].value: row for row in book.worksheets[1].iter_rows()}
    assert len([name for name in rows if name]) >= len(MEASURES)
    summary = book.worksheets[0]["B3"]
    assert (summary.value, summary.data_type) == ("=1+1", "s"), "words, not a formula"
