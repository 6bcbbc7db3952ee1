"""What a sweep costs: 500 due deadlines among 200,000 open ones, beside 500 and 5 among 2,000.

    python -m benchmarks.sweep [--open 200000] [--due 500] [--database URL]

Runs on SQLite, or with `--database` on that PostgreSQL server, in databases of its own; prints the query plan
and the times.
"""

import argparse
import datetime as dt
import tempfile
import time
import uuid
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from hotline.categories import catalogue, profiles
from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality, Stage, Urgency
from hotline.config import Settings
from hotline.contacts import series
from hotline.db import db, session, transaction
from hotline.dispatch import sweep
from hotline.people import staff
from hotline.people.roles import Role
from hotline.tickets.models import Deadline, Ticket
from hotline.tickets.states import TicketStatus
from wsgi import create_app

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
AHEAD = dt.timedelta(days=3)
CHUNK = 5000


def application(url: str, data: Path) -> Flask:
    """Return the application on a fresh database with the government profile."""
    environ = {"HOTLINE_DATA": str(data), "SECRET_KEY": "benchmark"}
    app = create_app(Settings.from_environment(environ | ({"DATABASE_URL": url} if url else {})))
    with app.app_context():
        upgrade(directory=str(ROOT / "hotline" / "migrations"))
        with transaction():
            profiles.load("gov_hotline", now=NOW)
            staff.add("1", "Owner", "benchmark only", roles=[Role.SHIFT_LEADER], now=NOW)
    return app


def fill(count: int, due_count: int) -> None:
    """Write `count` running front-desk deadlines, `due_count` of them due by now."""
    version = catalogue.policy_version("consultation")
    owner = 1
    first = session.scalar(sa.select(sa.func.coalesce(sa.func.max(Ticket.id), 0))) or 0
    every = count // due_count
    for start in range(0, count, CHUNK):
        tickets, clocks = [], []
        for number in range(start, min(start + CHUNK, count)):
            ticket_id = first + number + 1
            at = NOW - dt.timedelta(seconds=1) if number % every == 0 else NOW + AHEAD
            tickets.append(_ticket(ticket_id, version, owner, at))
            clocks.append(_clock(ticket_id, version, at))
        with transaction():
            session.execute(sa.insert(Ticket), tickets)
            session.execute(sa.insert(Deadline), clocks)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    else:
        with transaction():
            session.execute(sa.text("ANALYZE"))


def _ticket(ticket_id: int, version: int, owner: int, at: dt.datetime) -> dict[str, object]:
    body = f"260304{ticket_id:06d}"
    return {
        "id": ticket_id,
        "number": body + series.check_digit(body),
        "query_code": "000000",
        "status": TicketStatus.REGISTERED,
        "round": 1,
        "channel": Channel.CALL,
        "category": "consultation",
        "original_category": "consultation",
        "policy_version": version,
        "title": "A question",
        "content": "How do I renew my card?",
        "facts": {},
        "is_collective": False,
        "has_contact": True,
        "urgency": Urgency.NORMAL,
        "priority": 4,
        "confidentiality": Confidentiality.NORMAL,
        "received_at": NOW - AHEAD,
        "registered_at": NOW - AHEAD,
        "first_contact_owner_id": owner,
        "next_due_at": at,
        "event_count": 0,
        "chain_digest": "",
        "version": 1,
    }


def _clock(ticket_id: int, version: int, at: dt.datetime) -> dict[str, object]:
    return {
        "ticket_id": ticket_id,
        "round": 1,
        "stage": Stage.FRONT_DESK,
        "started_at": NOW - AHEAD,
        "due_at": at,
        "original_due_at": at,
        "time_limit": "4 h",
        "policy_version": version,
        "calendar_version": 1,
        "is_estimate": False,
        "explanation": [],
        "next_look_at": at,
    }


def plan() -> str:
    """Return how the database finds what is due."""
    query = (
        sa.select(Deadline.next_look_at, Deadline.id)
        .where(Deadline.next_look_at.is_not(None), Deadline.next_look_at <= NOW)
        .order_by(Deadline.next_look_at, Deadline.id)
        .limit(sweep.BATCH)
    )
    text = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    how = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = session.execute(sa.text(f"{how} {text}")).all()
    session.rollback()
    return "\n".join(f"    {row[-1]}" for row in rows)


def run() -> tuple[int, float, float]:
    """Sweep once: how many deadlines were dealt with, in how many seconds, of which finding them took."""
    done, finding, after = 0, 0.0, None
    begun = time.perf_counter()
    while True:
        looked = time.perf_counter()
        batch = sweep.due(NOW, after)
        finding += time.perf_counter() - looked
        if not batch:
            break
        for _, deadline_id in batch:
            with transaction():
                done += sweep.look(deadline_id, now=NOW)
        after = batch[-1]
    session.rollback()
    return done, time.perf_counter() - begun, finding


def fresh(url: str) -> str:
    """Return the address of a new database beside `url`."""
    if not url:
        return ""
    root = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"sweep_{uuid.uuid4().hex[:8]}"
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    root.dispose()
    return root.url.set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=200_000)
    parser.add_argument("--due", type=int, default=500)
    parser.add_argument("--database", default="", help="a PostgreSQL server that databases may be made on")
    wanted = parser.parse_args()
    sizes = (
        (2_000, 5),
        (2_000, wanted.due),
        (wanted.open, 5),
        (wanted.open, wanted.due),
    )
    for open_count, due_count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            app = application(fresh(wanted.database), Path(folder))
            with app.app_context():
                fill(open_count, due_count)
                how = plan()
                done, seconds, finding = run()
                db.session.remove()
                db.engine.dispose()
        print(
            f"{open_count:>7,} open, {due_count:>3} due: {done} dealt with in {seconds:6.2f} s"
            f" ({1000 * seconds / done:.1f} ms each), finding them took {1000 * finding:.1f} ms",
            flush=True,
        )
    print(how)


if __name__ == "__main__":
    main()
