"""Sealing days: the rows of a day that is over, hashed in their order on top of the day before.

A chain inside a ticket cannot tell when a whole history was written anew; the seal of its day can.
"""

import datetime as dt
import hashlib
import struct
from collections.abc import Iterator

import sqlalchemy as sa

from hotline.audit.findings import Fault, Finding
from hotline.audit.seal_models import DaySeal
from hotline.audit.streams import STREAMS, Stream
from hotline.db import session
from hotline.tickets.models import Ticket, TicketEvent
from hotline.wording import LOCAL_ZONE

GRACE = dt.timedelta(hours=2)
"""After midnight, until the last transaction of the day has ended and a clock put back has caught up."""

MOST_DAYS = 400
"""In one go; the next run of the chore goes on."""

_LEAF = struct.Struct(">Q4s")


class _Day:
    """The rows of one day, read once."""

    def __init__(self, begun_with: str) -> None:
        self.row_count = 0
        self.leaves = bytearray()
        self._hash = hashlib.sha256(begun_with.encode())

    def add(self, row_id: int, digest: str) -> None:
        """Take one row in."""
        self.row_count += 1
        self.leaves += _LEAF.pack(row_id, bytes.fromhex(digest[:8]))
        self._hash.update(f"|{row_id}:{digest}".encode())

    @property
    def digest(self) -> str:
        """The seal of the rows so far."""
        return self._hash.hexdigest()


def seal_due(now: dt.datetime) -> int:
    """Seal every day that is over and not sealed yet; return how many seals were made."""
    return sum(_seal_stream(stream, now) for stream in STREAMS)


def _seal_stream(stream: Stream, now: dt.datetime) -> int:
    newest = session.scalar(
        sa.select(DaySeal).where(DaySeal.stream == stream.name).order_by(DaySeal.day.desc()).limit(1)
    )
    day = newest.day + dt.timedelta(days=1) if newest else _first_day(stream)
    previous, made = newest.digest if newest else "", 0
    while day is not None and now >= _ends(day) + GRACE and made < MOST_DAYS:
        found = _read(stream, day, previous)
        session.add(
            DaySeal(
                stream=stream.name,
                day=day,
                row_count=found.row_count,
                leaves=bytes(found.leaves),
                digest=found.digest,
                sealed_at=now,
            )
        )
        previous, day, made = found.digest, day + dt.timedelta(days=1), made + 1
    session.flush()
    return made


def _first_day(stream: Stream) -> dt.date | None:
    earliest: dt.datetime | None = session.scalar(sa.select(sa.func.min(stream.moment)))
    return earliest.astimezone(LOCAL_ZONE).date() if earliest else None


def _begins(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE)


def _ends(day: dt.date) -> dt.datetime:
    return _begins(day + dt.timedelta(days=1))


def _read(stream: Stream, day: dt.date, previous: str) -> _Day:
    found = _Day(f"{previous}|{stream.name}|{day.isoformat()}")
    for row_id, digest in stream.rows(_begins(day), _ends(day)):
        found.add(row_id, digest)
    return found


def check() -> Iterator[Finding]:
    """Yield the rows that are no longer as they were when their day was sealed."""
    for stream in STREAMS:
        yield from _check_stream(stream)


def _check_stream(stream: Stream) -> Iterator[Finding]:
    previous, expected = "", None
    query = (
        sa.select(DaySeal.day, DaySeal.row_count, DaySeal.leaves, DaySeal.digest)
        .where(DaySeal.stream == stream.name)
        .order_by(DaySeal.day)
    )
    for seal in session.execute(query.execution_options(yield_per=50)):
        is_known = expected is None or seal.day == expected
        while expected is not None and expected < seal.day:
            yield Finding(DaySeal.__tablename__, Fault.SEAL_REMOVED, day=expected)
            expected += dt.timedelta(days=1)
        found = _read(stream, seal.day, previous)
        differing = list(_differing(stream, seal.leaves, bytes(found.leaves), seal.day))
        yield from differing
        if is_known and not differing and found.digest != seal.digest:
            yield Finding(DaySeal.__tablename__, Fault.SEAL_CHANGED, day=seal.day)
        previous, expected = seal.digest, seal.day + dt.timedelta(days=1)


def _differing(stream: Stream, sealed: bytes, found: bytes, day: dt.date) -> Iterator[Finding]:
    if sealed == found:
        return
    before, after = dict(_LEAF.iter_unpack(_whole(sealed))), dict(_LEAF.iter_unpack(found))
    for row_id in sorted(before.keys() | after.keys()):
        if before.get(row_id) == after.get(row_id):
            continue
        fault = Fault.CHANGED
        if row_id not in after:
            fault = Fault.REMOVED
        elif row_id not in before:
            fault = Fault.INSERTED
        number, sequence = _named(stream, row_id)
        yield Finding(stream.name, fault, row_id, number, sequence, day)


def _whole(leaves: bytes) -> bytes:
    return leaves[: len(leaves) - len(leaves) % _LEAF.size]


def _named(stream: Stream, row_id: int) -> tuple[str, int | None]:
    if stream.name != TicketEvent.__tablename__:
        return "", None
    row = session.execute(
        sa.select(Ticket.number, TicketEvent.sequence).join(Ticket).where(TicketEvent.id == row_id)
    ).one_or_none()
    return (row.number, row.sequence) if row else ("", None)


def newest() -> list[tuple[str, dt.date, str]]:
    """Return the newest seal of each table: noted down elsewhere, it also proves that none was cut off."""
    latest = (
        sa.select(DaySeal.stream, sa.func.max(DaySeal.day).label("day")).group_by(DaySeal.stream).subquery()
    )
    query = (
        sa.select(DaySeal.stream, DaySeal.day, DaySeal.digest)
        .join(latest, sa.and_(latest.c.stream == DaySeal.stream, latest.c.day == DaySeal.day))
        .order_by(DaySeal.stream)
    )
    return [(row.stream, row.day, row.digest) for row in session.execute(query)]


def is_known(digest: str) -> bool:
    """Tell whether a seal noted down earlier is still there."""
    return bool(session.scalar(sa.select(sa.exists().where(DaySeal.digest == digest.lower()))))
