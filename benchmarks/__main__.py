"""Everything that is measured, by one command.

    PYTHONPATH=bin python -m benchmarks [--size N] [--database URL | --postgres] [--data DIR] [--rounds N]
    PYTHONPATH=bin python -m benchmarks --small
    PYTHONPATH=bin python -m benchmarks --picture

Fills a fresh database (one that holds tickets already is taken as it is), starts the servers and the bare
reference beside them, measures, prints the table and writes JSON to `benchmarks/results/`. `--small` counts
statements, plans and processor time over 10,000 tickets, and fails where a page breaks its budget.
`--picture` draws how the results that are there grow with the tickets.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks import generate, growth, memory, pages, small, table
from benchmarks.bare import prepare
from benchmarks.postgres_cluster import Postgres
from benchmarks.servers import ROOT, free_port, redis_server
from hotline.config import Settings
from hotline.db import db, session
from hotline.tickets.models import Ticket
from wsgi import create_app

RESULTS = ROOT / "benchmarks" / "results"


@contextmanager
def database(wanted: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Lend the address of the database: the one given, a PostgreSQL of our own, or a file of SQLite."""
    if not wanted.postgres:
        yield wanted.database
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # the server runs as another user, who must get in
    server = Postgres(folder / "postgres", free_port())
    if (server.data / "PG_VERSION").exists():
        server.start()
    else:
        server.create()
    try:
        yield server.url
    finally:
        server.stop()


def measured(wanted: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Fill the database where it is empty, measure, and return the report."""
    with database(wanted, folder) as url, redis_server(folder / "redis") as queue:
        environ = {
            "HOTLINE_DATA": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": queue,
            "SECRET_KEY": "benchmark",
        }
        filled: dict[str, object] = {}
        app = create_app(Settings.from_environment(environ))
        with app.app_context():
            known = sa.inspect(session.connection()).has_table("ticket")
            count = session.scalar(sa.select(sa.func.count()).select_from(Ticket)) if known else 0
            session.remove()
            db.engine.dispose()  # filling wants the file for itself
        if not count:
            app = generate.application(folder, url, queue)
            with app.app_context():
                filled = generate.fill(wanted.size)
                print(json.dumps(filled), flush=True)
        bare = {"BARE_DATABASE_URL": f"sqlite:///{folder / 'bare.db'}"}
        if url:
            bare = {"BARE_DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://")}
        os.environ.update(bare)
        prepare()
        with app.app_context():
            size = session.scalar(sa.select(sa.func.count()).select_from(Ticket))
            kind = session.get_bind().dialect.name
            session.remove()
        before = os.getloadavg()
        results = pages.run(app, environ, bare, wanted.rounds)
        pss_mb = memory.measure(app, environ, max(2.0, wanted.rounds / 10))
    return {
        "tickets": size,
        "database": kind,
        "rounds": wanted.rounds,
        "processors": os.cpu_count(),
        "load_before": [round(one, 1) for one in before],
        "load_after": [round(one, 1) for one in os.getloadavg()],
        "measured_on": time.strftime("%Y-%m-%d", time.gmtime()),
        "generated": filled,
        **results,
        "pss_mb": pss_mb,
    }


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the whole service.")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--database", default="")
    parser.add_argument("--postgres", action="store_true", help="run a PostgreSQL of its own in the folder")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--picture", action="store_true")
    wanted = parser.parse_args()
    if wanted.small:
        broken = small.run()["broken"]
        sys.exit(f"Broken: {broken}" if broken else 0)
    if wanted.picture:
        growth.draw(RESULTS)
        return
    with tempfile.TemporaryDirectory() as made:
        report = measured(wanted, wanted.data or Path(made))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (RESULTS / f"pages-{report['database']}-{report['tickets']}.json").write_text(
        text + "\n", encoding="utf-8"
    )
    print(table.of(report))


if __name__ == "__main__":
    main()
