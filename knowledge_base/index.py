"""The inverted index: which articles hold a term, and how much of it, in blocks of postings."""

import sys
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from hotline.db import Base
from knowledge_base.index_models import SearchEntry, SearchPosting, SearchState

BLOCK_SIZE = 4096
"""Articles per block: few rows to read for a common term, few bytes to rewrite when one article changes."""
FULL_WEIGHT = 255
AT_ONCE = 1000
"""Keys in one statement; SQLite takes 32,766 parameters."""

K1 = 1.2
B = 0.75

ENTRIES = Base.metadata.tables[SearchEntry.__tablename__]
POSTINGS = Base.metadata.tables[SearchPosting.__tablename__]
STATE = Base.metadata.tables[SearchState.__tablename__]

KEEP_POSTING = sa.text(
    "INSERT INTO search_posting (term, block, count, pairs) VALUES (:term, :block, :count, :pairs) "
    "ON CONFLICT (term, block) DO UPDATE SET count = excluded.count, pairs = excluded.pairs"
)
DROP_POSTING = sa.text("DELETE FROM search_posting WHERE term = :term AND block = :block")
KEEP_ENTRY = sa.text(
    "INSERT INTO search_entry (article_id, length, terms) VALUES (:article_id, :length, :terms) "
    "ON CONFLICT (article_id) DO UPDATE SET length = excluded.length, terms = excluded.terms"
)
BEGIN_STATE = sa.text(
    "INSERT INTO search_state (id, entry_count, length_sum) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING"
)


class Database(Protocol):
    """What the index needs of a session or a connection."""

    def execute(self, statement: Any, params: Any = ..., /) -> Any:
        """Run one statement."""


class Block:
    """The postings of one term within one block, open for change."""

    def __init__(self, pairs: bytes = b"") -> None:
        count = len(pairs) // 3
        self.offsets = _two_byte_numbers(pairs[: count * 2])
        self.weights = bytearray(pairs[count * 2 :])

    def put(self, offset: int, weight: int) -> None:
        """Set the weight of one article."""
        if not self.offsets or offset > self.offsets[-1]:
            self.offsets.append(offset)
            self.weights.append(weight)
            return
        at = bisect_left(self.offsets, offset)
        if self.offsets[at] == offset:
            self.weights[at] = weight
        else:
            self.offsets.insert(at, offset)
            self.weights.insert(at, weight)

    def drop(self, offset: int) -> None:
        """Forget one article."""
        at = bisect_left(self.offsets, offset)
        if at < len(self.offsets) and self.offsets[at] == offset:
            del self.offsets[at]
            del self.weights[at]

    def packed(self) -> bytes:
        """Return the postings as they are stored: offsets of two bytes, then weights of one."""
        offsets = self.offsets
        if sys.byteorder == "big":
            offsets = offsets[:]
            offsets.byteswap()
        return offsets.tobytes() + bytes(self.weights)


