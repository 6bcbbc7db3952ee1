"""A month of a hotline worked through by simulated staff, and every measure counted again another way.

    python -m benchmarks.month [--tickets 30000] [--messages FILE.csv] [--database URL]

`--messages` is a CSV file with title, detail and created_at: matters then come in at the hours and weekdays
of its rows and in their words; else both are our own. Runs on SQLite, or with `--database` in a database
of its own on that PostgreSQL server. The staff use the verbs of the pages: record, dispatch, return, extend,
urge, reply, answer, call back, handle again. Ends with 1 where a figure differs from the slow count.
"""

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.sweep import application, fresh
from hotline.contacts.models import Contact
from hotline.db import db, session
from hotline.statistics import facts, figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.periods import Period
from hotline.tickets.models import Ticket, TicketEvent
from tests.hotline.statistics import slow
from tests.matters import at
from tests.working_month import Month, Pattern, kinds

FIRST = dt.date(2026, 3, 1)
MARCH = Period(FIRST, dt.date(2026, 3, 31))
NOW = at("2026-04-06 15:00")
DIVISIONS = ("", "department", "category", "channel")


def compare() -> int:
    """Print how the figures compare with the slow count; return how many differ."""
    rows = slow.counted(NOW)
    session.remove()
    wrong = []
    for by in DIVISIONS:
        begun = time.perf_counter()
        sums = figures.sums(MARCH, now=NOW, by=by)
        quick = time.perf_counter() - begun
        found = slow.differences(rows, MARCH, NOW, by)
        wrong += found
        print(
            f"  by {by or 'nothing'}: {len(MEASURES)} measures, {len(list(sums.groups))} groups,"
            f" read in {1000 * quick:.0f} ms, {len(found)} different",
            flush=True,
        )
    for line in wrong[:20]:
        print(f"  {line}")
    return len(wrong)


def rebuilt() -> float:
    """Count the whole month anew from the matters; return the seconds."""
    begun = time.perf_counter()
    facts.rebuild(MARCH, now=NOW)
    return time.perf_counter() - begun


def main() -> None:
    """Work the month through, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tickets", type=int, default=30_000, help="how many matters come in")
    parser.add_argument("--messages", type=Path, help="a CSV file with title, detail and created_at")
    parser.add_argument("--database", default="", help="a PostgreSQL server that databases may be made on")
    wanted = parser.parse_args()
    pattern = Pattern.of_file(wanted.messages) if wanted.messages else Pattern.own()
    with tempfile.TemporaryDirectory() as folder:
        app = application(fresh(wanted.database), Path(folder))
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                sa.event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=off"))
                db.engine.dispose()
            begun = time.perf_counter()
            month = Month(pattern, chunk=50)
            month.run(FIRST, 31, wanted.tickets, NOW)
            seconds = time.perf_counter() - begun
            rows = [
                session.scalar(sa.select(sa.func.count()).select_from(kind))
                for kind in (Contact, Ticket, TicketEvent)
            ]
            print("{:,} contacts, {:,} tickets, {:,} events".format(*rows), f"in {seconds:,.0f} s")
            print("  " + ", ".join(kinds(month.done)))
            wrong = compare()
            print(f"  counted anew from the matters in {rebuilt():.1f} s; then again:")
            wrong += compare()
            db.session.remove()
            db.engine.dispose()
    print("every measure is equal" if not wrong else f"{wrong} figures differ")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
