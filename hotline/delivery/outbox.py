"""Promises: written in the transaction of the change, kept by a worker after it.

Delivery is at least once, effects are once: a promise is claimed by a lease, its effect and its
completion commit together, and a worker that lost its lease cannot complete it.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import cast

import sqlalchemy as sa
from flask import current_app
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy.exc import OperationalError

from hotline import logs
from hotline.db import after_commit, insert_new, session, transaction, utc_now, write_aside
from hotline.delivery.models import OutboxMessage, PromiseState

LEASE = dt.timedelta(seconds=60)
KICK_LOST_AFTER = dt.timedelta(seconds=10)
"""A promise kicked this long ago, with an empty queue, lost its job with the queue."""
KICK_FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""A promise kicked this long ago is kicked again even while the queue is busy."""
MOST_ATTEMPTS = 8
BATCH = 50
DELIVER = "hotline.jobs.deliver"

_MESSAGES = cast(sa.Table, OutboxMessage.__table__)
_gathered: ContextVar[list[int] | None] = ContextVar("hotline_gathered_kicks", default=None)
"""What `kicking_together` puts off, while it does."""

Handler = Callable[[OutboxMessage, dt.datetime], None]


class LeaseLostError(Exception):
    """Another worker took over; what this one did must not be committed."""


def promise(
    kind: str, *, once: str, now: dt.datetime, run_at: dt.datetime | None = None, **ids: int | str
) -> None:
    """Promise that `kind` will happen once for `once`, with `ids` to find its rows by.

    Repeating the same `once` promises nothing new. The row belongs to the caller's transaction.
    """
    session.flush()
    message_id = insert_new(
        _MESSAGES,
        kind=kind,
        payload=ids,
        once_key=f"{kind}:{once}",
        state=PromiseState.PENDING,
        run_at=run_at or now,
        kicked_at=now,
        attempts=0,
    )
    if message_id is None or (run_at or now) > now:
        return
    waiting: list[int] = session.info.setdefault("promised", [])
    waiting.append(message_id)
    if len(waiting) == 1:
        after_commit(lambda: _kick_promised(waiting))


@contextmanager
def kicking_together() -> Iterator[None]:
    """Put what the block's transactions promise on the queue at its end, in batches.

    For jobs that keep many promises: a job for each one would cost a fork each, far more than its work.
    """
    gathered: list[int] = []
    mark = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(mark)
        _kick_promised(gathered)


def _kick_promised(ids: list[int]) -> None:
    gathered = _gathered.get()
    if gathered is not None:
        gathered.extend(ids)
        return
    # A queue that is down is no reason to fail a saved call: the dispatcher kicks again.
    with suppress(RedisError, OSError):
        kick(ids)


def kick(ids: list[int]) -> None:
    """Put jobs for these promises on the queue, in batches.

    What fits into one batch goes before what waits: somebody has just done it, and others wait for it. Raises
    RedisError when the queue is down; the clock then kicks them as soon as it is back.
    """
    try:
        _push(ids)
    except (RedisError, OSError):
        with suppress(OperationalError):  # a database that is busy: they are kicked as forgotten
            not_kicked = sa.update(_MESSAGES).where(_MESSAGES.c.id.in_(ids))
            write_aside(not_kicked.values(kicked_at=utc_now() - KICK_FORGOTTEN_AFTER))
        raise


def _push(ids: list[int]) -> None:
    with queue().connection.pipeline(transaction=False) as together:  # a job is written before it is pushed
        for first in range(0, len(ids), BATCH):
            queue().enqueue_call(
                DELIVER,
                args=(ids[first : first + BATCH],),
                timeout=int(LEASE.total_seconds()),
                result_ttl=0,
                meta={"request_id": logs.current_id()},
                at_front=len(ids) <= BATCH,
                pipeline=together,
            )
        together.execute()


def queue() -> Queue:
    """Return the application's queue."""
    found: Queue = current_app.extensions["queue"]
    return found


