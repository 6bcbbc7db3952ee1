"""The inverted index: which articles hold a term, and how much it says of them, in blocks of postings."""

import math
import sys
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from hotline.db import Base
from knowledge_base.index_models import (
    SearchAdoption,
    SearchCharacter,
    SearchEntry,
    SearchPosting,
    SearchState,
)

BLOCK_SIZE = 4096
"""Articles per block: few rows to read for a common term, few bytes to rewrite when one article changes."""
AT_ONCE = 1000
"""Keys in one statement; SQLite takes 32,766 parameters."""
FULL_WEIGHT = 255
LENGTH_UNIT = 1000

K1 = 1.2
"""How soon more of the same term stops telling more."""
B = 0.7
"""How far a long article is held to say less by each term; long questions add to it when ranking."""

ENTRIES = Base.metadata.tables[SearchEntry.__tablename__]
POSTINGS = Base.metadata.tables[SearchPosting.__tablename__]
STATE = Base.metadata.tables[SearchState.__tablename__]
CHARACTERS = Base.metadata.tables[SearchCharacter.__tablename__]
ADOPTIONS = Base.metadata.tables[SearchAdoption.__tablename__]
TABLES = (STATE, ENTRIES, POSTINGS, CHARACTERS, ADOPTIONS)

_keys_asked: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_articles_asked: sa.BindParameter[Any] = sa.bindparam("articles", expanding=True)
SIZE = sa.select(STATE.c.entry_count, STATE.c.length_sum)
COUNTS = (
    sa.select(POSTINGS.c.term, sa.func.sum(POSTINGS.c.count))
    .where(POSTINGS.c.term.in_(_keys_asked))
    .group_by(POSTINGS.c.term)
)
CHARACTER_COUNTS = sa.select(CHARACTERS.c.character, CHARACTERS.c.count).where(
    CHARACTERS.c.character.in_(sa.bindparam("characters", expanding=True)), CHARACTERS.c.count > 0
)
POSTINGS_OF = sa.select(POSTINGS.c.term, POSTINGS.c.block, POSTINGS.c.count, POSTINGS.c.pairs).where(
    POSTINGS.c.term.in_(_keys_asked)
)
ENTRIES_OF = sa.select(ENTRIES.c.article_id, ENTRIES.c.length, ENTRIES.c.characters, ENTRIES.c.weights).where(
    ENTRIES.c.article_id.in_(_articles_asked)
)
TERMS_OF = sa.select(ENTRIES.c.article_id, ENTRIES.c.terms).where(ENTRIES.c.article_id.in_(_articles_asked))
ADOPTIONS_OF = (
    sa.select(ADOPTIONS.c.term, ADOPTIONS.c.article_id, ADOPTIONS.c.count)
    .where(ADOPTIONS.c.term.in_(_keys_asked))
    .order_by(ADOPTIONS.c.term, ADOPTIONS.c.article_id)
)

