"""Figures as Excel files: numbers as numbers, text as text, never a formula that somebody typed in."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from hotline.statistics import names
from hotline.statistics.figures import Figure
from hotline.statistics.measures import Measure
from hotline.statistics.periods import Period
from hotline.wording import N_, say

SAFE = {
    "constant_memory": True,
    # What a caller said is text, whatever it begins with.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def open_book(path: Path) -> xlsxwriter.Workbook:
    """Return a workbook that keeps one row in memory and takes every string as text."""
    return xlsxwriter.Workbook(str(path), SAFE)


def write_measure(
    path: Path, measure: Measure, period: Period, by: str, found: Iterable[tuple[str, Figure]]
) -> None:
    """Write one measure with both its counts, one row a group."""
    with open_book(path) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        share = book.add_format({"num_format": "0.0%"})
        seconds = book.add_format({"num_format": '0.0 "s"'})
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 3, 18)
        _line(sheet, 0, [say(measure.name), f"{period.first} – {period.last}"], bold)
        _line(sheet, 1, [say(measure.words), say(measure.out_of) if measure.denominator else ""])
        _line(
            sheet,
            3,
            [by and say(DIVISION_NAMES[by]), say(N_("Numerator")), say(N_("Denominator")), say(N_("Share"))],
            bold,
        )
        for number, (group, figure) in enumerate(found, start=4):
            sheet.write_string(number, 0, names.of(by, group) if by else "")
            sheet.write_number(number, 1, figure.numerator)
            if figure.denominator is not None:
                sheet.write_number(number, 2, figure.denominator)
            if figure.rate is not None:
                sheet.write_number(number, 3, figure.rate, seconds if measure.is_average else share)


def _line(sheet: Worksheet, row: int, texts: Sequence[str], look: object = None) -> None:
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, look)


DIVISION_NAMES = {
    "department": N_("Department"),
    "category": N_("Category"),
    "channel": N_("Channel"),
    "day": N_("Day"),
    "month": N_("Month"),
    "agent": N_("Agent"),
    "hour": N_("Hour"),
    "content_class": N_("Content class"),
    "area": N_("Area"),
    "level": N_("Level"),
}
