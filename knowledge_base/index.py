"""The inverted index: which articles hold a term, and how much it says of them, in blocks of postings."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from hotline.db import Base
from knowledge_base import bulk, postings
from knowledge_base.index_models import (
    SearchAdoption,
    SearchEntry,
    SearchLesson,
    SearchPosting,
    SearchState,
    SearchTerm,
)
from knowledge_base.number_lists import one_of

BLOCK_SIZE = 2048
"""Articles per block: few rows to read for a common term, few bytes to rewrite when one article changes."""
LENGTH_UNIT = 1000

K1 = 1.2
"""How soon more of the same term stops telling more."""
B = 0.7
"""How far a long article is held to say less by each term; long questions add to it when ranking."""

ENTRIES = Base.metadata.tables[SearchEntry.__tablename__]
POSTINGS = Base.metadata.tables[SearchPosting.__tablename__]
STATE = Base.metadata.tables[SearchState.__tablename__]
TERMS = Base.metadata.tables[SearchTerm.__tablename__]
ADOPTIONS = Base.metadata.tables[SearchAdoption.__tablename__]
LESSONS = Base.metadata.tables[SearchLesson.__tablename__]
TABLES = (STATE, ENTRIES, POSTINGS, TERMS, ADOPTIONS, LESSONS)

SIZE = sa.select(STATE.c.entry_count, STATE.c.length_sum)
COUNTS = sa.select(TERMS.c.term, TERMS.c.count).where(one_of(TERMS.c.term, "keys"), TERMS.c.count > 0)
SIZE_AND_COUNTS = sa.union_all(
    sa.select(sa.null().label("term"), STATE.c.entry_count, STATE.c.length_sum),
    sa.select(TERMS.c.term, TERMS.c.count, sa.literal_column("0")).where(
        one_of(TERMS.c.term, "keys"), TERMS.c.count > 0
    ),
)
"""What a question begins with, in one statement: one more costs as much as reading fifty rows."""
POSTINGS_OF = (
    sa.select(POSTINGS.c.term, POSTINGS.c.block, POSTINGS.c.pairs)
    .where(one_of(POSTINGS.c.term, "keys"))
    .execution_options(in_binary=True)
)
PAIRS_OF_BLOCK = sa.select(POSTINGS.c.term, POSTINGS.c.pairs).where(
    one_of(POSTINGS.c.term, "keys"), POSTINGS.c.block == sa.bindparam("block")
)
ENTRIES_OF = (
    sa.select(
        ENTRIES.c.article_id, ENTRIES.c.length, ENTRIES.c.terms, ENTRIES.c.characters, ENTRIES.c.weights
    )
    .where(one_of(ENTRIES.c.article_id, "articles"))
    .execution_options(in_binary=True)
)
DROP_ENTRIES = sa.delete(ENTRIES).where(one_of(ENTRIES.c.article_id, "articles"))
TAUGHT = sa.select(LESSONS.c.term).where(
    one_of(LESSONS.c.term, "keys"),
    LESSONS.c.article_id == sa.bindparam("article"),
    LESSONS.c.staff_id == sa.bindparam("person"),
)
POSTINGS_AND_ADOPTIONS = sa.union_all(
    sa.select(
        POSTINGS.c.term, POSTINGS.c.block, POSTINGS.c.pairs, sa.literal_column("0").label("people")
    ).where(one_of(POSTINGS.c.term, "keys")),
    sa.select(ADOPTIONS.c.term, ADOPTIONS.c.article_id, sa.null(), ADOPTIONS.c.count).where(
        one_of(ADOPTIONS.c.term, "keys")
    ),
).execution_options(in_binary=True)
"""What the first look reads, in one statement too."""

DROP_POSTINGS = sa.delete(POSTINGS).where(
    one_of(POSTINGS.c.term, "keys"), POSTINGS.c.block == sa.bindparam("block")
)

KEEP_POSTING = "ON CONFLICT (term, block) DO UPDATE SET pairs = excluded.pairs"
KEEP_ENTRY = (
    "ON CONFLICT (article_id) DO UPDATE SET length = excluded.length, terms = excluded.terms, "
    "characters = excluded.characters, weights = excluded.weights"
)
ADOPT = "ON CONFLICT (term, article_id) DO UPDATE SET count = search_adoption.count + 1"
COUNT_TERM = "ON CONFLICT (term) DO UPDATE SET count = search_term.count + excluded.count"
GATHER_POSTINGS = sa.text("CLUSTER search_posting USING pk_search_posting")
GATHER_ENTRIES = sa.text("CLUSTER search_entry USING pk_search_entry")
BEGIN_STATE = sa.text(
    "INSERT INTO search_state (id, entry_count, length_sum) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING"
)


Database = sa.Connection | Session | scoped_session[Any]


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of an article: how often it holds each term and each Chinese character."""

    terms: Mapping[int, float]
    characters: Mapping[str, float]
    sounds: frozenset[int] = field(default=frozenset())
    """Keys of what its title sounds like; they count as held once and say nothing about its length."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One indexed article: its terms in order and its characters, with what each weighs."""

    article_id: int
    length: int
    terms: "array[int]"
    term_weights: bytes
    characters: str
    weights: bytes