def _two_byte_numbers(packed: bytes) -> "array[int]":
    numbers = array("H")
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class Index:
    """The postings in one database, read and changed within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def entry_count(self) -> int:
        """Return how many articles are indexed."""
        return int(self.database.execute(sa.select(STATE.c.entry_count)).scalar() or 0)

    def document_counts(self, keys: Sequence[int]) -> dict[int, int]:
        """Return for each of `keys` that occurs in how many articles it does."""
        rows = self.database.execute(
            sa.select(POSTINGS.c.term, sa.func.sum(POSTINGS.c.count))
            .where(POSTINGS.c.term.in_(keys))
            .group_by(POSTINGS.c.term)
        )
        return {term: int(count) for term, count in rows}

    def postings(self, keys: Sequence[int]) -> Iterator[tuple[int, int, "array[int]", bytes]]:
        """Yield (term, first article id of the block, offsets, weights) for every block of `keys`."""
        rows = self.database.execute(
            sa.select(POSTINGS.c.term, POSTINGS.c.block, POSTINGS.c.count, POSTINGS.c.pairs).where(
                POSTINGS.c.term.in_(keys)
            )
        )
        for term, block, count, pairs in rows:
            yield term, block * BLOCK_SIZE, _two_byte_numbers(pairs[: count * 2]), pairs[count * 2 :]

    def change(self, wanted: Mapping[int, Mapping[int, float] | None]) -> None:
        """Index articles anew: article id → term key → frequency, or `None` to drop the article.

        Takes the write lock of the index first, so that two writers never overwrite each other's block.
        """
        self.database.execute(BEGIN_STATE)
        count, length_sum = self.database.execute(
            sa.select(STATE.c.entry_count, STATE.c.length_sum).with_for_update()
        ).one()
        before = self._entries(list(wanted))
        count += sum(1 for frequencies in wanted.values() if frequencies is not None) - len(before)
        lengths = {
            article: round(sum(frequencies.values()))
            for article, frequencies in wanted.items()
            if frequencies
        }
        length_sum += sum(lengths.values()) - sum(length for length, _keys in before.values())
        mean = max(1.0, length_sum / max(1, count))

        changes: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for article, frequencies in wanted.items():
            block, offset = divmod(article, BLOCK_SIZE)
            terms = frequencies or {}
            for key in before[article][1] if article in before else ():
                if key not in terms:
                    changes[block][key].append((offset, 0))
            saturation = K1 * (1 - B + B * lengths.get(article, 0) / mean)
            for key, frequency in terms.items():
                weight = max(1, round(FULL_WEIGHT * frequency / (frequency + saturation)))
                changes[block][key].append((offset, weight))
        for block, of_terms in sorted(changes.items()):
            self._rewrite(block, of_terms)
        self._keep_entries(wanted, lengths)
        self.database.execute(sa.update(STATE).values(entry_count=count, length_sum=length_sum))

    def clear(self) -> None:
        """Forget everything."""
        for table in (POSTINGS, ENTRIES, STATE):
            self.database.execute(sa.delete(table))

    def _entries(self, articles: Sequence[int]) -> dict[int, tuple[int, "array[int]"]]:
        found: dict[int, tuple[int, array[int]]] = {}
        for some in _batches(articles):
            for article, length, packed in self.database.execute(
                sa.select(ENTRIES.c.article_id, ENTRIES.c.length, ENTRIES.c.terms).where(
                    ENTRIES.c.article_id.in_(some)
                )
            ):
                found[article] = (length, _keys(packed))
        return found

    def _keep_entries(
        self, wanted: Mapping[int, Mapping[int, float] | None], lengths: Mapping[int, int]
    ) -> None:
        kept = [
            {"article_id": article, "length": lengths.get(article, 0), "terms": _packed(frequencies)}
            for article, frequencies in wanted.items()
            if frequencies is not None
        ]
        gone = [article for article, frequencies in wanted.items() if frequencies is None]
        if kept:
            self.database.execute(KEEP_ENTRY, kept)
        for some in _batches(gone):
            self.database.execute(sa.delete(ENTRIES).where(ENTRIES.c.article_id.in_(some)))

    def _rewrite(self, block: int, of_terms: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        blocks = {key: Block() for key in of_terms}
        existing = set()
        for some in _batches(list(of_terms)):
            for key, pairs in self.database.execute(
                sa.select(POSTINGS.c.term, POSTINGS.c.pairs).where(
                    POSTINGS.c.term.in_(some), POSTINGS.c.block == block
                )
            ):
                blocks[key] = Block(pairs)
                existing.add(key)
        kept, gone = [], []
        for key, changes in sorted(of_terms.items()):
            postings = blocks[key]
            for offset, weight in changes:
                if weight:
                    postings.put(offset, weight)
                else:
                    postings.drop(offset)
            if postings.offsets:
                kept.append(
                    {"term": key, "block": block, "count": len(postings.offsets), "pairs": postings.packed()}
                )
            elif key in existing:
                gone.append({"term": key, "block": block})
        if kept:
            self.database.execute(KEEP_POSTING, kept)
        if gone:
            self.database.execute(DROP_POSTING, gone)


def _keys(packed: bytes) -> "array[int]":
    keys = array("q")
    keys.frombytes(packed)
    if sys.byteorder == "big":
        keys.byteswap()
    return keys


def _packed(keys: Iterable[int]) -> bytes:
    packed = array("q", sorted(keys))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _batches(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
