"""The worker process: everything is loaded before it forks, so a job costs its work and little more."""

import logging
import time
from contextlib import suppress

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers

from hotline import jobs
from hotline.categories import catalogue
from hotline.categories.catalogue import NoProfileError
from hotline.db import db, reading, session
from hotline.delivery import outbox
from hotline.working_time import load

LEASE_SECONDS = 30
"""How long a worker may be silent before its work is given to another."""
ASK_AGAIN = 2.0
"""Seconds between two looks for a queue that is down."""


def make_ready() -> None:
    """Load what every job begins with: tables, rules and calendar. Else each would do so, after its fork.

    For the process that workers are forked from, or for a worker by itself: loading it again would only write
    to pages that are shared.
    """
    configure_mappers()
    with suppress(NoProfileError, DBAPIError), reading():  # the first jobs then read what is there by then
        catalogue.current()
        load()
    session.remove()


def run(app: Flask, *, burst: bool = False) -> bool:
    """Work on the queue until told to stop, or until it is empty with `burst`; return whether work was done.

    A queue that is down at the start is waited for: coming up again and again would cost a machine that is in
    trouble more than the work does. With `burst`, it raises redis.exceptions.RedisError.
    """
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    with app.app_context():
        # Forked children must not share a connection with their parent.
        db.engine.dispose()
        if not burst:
            _wait_for(app.extensions["worker_redis"], app.logger)
        queue = outbox.queue()
        app.logger.info("worker keeps %s kinds of promises", len(jobs.HANDLERS))
        worker = Worker(
            [queue],
            connection=app.extensions["worker_redis"],
            serializer=JSONSerializer,
            worker_ttl=LEASE_SECONDS,
            maintenance_interval=15,
            job_monitoring_interval=5,
        )
        return bool(worker.work(burst=burst, logging_level="WARNING"))


def _wait_for(connection: Redis, log: logging.Logger) -> None:
    was_down = False
    while True:
        try:
            connection.ping()
        except (RedisError, OSError) as error:
            if not was_down:
                log.warning("worker waits: %s", type(error).__name__)
            was_down = True
            time.sleep(ASK_AGAIN)
        else:
            return
