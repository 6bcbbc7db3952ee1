"""The small form: 10,000 tickets, each page's statements, plans, and processor time beside the bare page's.

In one process, so that it needs no quiet machine: what is compared was measured in turn.
"""

import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks import bare, budgets, generate
from benchmarks.servers import redis_server

SIZE = 10_000
ROUNDS = 20


def run() -> dict[str, object]:
    """Generate, ask for everything, print the table; return it, with what broke its budget."""
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder) / "redis") as queue:
        logging.disable(logging.INFO)
        app = generate.application(Path(folder), redis=queue)
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context():
            filled = generate.fill(SIZE)
        os.environ["BARE_DATABASE_URL"] = f"sqlite:///{folder}/bare.db"
        bare.prepare()
        reference, number = bare.create_app().test_client(), budgets.a_ticket(app)
        numbers = count()
        rows: dict[str, dict[str, object]] = {}
        for row in budgets.ROWS:
            client = budgets.browser(app, row.number)
            budgets.ask(client, row, number)
            with budgets.statements(app) as seen:
                status = budgets.ask(client, row, number)
            ours, theirs = _in_turn(
                partial(budgets.ask, client, row, number), partial(_bare, reference, row.beside, numbers)
            )
            rows[row.name] = {
                "status": status,
                "queries": len(seen),
                "budget": row.budget,
                "scans": budgets.scanned(app, seen, is_by_age=row.is_by_age),
                "cpu_ms": round(ours, 2),
                "ratio": round(ours / theirs, 1),
            }
            print(
                f"{row.name:26} {len(seen):3} of {row.budget} queries {ours:7.2f} ms {ours / theirs:5.1f} x"
            )
    broken = [
        name
        for name, one in rows.items()
        if one["status"] not in (200, 303) or one["scans"] or not _fits(one)
    ]
    return {"generated": filled, "rows": rows, "broken": broken}


def _fits(row: dict[str, object]) -> bool:
    return int(str(row["queries"])) <= int(str(row["budget"]))


def _in_turn(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return the median processor time in milliseconds of two things done in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for act, times in zip((ours, theirs), taken, strict=True):
            begun = time.process_time()
            act()
            times.append((time.process_time() - begun) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _bare(client: FlaskClient, path: str, numbers: Iterator[int]) -> None:
    if path == "/insert":
        client.post(path, data={"number": str(next(numbers))})
    else:
        client.get(path)
