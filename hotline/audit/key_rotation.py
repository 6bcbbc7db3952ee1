"""Another key for sealed data, while the service runs: every value sealed anew, batch by batch.

May be stopped and begun again: what the first key of `HOTLINE_SEAL_KEY` opens is left alone.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hotline.callbacks.customer_models import CustomerCall
from hotline.contacts.models import Letter, RequesterPhone
from hotline.contacts.requesters import hashes, name_digests
from hotline.db import Base, session, transaction
from hotline.sealing import SealedText, seal
from hotline.telephony.models import PhoneCall, RefusedNumber

BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one batch came to."""

    table: str
    read: int
    changed: int


def run() -> Generator[Rotated]:
    """Seal everything with the first key, each batch in a transaction of its own; yield what was done."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, SealedText)]
        if columns:
            yield from _table(table, columns)
    yield from _hashes()
    yield from _senders()


def left() -> int:
    """Return how many values are still sealed with an older key."""
    count = 0
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedText):
                raw = sa.type_coerce(column, sa.Text)
                found = session.scalars(
                    sa.select(raw).where(column.is_not(None)).execution_options(yield_per=BATCH)
                )
                count += sum(not seal().is_current(one) for one in found)
    return count


def _table(table: sa.Table, columns: Sequence[sa.Column[Any]]) -> Iterator[Rotated]:
    keys = list(table.primary_key.columns)
    raw = [sa.type_coerce(column, sa.Text).label(column.name) for column in columns]
    last: tuple[Any, ...] | None = None
    while True:
        query = sa.select(*keys, *raw).order_by(*keys).limit(BATCH)
        if last is not None:
            query = query.where(sa.tuple_(*keys) > last if len(keys) > 1 else keys[0] > last[0])
        with transaction():
            rows = session.execute(query).all()
            changed = sum(_row(table, keys, columns, row) for row in rows)
        if not rows:
            return
        last = tuple(rows[-1][: len(keys)])
        yield Rotated(table.name, len(rows), changed)


def _row(table: sa.Table, keys: Sequence[sa.Column[Any]], columns: Sequence[sa.Column[Any]], row: Any) -> int:
    changed = 0
    for place, column in enumerate(columns, start=len(keys)):
        old = row[place]
        if old is None or seal().is_current(old):
            continue
        # Somebody may have written the value since it was read: then theirs stays, sealed with the new key.
        mine = sa.and_(
            *(key == row[at] for at, key in enumerate(keys)), sa.type_coerce(column, sa.Text) == old
        )
        session.execute(
            sa.update(table).where(mine).values({column.name: sa.literal(seal().renewed(old), sa.Text)})
        )
        changed += 1
    return changed


def _hashes() -> Iterator[Rotated]:
    """Hash every number with the first key, so that it is found once the old key is gone."""
    last = 0
    while True:
        with transaction():
            phones = session.scalars(
                sa.select(RequesterPhone)
                .where(RequesterPhone.id > last)
                .order_by(RequesterPhone.id)
                .limit(BATCH)
            ).all()
            changed = 0
            for phone in phones:
                wanted = hashes(phone.number)
                if (phone.digest, phone.last_four_digest) != wanted:
                    phone.digest, phone.last_four_digest = wanted
                    changed += 1
            count = len(phones)
            last = phones[-1].id if phones else last
        if not count:
            break
        yield Rotated(RequesterPhone.__tablename__, count, changed)
    for name, number, digest in NUMBERS:
        yield from _digests(name, number, digest)


NUMBERS = (
    (PhoneCall.__tablename__, "number", "digest"),
    (RefusedNumber.__tablename__, "number", "digest"),
    (CustomerCall.__tablename__, "phone", "phone_digest"),
)
"""Numbers of calls, each with the column of its hash."""


def _digests(name: str, number: str, digest: str) -> Iterator[Rotated]:
    table, last = Base.metadata.tables[name], 0
    while True:
        with transaction():
            rows = session.execute(
                sa.select(table.c.id, table.c[number], table.c[digest])
                .where(table.c.id > last, table.c[number].is_not(None))
                .order_by(table.c.id)
                .limit(BATCH)
            ).all()
            changed = 0
            for row_id, plain, held in rows:
                if held != seal().digest(plain):
                    anew = {digest: seal().digest(plain)}
                    session.execute(sa.update(table).where(table.c.id == row_id).values(anew))
                    changed += 1
        if not rows:
            return
        last = rows[-1][0]
        yield Rotated(name, len(rows), changed)


def _senders() -> Iterator[Rotated]:
    """Hash the senders of letters with the first key, likewise."""
    last = 0
    while True:
        with transaction():
            letters = session.scalars(
                sa.select(Letter)
                .where(Letter.id > last, Letter.sender_digest.is_not(None))
                .order_by(Letter.id)
                .limit(BATCH)
            ).all()
            changed = 0
            for letter in letters:
                name = letter.requester.name if letter.requester else None
                wanted = name_digests(name)[0] if name else None
                if letter.sender_digest != wanted:
                    letter.sender_digest = wanted
                    changed += 1
            count = len(letters)
            last = letters[-1].id if letters else last
        if not count:
            return
        yield Rotated(Letter.__tablename__, count, changed)
