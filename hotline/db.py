"""The database: typed columns, one transaction at the edge, and what happens after its commit."""

import datetime as dt
import enum
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

import sqlalchemy as sa
from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from hotline import engines
from hotline.engines import HOLDS_LOCK, WROTE

Value = TypeVar("Value")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware moment, stored in UTC on every database; naive moments are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return `value` in UTC. Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], dt.datetime | None]:
        """Return what makes a stored moment aware, in UTC: pages read hundreds, so it is one step."""
        return _of_text if dialect.name == "sqlite" else _of_moment


def _of_text(stored: str | None) -> dt.datetime | None:
    return None if stored is None else dt.datetime.fromisoformat(stored).replace(tzinfo=dt.UTC)


def _of_moment(stored: dt.datetime | None) -> dt.datetime | None:
    return None if stored is None else stored.astimezone(dt.UTC)


Json = sa.JSON().with_variant(JSONB(), "postgresql")
JsonOrNull = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON where nothing is SQL's NULL, so that `IS NULL` finds it."""
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BigId = Annotated[int, mapped_column(BigInt, primary_key=True)]
"""An identity that outlives any growth: 64 bits on PostgreSQL, the row id on SQLite."""


def stored_as(name: str, kind: type[enum.Enum]) -> sa.Enum:
    """Return the column type for a closed list: its values as text, held by a named CHECK."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [str(member.value) for member in members],
        validate_strings=True,
    )


def rows_where(condition: str, *, on_sqlite: str = "") -> dict[str, Any]:
    """Return the arguments that make an index partial, on both databases: `Index(…, **rows_where("…"))`.

    `on_sqlite` where its statements write the condition another way: SQLite compares the texts.
    """
    return {"sqlite_where": sa.text(on_sqlite or condition), "postgresql_where": sa.text(condition)}


class unindexed(sa.sql.functions.FunctionElement[Any]):  # noqa: N801 - reads as the function it is
    """A column of which SQLite shall not look rows up by an index; it is the column itself elsewhere."""

    inherit_cache = True


@compiles(unindexed)
def _plain(element: unindexed, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


class implied(sa.sql.functions.FunctionElement[bool]):  # noqa: N801 - reads as the condition it is
    """A condition that those beside it imply: SQLite finds a partial index by it and by nothing else.

    PostgreSQL sees that by itself, and would take both for independent: of thousands of rows it expects one.
    """

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> sa.ColumnElement[bool]:  # type: ignore[override] # never grouped
        """Return the condition as it stands, not compared with 1 because SQLite has no truth values."""
        return self


@compiles(implied)
def _left_out(_element: implied, _compiler: Any, **_more: Any) -> str:
    return "true"


@compiles(implied, "sqlite")
def _said(element: implied, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


def written_out(column: sa.SQLColumnExpression[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Return `column IN (values)` with the values in the statement's text instead of bound to it.

    Only so do databases see, when they plan a statement, that a partial index over these values answers it.
    For closed lists only, whose members are the program's own. Where rows shall be read in the order of
    another index, the column goes in as `unindexed`: SQLite would rather look each value up and sort.
    """
    return _written_out(column, frozenset(values))


@cache
def _written_out(column: sa.SQLColumnExpression[Any], values: frozenset[enum.Enum]) -> sa.ColumnElement[bool]:
    words = ", ".join(f"'{one.value}'" for one in sorted(values, key=lambda one: str(one.value)))
    members: sa.ColumnElement[Any] = sa.literal_column(f"({words})")
    return column.bool_op("IN")(members)


def insert_new(table: sa.Table, **values: Any) -> int | None:
    """Add a row unless one like it is there; return its id, or `None` where there is one."""
    connection = session.connection()
    added: int | None = connection.execute(_insertion(table, connection.dialect.name), values).scalar()
    return added


@cache
def _insertion(table: sa.Table, dialect: str) -> sa.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing().returning(table.c.id)


Moment = dt.datetime | sa.BindParameter[dt.datetime]
"""A moment, or the place of one in a statement that is built before the moment is known."""


