"""Writing exports: any number of rows, a piece at a time, readable in every spreadsheet, masked by role."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from hotline.db import session, transaction
from hotline.statistics import columns, drilling, streaming
from hotline.statistics.columns import Column
from hotline.statistics.drilling import Row
from hotline.statistics.export_models import Export, ExportFormat, ExportState
from hotline.statistics.exports import folder
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from hotline.wording import say

PIECE = 400
"""Rows read at once: a short transaction each, so that an export never holds up the desk."""
LEASE = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 3
FIRST_OF_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""Without it Excel reads a CSV's Chinese as gibberish."""
EXCEL_ROWS = 1_048_575
"""Rows one sheet holds below its heading; further ones go onto further sheets."""


class Sink(Protocol):
    """Where rows go."""

    def heading(self, texts: Sequence[str]) -> None:
        """Write the names of the columns."""

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Finish the file."""


def write_next(clock: Callable[[], dt.datetime]) -> bool:
    """Write one export that waits, or whose worker died; return whether there was one.

    `clock` tells the time. Claimed by a lease that every piece renews: a worker that lost it stops, and the
    next one starts afresh.
    """
    export_id = _claim(clock())
    if export_id is None:
        return False
    try:
        _write(export_id, clock)
    except _LeaseLostError:
        current_app.logger.warning("export %s was taken over", export_id)
    except Exception as error:
        current_app.logger.warning("export %s failed: %s", export_id, type(error).__name__)
        with transaction():
            _give_back(session.get_one(Export, export_id))
    return True


class _LeaseLostError(Exception):
    """Another worker writes this export now."""


def _claim(now: dt.datetime) -> int | None:
    with transaction():
        waiting = (
            sa.select(Export.id)
            .where(
                Export.state.in_([ExportState.WAITING, ExportState.RUNNING]),
                sa.or_(Export.lease_until.is_(None), Export.lease_until < now),
            )
            .order_by(Export.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        return session.scalar(
            sa.update(Export)
            .where(Export.id == waiting)
            .values(
                state=ExportState.RUNNING,
                lease_until=now + LEASE,
                attempts=Export.attempts + 1,
                written=0,
            )
            .returning(Export.id)
            .execution_options(synchronize_session=False)
        )


def _give_back(export: Export) -> None:
    is_last = export.attempts >= MOST_ATTEMPTS
    export.state = ExportState.FAILED if is_last else ExportState.WAITING
    export.lease_until = None


def _write(export_id: int, clock: Callable[[], dt.datetime]) -> None:
    with transaction():
        export = session.get_one(Export, export_id)
        attempt, locale, kept = export.attempts, export.locale, list(export.columns)
        is_excel = export.format is ExportFormat.XLSX
    name = f"{export_id}-{attempt}.{'xlsx' if is_excel else 'csv'}"
    path = folder() / name
    sink: Sink = streaming.Sheet(path, EXCEL_ROWS) if is_excel else _Csv(path)
    wanted = [columns.COLUMNS[code] for code in kept]
    with closing(sink), force_locale(locale):
        sink.heading([say(one.name) for one in wanted])
        for texts in _pieces(export_id, attempt, wanted, clock):
            sink.rows(texts)
    with transaction():
        export = session.get_one(Export, export_id)
        if export.attempts != attempt:
            raise _LeaseLostError
        export.state = ExportState.READY
        export.file = name
        export.finished_at = clock()
        export.lease_until = None


def _pieces(
    export_id: int, attempt: int, wanted: list[Column], clock: Callable[[], dt.datetime]
) -> Iterator[list[list[str]]]:
    after: tuple[dt.datetime, int] | None = None
    asked_at: dt.datetime | None = None
    words = columns.Words()
    read = tuple({name for column in wanted for name in column.reads} | {"number"})
    while True:
        with transaction():
            export = session.get_one(Export, export_id)
            if export.attempts != attempt:
                raise _LeaseLostError
            asked_at = asked_at or export.asked_at
            rows = _read(export, asked_at, after, read)
            texts = [[column.text(row, words) for column in wanted] for row in rows]
            export.written += len(rows)
            export.lease_until = clock() + LEASE
            after = (rows[-1].moment, rows[-1].row_id) if rows else None
        yield texts
        if len(texts) < PIECE:
            return


def _read(
    export: Export, asked_at: dt.datetime, after: tuple[dt.datetime, int] | None, read: Sequence[str]
) -> list[Row]:
    wanted = export.wanted
    return drilling.rows(
        tuple(wanted["counts"]),
        Period(dt.date.fromisoformat(wanted["first"]), dt.date.fromisoformat(wanted["last"])),
        export.asked_by,
        now=asked_at,
        scope=Scope(wanted["channel"], wanted["category"], wanted["department_id"]),
        axis=wanted["axis"],
        key=wanted["key"],
        after=after,
        limit=PIECE,
        read=read,
    )


class _Csv:
    """A CSV file that Excel opens as it is meant."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM)
        self._writer = csv.writer(self._file)

    def heading(self, texts: Sequence[str]) -> None:
        """Write the names of the columns."""
        self._writer.writerow(texts)

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Write rows, every text as text."""
        self._writer.writerows([plain(text) for text in texts] for texts in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def plain(text: str) -> str:
    """Return `text` so that a spreadsheet does not take it for a formula."""
    return "'" + text if text.startswith(FIRST_OF_FORMULA) else text
