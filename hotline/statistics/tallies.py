"""Counting rows in the database: the one way in which roll-up, today's figures and rebuilds count."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hotline.db import session
from hotline.statistics.counting import Count
from hotline.statistics.counts import of
from hotline.statistics.periods import Period
from hotline.statistics.sources import SOURCES, Column, Source


@dataclass(frozen=True, slots=True)
class Tally:
    """One count, for one channel, category and department, or for one key of an axis."""

    counted: str
    amount: int
    channel: str = ""
    category: str = ""
    department_id: int = 0
    axis: str = ""
    key: str = ""


def main(period: Period, now: dt.datetime, wanted: frozenset[str] | None = None) -> Iterator[Tally]:
    """Yield the counts of `period` divided by channel, category and department."""
    for source, counts in _chosen(wanted):
        by = (source.channel, source.category, source.department)
        for row in _grouped(source, counts, by, period, now):
            for count, amount in zip(counts, row[3:], strict=True):
                if amount:
                    yield Tally(count.code, amount, str(row[0]), row[1], row[2] or 0)


def along(
    axis: str, period: Period, now: dt.datetime, wanted: frozenset[str] | None = None
) -> Iterator[Tally]:
    """Yield the counts of `period` divided along one axis; rows without a key on it are left out."""
    for source, counts in _chosen(wanted):
        column = source.axes.get(axis)
        if column is None:
            continue
        for row in _grouped(source, counts, (column,), period, now):
            for count, amount in zip(counts, row[1:], strict=True):
                if amount and row[0] is not None:
                    yield Tally(count.code, amount, axis=axis, key=str(row[0]))


AXES = tuple(dict.fromkeys(axis for source in SOURCES for axis in source.axes))


def _chosen(wanted: frozenset[str] | None) -> Iterator[tuple[Source, tuple[Count, ...]]]:
    for source in SOURCES:
        counts = tuple(one for one in of(source) if wanted is None or one.code in wanted)
        if counts:
            yield source, counts


def _grouped(
    source: Source,
    counts: Sequence[Count],
    by: Sequence[Column],
    period: Period,
    now: dt.datetime,
) -> list[tuple[Any, ...]]:
    columns: list[sa.Label[Any]] = [one.label(f"by_{number}") for number, one in enumerate(by)]
    sums = [sa.func.sum(sa.case((one.condition(), 1), else_=0)).label(one.code) for one in counts]
    query = (
        sa.select(*columns, *sums)
        .select_from(source.rows)
        .where(source.within(period, now))
        .group_by(*[sa.literal_column(f"by_{number}") for number in range(len(by))])
    )
    return [tuple(row) for row in session.execute(query)]
