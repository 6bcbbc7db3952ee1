"""Files that come with a reply: checked by what is in them, kept under their digest in the data folder."""

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from flask import current_app

from hotline import file_kinds
from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.tickets import history
from hotline.tickets.models import Assignment, Attachment, Ticket
from hotline.wording import N_

MOST_FILES = 10
LARGEST = 20 * 1024 * 1024
CHUNK = 1024 * 1024


class FileRefusedError(HotlineError):
    """A file cannot be kept."""

    field = "files"


class FileTooLargeError(FileRefusedError):
    """One file may only be so large."""

    sentence = N_("“%(name)s” is larger than %(most)s MB.")


class FileEmptyError(FileRefusedError):
    """There is nothing in the file."""

    sentence = N_("“%(name)s” is empty.")


class FileKindRefusedError(FileRefusedError):
    """The contents are of none of the kinds that are kept, whatever the name says."""

    sentence = N_("“%(name)s” is not a PDF, a picture, an office document or plain text.")


class TooManyFilesError(FileRefusedError):
    """A reply carries only so many files."""

    sentence = N_("Add at most %(most)s files.")


class FileGoneError(NotFoundError):
    """The file is listed, but its bytes are not in the data folder."""

    sentence = N_("This file is no longer in the data folder. Tell the administrator.")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes lie in the data folder."""

    name: str
    media_type: str
    size: int
    digest: str


def keep(
    ticket: Ticket,
    stream: BinaryIO,
    name: str,
    *,
    part: Assignment | None = None,
    by: Staff,
    now: dt.datetime,
) -> Attachment:
    """Keep one file with `ticket`. Raises `FileRefusedError` and its kinds.

    The bytes are on disk before the row is committed; bytes without a row do no harm.
    """
    file = store(stream, name)
    row = Attachment(
        ticket=ticket,
        assignment_id=part.id if part else None,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        digest=file.digest,
        added_by=by,
        added_at=now,
    )
    session.add(row)
    history.note(
        ticket, "file_added", by=by, now=now, department=part.department if part else None, name=row.name
    )
    session.flush()
    return row


def store(stream: BinaryIO, name: str) -> Stored:
    """Put the bytes of one file into the data folder. Raises `FileRefusedError` and its kinds."""
    name = file_kinds.clean_name(name)
    folder = _folder()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        kept = Path(file.name)
        try:
            digest, size = _copy(stream, file, name)
            media_type, ending = _kind(kept, name)
        except BaseException:
            kept.unlink()
            raise
    place = path_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    kept.replace(place)
    return Stored(Path(name).stem + ending, media_type, size, digest)


def stored(row: Attachment) -> Path:
    """Return where the bytes of an attachment lie. Raises `FileGoneError`."""
    return bytes_of(row.digest)


def bytes_of(digest: str) -> Path:
    """Return where the bytes with that digest lie. Raises `FileGoneError`."""
    place = path_of(digest)
    if not place.is_file():
        raise FileGoneError
    return place


def path_of(digest: str) -> Path:
    """Return the place of the bytes with that digest."""
    return _folder() / digest[:2] / digest


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].data / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _copy(stream: BinaryIO, file: IO[bytes], name: str) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise FileTooLargeError(name=name, most=LARGEST // 1024 // 1024)
        found.update(chunk)
        file.write(chunk)
    if not size:
        raise FileEmptyError(name=name)
    file.flush()
    os.fsync(file.fileno())
    return found.hexdigest(), size


def _kind(path: Path, name: str) -> tuple[str, str]:
    """Return the media type and the ending that the contents call for. Raises `FileKindRefusedError`."""
    with path.open("rb") as opened:
        kind = file_kinds.kind_of(opened, name)
    if kind is None:
        raise FileKindRefusedError(name=name)
    return kind
