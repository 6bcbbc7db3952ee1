"""What an export costs: so many tickets with every column, as CSV and as xlsx, time and memory of the worker.

    python -m benchmarks.exports [--rows 100000] [--database URL]

Each file is written by a process of its own that has loaded the whole service, as a worker has; its greatest
memory stands beside what it took before the export began. Runs on SQLite, or with `--database` in a database
of its own on that PostgreSQL server.
"""

import argparse
import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from benchmarks.one_export import DAYS, NOW
from benchmarks.sweep import application, fresh
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Urgency
from hotline.contacts import series
from hotline.db import db, session, transaction, utc_now
from hotline.statistics import facts
from hotline.statistics.export_models import ExportFormat
from hotline.statistics.periods import Period, local_day
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus

CHUNK = 5000
TEXT = "It has been dark in our lane for a week, and people stumble on the broken kerb at night. " * 3


def fill(count: int) -> None:
    """Write `count` tickets, spread over the days before `NOW`."""
    version = catalogue.policy_version("complaint")
    for start in range(0, count, CHUNK):
        rows = [_ticket(number, count, version) for number in range(start, min(start + CHUNK, count))]
        with transaction():
            session.execute(sa.insert(Ticket), rows)


def _ticket(number: int, count: int, version: int) -> dict[str, object]:
    received = NOW - dt.timedelta(days=DAYS) * ((number + 1) / count)
    body = f"260304{number:06d}"
    return {
        "number": body + series.check_digit(body),
        "query_code": "000000",
        "status": TicketStatus.CLOSED,
        "round": 1,
        "channel": Channel.CALL,
        "category": "complaint",
        "original_category": "complaint",
        "policy_version": version,
        "title": f"A lamp is out in lane {number}",
        "content": TEXT,
        "place": f"Lane {number}",
        "facts": {},
        "is_collective": False,
        "has_contact": True,
        "urgency": Urgency.NORMAL,
        "priority": 3,
        "confidentiality": Confidentiality.NORMAL,
        "received_at": received,
        "registered_at": received,
        "resolved_at": received + dt.timedelta(days=2),
        "closed_at": received + dt.timedelta(days=3),
        "first_contact_owner_id": 1,
        "event_count": 0,
        "chain_digest": "",
        "version": 1,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="a PostgreSQL server that databases may be made on")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = fresh(wanted.database)
        app = application(url, Path(folder))
        with app.app_context():
            fill(wanted.rows)
            facts.rebuild(Period(local_day(NOW) - dt.timedelta(days=DAYS), local_day(NOW)), now=utc_now())
            session.remove()
            db.engine.dispose()
        environ = {"HOTLINE_DATA": folder, "SECRET_KEY": "benchmark", "PATH": "/usr/bin:/bin"}
        for format_ in ExportFormat:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.one_export", format_.value],
                env=environ | ({"DATABASE_URL": url} if url else {}),
                check=True,
            )


if __name__ == "__main__":
    main()
