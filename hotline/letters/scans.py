"""The scans of a letter: kept under their digest like other files, in the order of the pages."""

import datetime as dt
from collections.abc import Sequence
from typing import BinaryIO

import sqlalchemy as sa

from hotline.contacts.models import Letter
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.letters import rights
from hotline.letters.models import LetterScan
from hotline.people.models import Staff
from hotline.tickets import files, history
from hotline.tickets.files import FileRefusedError
from hotline.wording import N_

MOST = 60
"""Files of one letter."""

SHOWN = frozenset({"image/jpeg", "image/png"})
"""Browsers show these as they are; a PDF or TIFF is handed out to be saved."""

KINDS = SHOWN | {"application/pdf", "image/tiff"}
ENDINGS = (".jpg", ".jpeg", ".png", ".pdf", ".tif", ".tiff")
UP, DOWN = "up", "down"


class NotAScanError(FileRefusedError):
    """The contents are of no kind that scanners write, whatever the name says."""

    sentence = N_("“%(name)s” is not a scan: JPEG, PNG, TIFF and PDF are kept.")


class TooManyScansError(FileRefusedError):
    """One letter has only so many files."""

    sentence = N_("A letter has at most %(most)s files; put several pages into one PDF.")


class NoFileChosenError(FileRefusedError):
    """Nothing was chosen."""

    sentence = N_("Choose the files of the scan.")


def of(letter: Letter) -> list[LetterScan]:
    """Return the scans of a letter in their order, without those taken away."""
    return list(
        session.scalars(
            sa.select(LetterScan)
            .where(LetterScan.letter_id == letter.id, LetterScan.removed_at.is_(None))
            .order_by(LetterScan.position, LetterScan.id)
        )
    )


def get(letter: Letter, scan_id: int) -> LetterScan:
    """Return one scan of a letter. Raises `NotFoundError`."""
    found = next((one for one in of(letter) if one.id == scan_id), None)
    if found is None:
        raise NotFoundError
    return found


def keep(
    letter: Letter, chosen: Sequence[tuple[BinaryIO, str]], *, by: Staff, now: dt.datetime
) -> list[LetterScan]:
    """Keep files as the next pages of a letter, all of them or none; `chosen` are streams and names.

    Raises `StateSecretError`, `NoFileChosenError`, `TooManyScansError`, `FileRefusedError` and its kinds.
    """
    rights.require_work(by)
    rights.refuse_state_secret(letter.secrecy)
    there = of(letter)
    if not chosen:
        raise NoFileChosenError
    if len(there) + len(chosen) > MOST:
        raise TooManyScansError(most=MOST)
    position = max((one.position for one in there), default=0)
    made = []
    for stream, name in chosen:
        file = files.store(stream, name)
        if file.media_type not in KINDS:
            raise NotAScanError(name=file.name)
        position += 1
        made.append(
            LetterScan(
                letter=letter,
                position=position,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                digest=file.digest,
                added_by=by,
                added_at=now,
            )
        )
    session.add_all(made)
    ticket = rights.ticket_of(letter)
    if ticket is not None:
        history.note(ticket, "letter_scanned", by=by, now=now, number=letter.register_number, count=len(made))
    session.flush()
    return made


def move(letter: Letter, scan_id: int, way: str, *, by: Staff) -> None:
    """Put a scan one place `UP` or `DOWN` in the order of pages."""
    rights.require_work(by)
    scan, pages = get(letter, scan_id), of(letter)
    at = pages.index(scan)
    other = at - 1 if way == UP else at + 1
    if 0 <= other < len(pages):
        pages[at], pages[other] = pages[other], pages[at]
    for position, one in enumerate(pages, start=1):
        one.position = position
    session.flush()


def remove(letter: Letter, scan_id: int, *, by: Staff, now: dt.datetime) -> None:
    """Take away a page that does not belong to the letter; that it was there stays on record."""
    rights.require_work(by)
    scan = get(letter, scan_id)
    scan.removed_by_id, scan.removed_at = by.id, now
    session.flush()
