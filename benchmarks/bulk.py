"""Bulk loading: rows go in without indexes, which are built once at the end."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Engine

Row = Sequence[Any]
Packed = Sequence[Row] | bytes
"""Rows of one table that have every column in its order: as they are for SQLite, as text for PostgreSQL."""


class Loader(Protocol):
    """Writes rows of tables."""

    def write(self, table: sa.Table, rows: Packed) -> None:
        """Append rows."""


@contextmanager
def loading(engine: Engine, tables: Sequence[sa.Table]) -> Iterator[Loader]:
    """Lend a loader for `tables`; their indexes are built again at the end, whatever they are by then.

    A database whose loading was cut short is of no use any more.
    """
    engine.dispose()
    is_sqlite = engine.dialect.name == "sqlite"
    lent = [engine.raw_connection() for _ in range(1 if is_sqlite else BUILDERS)]
    try:
        drivers: list[Any] = [one.driver_connection for one in lent]
        with _sqlite(drivers[0], tables) if is_sqlite else _postgresql(drivers, tables) as loader:
            yield loader
    finally:
        for one in lent:
            one.invalidate()  # its settings must not reach anybody else
            one.close()


class SqliteLoader:
    """Inserts by prepared statement in one transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def write(self, table: sa.Table, rows: Packed) -> None:
        """Append rows."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        self._connection.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)


SQLITE_FILLED = (
    "foreign_keys=off",
    "journal_mode=off",
    "synchronous=off",
    "cache_size=-2000000",
    "secure_delete=off",
    "ignore_check_constraints=on",
)
"""How a file is filled that is of no use until it is full.

Its checks would take longer than the writing itself, and rows copied from ones that passed them pass them.
"""


@contextmanager
def _sqlite(connection: Any, tables: Sequence[sa.Table]) -> Iterator[SqliteLoader]:
    for pragma in SQLITE_FILLED:
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
    for table in tables:
        _index_words(connection, table)
    connection.execute("COMMIT")


def _index_words(connection: Any, table: sa.Table) -> None:
    """Make the full text indexes over a table anew: its rows went in without the triggers that keep them."""
    over = f"CREATE VIRTUAL TABLE % USING fts5(%content='{table.name}'%"
    found = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE ?", (over,)).fetchall()
    for (words,) in found:
        connection.execute(f'INSERT INTO "{words}"("{words}") VALUES (\'rebuild\')')
        # Large pieces would be merged by whoever writes next: a call would take a second and a half.
        connection.execute(f'INSERT INTO "{words}"("{words}") VALUES (\'optimize\')')


class PostgresLoader:
    """Copies rows in."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def write(self, table: sa.Table, rows: Packed) -> None:
        """Append rows."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with self._cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            copy.write(rows)


def line(row: Row) -> str:
    """Return a row as PostgreSQL copies it in."""
    return "\t".join(map(copied, row)) + "\n"


def copied(value: Any) -> str:
    """Return a value as PostgreSQL copies it in."""
    if value.__class__ is int:
        return str(value)
    if value is None:
        return "\\N"
    text = str(value)
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


BUILDERS = 2
"""Connections that build indexes on PostgreSQL, a processor for each: one of the longest knows no helpers."""


@contextmanager
def _postgresql(drivers: Sequence[Any], tables: Sequence[sa.Table]) -> Iterator[PostgresLoader]:
    for driver in drivers:
        driver.rollback()
        driver.autocommit = True  # every builder must see the rows
    cursors = [driver.cursor() for driver in drivers]
    for cursor in cursors:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")  # nobody needs half of it after a crash
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET max_parallel_maintenance_workers = 0")  # builders are parallel already
    first = cursors[0]
    first.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = current_schema() AND tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [[table.name for table in tables]],
    )
    dropped: Mapping[str, str] = dict(first.fetchall())
    for name in dropped:
        first.execute(f'DROP INDEX "{name}"')
    yield PostgresLoader(first)
    waiting = deque(dropped.values())
    with ThreadPoolExecutor(len(cursors)) as crew:
        for building in [crew.submit(_build, cursor, waiting) for cursor in cursors]:
            building.result()
    for table in tables:
        if "id" in table.columns and table.autoincrement_column is not None:
            first.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                f' (SELECT coalesce(max(id), 1) FROM "{table.name}"))'
            )


def _build(cursor: Any, waiting: deque[str]) -> None:
    """Build one index after another until none is left to build."""
    while waiting:
        try:
            definition = waiting.popleft()
        except IndexError:  # another builder took the last one
            return
        cursor.execute(definition)


def analyze(engine: Engine) -> None:
    """Let the database see what it holds now, as its own upkeep would in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")
