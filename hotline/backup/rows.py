"""Rows as lines of JSON and back, the same on SQLite and PostgreSQL; what is sealed stays sealed.

Columns are read by what the database says they are, not by the program's own types: a backup of an older
version is restored into that version's tables first and brought up to date after it.
"""

import base64
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.tickets import text_index

AT_ONCE = 2000
"""Rows fetched or inserted together."""
VERSION_TABLE = "alembic_version"

Convert = Callable[[Any], Any]


def tables(connection: Connection) -> list[sa.Table]:
    """Return the tables of the database as they are, by name."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not text_index.is_own_table(name))
    return [metadata.tables[name] for name in sorted(metadata.tables) if name != VERSION_TABLE]


def read(connection: Connection, table: sa.Table) -> Iterator[bytes]:
    """Yield every row of `table` as one line, in the order of its key."""
    query = sa.select(*(_readable(column) for column in table.columns)).order_by(*table.primary_key.columns)
    writers = [_to_json(column.type) for column in table.columns]
    found = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
    for row in found:
        values = [None if value is None else write(value) for value, write in zip(row, writers, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def insert(connection: Connection, table: sa.Table, columns: Sequence[str], lines: Sequence[bytes]) -> None:
    """Put `lines` into `table`; `columns` say what stands in each."""
    found = [table.columns[name] for name in columns]
    readers = [_from_json(column.type, connection.dialect.name) for column in found]
    rows = [
        {
            f"v{place}": None if value is None else read_one(value)
            for place, (value, read_one) in enumerate(zip(json.loads(line), readers, strict=True))
        }
        for line in lines
    ]
    values = {column.name: _bound(f"v{place}", column.type) for place, column in enumerate(found)}
    for first in range(0, len(rows), AT_ONCE):
        connection.execute(table.insert().values(values), rows[first : first + AT_ONCE])


def catch_up_counters(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL give out numbers after the ones that were put in; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if not isinstance(column.type, sa.Integer):
            continue
        name = table.name
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(f'"{name}"', column.name)))
        if sequence is not None:
            largest = connection.scalar(sa.select(sa.func.max(column))) or 0
            connection.execute(sa.select(sa.func.setval(sequence, largest + 1, sa.false())))


def _readable(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    # As text, so that numbers in it keep their digits; JSON's null and SQL's stay apart.
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def _bound(name: str, kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    if isinstance(kind, sa.JSON):
        plain: sa.ColumnElement[Any] = sa.bindparam(name, type_=sa.Text())
        return plain if type(kind).__module__.endswith("sqlite.json") else sa.cast(plain, kind)
    return sa.bindparam(name, type_=kind)


def _same(value: Any) -> Any:
    return value


def _to_json(kind: sa.types.TypeEngine[Any]) -> Convert:
    if isinstance(kind, sa.DateTime):
        return _moment_text
    if isinstance(kind, sa.Date | sa.Time):
        return lambda value: value.isoformat()
    if isinstance(kind, sa.LargeBinary):
        return lambda value: base64.b64encode(value).decode("ascii")
    if isinstance(kind, sa.Uuid):
        return lambda value: uuid.UUID(str(value)).hex
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return str
    return _same


def _moment_text(value: dt.datetime) -> str:
    moment = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    return moment.isoformat()


def _from_json(kind: sa.types.TypeEngine[Any], dialect: str) -> Convert:
    if isinstance(kind, sa.DateTime):
        return _naive if dialect == "sqlite" else dt.datetime.fromisoformat
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat
    if isinstance(kind, sa.Time):
        return dt.time.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode
    if isinstance(kind, sa.Uuid):
        return uuid.UUID
    if isinstance(kind, sa.Boolean):
        return bool
    return _same


def _naive(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)
