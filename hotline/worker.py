"""The worker process: everything is imported before it forks, so a job costs its work and little more."""

import logging

from flask import Flask
from rq import Worker
from rq.serializers import JSONSerializer

from hotline import jobs
from hotline.db import db
from hotline.delivery import outbox

LEASE_SECONDS = 30
"""How long a worker may be silent before its work is given to another."""


def run(app: Flask, *, burst: bool = False) -> bool:
    """Work on the queue until told to stop, or until it is empty with `burst`; return whether work was done.

    Raises redis.exceptions.RedisError when the queue cannot be reached at the start: whoever
    supervises this process starts it again.
    """
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    with app.app_context():
        # Forked children must not share a connection with their parent.
        db.engine.dispose()
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
