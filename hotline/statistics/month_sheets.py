"""A monthly report as an Excel file: every figure with both counts, charts, corrections, points."""

import datetime as dt
from collections.abc import Container
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hotline.statistics import complaints, inspections, months, names
from hotline.statistics.figures import Figure
from hotline.statistics.month_models import MonthReport
from hotline.wording import N_, in_words, say

HEADINGS = (
    N_("Measure"),
    N_("Numerator"),
    N_("Denominator"),
    N_("Share"),
    N_("Target"),
    N_("What is counted"),
)
IN_CHART = (
    "front_desk_on_time",
    "department_on_time",
    "overall_on_time",
    "solution_rate",
    "satisfaction_rate",
)


def write(file: IO[bytes], report: MonthReport, *, now: dt.datetime, without: Container[str] = ()) -> None:
    """Write the report into `file`."""
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        looks = {
            "bold": book.add_format({"bold": True}),
            "share": book.add_format({"num_format": "0.0%"}),
            "seconds": book.add_format({"num_format": '0.0 "s"'}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _words(book, report, looks)
        _figures(book, say(N_("Whole service")), {"": months.frozen(report).get("", {})}, "", looks)
        for division, title in (("department", N_("By department")), ("category", N_("By category"))):
            found = months.frozen(report, division)
            shown = months.apart(found, without) if division == "category" else found
            _figures(book, say(title), shown, division, looks)
        _causes(book, report, looks)
        _inspections(book, report, looks)
        _corrections(book, report, now, without, looks)
        _scores(book, report, looks)


def _words(book: Workbook, report: MonthReport, looks: dict[str, Format]) -> None:
    sheet = book.add_worksheet(say(N_("Report")))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    lines = (
        (N_("Month"), f"{report.month:%Y-%m}"),
        (N_("Frozen at"), in_words(report.frozen_at)),
        (N_("Summary"), report.summary),
        (N_("Problems found"), report.problems),
        (N_("What will be done"), report.actions),
        (
            N_("Signed by"),
            f"{report.signed_by.name} {in_words(report.signed_at)}" if report.signed_by else "",
        ),
    )
    for row, (heading, text) in enumerate(lines):
        sheet.write_string(row, 0, say(heading), looks["bold"])
        sheet.write_string(row, 1, text, looks["wrap"])


def _figures(
    book: Workbook, title: str, groups: dict[str, dict[str, Figure]], division: str, looks: dict[str, Format]
) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 32)
    sheet.set_column(5, 5, 60)
    row = 0
    for group, figures in groups.items():
        if division:
            sheet.write_string(row, 0, names.of(division, group), looks["bold"])
            row += 1
        _heading(sheet, row, looks["bold"])
        places = {}
        for code, figure in figures.items():
            row += 1
            places[code] = row
            _figure(sheet, row, figure, looks)
        if not division and all(code in places for code in IN_CHART):
            _chart(book, sheet, title, places, row + 2)
        row += 2


def _heading(sheet: Worksheet, row: int, bold: Format) -> None:
    for column, text in enumerate(HEADINGS):
        sheet.write_string(row, column, say(text), bold)


def _figure(sheet: Worksheet, row: int, figure: Figure, looks: dict[str, Format]) -> None:
    measure = figure.measure
    sheet.write_string(row, 0, say(measure.name))
    sheet.write_number(row, 1, figure.numerator)
    if figure.denominator is not None:
        sheet.write_number(row, 2, figure.denominator)
    if figure.rate is not None:
        sheet.write_number(row, 3, figure.rate, looks["seconds" if measure.is_average else "share"])
    if measure.target is not None:
        sheet.write_number(row, 4, measure.target / 100, looks["share"])
    below = f" / {say(measure.out_of)}" if measure.denominator else ""
    sheet.write_string(row, 5, say(measure.words) + below)


def _chart(book: Workbook, sheet: Worksheet, title: str, places: dict[str, int], row: int) -> None:
    chart = book.add_chart({"type": "bar"})
    for code in IN_CHART:
        at = places[code]
        chart.add_series(
            {
                "name": [sheet.get_name(), at, 0],
                "categories": [sheet.get_name(), at, 0, at, 0],
                "values": [sheet.get_name(), at, 3, at, 3],
                "data_labels": {"value": True},
            }
        )
    chart.set_title({"name": title})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%"})
    sheet.insert_chart(row, 0, chart)


def _causes(book: Workbook, report: MonthReport, looks: dict[str, Format]) -> None:
    sheet = book.add_worksheet(say(N_("Causes of complaints")))
    sheet.set_column(0, 1, 36)
    headings = (N_("Cause"), N_("Responsible department"), N_("Complaints"), N_("Costs in yuan"))
    for column, text in enumerate(headings):
        sheet.write_string(0, column, say(text), looks["bold"])
    for row, one in enumerate(complaints.frozen(report.id), start=1):
        sheet.write_string(row, 0, complaints.name_of(complaints.CAUSES, one.cause))
        sheet.write_string(row, 1, names.of("department", str(one.department_id)))
        sheet.write_number(row, 2, one.complaint_count)
        sheet.write_number(row, 3, one.cost_fen / 100)


def _inspections(book: Workbook, report: MonthReport, looks: dict[str, Format]) -> None:
    sheet = book.add_worksheet(say(N_("Service inspections")))
    sheet.set_column(1, 5, 30)
    headings = (
        N_("Inspected at"),
        N_("Whose work"),
        N_("Item"),
        N_("Problem"),
        N_("To be done"),
        N_("Put right"),
    )
    for column, text in enumerate(headings):
        sheet.write_string(0, column, say(text), looks["bold"])
    findings = [(one, found) for one in inspections.of_month(report.month) for found in one.findings]
    for row, (one, found) in enumerate(findings, start=1):
        texts = (
            in_words(one.inspected_at),
            inspections.whom(one),
            inspections.name_of(found.item),
            found.problem or "",
            found.rectification or "",
            found.put_right or "",
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)


def _corrections(
    book: Workbook,
    report: MonthReport,
    now: dt.datetime,
    without: Container[str],
    looks: dict[str, Format],
) -> None:
    sheet = book.add_worksheet(say(N_("Corrections since")))
    sheet.set_column(0, 1, 30)
    for column, text in enumerate((N_("Measure"), N_("Of"), N_("As reported"), N_("Today"))):
        sheet.write_string(0, column, say(text), looks["bold"])
    for row, one in enumerate(months.corrections(report, now=now, without=without), start=1):
        sheet.write_string(row, 0, say(one.frozen.measure.name))
        sheet.write_string(row, 1, names.of(one.division, one.group) if one.division else "")
        sheet.write_string(row, 2, _both(one.frozen))
        sheet.write_string(row, 3, _both(one.present))


def _both(figure: Figure) -> str:
    if figure.denominator is None:
        return str(figure.numerator)
    return f"{names.percent(figure)} ({figure.numerator} / {figure.denominator})"


def _scores(book: Workbook, report: MonthReport, looks: dict[str, Format]) -> None:
    sheet = book.add_worksheet(say(N_("Monthly scores")))
    sheet.set_column(0, 0, 30)
    sheet.set_column(2, 2, 60)
    for column, text in enumerate((N_("For whom"), N_("Points"), N_("Reason"), N_("Entered by"))):
        sheet.write_string(0, column, say(text), looks["bold"])
    for row, event in enumerate(months.scores(report.month), start=1):
        sheet.write_string(row, 0, months.whom(event))
        sheet.write_number(row, 1, event.points)
        sheet.write_string(row, 2, event.reason)
        sheet.write_string(row, 3, event.entered_by.name)
