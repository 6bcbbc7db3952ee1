"""Measures the search on questions whose right answers are known, in an index of its own."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from knowledge_base import indexing
from knowledge_base.index import TABLES, Index
from knowledge_base.ranking import Question, Ranker, TwoLooks

AT_ONCE = 1000
LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One question and the ids of the documents that answer it."""

    question: Question
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """How often the right article stood first or among the first five, and how long a search took."""

    queries: int
    documents: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    p50_ms: float
    p95_ms: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures under the names the command line prints."""
        return {
            "queries": self.queries,
            "documents": self.documents,
            "recall@1": round(self.recall_at_1, 4),
            "recall@5": round(self.recall_at_5, 4),
            "mrr@10": round(self.mrr_at_10, 4),
            "p50_ms": round(self.p50_ms, 2),
            "p95_ms": round(self.p95_ms, 2),
        }


def read_documents(path: Path, *, field: str = "text") -> list[tuple[str, str, str]]:
    """Return (id, title, text) of each line of a JSONL file; `field` names the text.

    Raises `KeyError` when a line has no id or no such field, `ValueError` when it is not JSON.
    """
    return [(_id(row, "doc_id"), row.get("title") or "", row[field] or "") for row in _rows(path)]


def read_cases(path: Path, *, fields: Sequence[str] = ("query",)) -> list[Case]:
    """Return the questions of a JSONL file: the first of `fields` is the question, the others its detail."""
    return [
        Case(
            Question(row.get(fields[0]) or "", "\n".join(row.get(name) or "" for name in fields[1:])),
            frozenset(str(one) for one in row["relevant"]),
        )
        for row in _rows(path)
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _id(row: Mapping[str, Any], name: str) -> str:
    return str(row["id"] if "id" in row else row[name])


@contextmanager
def scratch_index(engine: Engine) -> Iterator[Index]:
    """Lend an empty index in the same kind of database that nobody else sees and that leaves nothing behind.

    On PostgreSQL these are temporary tables of one connection, on SQLite a file of its own: there a
    temporary table would hold the write lock of the real database all the while.
    """
    metadata = sa.MetaData()
    tables = [table.to_metadata(metadata) for table in TABLES]
    if engine.dialect.name != "sqlite":
        for table in tables:
            table._prefixes = ["TEMPORARY"]
        with engine.connect() as connection:
            metadata.create_all(connection, checkfirst=False)
            yield Index(connection)
            connection.rollback()
        return
    with tempfile.TemporaryDirectory() as folder:
        own = sa.create_engine(f"sqlite:///{folder}/index.db")
        with own.connect() as connection:
            metadata.create_all(connection)
            yield Index(connection)
        own.dispose()


def fill(index: Index, documents: Sequence[tuple[str, str, str]], told: Callable[[int], object]) -> None:
    """Index (id, title, text) documents under their place in the list, from 1."""
    for start in range(0, len(documents), AT_ONCE):
        some = documents[start : start + AT_ONCE]
        index.change(
            {
                number: indexing.document(title, text)
                for number, (_name, title, text) in enumerate(some, start + 1)
            }
        )
        told(len(some))


def evaluate(
    index: Index,
    documents: Sequence[tuple[str, str, str]],
    cases: Sequence[Case],
    *,
    told: Callable[[int], object] = int,
    ranker: Ranker | None = None,
) -> Report:
    """Ask `index` (see `fill`) every question, and return how well and how fast it answered."""
    chosen = ranker or TwoLooks()
    first = five = 0
    reciprocal = 0.0
    took = []
    for case in cases:
        began = time.perf_counter()
        ranked = list(islice(chosen.rank(case.question, index), LOOKED_AT))
        took.append((time.perf_counter() - began) * 1000)
        places = [
            place
            for place, (number, _score) in enumerate(ranked, 1)
            if documents[number - 1][0] in case.relevant
        ]
        if places:
            first += places[0] == 1
            five += places[0] <= 5
            reciprocal += 1 / places[0]
        told(1)
    asked = max(1, len(cases))
    took = took or [0.0]
    return Report(
        queries=len(cases),
        documents=len(documents),
        recall_at_1=first / asked,
        recall_at_5=five / asked,
        mrr_at_10=reciprocal / asked,
        p50_ms=statistics.median(took),
        p95_ms=sorted(took)[min(len(took) - 1, int(len(took) * 0.95))],
    )
