"""From the commit to the department's desk: how long that takes, idle and with a heap before it.

Two workers and the clock run out of one process. What waits is promises whose effect has been made
already: each is claimed, looked at and completed, as after a night without workers.
"""

import datetime as dt
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask
from rq.job import Job

from benchmarks.browser import Browser
from benchmarks.budgets import call
from benchmarks.servers import ROOT
from benchmarks.timing import quantiles
from hotline.db import reading, session, transaction, utc_now
from hotline.delivery import outbox
from hotline.delivery.models import OutboxMessage, PromiseState
from hotline.tickets.models import Assignment, Deadline, Ticket

TRIES = 20
PATIENCE = 30.0
LOOK = 0.02
LONGEST = 180.0
NO_OPS = 500
BY_RULE = "010401"
"""A content class that a rule of the profile gives to one department."""
SPARED = dt.timedelta(minutes=30)
"""How long no limit that was generated may ask for anything."""


@contextmanager
def background(environ: Mapping[str, str]) -> Iterator[None]:
    """Run two workers and the clock until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "background"],
        cwd=ROOT,
        env={**os.environ, "MALLOC_ARENA_MAX": "1", **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measure(app: Flask, browser: Browser, environ: Mapping[str, str], waiting: int) -> dict[str, object]:
    """Return waits idle and with `waiting` promises before, and the rate of both."""
    with app.app_context():
        _let_the_past_be()
    with background(environ), app.app_context():
        no_op = _rate_of_no_ops()
        idle = [_one(browser) for _ in range(TRIES)]
        piled = _pile_up(waiting)
        begun = time.perf_counter()
        busy = [_one(browser) for _ in range(TRIES // 2)]
        kept = _kept(piled, begun)
        took = time.perf_counter() - begun
        session.remove()
    return {
        "idle": quantiles(idle),
        "with_waiting": {"waiting": waiting, **quantiles(busy)},
        "promises_per_second": round(kept / took, 1),
        "kept_of_waiting": kept,
        "no_op_jobs_per_second": round(no_op, 1),
    }


def _one(browser: Browser) -> float:
    """Log a call that is dispatched by rule; return the milliseconds until its department has it."""
    with reading():
        before = session.scalar(sa.select(sa.func.max(Ticket.id))) or 0
    browser.ask(f"/intake/call/{uuid.uuid4()}", {**call(), "content_class": BY_RULE}, status=303)
    begun = time.perf_counter()
    has_it = sa.select(Assignment.id).where(Assignment.ticket_id > before).limit(1)
    while time.perf_counter() - begun < PATIENCE:
        with reading():
            if session.scalar(has_it) is not None:
                break
        time.sleep(LOOK)
    return (time.perf_counter() - begun) * 1000


def _let_the_past_be() -> None:
    """Take what waits as done: generated limits, and calls logged while no worker ran, are not measured."""
    now = utc_now()
    with transaction():
        past = sa.update(Deadline).where(Deadline.next_look_at <= now + SPARED)
        session.execute(past.values(next_look_at=None))
        waiting = sa.update(OutboxMessage).where(OutboxMessage.state != PromiseState.DONE)
        session.execute(waiting.values(state=PromiseState.DONE, done_at=now, lease_until=None))
    outbox.queue().connection.flushdb()  # their jobs, of which many clients leave thousands


def _pile_up(count: int) -> list[int]:
    """Leave `count` promises about dispatched tickets to be kept; return their ids."""
    with transaction():
        ids = list(session.scalars(sa.select(Assignment.id).order_by(Assignment.id).limit(1)))
        now = utc_now()
        rows = [
            {
                "kind": "ticket_dispatched",
                "payload": {"assignment_id": ids[0]},
                "once_key": f"ticket_dispatched:benchmark:{now.timestamp()}:{place}",
                "state": PromiseState.PENDING,
                "run_at": now,
                "kicked_at": now,
                "attempts": 0,
            }
            for place in range(count)
        ]
        made = list(session.scalars(sa.insert(OutboxMessage).returning(OutboxMessage.id), rows))
    outbox.kick(made)
    return made


def _rate_of_no_ops() -> float:
    """Return how many jobs that do nothing the same workers do in a second, once they work."""
    _wait_for(outbox.queue().enqueue_call("time.time", result_ttl=0))
    begun = time.perf_counter()
    jobs = [outbox.queue().enqueue_call("time.time", result_ttl=0) for _ in range(NO_OPS)]
    _wait_for(jobs[-1])
    return NO_OPS / (time.perf_counter() - begun)


def _wait_for(job: Job) -> None:
    """Wait until `job` has ended, and with it those before it. Raises `TimeoutError`."""
    end = time.monotonic() + LONGEST
    while Job.exists(job.id, connection=job.connection):  # it leaves nothing behind
        if time.monotonic() > end:
            raise TimeoutError("the workers did not work")
        time.sleep(LOOK)


def _kept(ids: list[int], begun: float) -> int:
    """Wait until the promises `ids` are kept, not forever; return how many are."""
    theirs = sa.select(sa.func.count()).where(
        OutboxMessage.id.between(ids[0], ids[-1]), OutboxMessage.state == PromiseState.DONE
    )
    while True:
        with reading():
            done = session.scalar(theirs) or 0
        if done >= len(ids) or time.perf_counter() - begun > LONGEST:
            return done
        time.sleep(10 * LOOK)