def kick_overdue(now: dt.datetime, *, limit: int = 500) -> int:
    """Kick again what should have run and has not; return how many promises were kicked.

    Several dispatchers at once are harmless: a second job finds the promise claimed or done.
    """
    is_idle = queue().count == 0
    lost_before = now - (KICK_LOST_AFTER if is_idle else KICK_FORGOTTEN_AFTER)
    ready = sa.and_(
        _may_be_kept(now),
        sa.or_(
            OutboxMessage.kicked_at < lost_before,
            OutboxMessage.kicked_at < OutboxMessage.run_at,
            # The clock was set back since; while the queue is busy it may be in there.
            sa.and_(OutboxMessage.kicked_at > now + KICK_LOST_AFTER, sa.literal(is_idle)),
        ),
    )
    with transaction():
        ids = list(
            session.scalars(
                sa.select(OutboxMessage.id).where(ready).order_by(OutboxMessage.run_at).limit(limit)
            )
        )
        if ids:
            kicked_at = sa.case((OutboxMessage.run_at > now, OutboxMessage.run_at), else_=now)
            session.execute(
                sa.update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(kicked_at=kicked_at)
            )
    kick(ids)
    return len(ids)


def _may_be_kept(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return the condition of promises that are due and in nobody's hands.

    A clock that was set back holds nothing up: what was due when it was last kicked is due, and a lease that
    would end later than any lease can is none. Should its holder still work, only one of the two completes.
    """
    return sa.and_(
        OutboxMessage.state.in_([PromiseState.PENDING, PromiseState.RUNNING]),
        sa.or_(OutboxMessage.run_at <= now, OutboxMessage.run_at <= OutboxMessage.kicked_at),
        sa.or_(
            OutboxMessage.lease_until.is_(None),
            OutboxMessage.lease_until < now,
            OutboxMessage.lease_until > now + 2 * LEASE,
        ),
    )


def keep(message_id: int, handlers: Mapping[str, Handler]) -> bool:
    """Keep one promise if it is free to be kept; return whether this call kept it.

    Safe to run twice, and in two places at once. A handler that fails is tried again with growing
    pauses and given up after eight attempts.
    """
    now = utc_now()
    with transaction():
        claimed = session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id == message_id, _may_be_kept(now))
            .values(
                state=PromiseState.RUNNING,
                lease_until=now + LEASE,
                attempts=OutboxMessage.attempts + 1,
            )
            .returning(OutboxMessage.attempts)
        ).scalar()
    if claimed is None:
        return False
    mine = sa.and_(
        OutboxMessage.id == message_id,
        OutboxMessage.state == PromiseState.RUNNING,
        OutboxMessage.attempts == claimed,
    )
    try:
        with transaction():
            message = session.get_one(OutboxMessage, message_id)
            handlers[message.kind](message, now)
            session.flush()
            finished = session.execute(
                sa.update(OutboxMessage)
                .where(mine)
                .values(state=PromiseState.DONE, done_at=utc_now(), lease_until=None, last_error=None)
                .returning(OutboxMessage.id)
            ).scalar()
            if finished is None:
                raise LeaseLostError
    except Exception as error:
        current_app.logger.warning("promise %s failed: %s", message_id, type(error).__name__)
        _put_back(mine, claimed, error)
        return False
    return True


def _put_back(mine: sa.ColumnElement[bool], attempts: int, error: Exception) -> None:
    is_dead = attempts >= MOST_ATTEMPTS
    pause = min(dt.timedelta(hours=1), dt.timedelta(seconds=0.5 * 2**attempts))
    with transaction():
        session.execute(
            sa.update(OutboxMessage)
            .where(mine)
            .values(
                state=PromiseState.DEAD if is_dead else PromiseState.PENDING,
                lease_until=None,
                run_at=utc_now() + pause,
                last_error=type(error).__name__,
            )
        )


def retry(message: OutboxMessage, *, now: dt.datetime) -> None:
    """Try a given-up promise again from the start, as an administrator asks."""
    message.state = PromiseState.PENDING
    message.attempts = 0
    message.run_at = now
    message.kicked_at = now - KICK_FORGOTTEN_AFTER
    session.flush()


def forget_kept(before: dt.datetime) -> int:
    """Remove promises kept before that moment; return how many."""
    gone = session.execute(
        sa.delete(OutboxMessage)
        .where(OutboxMessage.state == PromiseState.DONE, OutboxMessage.done_at < before)
        .returning(OutboxMessage.id)
    )
    return len(gone.all())
