"""The inverted index: which articles hold a term, and how much it says of them, in blocks of postings."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from hotline.db import Base
from knowledge_base import postings
from knowledge_base.index_models import (
    SearchAdoption,
    SearchEntry,
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
TABLES = (STATE, ENTRIES, POSTINGS, TERMS, ADOPTIONS)

SIZE = sa.select(STATE.c.entry_count, STATE.c.length_sum)
COUNTS = sa.select(TERMS.c.term, TERMS.c.count).where(one_of(TERMS.c.term, "keys"), TERMS.c.count > 0)
POSTINGS_OF = sa.select(POSTINGS.c.term, POSTINGS.c.block, POSTINGS.c.pairs).where(
    one_of(POSTINGS.c.term, "keys")
)
PAIRS_OF_BLOCK = sa.select(POSTINGS.c.term, POSTINGS.c.pairs).where(
    one_of(POSTINGS.c.term, "keys"), POSTINGS.c.block == sa.bindparam("block")
)
ENTRIES_OF = sa.select(
    ENTRIES.c.article_id, ENTRIES.c.length, ENTRIES.c.terms, ENTRIES.c.characters, ENTRIES.c.weights
).where(one_of(ENTRIES.c.article_id, "articles"))
DROP_ENTRIES = sa.delete(ENTRIES).where(one_of(ENTRIES.c.article_id, "articles"))
ADOPTIONS_OF = sa.select(ADOPTIONS.c.term, ADOPTIONS.c.article_id, ADOPTIONS.c.count).where(
    one_of(ADOPTIONS.c.term, "keys")
)

KEEP_POSTING = sa.text(
    "INSERT INTO search_posting (term, block, pairs) VALUES (:term, :block, :pairs) "
    "ON CONFLICT (term, block) DO UPDATE SET pairs = excluded.pairs"
)
DROP_POSTING = sa.text("DELETE FROM search_posting WHERE term = :term AND block = :block")
KEEP_ENTRY = sa.text(
    "INSERT INTO search_entry (article_id, length, terms, characters, weights) "
    "VALUES (:article_id, :length, :terms, :characters, :weights) "
    "ON CONFLICT (article_id) DO UPDATE SET length = excluded.length, terms = excluded.terms, "
    "characters = excluded.characters, weights = excluded.weights"
)
COUNT_TERM = sa.text(
    "INSERT INTO search_term (term, count) VALUES (:term, :count) "
    "ON CONFLICT (term) DO UPDATE SET count = search_term.count + excluded.count"
)
ADOPT = sa.text(
    "INSERT INTO search_adoption (term, article_id, count) VALUES (:term, :article_id, 1) "
    "ON CONFLICT (term, article_id) DO UPDATE SET count = search_adoption.count + 1"
)
BEGIN_STATE = sa.text(
    "INSERT INTO search_state (id, entry_count, length_sum) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING"
)


class Database(Protocol):
    """What the index needs of a session or a connection."""

    def execute(self, statement: Any, params: Any = ..., /) -> Any:
        """Run one statement."""


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

    def size(self) -> Size:
        """Return how much is indexed."""
        row = self.database.execute(SIZE).first()
        count, length_sum = row or (0, 0)
        return Size(count, length_sum / max(1, count), length_sum)

    def counts(self, keys: Sequence[int]) -> dict[int, int]:
        """Return for each of `keys`, of terms or characters, that occurs in how many articles it does."""
        return dict(map(tuple, self.database.execute(COUNTS, {"keys": keys}).all()))

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

    def adoptions(self, keys: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (term, article id, count) of the articles cited for questions that hold one of `keys`."""
        rows = self.database.execute(ADOPTIONS_OF, {"keys": keys}).all()
        return [(term, article, count) for term, article, count in rows]

    def adopt(self, article: int, keys: Iterable[int]) -> None:
        """Remember that `article` was cited for a question that holds `keys`."""
        rows = [{"term": key, "article_id": article} for key in sorted(keys)]
        if rows:
            self.database.execute(ADOPT, rows)

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

    def _keep(self, rows: list[dict[str, Any]], gone: Sequence[int], counted: Counter[int]) -> None:
        if rows:
            self.database.execute(KEEP_ENTRY, rows)
        if gone:
            self.database.execute(DROP_ENTRIES, {"articles": gone})
        changed = [{"term": key, "count": n} for key, n in sorted(counted.items()) if n]
        if changed:
            self.database.execute(COUNT_TERM, changed)

    def _rewrite(self, block: int, changes: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        rows = self.database.execute(PAIRS_OF_BLOCK, {"keys": list(changes), "block": block}).all()
        stored: dict[int, bytes] = dict(map(tuple, rows))
        kept, gone = [], []
        for key, of_term in sorted(changes.items()):
            pairs = postings.changed(stored.get(key, b""), of_term)
            if pairs:
                kept.append({"term": key, "block": block, "pairs": pairs})
            elif key in stored:
                gone.append({"term": key, "block": block})
        if kept:
            self.database.execute(KEEP_POSTING, kept)
        if gone:
            self.database.execute(DROP_POSTING, gone)


def rarity(total: int, holding: int) -> float:
    """Return what it tells that an article holds a term which `holding` of `total` articles hold."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _weights(document: Document, saturation: float) -> dict[int, int]:
    """Return the terms of a document, what its title sounds like among them, with what each weighs."""
    heard = dict.fromkeys(document.sounds, postings.weight(1.0, saturation))
    return heard | {key: postings.weight(n, saturation) for key, n in document.terms.items()}


def _row(
    article: int, document: Document, length: int, weights: Mapping[int, int], saturation: float
) -> dict[str, Any]:
    keys = sorted(weights)
    return {
        "article_id": article,
        "length": length,
        "terms": postings.pack(postings.KEYS, keys, map(weights.__getitem__, keys)),
        "characters": "".join(document.characters),
        "weights": bytes(postings.weight(n, saturation) for n in document.characters.values()),
    }
