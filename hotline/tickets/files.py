"""Files that come with a reply: checked by what is in them, kept under their digest in the data folder."""

import codecs
import datetime as dt
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, BinaryIO

from flask import current_app

from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.tickets import history
from hotline.tickets.models import Assignment, Attachment, Ticket
from hotline.wording import N_

MOST_FILES = 10
LARGEST = 20 * 1024 * 1024
CHUNK = 1024 * 1024
LONGEST_NAME = 120


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


_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)
_OFFICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
    }
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_KINDS: Mapping[str, str] = MappingProxyType(
    {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".wps": "application/vnd.ms-works"}
)


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
    name = _clean(name)
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
    row = Attachment(
        ticket=ticket,
        assignment_id=part.id if part else None,
        name=Path(name).stem + ending,
        media_type=media_type,
        size=size,
        digest=digest,
        added_by=by,
        added_at=now,
    )
    session.add(row)
    history.note(
        ticket, "file_added", by=by, now=now, department=part.department if part else None, name=row.name
    )
    session.flush()
    return row


def stored(row: Attachment) -> Path:
    """Return where the bytes of an attachment lie. Raises `FileGoneError`."""
    place = path_of(row.digest)
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


def _clean(name: str) -> str:
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in base if char.isprintable() and char not in '<>:"|?*').strip(" .")
    return plain[-LONGEST_NAME:] or "file"


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
    """Return the media type and the ending that the contents call for."""
    with path.open("rb") as opened:
        head = opened.read(CHUNK)
    for beginning, media_type, ending in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type, ending
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", ".webp"
    given = Path(name).suffix.lower()
    if head.startswith(_OLD_OFFICE) and given in _OLD_KINDS:
        return _OLD_KINDS[given], given
    if head.startswith(b"PK\x03\x04"):
        found = _office_kind(path)
        if found is not None:
            return found
    if given in (".txt", ".csv") and _is_text(head):
        return "text/plain", given
    raise FileKindRefusedError(name=name)


def _office_kind(path: Path) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return None
    if "[Content_Types].xml" not in names or any("vbaProject" in one for one in names):
        return None
    return next(
        (kind for folder, kind in _OFFICE.items() if any(one.startswith(folder) for one in names)), None
    )


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    return False
