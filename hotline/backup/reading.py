"""Reading a backup: part by part, each checked against the manifest at the end."""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hotline.backup import manifest as manifests
from hotline.backup.ciphering import MAGIC, OpeningStream
from hotline.backup.errors import DamagedError, NoBackupError, NotReadError, WrongBackupKeyError
from hotline.backup.manifest import Manifest, TableSummary

GZIP = b"\x1f\x8b"
STEP = 1024 * 1024

TakeRows = Callable[[str, bytes], None]
TakeFile = Callable[[str, BinaryIO], None]


def verify(source: Path, secret: str) -> Manifest:
    """Read the whole of `source` and return its manifest. Raises `BackupError` and its kinds."""
    counted: dict[str, TableSummary] = {}
    digests: dict[str, hashlib._Hash] = {}
    files: list[int] = []

    def take_rows(table: str, lines: bytes) -> None:
        summary = counted.setdefault(table, TableSummary([]))
        summary.row_count += lines.count(b"\n")
        digests.setdefault(table, hashlib.sha256()).update(lines)

    def take_file(name: str, opened: BinaryIO) -> None:
        found, size = hashlib.sha256(), 0
        while step := opened.read(STEP):
            found.update(step)
            size += len(step)
        if found.hexdigest() != name:
            raise DamagedError(part=f"files/{name}")
        files.append(size)

    found = walk(source, secret, take_rows, take_file)
    for name, summary in found.tables.items():
        mine = counted.pop(name, None)
        if mine is None or (mine.row_count, digests[name].hexdigest()) != (summary.row_count, summary.digest):
            raise DamagedError(part=f"tables/{name}")
    if counted or (len(files), sum(files)) != (found.file_count, found.file_bytes):
        raise DamagedError(part="files" if not counted else f"tables/{min(counted)}")
    return found


def walk(source: Path, secret: str, take_rows: TakeRows, take_file: TakeFile) -> Manifest:
    """Hand over every part of `source` as it comes, then return the manifest."""
    found: Manifest | None = None
    with _opened(source, secret) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    inside = archive.extractfile(member)
                    if inside is None or found is not None:
                        raise DamagedError(part=member.name)
                    kind, _, name = member.name.partition("/")
                    if member.name == manifests.NAME:
                        found = Manifest.from_json(inside.read())
                    elif kind == "tables":
                        take_rows(name.partition("/")[0], inside.read())
                    else:
                        take_file(name, inside)  # type: ignore[arg-type] # it reads like a file
            while stream.read(STEP):  # what follows the archive is checked by gzip and by the cipher
                continue
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedError(part=type(error).__name__) from error
    if found is None:
        raise DamagedError(part=manifests.NAME)
    return found


@contextmanager
def _opened(source: Path, secret: str) -> Iterator[BinaryIO]:
    try:
        file = source.open("rb")
    except OSError as error:
        raise NotReadError(file=source, reason=error.strerror or "") from error
    with file:
        head = file.read(len(MAGIC))
        inner: BinaryIO
        if head == MAGIC:
            if not secret:
                raise WrongBackupKeyError
            inner = io.BufferedReader(OpeningStream(file, secret), STEP)
        elif head.startswith(GZIP):
            file.seek(0)
            inner = file
        else:
            raise NoBackupError(file=source)
        with gzip.GzipFile(fileobj=inner, mode="rb") as stream:
            yield stream  # type: ignore[misc] # it reads like a file
