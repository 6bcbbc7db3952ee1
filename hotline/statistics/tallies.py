"""Counting rows in the database: the one way in which roll-up, today's figures and rebuilds count."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import UtcDateTime, session
from hotline.statistics.counting import Count
from hotline.statistics.counts import of
from hotline.statistics.periods import Period
from hotline.statistics.sources import SOURCES, Source


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are narrowed to."""

    channel: str = ""
    category: str = ""
    department_id: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.channel or self.category or self.department_id)

    def conditions(
        self,
        channel: sa.SQLColumnExpression[Any],
        category: sa.SQLColumnExpression[Any],
        department_id: sa.SQLColumnExpression[Any],
    ) -> list[sa.ColumnElement[bool]]:
        """Return what rows with these columns must meet to lie within."""
        asked = ((channel, self.channel), (category, self.category), (department_id, self.department_id))
        return [column == value for column, value in asked if value]

    def takes(self, tally: Tally) -> bool:
        """Tell whether a count lies within."""
        return (
            self.channel in ("", tally.channel)
            and self.category in ("", tally.category)
            and self.department_id in (0, tally.department_id)
        )


EVERYTHING = Scope()
"""Nothing is left out."""


def main(period: Period, now: dt.datetime, wanted: frozenset[str] | None = None) -> Iterator[Tally]:
    """Yield the counts of `period` divided by channel, category and department."""
    for source, counts in _chosen(wanted):
        for row in _counted(source, counts, "", period, now):
            for count, amount in zip(counts, row[3:], strict=True):
                if amount:
                    yield Tally(count.code, amount, str(row[0]), row[1], row[2] or 0)


def along(
    axis: str, period: Period, now: dt.datetime, wanted: frozenset[str] | None = None
) -> Iterator[Tally]:
    """Yield the counts of `period` divided along one axis; rows without a key on it are left out."""
    for source, counts in _chosen(wanted):
        if axis not in source.axes:
            continue
        for row in _counted(source, counts, axis, period, now):
            for count, amount in zip(counts, row[1:], strict=True):
                if amount and row[0] is not None:
                    yield Tally(count.code, amount, axis=axis, key=str(row[0]))


WHOLE = "all"
SUMMED = (WHOLE, "department", "category", "channel")
"""Axes along which the counts are kept summed as well, so that whole pages read few rows."""


def summed(counted: Iterable[Tally]) -> Iterator[Tally]:
    """Yield the counts summed along each of `SUMMED`."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for one in counted:
        keys = ("", str(one.department_id), one.category, one.channel)
        for axis, key in zip(SUMMED, keys, strict=True):
            sums[axis, key, one.counted] += one.amount
    for (axis, key, code), amount in sums.items():
        yield Tally(code, amount, axis=axis, key=key)


AXES = tuple(dict.fromkeys(axis for source in SOURCES for axis in source.axes))


def _chosen(wanted: frozenset[str] | None) -> Iterator[tuple[Source, tuple[Count, ...]]]:
    for source in SOURCES:
        counts = tuple(one for one in of(source) if wanted is None or one.code in wanted)
        if counts:
            yield source, counts


def _counted(
    source: Source, counts: tuple[Count, ...], axis: str, period: Period, now: dt.datetime
) -> list[tuple[Any, ...]]:
    key = (source.name, axis, tuple(one.code for one in counts))
    stamp = catalogue.current().stamp
    kept = _queries.get(key)
    if kept is None or kept[0] != stamp:
        kept = _queries[key] = (stamp, _query(source, counts, axis))
    ends = min(period.ends, now) if source.waits else period.ends
    return [tuple(row) for row in session.execute(kept[1], {"begins": period.begins, "ends": ends})]


Query: TypeAlias = "sa.Select[*tuple[Any, ...]]"

_queries: dict[tuple[object, ...], tuple[str, Query]] = {}
"""Queries built before, with the rules they were built for: building costs more than a quiet day does."""


def _query(source: Source, counts: Sequence[Count], axis: str) -> Query:
    by = (source.axes[axis],) if axis else (source.channel, source.category, source.department)
    columns: list[sa.Label[Any]] = [one.label(f"by_{number}") for number, one in enumerate(by)]
    sums = [
        sa.func.sum(sa.case((one.condition(), 1 if one.value is None else one.value), else_=0)).label(
            one.code
        )
        for one in counts
    ]
    return (
        sa.select(*columns, *sums)
        .select_from(source.rows)
        .where(
            source.moment >= sa.bindparam("begins", type_=UtcDateTime()),
            source.moment < sa.bindparam("ends", type_=UtcDateTime()),
            source.always,
            source.along(axis),
        )
        .group_by(*[sa.literal_column(f"by_{number}") for number in range(len(by))])
    )