KEEP_POSTING = sa.text(
    "INSERT INTO search_posting (term, block, count, pairs) VALUES (:term, :block, :count, :pairs) "
    "ON CONFLICT (term, block) DO UPDATE SET count = excluded.count, pairs = excluded.pairs"
)
DROP_POSTING = sa.text("DELETE FROM search_posting WHERE term = :term AND block = :block")
KEEP_ENTRY = sa.text(
    "INSERT INTO search_entry (article_id, length, terms, characters, weights) "
    "VALUES (:article_id, :length, :terms, :characters, :weights) "
    "ON CONFLICT (article_id) DO UPDATE SET length = excluded.length, terms = excluded.terms, "
    "characters = excluded.characters, weights = excluded.weights"
)
COUNT_CHARACTER = sa.text(
    "INSERT INTO search_character (character, count) VALUES (:character, :count) "
    "ON CONFLICT (character) DO UPDATE SET count = search_character.count + excluded.count"
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
    """What the second look reads of one article."""

    article_id: int
    length: float
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
        return Size(count, length_sum / LENGTH_UNIT / max(1, count), length_sum)

    def document_counts(self, keys: Sequence[int]) -> dict[int, int]:
        """Return for each of `keys` that occurs in how many articles it does."""
        counts: dict[int, int] = {}
        for some in _batches(keys):
            rows = self.database.execute(COUNTS, {"keys": some}).all()
            counts.update((term, int(count)) for term, count in rows)
        return counts

    def character_counts(self, characters: Sequence[str]) -> dict[str, int]:
        """Return in how many articles each of `characters` occurs."""
        rows = self.database.execute(CHARACTER_COUNTS, {"characters": list(characters)})
        return {row[0]: row[1] for row in rows.all()}

    def postings(self, keys: Sequence[int]) -> Iterator[tuple[int, int, "array[int]", bytes]]:
        """Yield (term, first article id of the block, offsets, weights of 1 to 255) for each block."""
        for some in _batches(keys):
            rows = self.database.execute(POSTINGS_OF, {"keys": some}).all()
            for term, block, count, pairs in rows:
                yield term, block * BLOCK_SIZE, _numbers("H", pairs[: count * 2]), pairs[count * 2 :]

    def entries(self, articles: Sequence[int]) -> list[Entry]:
        """Return what the second look needs of `articles`."""
        rows = self.database.execute(ENTRIES_OF, {"articles": articles})
        return [
            Entry(article, length / LENGTH_UNIT, characters, weights)
            for article, length, characters, weights in rows.all()
        ]

    def terms_of(self, articles: Sequence[int]) -> "dict[int, array[int]]":
        """Return the term keys of `articles`."""
        rows = self.database.execute(TERMS_OF, {"articles": articles})
        return {article: _numbers("q", packed) for article, packed in rows.all()}

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
        count, length_sum = self.database.execute(
            sa.select(STATE.c.entry_count, STATE.c.length_sum).with_for_update()
        ).one()
        before = self._before(list(wanted))
        documents = {article: one for article, one in wanted.items() if one is not None}
        count += len(documents) - len(before)
        lengths = self._lengths(documents, before, count)
        length_sum += sum(lengths.values()) - sum(length for length, _terms, _characters in before.values())
        mean = max(1.0, length_sum / max(1, count))

        changes: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        characters: Counter[str] = Counter()
        rows = []
        for article in wanted:
            of_block = changes[article // BLOCK_SIZE]
            offset = article % BLOCK_SIZE
            document = documents.get(article)
            _length, old_terms, old_characters = before.get(article, (0, (), ""))
            characters.subtract(old_characters)
            if document is None:
                for key in old_terms:
                    of_block[key].append((offset, 0))
                continue
            saturation = K1 * (1 - B + B * lengths[article] / mean)
            for key in old_terms:
                if key not in document.terms and key not in document.sounds:
                    of_block[key].append((offset, 0))
            for key, frequency in document.terms.items():
                of_block[key].append((offset, _weight(frequency, saturation)))
            for key in document.sounds - document.terms.keys():
                of_block[key].append((offset, _weight(1.0, saturation)))
            characters.update(document.characters.keys())
            rows.append(_row(article, document, lengths[article], saturation))
        for block, of_terms in sorted(changes.items()):
            self._rewrite(block, of_terms)
        self._keep(rows, [article for article in wanted if article not in documents], characters)
        self.database.execute(sa.update(STATE).values(entry_count=count, length_sum=length_sum))

    def clear(self) -> None:
        """Forget every article; what operators taught stays."""
        for table in (STATE, ENTRIES, POSTINGS, CHARACTERS):
            self.database.execute(sa.delete(table))

    def _lengths(
        self,
        documents: Mapping[int, Document],
        before: Mapping[int, tuple[int, Iterable[int], str]],
        count: int,
    ) -> dict[int, int]:
        """Return how much each document says: its terms, each counted by how rare it is."""
        coming = Counter(key for document in documents.values() for key in document.terms)
        holding = self.document_counts(list(coming)) if count > len(documents) or before else {}
        going = Counter(key for _length, terms, _characters in before.values() for key in terms)
        rarest = math.log(1 + count)
        says = {
            key: LENGTH_UNIT * rarity(count, max(1, holding.get(key, 0) - going[key] + n)) / rarest
            for key, n in coming.items()
        }
        return {
            article: round(sum(says[key] * frequency for key, frequency in document.terms.items()))
            for article, document in documents.items()
        }

    def _before(self, articles: Sequence[int]) -> dict[int, tuple[int, Sequence[int], str]]:
        found: dict[int, tuple[int, Sequence[int], str]] = {}
        columns = (ENTRIES.c.article_id, ENTRIES.c.length, ENTRIES.c.terms, ENTRIES.c.characters)
        for some in _batches(articles):
            for article, length, terms, characters in self.database.execute(
                sa.select(*columns).where(ENTRIES.c.article_id.in_(some))
            ):
                found[article] = (length, _numbers("q", terms), characters)
        return found

    def _keep(self, rows: list[dict[str, Any]], gone: Sequence[int], characters: Counter[str]) -> None:
        if rows:
            self.database.execute(KEEP_ENTRY, rows)
        for some in _batches(gone):
            self.database.execute(sa.delete(ENTRIES).where(ENTRIES.c.article_id.in_(some)))
        changed = [{"character": one, "count": n} for one, n in sorted(characters.items()) if n]
        if changed:
            self.database.execute(COUNT_CHARACTER, changed)

    def _rewrite(self, block: int, of_terms: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        stored: dict[int, bytes] = {}
        for some in _batches(list(of_terms)):
            rows = self.database.execute(
                sa.select(POSTINGS.c.term, POSTINGS.c.pairs).where(
                    POSTINGS.c.term.in_(some), POSTINGS.c.block == block
                )
            )
            stored.update((term, pairs) for term, pairs in rows.all())
        kept, gone = [], []
        for key, changes in sorted(of_terms.items()):
            count, pairs = _changed(stored.get(key, b""), changes)
            if count:
                kept.append({"term": key, "block": block, "count": count, "pairs": pairs})
            elif key in stored:
                gone.append({"term": key, "block": block})
        if kept:
            self.database.execute(KEEP_POSTING, kept)
        if gone:
            self.database.execute(DROP_POSTING, gone)


def rarity(total: int, holding: int) -> float:
    """Return what it tells that an article holds a term which `holding` of `total` articles hold."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _weight(frequency: float, saturation: float) -> int:
    return max(1, round(FULL_WEIGHT * frequency / (frequency + saturation)))


def _row(article: int, document: Document, length: int, saturation: float) -> dict[str, Any]:
    return {
        "article_id": article,
        "length": length,
        "terms": _packed("q", sorted({*document.terms, *document.sounds})),
        "characters": "".join(document.characters),
        "weights": bytes(_weight(frequency, saturation) for frequency in document.characters.values()),
    }


def _changed(pairs: bytes, changes: Sequence[tuple[int, int]]) -> tuple[int, bytes]:
    """Return how many articles a block holds and its postings, after `changes` of (offset, weight or 0)."""
    count = len(pairs) // 3
    offsets = _numbers("H", pairs[: count * 2])
    weights = bytearray(pairs[count * 2 :])
    for offset, weight in changes:
        at = len(offsets) if not offsets or offset > offsets[-1] else bisect_left(offsets, offset)
        is_held = at < len(offsets) and offsets[at] == offset
        if not weight:
            if is_held:
                del offsets[at], weights[at]
        elif is_held:
            weights[at] = weight
        else:
            offsets.insert(at, offset)
            weights.insert(at, weight)
    return len(offsets), _packed("H", offsets) + bytes(weights)


def _numbers(kind: str, packed: bytes) -> "array[int]":
    numbers = array(kind)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _packed(kind: str, numbers: Iterable[int]) -> bytes:
    packed = array(kind, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _batches(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
