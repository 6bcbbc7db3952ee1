"""Writing exports: any number of rows, a piece at a time, readable in every spreadsheet, masked by role."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.statistics import columns, drilling, figures, sheets
from hotline.statistics.columns import Column
from hotline.statistics.drilling import Row
from hotline.statistics.export_models import Export, ExportColumns, ExportFormat, ExportState
from hotline.statistics.figures import Scope
from hotline.statistics.periods import Period
from hotline.wording import N_, say

PIECE = 1000
"""Rows read at once: a short transaction each, so that an export never holds up the desk."""
LEASE = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT_FOR = dt.timedelta(days=7)
FIRST_OF_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""Without it Excel reads a CSV's Chinese as gibberish."""
EXCEL_ROWS = 1_048_575
"""Rows one sheet holds below its heading; further ones go onto further sheets."""


class NoColumnsError(HotlineError):
    """A file without columns says nothing."""

    sentence = N_("Choose at least one column.")
    field = "columns"


class Sink(Protocol):
    """Where rows go."""

    def heading(self, texts: Sequence[str]) -> None:
        """Write the names of the columns."""

    def row(self, texts: Sequence[str]) -> None:
        """Write one row."""

    def close(self) -> None:
        """Finish the file."""


def ask(
    codes: tuple[str, ...],
    period: Period,
    scope: Scope,
    *,
    axis: str = "",
    key: str = "",
    format_: ExportFormat,
    chosen: Sequence[str],
    locale: str,
    by: Staff,
    now: dt.datetime,
) -> Export:
    """Ask for a file of the matters that counts are made of; a worker writes it.

    Raises `NoColumnsError`, `NotFoundError` for counts that do not exist.
    """
    drilling.counts_of(codes)
    kept = [one for one in columns.COLUMNS if one in chosen]
    if not kept:
        raise NoColumnsError
    sums = figures.sums(period, now=now, by=axis, scope=scope, wanted=frozenset(codes))
    export = Export(
        asked_by=by,
        asked_at=now,
        format=format_,
        locale=locale,
        wanted={
            "counts": list(codes),
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "channel": scope.channel,
            "category": scope.category,
            "department_id": scope.department_id,
            "axis": axis,
            "key": key,
        },
        columns=kept,
        state=ExportState.WAITING,
        total=sum(sums.amount(code, key) for code in codes),
        written=0,
        attempts=0,
    )
    session.add(export)
    _remember(by, kept)
    session.flush()
    return export


def _remember(person: Staff, kept: list[str]) -> None:
    row = session.get(ExportColumns, person.id)
    if row is None:
        session.add(ExportColumns(staff_id=person.id, columns=kept))
    else:
        row.columns = kept


def remembered(person: Staff) -> list[str]:
    """Return the columns a person chose last, else the usual ones."""
    row = session.get(ExportColumns, person.id)
    return list(row.columns) if row is not None else list(columns.USUAL)


def of_person(person: Staff) -> list[Export]:
    """Return the exports of a person, newest first."""
    query = sa.select(Export).where(Export.asked_by_id == person.id)
    return list(session.scalars(query.order_by(Export.id.desc()).limit(30)))


def get(export_id: int, person: Staff) -> Export:
    """Return an export of this person. Raises `NotFoundError` for anybody else's."""
    export = session.get(Export, export_id)
    if export is None or export.asked_by_id != person.id:
        raise NotFoundError
    return export


def path_of(export: Export) -> Path:
    """Return where the file of a ready export lies. Raises `NotFoundError`."""
    if export.file is None:
        raise NotFoundError
    return folder() / export.file


def folder() -> Path:
    """Return the folder of the exports, made when missing, closed to other accounts."""
    found: Path = current_app.extensions["settings"].data / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def write_next() -> bool:
    """Write one export that waits, or whose worker died; return whether there was one.

    Claimed by a lease that every piece renews. A worker that lost it stops; the next one starts afresh.
    """
    export_id = _claim()
    if export_id is None:
        return False
    try:
        _write(export_id)
    except _LeaseLostError:
        current_app.logger.warning("export %s was taken over", export_id)
    except Exception as error:
        current_app.logger.warning("export %s failed: %s", export_id, type(error).__name__)
        with transaction():
            _give_back(session.get_one(Export, export_id))
    return True


class _LeaseLostError(Exception):
    """Another worker writes this export now."""


def _claim() -> int | None:
    now = utc_now()
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


def _write(export_id: int) -> None:
    with transaction():
        export = session.get_one(Export, export_id)
        attempt, locale, kept = export.attempts, export.locale, list(export.columns)
        is_excel = export.format is ExportFormat.XLSX
    name = f"{export_id}-{attempt}.{'xlsx' if is_excel else 'csv'}"
    path = folder() / name
    sink: Sink = sheets.Sheet(path, EXCEL_ROWS) if is_excel else _Csv(path)
    wanted = [columns.COLUMNS[code] for code in kept]
    with closing(sink), force_locale(locale):
        sink.heading([say(one.name) for one in wanted])
        for texts in _pieces(export_id, attempt, wanted):
            for row in texts:
                sink.row(row)
    with transaction():
        export = session.get_one(Export, export_id)
        if export.attempts != attempt:
            raise _LeaseLostError
        export.state = ExportState.READY
        export.file = name
        export.finished_at = utc_now()
        export.lease_until = None


def _pieces(export_id: int, attempt: int, wanted: list[Column]) -> Iterator[list[list[str]]]:
    after: tuple[dt.datetime, int] | None = None
    asked_at: dt.datetime | None = None
    while True:
        with transaction():
            export = session.get_one(Export, export_id)
            if export.attempts != attempt:
                raise _LeaseLostError
            asked_at = asked_at or export.asked_at
            rows = _read(export, asked_at, after)
            texts = [[column.text(row) for column in wanted] for row in rows]
            export.written += len(rows)
            export.lease_until = utc_now() + LEASE
            after = (rows[-1].moment, rows[-1].row_id) if rows else None
        yield texts
        if len(texts) < PIECE:
            return


def _read(export: Export, asked_at: dt.datetime, after: tuple[dt.datetime, int] | None) -> list[Row]:
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

    def row(self, texts: Sequence[str]) -> None:
        """Write one row, every text as text."""
        self._writer.writerow([plain(text) for text in texts])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def plain(text: str) -> str:
    """Return `text` so that a spreadsheet does not take it for a formula."""
    return "'" + text if text.startswith(FIRST_OF_FORMULA) else text


def remove_old(now: dt.datetime) -> int:
    """Remove files that have been kept long enough; return how many."""
    with transaction():
        old = list(
            session.scalars(
                sa.select(Export).where(
                    Export.state == ExportState.READY, Export.finished_at < now - KEPT_FOR
                )
            )
        )
        for export in old:
            path_of(export).unlink(missing_ok=True)
            export.file = None
            export.state = ExportState.GONE
    return len(old)