@dataclass(frozen=True, slots=True)
class Size:
    """How many articles are indexed, how long they are on average, and a figure that changes with them."""

    count: int
    mean_length: float
    mark: int


class Index:
    """The postings in one database, read and changed within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def _connection(self) -> sa.Connection:
        return self.database if isinstance(self.database, sa.Connection) else self.database.connection()

    def counts(self, keys: Sequence[int]) -> dict[int, int]:
        """Return for each of `keys`, of terms or characters, that occurs in how many articles it does."""
        return dict(map(tuple, self.database.execute(COUNTS, {"keys": keys}).all()))

    def size_and_counts(self, keys: Sequence[int]) -> tuple[Size, dict[int, int]]:
        """Return how much is indexed, and what `counts` returns."""
        size, counts = Size(0, 0.0, 0), {}
        for term, count, length_sum in self.database.execute(SIZE_AND_COUNTS, {"keys": keys}).all():
            if term is None:
                size = Size(count, length_sum / max(1, count), length_sum)
            else:
                counts[term] = count
        return size, counts

    def postings_and_adoptions(
        self, keys: Sequence[int]
    ) -> "tuple[list[tuple[int, int, array[int], bytes]], list[tuple[int, int, int]]]":
        """Return what `postings` yields, and (term, article id, how many people cited it for the term)."""
        held, adopted = [], []
        for term, place, pairs, people in self.database.execute(POSTINGS_AND_ADOPTIONS, {"keys": keys}).all():
            if pairs is None:
                adopted.append((term, place, people))
            else:
                held.append((term, place * BLOCK_SIZE, *postings.unpack(postings.OFFSETS, pairs)))
        return held, adopted

    def postings(self, keys: Sequence[int]) -> "Iterator[tuple[int, int, array[int], bytes]]":
        """Yield (term, first article id of the block, offsets, weights of 1 to 255) for each block."""
        for term, block, pairs in self.database.execute(POSTINGS_OF, {"keys": keys}).all():
            yield term, block * BLOCK_SIZE, *postings.unpack(postings.OFFSETS, pairs)

    def entries(self, articles: Sequence[int]) -> list[Entry]:
        """Return what is stored of `articles`, in their order."""
        found = {
            article: Entry(article, length, *postings.unpack(postings.KEYS, terms), characters, weights)
            for article, length, terms, characters, weights in self.database.execute(
                ENTRIES_OF, {"articles": articles}
            ).all()
        }
        return [found[article] for article in articles if article in found]

    def adopt(self, article: int, keys: Collection[int], *, by: int) -> None:
        """Remember that person `by` cited `article` for a question that holds `keys`.

        A term counts once for each person, so that nobody lifts an article by citing it again and again.
        """
        taught = {"keys": list(keys), "article": article, "person": by}
        known = set(self.database.execute(TAUGHT, taught).scalars())
        new = sorted(set(keys) - known)
        bulk.put(self._connection, LESSONS, [(key, article, by) for key in new], "ON CONFLICT DO NOTHING")
        bulk.put(self._connection, ADOPTIONS, [(key, article, 1) for key in new], ADOPT)

    def change(self, wanted: Mapping[int, Document | None]) -> None:
        """Index articles anew, or drop those given as `None`.

        Takes the write lock of the index first, so that two writers never overwrite each other's block.
        """
        self.database.execute(BEGIN_STATE)
        count, length_sum = self.database.execute(SIZE.with_for_update()).one()
        before = {entry.article_id: entry for entry in self.entries(list(wanted))} if count else {}
        documents = {article: one for article, one in wanted.items() if one is not None}
        count += len(documents) - len(before)
        lengths = self._lengths(documents, before, count)
        length_sum += sum(lengths.values()) - sum(entry.length for entry in before.values())
        mean = max(1.0, length_sum / max(1, count))

        blocks: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        counted: Counter[int] = Counter()
        rows = []
        for article in sorted(wanted):
            offset = article % BLOCK_SIZE
            block = blocks[article // BLOCK_SIZE]
            new: dict[int, int] = {}
            if article in documents:
                saturation = K1 * (1 - B + B * lengths[article] / mean)
                new = _weights(documents[article], saturation)
                rows.append(_row(article, documents[article], lengths[article], new, saturation))
                counted.update(new.keys())
                counted.update(map(ord, documents[article].characters))
            old: dict[int, int] = {}
            if article in before:
                old = dict(zip(before[article].terms, before[article].term_weights, strict=True))
                counted.subtract(old.keys())
                counted.subtract(map(ord, before[article].characters))
            for key, weight in new.items():
                if old.get(key) != weight:
                    block[key].append((offset, weight))
            for key in old.keys() - new.keys():
                block[key].append((offset, 0))
        for number, changes in sorted(blocks.items()):
            self._rewrite(number, changes)
        self._keep(rows, [article for article in before if article not in documents], counted)
        self.database.execute(sa.update(STATE).values(entry_count=count, length_sum=length_sum))

    def clear(self) -> None:
        """Forget every article; what operators taught stays."""
        for table in (STATE, ENTRIES, POSTINGS, TERMS):
            self.database.execute(sa.delete(table))

    def gather(self) -> None:
        """Lay the postings of a term side by side, once many were written.

        PostgreSQL keeps rows as they came, those of one term a page apart each; a question reads some two
        hundred. SQLite keeps this table by its key anyway. Searches wait meanwhile, for some seconds.
        """
        if self._connection.dialect.name == "postgresql":
            self.database.execute(GATHER_POSTINGS)
            self.database.execute(GATHER_ENTRIES)

    def _lengths(
        self, documents: Mapping[int, Document], before: Mapping[int, Entry], count: int
    ) -> dict[int, int]:
        """Return how much each document says: its terms, each counted by how rare it is."""
        coming = Counter(key for document in documents.values() for key in document.terms)
        holding = self.counts(list(coming)) if count > len(documents) or before else {}
        going = Counter(key for entry in before.values() for key in entry.terms)
        rarest = math.log(1 + count)
        says = {
            key: LENGTH_UNIT * rarity(count, max(1, holding.get(key, 0) - going[key] + n)) / rarest
            for key, n in coming.items()
        }
        return {
            article: round(sum(says[key] * frequency for key, frequency in document.terms.items()))
            for article, document in documents.items()
        }

    def _keep(self, rows: list[tuple[Any, ...]], gone: Sequence[int], counted: Counter[int]) -> None:
        bulk.put(self._connection, ENTRIES, rows, KEEP_ENTRY)
        if gone:
            self.database.execute(DROP_ENTRIES, {"articles": gone})
        changed = [(key, n) for key, n in sorted(counted.items()) if n]
        bulk.put(self._connection, TERMS, changed, COUNT_TERM)

    def _rewrite(self, block: int, changes: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        rows = self.database.execute(PAIRS_OF_BLOCK, {"keys": list(changes), "block": block}).all()
        stored: dict[int, bytes] = dict(map(tuple, rows))
        kept, gone = [], []
        for key, of_term in sorted(changes.items()):
            pairs = postings.changed(stored.get(key, b""), of_term)
            if pairs:
                kept.append((key, block, pairs))
            elif key in stored:
                gone.append(key)
        bulk.put(self._connection, POSTINGS, kept, KEEP_POSTING)
        if gone:
            self.database.execute(DROP_POSTINGS, {"keys": gone, "block": block})


def rarity(total: int, holding: int) -> float:
    """Return what it tells that an article holds a term which `holding` of `total` articles hold."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _weights(document: Document, saturation: float) -> dict[int, int]:
    """Return the terms of a document, what its title sounds like among them, with what each weighs."""
    heard = dict.fromkeys(document.sounds, postings.weight(1.0, saturation))
    return heard | postings.weights(document.terms, saturation)


def _row(
    article: int, document: Document, length: int, weights: Mapping[int, int], saturation: float
) -> tuple[Any, ...]:
    keys = sorted(weights)
    return (
        article,
        length,
        postings.pack(postings.KEYS, keys, map(weights.__getitem__, keys)),
        "".join(document.characters),
        bytes(postings.weights(document.characters, saturation).values()),
    )
