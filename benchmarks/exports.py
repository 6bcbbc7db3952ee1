"""What an export costs: so many tickets with every column, as CSV and as xlsx, time and memory of the worker.

    python -m benchmarks.exports [--rows 100000] [--database URL]

Each file is written by a process of its own that has loaded the rules; its greatest memory stands beside what
it took before the export began. Runs on SQLite, or with `--database` in a
database of its own on that PostgreSQL server.
"""

import argparse
import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.sweep import NOW, application, fresh
from hotline import factory
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Urgency
from hotline.config import Settings
from hotline.contacts import series
from hotline.db import db, session, transaction, utc_now
from hotline.people.models import Staff
from hotline.statistics import export_writing, exports, facts
from hotline.statistics.columns import COLUMNS
from hotline.statistics.export_models import Export, ExportFormat
from hotline.statistics.figures import Scope
from hotline.statistics.periods import Period, local_day
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus

CHUNK = 5000
DAYS = 28
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


def most_memory() -> float:
    """Return the greatest memory of this program in MB; what `getrusage` tells begins with its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def write(format_: ExportFormat) -> None:
    """Ask for one export, write it, print what it took; the process ends after it."""
    with factory.build(Settings.from_environment()).app_context():
        started = most_memory()
        today = local_day(NOW)
        with transaction():
            made = exports.ask(
                ("tickets",),
                Period(today - dt.timedelta(days=DAYS), today),
                Scope(),
                format_=format_,
                chosen=list(COLUMNS),
                locale="zh_Hans_CN",
                by=session.get_one(Staff, 1),
                now=NOW,
            )
        begun = time.perf_counter()
        export_writing.write_next(utc_now)
        seconds = time.perf_counter() - begun
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = used.ru_utime + used.ru_stime
        done = session.get_one(Export, made.id)
        size = exports.path_of(done).stat().st_size
        most = most_memory()
        print(
            f"{format_.value:>4}: {done.written:,} of {done.total:,} rows, {len(COLUMNS)} columns,"
            f" {size / 1e6:.1f} MB in {seconds:.1f} s, at most {most:.0f} MB of memory"
            f" ({started:.0f} MB when started), {spent:.1f} s of processor",
            flush=True,
        )
        session.remove()
        db.engine.dispose()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="a PostgreSQL server that databases may be made on")
    parser.add_argument("--write", choices=[one.value for one in ExportFormat], help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.write:
        write(ExportFormat(wanted.write))
        return
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
                [sys.executable, "-m", "benchmarks.exports", "--write", format_.value],
                env=environ | ({"DATABASE_URL": url} if url else {}),
                check=True,
            )


if __name__ == "__main__":
    main()
