"""What runs behind the pages: the queue and its workers, promises, periodic work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from redis.exceptions import RedisError
from rq import Worker
from rq.worker import BaseWorker

from hotline.db import session
from hotline.delivery import outbox, periodic
from hotline.delivery.models import OutboxMessage, PeriodicTask, PromiseState
from hotline.errors import NotFoundError

DEAD_SHOWN = 50
STANDS_STILL_AFTER = 3
"""Intervals without a run until somebody should look."""
SHORTEST_PATIENCE = dt.timedelta(minutes=1)
OPEN_STATES = (PromiseState.PENDING, PromiseState.RUNNING)


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker process as the queue knows it."""

    name: str
    state: str
    seen_at: dt.datetime | None
    job_count: int
    failed_count: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """The queue, if it can be reached."""

    is_reached: bool
    length: int = 0
    workers: Sequence[SeenWorker] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """The outbox in figures."""

    due: int
    later: int
    oldest_due_at: dt.datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of periodic work: how often it should run, and when it did."""

    name: str
    every: dt.timedelta
    finished_at: dt.datetime | None
    next_at: dt.datetime | None
    is_set_off: bool
    """The clock claims it in time."""
    is_done: bool
    """Workers finish it in time."""


def queue_state() -> QueueState:
    """Return the queue's length and the workers that report to it."""
    queue = outbox.queue()
    try:
        workers = Worker.all(queue=queue)
        return QueueState(is_reached=True, length=queue.count, workers=[_seen(one) for one in workers])
    except (RedisError, OSError) as error:
        current_app.logger.info("queue not reached: %s", type(error).__name__)
        return QueueState(is_reached=False)


def _seen(worker: BaseWorker) -> SeenWorker:
    seen_at = worker.last_heartbeat
    return SeenWorker(
        name=str(worker.name),
        state=str(worker.get_state()),
        seen_at=seen_at.replace(tzinfo=dt.UTC) if seen_at and seen_at.tzinfo is None else seen_at,
        job_count=int(worker.successful_job_count or 0),
        failed_count=int(worker.failed_job_count or 0),
    )


def promises(now: dt.datetime) -> Promises:
    """Return how many promises wait, since when, and how many were given up."""
    is_open = OutboxMessage.state.in_(OPEN_STATES)
    due, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(OutboxMessage.run_at)).where(
            is_open, OutboxMessage.run_at <= now
        )
    ).one()
    later = sa.select(sa.func.count()).select_from(OutboxMessage).where(is_open, OutboxMessage.run_at > now)
    dead = (
        sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.state == PromiseState.DEAD)
    )
    return Promises(due, session.scalar(later) or 0, oldest, session.scalar(dead) or 0)


def dead_promises() -> Sequence[OutboxMessage]:
    """Return the promises that were given up, the newest first."""
    given_up = sa.select(OutboxMessage).where(OutboxMessage.state == PromiseState.DEAD)
    return session.scalars(given_up.order_by(OutboxMessage.id.desc()).limit(DEAD_SHOWN)).all()


def dead_promise(message_id: int) -> OutboxMessage:
    """Return a promise that was given up. Raises `NotFoundError`."""
    message = session.get(OutboxMessage, message_id)
    if message is None or message.state is not PromiseState.DEAD:
        raise NotFoundError
    return message


def periodic_work(now: dt.datetime) -> list[Work]:
    """Return every piece of periodic work and whether it runs in time."""
    kept = {task.name: task for task in session.scalars(sa.select(PeriodicTask))}
    return [_work(name, work.every, kept.get(name), now) for name, work in periodic.scheduled().items()]


def is_clock_stopped(now: dt.datetime) -> bool:
    """Tell whether periodic work is no longer set off in time."""
    return any(not one.is_set_off for one in periodic_work(now))


def _work(name: str, every: dt.timedelta, task: PeriodicTask | None, now: dt.datetime) -> Work:
    patience = max(every * STANDS_STILL_AFTER, SHORTEST_PATIENCE)
    finished_at = task.finished_at if task else None
    next_at = task.next_at if task else None
    return Work(
        name=name,
        every=every,
        finished_at=finished_at,
        next_at=next_at,
        is_set_off=next_at is not None and next_at > now - patience,
        is_done=finished_at is not None and finished_at > now - patience,
    )
