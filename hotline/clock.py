"""The clock process: it sets off what is due and keeps no time of its own; two of them do no harm."""

import datetime as dt
import signal
import threading
from types import FrameType

import sqlalchemy as sa
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from hotline.db import session, transaction, utc_now
from hotline.delivery import outbox
from hotline.delivery.models import PeriodicTask
from hotline.jobs import PERIODIC

TICK = dt.timedelta(milliseconds=500)


def run(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT. A queue or a database that is down is waited for."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    was_down = False
    while not stopped.is_set():
        with app.app_context():
            try:
                tick(utc_now())
                was_down = False
            except (RedisError, OSError, OperationalError) as error:
                if not was_down:
                    app.logger.warning("clock waits: %s", type(error).__name__)
                was_down = True
                session.rollback()
        stopped.wait(TICK.total_seconds() * (4 if was_down else 1))


def tick(now: dt.datetime) -> int:
    """Kick promises that were not kept and set off periodic work that is due; return how much it was."""
    kicked = outbox.kick_overdue(now)
    for name in claim(now):
        outbox.queue().enqueue_call(
            f"hotline.jobs.{name}",
            timeout=int(PERIODIC[name].longest.total_seconds()),
            result_ttl=0,
            ttl=max(60, int(PERIODIC[name].every.total_seconds())),
            failure_ttl=3600,
        )
        kicked += 1
    return kicked


def claim(now: dt.datetime) -> list[str]:
    """Return the periodic work due at `now`, each piece claimed for this clock alone."""
    due: list[str] = []
    with transaction():
        known = {task.name: task.next_at for task in session.scalars(sa.select(PeriodicTask))}
        for name, periodic in PERIODIC.items():
            if name not in known:
                with session.begin_nested():
                    session.execute(sa.insert(PeriodicTask).values(name=name, next_at=now))
            elif known[name] > now:
                continue
            claimed = session.execute(
                sa.update(PeriodicTask)
                .where(PeriodicTask.name == name, PeriodicTask.next_at <= now)
                .values(next_at=now + periodic.every)
                .returning(PeriodicTask.name)
            ).scalar()
            if claimed is not None:
                due.append(name)
    return due
