"""The clock process: it sets off what is due and keeps no time of its own; two of them do no harm."""

import datetime as dt
import signal
import threading
from types import FrameType

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from hotline.db import session, utc_now
from hotline.delivery import outbox, periodic

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
    for work in periodic.claim(now, periodic.scheduled()):
        outbox.queue().enqueue_call(
            work.job,
            timeout=int(work.longest.total_seconds()),
            result_ttl=0,
            ttl=max(60, int(work.every.total_seconds())),
            failure_ttl=3600,
            at_front=True,  # a heap of deliveries must not hold up the sweep that finds what is late
        )
        kicked += 1
    return kicked
