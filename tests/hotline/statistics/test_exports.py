"""Exports: every row, in pieces, readable, never a formula, only what the asker may see."""

import csv
import datetime as dt

import openpyxl
import pytest
from flask import Flask

from hotline.categories.channels import Channel
from hotline.contacts import closing
from hotline.db import session, transaction, utc_now
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.statistics import drilling, export_writing, exports, facts
from hotline.statistics.columns import COLUMNS, USUAL, Words
from hotline.statistics.export_models import Export, ExportFormat, ExportState
from hotline.statistics.export_writing import plain
from hotline.statistics.exports import NoColumnsError
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from tests.matters import Desk, at, somebody

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
NOW = at("2026-04-01 09:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Seven complaints, one with a title that a spreadsheet would run, and a tip-off."""
    desk = Desk()
    for number in range(7):
        ticket = desk.ticket("complaint", at(f"2026-03-0{number + 1} 09:00"))
        if number == 0:
            with transaction():
                ticket.title = "=cmd|' /C calc'!A0"
    desk.ticket("tip_off", at("2026-03-08 09:00"))
    facts.catch_up(NOW)
    return desk


def asked(by: Staff, format_: ExportFormat = ExportFormat.CSV) -> Export:
    with transaction():
        return exports.ask(
            ("tickets",),
            MARCH,
            Scope(),
            format_=format_,
            chosen=["title", "number", "category"],
            locale="en",
            by=by,
            now=NOW,
        )


def read(export: Export) -> list[list[str]]:
    with exports.path_of(export).open(encoding="utf-8", newline="") as file:
        assert file.read(1) == "\ufeff", "Excel needs the mark to read Chinese"
        return list(csv.reader(file))


def test_every_row_is_written_piece_by_piece(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_writing, "PIECE", 3)  # several pieces out of few rows
    export = asked(desk.manager)
    assert export_writing.write_next(utc_now)
    assert not export_writing.write_next(utc_now)
    session.refresh(export)
    rows = read(export)
    assert (export.state, export.written, export.total) == (ExportState.READY, 8, 8)
    assert rows[0] == ["Ticket", "Title", "Category"]
    assert len({row[0] for row in rows[1:]}) == 8


def test_a_title_that_begins_like_a_formula_stays_text(desk: Desk) -> None:
    as_csv, as_excel = asked(desk.manager), asked(desk.manager, ExportFormat.XLSX)
    while export_writing.write_next(utc_now):
        pass
    for export in (as_csv, as_excel):
        session.refresh(export)
    assert any(row[1].startswith("'=cmd") for row in read(as_csv))
    cells = [
        row[1] for row in openpyxl.load_workbook(exports.path_of(as_excel)).worksheets[0].iter_rows(min_row=2)
    ]
    assert {cell.data_type for cell in cells}.pop() == "s"
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert plain(text) == "'" + text


def test_a_sealed_matter_is_a_row_without_words_for_who_may_not_see_it(desk: Desk) -> None:
    trusted, other = asked(desk.manager), asked(somebody(Role.INSPECTOR))
    while export_writing.write_next(utc_now):
        pass
    for export in (trusted, other):
        session.refresh(export)
    assert [row for row in read(other) if row == ["", "", ""]], "counted, not shown"
    assert ["", "", ""] not in read(trusted)
    assert len(read(other)) == len(read(trusted))


def test_an_export_whose_worker_died_is_written_by_the_next(desk: Desk) -> None:
    export = asked(desk.manager)
    with transaction():
        export.state = ExportState.RUNNING
        export.attempts = 1
        export.lease_until = utc_now() + dt.timedelta(minutes=1)
    assert not export_writing.write_next(utc_now), "its worker still lives"
    with transaction():
        export.lease_until = utc_now() - dt.timedelta(seconds=1)
    assert export_writing.write_next(utc_now)
    session.refresh(export)
    assert (export.state, export.attempts) == (ExportState.READY, 2)


def test_an_export_belongs_to_who_asked_and_goes_after_a_week(desk: Desk) -> None:
    export = asked(desk.manager)
    export_writing.write_next(utc_now)
    with pytest.raises(NotFoundError):
        exports.get(export.id, desk.leader)
    path = exports.path_of(exports.get(export.id, desk.manager))
    assert path.exists()
    assert exports.remove_old(utc_now()) == 0
    assert exports.remove_old(utc_now() + dt.timedelta(days=8)) == 1
    assert not path.exists()


def test_the_columns_chosen_are_offered_again(desk: Desk) -> None:
    assert exports.remembered(desk.manager) == list(USUAL)
    asked(desk.manager)
    assert exports.remembered(desk.manager) == ["number", "title", "category"]
    with pytest.raises(NoColumnsError):
        exports.ask(
            ("tickets",),
            MARCH,
            Scope(),
            format_=ExportFormat.CSV,
            chosen=[],
            locale="en",
            by=desk.manager,
            now=NOW,
        )


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_a_tip_off_without_a_ticket_is_as_sealed_as_one_with_it(desk: Desk, role: Role) -> None:
    with transaction():
        closing.decline(desk.contact("tip_off", at("2026-03-09 09:00")), "litigation")
        letter = desk.contact("tip_off", at("2026-03-10 09:00"), channel=Channel.LETTER)
        closing.file(letter, "Handed over")
        closing.decline(desk.contact("complaint", at("2026-03-11 09:00")), "litigation")

    def without_ticket(person: Staff) -> list[drilling.Row]:
        found = drilling.rows(("contacts",), MARCH, person, now=NOW, scope=Scope())
        return [one for one in found if one.moment >= at("2026-03-09 00:00")]

    shown = [one.contact.category if one.contact else "" for one in without_ticket(somebody(role))]
    assert shown == ["complaint", "", ""]
    assert all(one.contact for one in without_ticket(desk.manager))
    assert {COLUMNS["title"].text(one, Words()) for one in without_ticket(desk.manager)} == {""}
