"""Times the search of the knowledge base at a given size: building, searching, saving one article, bytes.

    python -m benchmarks.knowledge_search DOCUMENTS.jsonl [--field text] [--size 50000] [--database URL]

Reads real texts, one JSON object a line, and recombines their sentences when there are fewer than `--size`.
The questions are 8 to 20 characters out of a random article. Without `--database` it measures a fresh
SQLite file with the pragmas of the service; a PostgreSQL database given must be empty and is left empty.
"""

import argparse
import gc
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hotline.db import listen_to
from knowledge_base import indexing, tokens
from knowledge_base.evaluation import read_documents
from knowledge_base.index import BLOCK_SIZE, POSTINGS_OF, TABLES, Index
from knowledge_base.ranking import Question, TwoLooks

QUERIES = 400
STORIES = 100
STORY = 300
"""Characters of a caller's story."""
SAVES = 40
WARM_UP = 20
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?")


def texts(path: Path, field: str, size: int) -> list[str]:
    """Return `size` texts: the real ones, then new ones out of their sentences."""
    real = [text for _name, _title, text in read_documents(path, field=field) if len(text) > 20]
    chance = random.Random(1)  # the same texts on every run
    sentences = [one for text in real for one in SENTENCE.findall(text) if len(one) > 5]
    lengths = [len(SENTENCE.findall(text)) for text in real]
    while len(real) < size:
        real.append("".join(chance.choices(sentences, k=chance.choice(lengths))))
    return real[:size]


def questions(from_texts: Sequence[str]) -> list[str]:
    """Return stretches of 8 to 20 characters of random texts."""
    chance = random.Random(2)
    found: list[str] = []
    while len(found) < QUERIES:
        run = max(tokens.runs(chance.choice(from_texts)), key=len, default="")
        length = chance.randint(8, 20)
        if len(run) >= 8:
            start = chance.randint(0, max(0, len(run) - length))
            found.append(run[start : start + length])
    return found


@contextmanager
def database(url: str | None) -> Iterator[Engine]:
    """Lend an empty database with the tables of the index."""
    metadata = sa.MetaData()
    for table in TABLES:
        table.to_metadata(metadata)
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(url or f"sqlite:///{folder}/index.db")
        listen_to(engine)
        metadata.create_all(engine)
        try:
            yield engine
        finally:
            metadata.drop_all(engine)
            engine.dispose()


def timed(acts: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Return median, 95th percentile and maximum of the time each of `acts` took.

    Beside the clock stands the processor time of this process: it says what the clock would say on a
    machine with nothing else to do, but for what a PostgreSQL server works and for the disk.
    """
    clock, processor = [], []
    for act in acts:
        began, worked = time.perf_counter(), time.thread_time()
        act()
        processor.append((time.thread_time() - worked) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
    return _spread("", clock) | _spread("cpu_", processor)


def _spread(name: str, times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {
        f"{name}p50_ms": round(statistics.median(times), 2),
        f"{name}p95_ms": round(times[int(len(times) * 0.95)], 2),
        f"{name}max_ms": round(times[-1], 2),
    }


def bytes_of(connection: Connection) -> int:
    """Return what the tables of the index and their indexes take."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    size = sa.text(
        "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(CAST(:names AS text[])) AS name"
    )
    return int(connection.execute(size, {"names": [table.name for table in TABLES]}).scalar_one())


def build(engine: Engine, bodies: Sequence[str]) -> dict[str, object]:
    """Index `bodies` under their numbers from 1; return how long it took."""
    began, worked = time.perf_counter(), time.process_time()
    with click.progressbar(length=len(bodies), label="index", file=sys.stderr) as bar:
        for first in range(0, len(bodies) + 1, BLOCK_SIZE):
            block = range(max(1, first), min(first + BLOCK_SIZE, len(bodies) + 1))
            texts_of = {number: bodies[number - 1] for number in block}
            with engine.begin() as connection:
                Index(connection).change(
                    {number: indexing.document(text[:15], text) for number, text in texts_of.items()}
                )
            bar.update(len(block))
    return {
        "build_s": round(time.perf_counter() - began, 1),
        "build_cpu_s": round(time.process_time() - worked, 1),
    }


def bare(connection: Connection, question: str) -> None:
    """Read the postings of a question and nothing else: what the database alone takes."""
    connection.execute(POSTINGS_OF, {"keys": [tokens.key(term) for term in tokens.asked(question)]}).all()


def look(index: Index, question: str) -> None:
    """Find the ten best articles."""
    list(islice(TwoLooks().rank(Question(question), index), 10))


def main() -> None:
    """Run the measurements and print them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--field", default="text")
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--database")
    wanted = parser.parse_args()
    bodies = texts(wanted.documents, wanted.field, wanted.size)
    asked = questions(bodies)
    report: dict[str, object] = {"articles": len(bodies), "questions": len(asked)}
    with database(wanted.database) as engine:
        report["database"] = engine.dialect.name
        report |= build(engine, bodies)
        with engine.begin() as connection:
            Index(connection).gather()  # as `kb reindex` does
        if engine.dialect.name != "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        with engine.connect() as connection:
            report["index_mb"] = round(bytes_of(connection) / 1e6, 1)
            index = Index(connection)
            for question in asked[:WARM_UP]:
                look(index, question)
            # As the web server does: what is loaded is not looked through for garbage with every search.
            gc.collect()
            gc.freeze()
            report["load"] = os.getloadavg()[0]
            report["bare_query"] = timed(partial(bare, connection, question) for question in asked)
            report["search"] = timed(partial(look, index, question) for question in asked)
            stories = [text[:STORY] for text in bodies[:STORIES]]
            report["search_by_story"] = timed(partial(look, index, story) for story in stories)
            report["load_after"] = os.getloadavg()[0]

        def save(number: int) -> None:
            with engine.begin() as connection:
                text = bodies[number] + bodies[-number][:100]
                Index(connection).change({number: indexing.document(text[:15], text)})

        report["save"] = timed(partial(save, number) for number in range(1, SAVES + 1))
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
