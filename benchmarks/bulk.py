"""Bulk loading: rows go in without indexes, which are built once at the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Engine

Row = Sequence[Any]


class Loader(Protocol):
    """Writes rows of tables that are named once."""

    zone: str
    """What a moment ends in."""

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Append rows that have every column in its order."""


@contextmanager
def loading(engine: Engine, tables: Sequence[sa.Table]) -> Iterator[Loader]:
    """Lend a loader for `tables`; their indexes are built again at the end, whatever they are by then.

    A database whose loading was cut short is of no use any more.
    """
    engine.dispose()
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        if engine.dialect.name == "sqlite":
            with _sqlite(driver, tables) as loader:
                yield loader
        else:
            with _postgresql(driver, tables) as loader:
                yield loader
    finally:
        raw.invalidate()  # its settings must not reach anybody else
        raw.close()


class SqliteLoader:
    """Inserts by prepared statement in one transaction."""

    zone = ""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Append rows."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        self._connection.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)


@contextmanager
def _sqlite(connection: Any, tables: Sequence[sa.Table]) -> Iterator[SqliteLoader]:
    for pragma in ("foreign_keys=off", "journal_mode=off", "synchronous=off", "cache_size=-500000"):
        connection.execute(f"PRAGMA {pragma}")
    listed = ", ".join(f"'{table.name}'" for table in tables)
    dropped = connection.execute(
        "SELECT type, name, sql FROM sqlite_master"
        f" WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({listed})"
    ).fetchall()
    connection.execute("BEGIN EXCLUSIVE")
    for kind, name, _sql in dropped:
        connection.execute(f'DROP {kind} "{name}"')
    yield SqliteLoader(connection)
    for _kind, _name, sql in dropped:
        connection.execute(sql)
    connection.execute("COMMIT")


class PostgresLoader:
    """Copies rows in."""

    zone = "+00"

    def __init__(self, connection: Any) -> None:
        self._cursor = connection.cursor()

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Append rows."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with self._cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            copy.write("".join(map(_copy_line, rows)))


def _copy_line(row: Row) -> str:
    return "\t".join(map(_copied, row)) + "\n"


def _copied(value: Any) -> str:
    if value.__class__ is int:
        return str(value)
    if value is None:
        return "\\N"
    text = str(value)
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


@contextmanager
def _postgresql(connection: Any, tables: Sequence[sa.Table]) -> Iterator[PostgresLoader]:
    connection.rollback()
    cursor = connection.cursor()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = current_schema() AND tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [[table.name for table in tables]],
    )
    dropped: Mapping[str, str] = dict(cursor.fetchall())
    for name in dropped:
        cursor.execute(f'DROP INDEX "{name}"')
    yield PostgresLoader(connection)
    for definition in dropped.values():
        cursor.execute(definition)
    for table in tables:
        if "id" in table.columns and table.autoincrement_column is not None:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                f' (SELECT coalesce(max(id), 1) FROM "{table.name}"))'
            )
    connection.commit()


def analyze(engine: Engine) -> None:
    """Let the database see what it holds now, as its own upkeep would in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")
