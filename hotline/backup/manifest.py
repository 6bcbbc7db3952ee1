"""What a backup says of itself: the last thing in the file, and what the rest is checked against."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Self

from hotline.backup.errors import DamagedError, LaterVersionError, WrongSealKeyError
from hotline.config import Settings
from hotline.sealing import seal

FORMAT = 1
NAME = "manifest.json"
KNOWN = "backup"
"""What is hashed with the key of the hashes, to know that key again."""


@dataclass(slots=True)
class TableSummary:
    """One table: its columns in order, how many rows, and the digest of their lines."""

    columns: list[str]
    row_count: int = 0
    digest: str = ""


@dataclass(slots=True)
class Manifest:
    """The summary of one backup; no personal data, and no key."""

    written_at: str
    schema: str
    """The version of the tables, as the migrations name it."""
    database: str
    settings: dict[str, str]
    """What the place was set up with, keys apart."""
    seal_keys: list[str]
    """A fingerprint of each key that callers' data may be sealed with."""
    find_key: str
    tables: dict[str, TableSummary] = field(default_factory=dict)
    file_count: int = 0
    file_bytes: int = 0
    missing_files: list[str] = field(default_factory=list)
    """Attachments that are listed and were not in the data folder: gone before the backup."""
    format: int = FORMAT

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(table.row_count for table in self.tables.values())

    def to_json(self) -> bytes:
        """Return the manifest as the file keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest. Raises `LaterVersionError`, `DamagedError`."""
        try:
            data = json.loads(text)
            if data["format"] > FORMAT:
                raise LaterVersionError
            data["tables"] = {name: TableSummary(**one) for name, one in data["tables"].items()}
            return cls(**data)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(part=NAME) from error

    def require_keys(self, settings: Settings) -> None:
        """Raise `WrongSealKeyError` unless the keys at hand open and find everything in the backup."""
        at_hand = set(fingerprints(settings))
        if not at_hand.issuperset(self.seal_keys) or self.find_key not in seal().digests(KNOWN):
            raise WrongSealKeyError


def fingerprints(settings: Settings) -> list[str]:
    """Return what tells each seal key from others and says nothing about it."""
    return [hashlib.sha256(b"fingerprint\0" + one.encode()).hexdigest()[:32] for one in settings.seal_secrets]


def described(settings: Settings) -> dict[str, str]:
    """Return the settings that a restored place wants as well; keys and addresses with passwords never."""
    return {
        "HOTLINE_LOCALE": settings.locale,
        "HOTLINE_TLS": "1" if settings.is_behind_tls else "",
        "HOTLINE_PUBLIC_URL": settings.public_url,
    }


def find_key() -> str:
    """Return what tells the key of the hashes from another."""
    return seal().digest(KNOWN)
