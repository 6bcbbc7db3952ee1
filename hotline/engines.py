"""What connections to both databases do beyond their drivers: locking, preparing, looking before lending."""

import select
import sqlite3
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.sql.compiler import SQLCompiler

from hotline.write_line import LinedUpConnection, WriteLine

HOLDS_LOCK = "holds_write_lock"
"""Under this name a SQLite connection remembers how its transaction began."""

WROTE = "wrote"
"""Under this name a PostgreSQL connection remembers whether its transaction may have changed anything."""

MOST_PREPARED = 400
"""Statements that a connection to PostgreSQL keeps prepared: all that people ask for every day."""

BINARY = 1
"""`psycopg.pq.Format.BINARY`: importing it takes 6 MB of each process, with SQLite for nothing."""


def listen_to(engine: Engine, only_reads: Callable[[], bool], locks_late: Callable[[], bool]) -> None:
    """Give SQLite connections the pragmas and the locking that several processes need.

    There a transaction begins without the write lock where `only_reads` says so; it takes it before its first
    write, or before it reads a row to write it, where `locks_late` says so.

    On PostgreSQL a statement with the execution option `in_binary` has its bytes and numbers sent as they
    are, not spelled out as text; what only read is told apart from what wrote.
    """
    if engine.dialect.name != "sqlite":
        engine.dialect.statement_compiler = _with_limits_written(engine.dialect.statement_compiler)

        @sa.event.listens_for(engine, "connect")
        def _on_first(connection: Any, _record: object) -> None:
            connection.prepared_max = MOST_PREPARED

        @sa.event.listens_for(engine, "checkout")
        def _on_lend(connection: Any, _record: object, _lent: object) -> None:
            if _has_been_left(connection):
                raise sa.exc.DisconnectionError

        @sa.event.listens_for(engine, "begin")
        def _on_start(connection: Connection) -> None:
            connection.info[WROTE] = False

        @sa.event.listens_for(engine, "before_cursor_execute")
        def _on_execute(
            connection: Connection, cursor: Any, _text: str, _values: Any, context: Any, _many: bool
        ) -> None:
            if context is None or not context.compiled or context.is_text or context.is_crud:
                connection.info[WROTE] = True
            elif context.execution_options.get("in_binary"):
                cursor.format = BINARY

        return

    line = WriteLine(engine.url.database or "")

    @sa.event.listens_for(engine, "do_connect")
    def _before_connect(_dialect: Dialect, _record: object, _args: object, options: dict[str, Any]) -> None:
        options["factory"] = LinedUpConnection

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin below is the only one
        for pragma in ("journal_mode=wal", "busy_timeout=15000", "synchronous=full", "foreign_keys=on"):
            connection.execute(f"pragma {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A transaction that reads before it writes dies of "database is locked" unless it takes the write
        # lock first. Requests go without until they write: checking a form keeps nobody waiting.
        connection.info[HOLDS_LOCK] = not only_reads()
        if not connection.info[HOLDS_LOCK]:
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_in_turn(connection, line)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _before_execute(
        connection: Connection, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool
    ) -> None:
        if not connection.info[HOLDS_LOCK] and locks_late() and _asks_for_lock(context):
            own: Any = connection.connection.driver_connection
            own.rollback()  # nothing: it has only read
            _begin_in_turn(connection, line)
            connection.info[HOLDS_LOCK] = True


def _has_been_left(connection: Any) -> bool:
    """Tell whether the server hung up on a connection that nobody used, without asking the server.

    It then has something to read, as it has not otherwise; asking takes half a millisecond.
    """
    if connection.closed:
        return True
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _asks_for_lock(context: Any) -> bool:
    """Tell whether PostgreSQL would lock rows for a statement; one that is plain text may do anything."""
    if context.compiled is None:  # ours, such as BEGIN
        return False
    if context.is_crud or context.is_text:
        return True
    return getattr(context.compiled.statement, "_for_update_arg", None) is not None


def _begin_in_turn(connection: Connection, line: WriteLine) -> None:
    own: Any = connection.connection.driver_connection
    begin = "BEGIN IMMEDIATE"
    try:
        own.take_turn(line)
    except sqlite3.OperationalError as late:
        raise sa.exc.OperationalError(begin, None, late) from late
    try:
        connection.exec_driver_sql(begin)
    except BaseException:
        own.end_turn()
        raise


def _with_limits_written(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    """Return a compiler that writes limits out: a plan made for any limit expects a tenth of all rows."""

    class WithLimits(compiler):  # type: ignore[misc, valid-type] # of the driver in use
        def limit_clause(self, select: Any, **more: Any) -> str:
            return str(super().limit_clause(select, **more, literal_execute=True))

    return WithLimits
