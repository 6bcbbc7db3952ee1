"""Writes rows that are all new, in a fraction of the time a unit of work takes.

SQLAlchemy's looks through every relation of every kind of row for what was moved, emptied or deleted: for the
eight rows of a call that takes twice as long as writing them. New rows only wait for those they point at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstanceState, Mapper, RelationshipDirection

from hotline.db import session

Row = InstanceState[Any]
Pairs = tuple[tuple[str, str], ...]
"""Two names each: in a table or relation, its column or near side, and the attribute or far side."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows of one kind are written."""

    tables: tuple[tuple[sa.Insert, Pairs], ...]
    """An INSERT for each table they lie in, with the attribute that each of its columns is of."""
    keys: tuple[str, ...]
    defaults: tuple[tuple[str, Callable[[], object]], ...]
    """What an attribute is that nobody has set."""
    owners: tuple[tuple[str, Pairs], ...]
    """The relations to rows they point at."""
    owned: tuple[tuple[str, Pairs], ...]
    """The relations to rows that point at them and have no relation that says so."""


def write() -> None:
    """Insert all rows that are new in the session; whoever listens to flushes hears of it as of one.

    Where others were changed or deleted it is a flush. Raises `RuntimeError` where one row would have to be
    there before another that waits for it.
    """
    current = session()
    if current.deleted or any(map(current.is_modified, current.dirty)):
        current.flush()
        return
    with current.no_autoflush:  # it would write once more what is written here
        current.dispatch.before_flush(current, None, None)
        rows = list(current._new)
        writing = _Writing(current.connection(), rows)
        for row in rows:
            writing.insert(row)
        current.dispatch.after_flush(current, None)
        # They are in the database from here on, and out of it after a rollback.
        current._register_persistent(set(rows))
        current.dispatch.after_flush_postexec(current, None)
        writing.tell_the_others()


class _Writing:
    """Writes `rows`, each after those it points at."""

    def __init__(self, connection: sa.Connection, rows: list[Row]) -> None:
        self._connection = connection
        self._waiting = set(rows)
        self._owners: dict[Row, list[tuple[object, Pairs]]] = {}
        """Of a row, new or not: who has come to own it without its knowledge."""
        for owner in rows:
            for name, pairs in _plan(owner.mapper).owned:
                upwards = tuple((far, near) for near, far in pairs)
                for one in _held(owner.dict.get(name)):
                    self._owners.setdefault(sa.inspect(one), []).append((owner.obj(), upwards))

    def insert(self, row: Row) -> None:
        """Insert `row` unless that is done, with what it says or its columns' defaults."""
        if row not in self._waiting:
            return
        self._waiting.remove(row)
        plan, values = _plan(row.mapper), row.dict
        pointing = [(values[name], pairs) for name, pairs in plan.owners if values.get(name) is not None]
        for owner, pairs in pointing + self._owners.pop(row, []):
            self.insert(sa.inspect(owner))
            for own, theirs in pairs:
                values[own] = getattr(owner, theirs)
                if values[own] is None:
                    raise RuntimeError(f"{owner!r} and {row.obj()!r} wait for one another")
        for name, default in plan.defaults:
            if name not in values:
                values[name] = default()
        for statement, columns in plan.tables:
            written = {column: values[name] for column, name in columns if name in values}
            result = self._connection.execute(statement, written)
            assert result.inserted_primary_key is not None
            values.update(zip(plan.keys, result.inserted_primary_key, strict=True))

    def tell_the_others(self) -> None:
        """Let rows that were there know who owns them now; it is flushed with what else changes."""
        for row, owners in self._owners.items():
            for owner, pairs in owners:
                for own, theirs in pairs:
                    setattr(row.obj(), own, getattr(owner, theirs))


@cache
def _plan(mapper: Mapper[Any]) -> _Plan:
    return _Plan(
        tables=tuple(
            (sa.insert(part.local_table), tuple((one.key, _name(mapper, one)) for one in part.local_table.c))
            for part in reversed(list(mapper.iterate_to_root()))
        ),
        keys=tuple(_name(mapper, one) for one in mapper.primary_key),
        defaults=tuple(_defaults(mapper)),
        owners=tuple(_relations(mapper, RelationshipDirection.MANYTOONE)),
        owned=tuple(_relations(mapper, RelationshipDirection.ONETOMANY)),
    )


def _relations(mapper: Mapper[Any], direction: RelationshipDirection) -> Iterator[tuple[str, Pairs]]:
    """Yield the relations of a direction; of one that both sides know, the side that points."""
    for one in mapper.relationships:
        is_theirs = direction is RelationshipDirection.ONETOMANY and one._reverse_property
        if one.direction is direction and not one.viewonly and not is_theirs:
            pairs = one.local_remote_pairs
            yield one.key, tuple((_name(mapper, near), _name(one.mapper, far)) for near, far in pairs)


def _name(mapper: Mapper[Any], column: sa.ColumnElement[Any]) -> str:
    return mapper.get_property_by_column(column).key


def _defaults(mapper: Mapper[Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    for column in mapper.columns:
        if not column.primary_key:
            is_version = column is mapper.version_id_col
            yield _name(mapper, column), (lambda: 1) if is_version else _default(column.default)


def _default(default: Any) -> Callable[[], object]:
    """Return what makes a column's default: a value, or a function that SQLAlchemy lets take a context."""
    if default is None:
        return lambda: None
    if default.is_scalar:
        return lambda: default.arg
    return lambda: default.arg(None)


def _held(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
