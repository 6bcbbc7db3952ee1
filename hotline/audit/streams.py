"""The tables that only grow, and how a day of each is read in order."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from hotline.audit.models import ErasedRow, JournalLine, ListViewing, Viewing
from hotline.contacts.models import Reveal
from hotline.db import session
from hotline.tickets.models import TicketEvent

BATCH = 2000


@dataclass(frozen=True)
class Stream:
    """One such table."""

    name: str
    id: InstrumentedAttribute[int]
    moment: InstrumentedAttribute[dt.datetime]
    columns: tuple[InstrumentedAttribute[Any], ...]
    """What a row's digest is made of; one column that is a digest already stands for itself."""

    def rows(self, begin: dt.datetime, end: dt.datetime) -> Iterator[tuple[int, str]]:
        """Yield number and digest of the rows from `begin` until before `end`, in their order."""
        for row_id, erased, digest in self._read(self.moment >= begin, self.moment < end):
            yield row_id, erased or digest

    def where(self, condition: sa.ColumnElement[bool]) -> Iterator[tuple[int, str]]:
        """Yield number and digest of the rows of a condition, as they are now."""
        for row_id, _, digest in self._read(condition):
            yield row_id, digest

    def _read(self, *conditions: sa.ColumnElement[bool]) -> Iterator[tuple[int, str | None, str]]:
        """Yield each row's number, the digest it had before its words were erased, and that of today."""
        query = (
            sa.select(self.id, ErasedRow.digest, *self.columns)
            .outerjoin(ErasedRow, sa.and_(ErasedRow.stream == self.name, ErasedRow.row_id == self.id))
            .where(*conditions)
            .order_by(self.id)
            .execution_options(yield_per=BATCH)
        )
        is_digest = [one.key for one in self.columns] == ["digest"]
        for row_id, erased, *values in session.execute(query):
            yield row_id, erased, values[0] if is_digest else _digest(values)


def _digest(values: list[Any]) -> str:
    text = json.dumps(values, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return str(value)


STREAMS = (
    Stream(TicketEvent.__tablename__, TicketEvent.id, TicketEvent.happened_at, (TicketEvent.digest,)),
    Stream(
        JournalLine.__tablename__,
        JournalLine.id,
        JournalLine.happened_at,
        (
            JournalLine.act,
            JournalLine.subject,
            JournalLine.about,
            JournalLine.by_id,
            JournalLine.address,
            JournalLine.happened_at,
            JournalLine.details,
        ),
    ),
    Stream(
        Viewing.__tablename__,
        Viewing.id,
        Viewing.viewed_at,
        (
            Viewing.staff_id,
            Viewing.ticket_id,
            Viewing.requester_id,
            Viewing.sight,
            Viewing.address,
            Viewing.viewed_at,
        ),
    ),
    Stream(
        ListViewing.__tablename__,
        ListViewing.id,
        ListViewing.viewed_at,
        (
            ListViewing.staff_id,
            ListViewing.page,
            ListViewing.numbers,
            ListViewing.address,
            ListViewing.viewed_at,
        ),
    ),
    Stream(
        Reveal.__tablename__,
        Reveal.id,
        Reveal.revealed_at,
        (
            Reveal.requester_id,
            Reveal.ticket_id,
            Reveal.revealed_by_id,
            Reveal.reason,
            Reveal.address,
            Reveal.revealed_at,
        ),
    ),
)
