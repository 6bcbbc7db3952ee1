"""Exports: asked for by a person, kept for a week; a worker writes them (`export_writing`)."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from hotline.db import session, transaction
from hotline.delivery import outbox
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.statistics import columns, drilling, figures
from hotline.statistics.export_models import Export, ExportColumns, ExportFormat, ExportState
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from hotline.wording import N_

KEPT_FOR = dt.timedelta(days=7)
PROMISE = "export_asked"


class NoColumnsError(HotlineError):
    """A file without columns says nothing."""

    sentence = N_("Choose at least one column.")
    field = "columns"


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
    outbox.promise(PROMISE, once=str(export.id), now=now, export_id=export.id)
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