class Base(DeclarativeBase):
    """What every table of the service inherits."""

    outlives_reading: ClassVar[bool] = False
    """Whether a row that a request has read is good enough for what it writes."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            dt.datetime: UtcDateTime(),
            dt.date: sa.Date(),
            dict[str, Any]: Json,
            list[Any]: Json,
            uuid.UUID: sa.Uuid(),
        },
    )


@sa.event.listens_for(Base.registry, "after_configured")
def _keys_stay(models: registry) -> None:
    """Spare each flush the search for rows that point at one whose key has changed: ours never do.

    It is more than half of what is prepared to open a ticket, and SQLAlchemy has no switch for it.
    """
    for mapper in models.mappers:
        mapper._dependency_processors.clear()


_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
_locks_late: ContextVar[bool] = ContextVar("locks_late", default=False)
_writes_aside: ContextVar[bool] = ContextVar("writes_aside", default=False)


class _Session(FlaskSession):
    """A session that leaves PostgreSQL's prepared statements as they are when it has only read.

    The driver throws all of them away at a ROLLBACK, which ends every request otherwise; planning a
    statement takes longer than most take to run.
    """

    def close(self) -> None:
        if self.in_transaction() and self.is_active and not self.connection().info.get(WROTE, True):
            self.expunge_all()
            try:
                self.commit()
            except sa.exc.DBAPIError:
                self.invalidate()  # the server is gone; nothing is lost of what was only read
        super().close()


db = SQLAlchemy(model_class=Base, session_options={"class_": _Session}, disable_autonaming=True)
session = db.session


def utc_now() -> dt.datetime:
    """Return the present moment; called at the edges only, everything else is told the time."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def transaction(*, locks_late: bool = False) -> Iterator[None]:
    """Commit what the block did, or nothing of it; then run what waits for the commit.

    SQLite's one write lock is taken at once, so that what the block reads stays true while it runs. With
    `locks_late` it is taken where PostgreSQL would lock a row, and what was read before may have changed by
    then, as it may there: for what mostly adds rows, while many others do the same.

    What waits (see `after_commit`) never undoes a commit: a queue that is down must not lose a call.
    """
    mark, late = _is_writing.set(True), _locks_late.set(locks_late)
    try:
        if not locks_late:
            _begin_anew_to_write()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        session.info.clear()
        raise
    finally:
        _is_writing.reset(mark)
        _locks_late.reset(late)
    waiting = session.info.pop("after_commit", [])
    session.info.clear()
    for act in waiting:
        act()


def _begin_anew_to_write() -> None:
    """End a transaction that only read, so that the next one begins with SQLite's write lock.

    What was read before is read again when it is asked for: somebody may have changed it meanwhile. Only who
    asks (`Base.outlives_reading`) and the rules in force (`once_per_transaction`) stay as the request found
    them. Raises `RuntimeError` where something was changed before the block.
    """
    current = session()
    if not current.in_transaction() or current.connection().info.get(HOLDS_LOCK, True):
        return
    if current.new or current.deleted or any(map(current.is_modified, current.dirty)):
        raise RuntimeError("changed before the transaction that was to write it")
    before, current.expire_on_commit = current.get_transaction(), False
    try:
        current.commit()
    finally:
        current.expire_on_commit = True
    for row in current.identity_map.values():
        if isinstance(row, Base) and not row.outlives_reading:
            current.expire(row)
    current.connection()
    for name, held in current.info.items():
        if isinstance(held, tuple) and held[0] is before:
            current.info[name] = (current.get_transaction(), *held[1:])


@contextmanager
def reading() -> Iterator[None]:
    """Read outside a request without taking SQLite's write lock; the block must not write.

    What was loaded before is read anew inside the block, and again after it.
    """
    session.rollback()
    mark = _is_reading.set(True)
    try:
        yield
    finally:
        session.rollback()
        _is_reading.reset(mark)


def write_aside(statement: sa.UpdateBase) -> None:
    """Write something small and commit it at once, such as who looks at a page that only reads.

    It goes into a transaction of its own; where the running one holds SQLite's write lock already, into that
    one, which is committed: two would wait for one another.
    """
    if session().in_transaction() and session.connection().info.get(HOLDS_LOCK):
        with transaction():
            session.execute(statement)
        return
    mark = _writes_aside.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(statement)
    finally:
        _writes_aside.reset(mark)


def after_commit(act: Callable[[], None]) -> None:
    """Remember `act` for the moment after the running transaction has been committed."""
    session.info.setdefault("after_commit", []).append(act)


def once_per_transaction(name: str, read: Callable[[], Value]) -> Value:
    """Return what `read` returns, asked once in the running transaction; `forget(name)` asks anew."""
    held: tuple[object, Value] | None = session.info.get(name)
    if held is not None and held[0] is session().get_transaction():
        return held[1]
    value = read()
    session.info[name] = (session().get_transaction(), value)
    return value


def forget(name: str) -> None:
    """Let the running transaction read `name` anew; for those who have just changed it."""
    session.info.pop(name, None)


def listen_to(engine: Engine) -> None:
    """Let the engine's connections take the locks that transactions here need."""
    engines.listen_to(engine, _only_reads, _locks_late.get)


def _only_reads() -> bool:
    if _writes_aside.get():
        return False
    return _is_reading.get() or _locks_late.get() or (has_request_context() and not _is_writing.get())
