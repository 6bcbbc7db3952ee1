"""What an import would do, found out by doing it and taking it back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.calendar.months import Cell, cell_of
from hotline import working_time
from hotline.db import session
from hotline.working_time.notices import NoticeRow


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An import before it happens."""

    changes: Sequence[tuple[Cell, Cell]]
    """Each day that would be worked instead of free or the other way round: now, and then."""
    row_count: int
    settled_years: Sequence[int]
    kept_days: Sequence[dt.date]
    missing_holidays: Sequence[dt.date]
    """Holidays by law that would have to be named for an estimated year to become an announced one."""


def rehearse(rows: Sequence[NoticeRow], *, now: dt.datetime) -> Rehearsal:
    """Return what importing `rows` would change. Nothing of it stays."""
    before = working_time.load()
    uncertain = before.uncertain_years()
    try:
        imported = working_time.import_notice(rows, by=None, now=now, source="")
        after = working_time.load()
        return Rehearsal(
            changes=[
                (cell_of(day, before), cell_of(day, after))
                for day in working_time.changed_days(before, after)
            ],
            row_count=len(rows),
            settled_years=imported.settled_years,
            kept_days=imported.kept_days,
            missing_holidays=[day for day in imported.missing_holidays if day.year in uncertain],
        )
    finally:
        session.rollback()
