"""Rows of text as an xlsx file, written as they come: one row in memory, nothing that could be a formula.

Every cell is an inline string, so a spreadsheet shows what was said and never runs it.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

LONGEST_CELL = 32_767
"""Characters a spreadsheet takes in one cell."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_PLAIN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff&<>]")
"""Most texts hold none of these, and are written as they are."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _BOLD = 0, 1
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class Sheet:
    """An xlsx file of rows, on as many sheets as they need."""

    def __init__(self, path: Path, most_rows: int) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=3)
        self._most_rows = most_rows
        self._names: Sequence[str] = ()
        self._sheets = 0
        self._out: IO[bytes] | None = None
        self._rows = 0

    def heading(self, texts: Sequence[str]) -> None:
        """Begin a sheet with the names of the columns."""
        self._end_sheet()
        self._names = texts
        self._sheets += 1
        self._rows = 0
        self._out = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        width = f'<col min="1" max="{max(1, len(texts))}" width="20" customWidth="1"/>'
        self._out.write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><cols>{width}</cols><sheetData>".encode()
        )
        self._out.write(_line(texts, _BOLD).encode())

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Write rows, every text as text; what does not fit goes onto a further sheet."""
        while rows:
            if self._out is None or self._rows >= self._most_rows:
                self.heading(self._names)
            assert self._out is not None
            fits = rows[: self._most_rows - self._rows]
            self._out.write("".join([_line(texts, _PLAIN) for texts in fits]).encode())
            self._rows += len(fits)
            rows = rows[len(fits) :]

    def _end_sheet(self) -> None:
        if self._out is not None:
            self._out.write(b"</sheetData></worksheet>")
            self._out.close()
            self._out = None

    def close(self) -> None:
        """Finish the file."""
        if not self._sheets:
            self.heading(self._names)
        self._end_sheet()
        numbers = range(1, self._sheets + 1)
        sheets = "".join(f'<sheet name="{one}" sheetId="{one}" r:id="rId{one}"/>' for one in numbers)
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_KIND}.worksheet+xml"/>'
            for one in numbers
        )
        links = "".join(
            f'<Relationship Id="rId{one}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{one}.xml"/>'
            for one in numbers
        )
        for name, text in (
            (
                "[Content_Types].xml",
                f'<Types xmlns="{_PACKAGE}/content-types">'
                '<Default Extension="rels"'
                ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{parts}</Types>',
            ),
            (
                "_rels/.rels",
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
                f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            ),
            (
                "xl/workbook.xml",
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            ),
            (
                "xl/_rels/workbook.xml.rels",
                f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
                f'<Relationship Id="rId{self._sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
                "</Relationships>",
            ),
        ):
            self._zip.writestr(name, _HEAD + text)
        self._zip.writestr("xl/styles.xml", _STYLES)
        self._zip.close()


def _line(texts: Sequence[str], look: int) -> str:
    begins, empty = f'<c s="{look}" t="inlineStr"><is><t xml:space="preserve">', f'<c s="{look}"/>'
    return (
        f"<row>{''.join([f'{begins}{_clean(text)}</t></is></c>' if text else empty for text in texts])}</row>"
    )


def _clean(text: str) -> str:
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL]
    return escape(_NOT_IN_XML.sub("", text)) if _NOT_PLAIN.search(text) else text
