"""Writing a backup while the service runs: one consistent look at the database, then the attachments."""

import gzip
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from hotline.backup import manifest as manifests
from hotline.backup import reading, rows
from hotline.backup.ciphering import ClosingStream
from hotline.backup.errors import FileTakenError, NotWrittenError
from hotline.backup.manifest import Manifest, TableSummary
from hotline.config import Settings
from hotline.db import reading as only_reading
from hotline.db import session

PART = 4 * 1024 * 1024
"""How much of a table is held in memory before it goes into the file."""
DIGEST = re.compile(r"[0-9a-f]{64}")
SQUEEZE = 5

Tell = Callable[[str], None]


def write(target: Path, settings: Settings, *, secret: str, written_at: str, tell: Tell) -> Manifest:
    """Write everything to `target`, encrypted where there is a `secret`; read it again and check it.

    Writers are not held up: SQLite and PostgreSQL both show one moment while others go on. Raises
    `FileTakenError`, `NotWrittenError`, `DamagedError`.
    """
    if target.exists():
        raise FileTakenError(file=target)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with _private(unfinished) as file:
            made = _fill(file, settings, secret=secret, written_at=written_at, tell=tell)
        checked = reading.verify(unfinished, secret)
        assert checked == made
        unfinished.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise NotWrittenError(file=target, reason=error.strerror or type(error).__name__) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return made


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(file: BinaryIO, settings: Settings, *, secret: str, written_at: str, tell: Tell) -> Manifest:
    closing = ClosingStream(file, secret) if secret else None
    with (
        gzip.GzipFile(
            fileobj=closing or file, mode="wb", compresslevel=SQUEEZE, filename="", mtime=0
        ) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w|") as archive,
    ):
        with _one_moment() as connection:
            made = _begun(connection, settings, written_at)
            for table in rows.tables(connection):
                made.tables[table.name] = _add_table(archive, connection, table)
                tell(f"{table.name}: {made.tables[table.name].row_count}")
            wanted = _attached(connection)
        _add_files(archive, settings.data / "files", made, wanted)
        _add(archive, manifests.NAME, made.to_json())
    if closing is not None:
        closing.close()
    return made


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it looks; nobody waits for it."""
    with only_reading():
        is_postgres = session.get_bind().dialect.name == "postgresql"
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_postgres else {}
        yield session.connection(execution_options=options)


def _begun(connection: Connection, settings: Settings, written_at: str) -> Manifest:
    return Manifest(
        written_at=written_at,
        schema=MigrationContext.configure(connection).get_current_revision() or "",
        database=connection.dialect.name,
        settings=manifests.described(settings),
        seal_keys=manifests.fingerprints(settings),
        find_key=manifests.find_key(),
    )


def _add_table(archive: tarfile.TarFile, connection: Connection, table: sa.Table) -> TableSummary:
    summary = TableSummary([column.name for column in table.columns])
    found, part, number = hashlib.sha256(), bytearray(), 0
    for line in rows.read(connection, table):
        part += line
        summary.row_count += 1
        if len(part) >= PART:
            number += 1
            found.update(part)
            _add(archive, f"tables/{table.name}/{number:05d}", bytes(part))
            part.clear()
    found.update(part)
    _add(archive, f"tables/{table.name}/{number + 1:05d}", bytes(part))
    summary.digest = found.hexdigest()
    return summary


def _attached(connection: Connection) -> set[str]:
    """Return the digests of all files that rows speak of."""
    inspector = sa.inspect(connection)
    found: set[str] = set()
    for name in ("attachment", "letter_scan"):
        if inspector.has_table(name):
            table = sa.table(name, sa.column("digest"))
            found |= set(connection.scalars(sa.select(table.c.digest).distinct()))
    return found


def _add_files(archive: tarfile.TarFile, folder: Path, made: Manifest, wanted: set[str]) -> None:
    for path in sorted(folder.glob("??/*")):
        if not DIGEST.fullmatch(path.name):
            continue
        with path.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            info = tarfile.TarInfo(f"files/{path.name}")
            info.size = size
            archive.addfile(info, opened)
        made.file_count += 1
        made.file_bytes += size
        wanted.discard(path.name)
    made.missing_files = sorted(wanted)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
