"""Writes many rows in one go, without a round through SQLAlchemy for each."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa


def put(
    connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]], on_conflict: str
) -> None:
    """Insert `rows`, in the order of the table's columns; `on_conflict` says what becomes of known keys.

    PostgreSQL takes each column as one array, which it reads ten times faster than row after row.
    """
    if not rows:
        return
    statement = _statement(table, on_conflict, connection.dialect)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, list(rows))
    else:
        connection.exec_driver_sql(statement, tuple(map(list, zip(*rows, strict=True))))


@lru_cache(maxsize=32)
def _statement(table: sa.Table, on_conflict: str, dialect: sa.Dialect) -> str:
    names = ", ".join(column.name for column in table.columns)
    if dialect.name == "sqlite":
        marks = ", ".join("?" for _ in table.columns)
        return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {on_conflict}"  # noqa: S608 # names of ours
    arrays = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608 # ours
