"""One export in a process that has loaded the whole service, as a worker has: time, processor and memory.

Run by `benchmarks.exports` on a database that it has filled.
"""

import datetime as dt
import sys
import time
from pathlib import Path

from hotline.db import db, session, transaction, utc_now
from hotline.people.models import Staff
from hotline.statistics import export_writing, exports
from hotline.statistics.columns import COLUMNS
from hotline.statistics.export_models import Export, ExportFormat
from hotline.statistics.periods import Period, local_day
from hotline.statistics.tallies import Scope
from wsgi import create_app

NOW = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
DAYS = 28


def most_memory() -> float:
    """Return the greatest memory of this program in MB; what `getrusage` tells begins with its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def write(format_: ExportFormat) -> None:
    """Ask for one export, write it, print what it took; the process ends after it."""
    with create_app().app_context():
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
        begun, worked = time.perf_counter(), time.process_time()
        export_writing.write_next(utc_now)
        seconds = time.perf_counter() - begun
        spent = time.process_time() - worked
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


if __name__ == "__main__":
    write(ExportFormat(sys.argv[1]))
