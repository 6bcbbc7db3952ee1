"""What a file really is, by what is in it and whatever its name says; only these kinds are kept."""

import codecs
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO

LOOKED_AT = 1024 * 1024
"""Bytes of a text that are looked at."""
LONGEST_NAME = 120
ENDINGS = (
    *(".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".txt", ".csv"),
    *(".doc", ".docx", ".xls", ".xlsx", ".wps", ".pptx"),
)
"""What names of such files end in, for choosing one."""

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
    (b"II*\0", "image/tiff", ".tif"),
    (b"MM\0*", "image/tiff", ".tif"),
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


def kind_of(opened: IO[bytes], name: str) -> tuple[str, str] | None:
    """Return the media type and the ending that the contents call for; nothing for any other kind."""
    head = opened.read(LOOKED_AT)
    for beginning, media_type, ending in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type, ending
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", ".webp"
    given = "." + name.rpartition(".")[2].lower()
    if head.startswith(_OLD_OFFICE) and given in _OLD_KINDS:
        return _OLD_KINDS[given], given
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(opened)
    if given in (".txt", ".csv") and _is_text(head):
        return "text/plain", given
    return None


def clean_name(name: str) -> str:
    """Return the name of a file without folders and without what a file system refuses."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in base if char.isprintable() and char not in '<>:"|?*').strip(" .")
    return plain[-LONGEST_NAME:] or "file"


def _office_kind(opened: IO[bytes]) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(opened) as archive:
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
