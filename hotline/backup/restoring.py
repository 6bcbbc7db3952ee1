"""Restoring a backup into an empty place, on SQLite or PostgreSQL, whichever it was written on."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy.engine import Connection

from hotline.backup import reading, rows
from hotline.backup.errors import LaterVersionError, NotEmptyError
from hotline.backup.manifest import Manifest
from hotline.config import Settings
from hotline.db import reading as only_reading
from hotline.db import session, transaction

STEP = 1024 * 1024


def restore(
    source: Path, settings: Settings, *, secret: str, migrations: Path, tell: Callable[[str], None]
) -> Manifest:
    """Put everything in `source` into this empty place, then bring it to this version; all or nothing.

    The file is read through first: a damaged one changes nothing. Raises `BackupError` and its kinds.
    """
    found = reading.verify(source, secret)
    found.require_keys(settings)
    _require_known(found, migrations)
    _require_empty()
    _put_files(source, secret, settings.data / "files")
    upgrade(directory=str(migrations), revision=found.schema)
    with transaction():
        connection = session.connection()
        tables = {table.name: table for table in rows.tables(connection)}
        tied = _untie(connection)
        reading.walk(source, secret, _rows_into(connection, tables, found), _skip)
        for name in found.tables:
            rows.catch_up_counters(connection, tables[name])
            tell(f"{name}: {found.tables[name].row_count}")
        for statement in tied:
            connection.exec_driver_sql(statement)
    upgrade(directory=str(migrations))
    return found


def _require_known(found: Manifest, migrations: Path) -> None:
    known = {script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()}
    if found.schema not in known:
        raise LaterVersionError


def _require_empty() -> None:
    """Tables may be there, rows may not."""
    with only_reading():
        connection = session.connection()
        for table in rows.tables(connection):
            if connection.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(table)))):
                raise NotEmptyError


def _rows_into(
    connection: Connection, tables: dict[str, sa.Table], found: Manifest
) -> Callable[[str, bytes], None]:
    def take(name: str, lines: bytes) -> None:
        rows.insert(connection, tables[name], found.tables[name].columns, lines.splitlines())

    return take


def _skip(_name: str, _opened: BinaryIO) -> None:
    """Pass over a file: files are put first, in a walk of their own."""


def _put_files(source: Path, secret: str, folder: Path) -> None:
    """Put the attachments where they belong: bytes without rows do no harm, rows without bytes do."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def take(name: str, opened: BinaryIO) -> None:
        place = folder / name[:2] / name
        place.parent.mkdir(exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            while step := opened.read(STEP):
                file.write(step)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place)

    reading.walk(source, secret, lambda _table, _lines: None, take)


def _untie(connection: Connection) -> list[str]:
    """Let rows come in any order; return the statements that tie them again, which check every row."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = on")
        return []
    ties = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    for table, name, _definition in ties:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in ties]
