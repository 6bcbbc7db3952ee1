"""Promises: made inside a transaction, kept after it, once each."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from redis.exceptions import ConnectionError as RedisConnectionError

from hotline.db import session, transaction, utc_now
from hotline.delivery import notices, outbox, periodic
from hotline.delivery.models import Notice, OutboxMessage, PromiseState
from hotline.people.models import Staff
from hotline.people.roles import Role

SECOND = dt.timedelta(seconds=1)


def promise(once: str = "1", *, run_at: dt.datetime | None = None) -> int:
    with transaction():
        outbox.promise("greet", once=once, now=utc_now(), run_at=run_at)
    return session.scalars(sa.select(OutboxMessage.id).where(OutboxMessage.once_key == f"greet:{once}")).one()


def state_of(message_id: int) -> PromiseState:
    session.expire_all()
    return session.get_one(OutboxMessage, message_id).state


def nothing(_message: OutboxMessage, _now: dt.datetime) -> None:
    """Keep a promise that needs no effect."""


def failing(_message: OutboxMessage, _now: dt.datetime) -> None:
    raise ValueError("the gateway is down")


def make_ready(message_id: int) -> None:
    """Let a promise that waits for its next try be tried at once."""
    with transaction():
        session.get_one(OutboxMessage, message_id).run_at = utc_now() - SECOND


def test_a_promise_is_put_on_the_queue_after_the_commit(app: Flask) -> None:
    with transaction():
        outbox.promise("greet", once="1", now=utc_now())
        assert outbox.queue().count == 0
    assert outbox.queue().count == 1


def test_a_rolled_back_change_promises_nothing(app: Flask) -> None:
    def change_my_mind() -> None:
        with transaction():
            outbox.promise("greet", once="1", now=utc_now())
            raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        change_my_mind()
    assert outbox.queue().count == 0
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


def test_the_same_promise_twice_is_one(app: Flask) -> None:
    promise("same")
    promise("same")
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def test_many_promises_of_one_transaction_travel_together(app: Flask) -> None:
    with transaction():
        for number in range(120):
            outbox.promise("greet", once=str(number), now=utc_now())
    assert outbox.queue().count == 3


def test_what_a_job_promises_over_many_transactions_travels_together(app: Flask) -> None:
    with outbox.kicking_together():
        for number in range(60):
            promise(str(number))
        assert outbox.queue().count == 0
    assert outbox.queue().count == 2


def test_a_kept_promise_is_not_kept_again(app: Flask) -> None:
    message_id = promise()
    kept: list[int] = []

    def handler(message: OutboxMessage, _now: dt.datetime) -> None:
        kept.append(message.id)

    assert outbox.keep(message_id, {"greet": handler})
    assert not outbox.keep(message_id, {"greet": handler})
    assert (kept, state_of(message_id)) == ([message_id], PromiseState.DONE)


def test_the_effect_and_its_completion_commit_together(app: Flask, person: Callable[..., Staff]) -> None:
    reader = person(Role.OPERATOR)
    message_id = promise()

    def tell_then_fail(_message: OutboxMessage, now: dt.datetime) -> None:
        notices.tell([reader], "greeting", "Hello", once="hello", now=now)
        raise ValueError("after the effect")

    assert not outbox.keep(message_id, {"greet": tell_then_fail})
    assert session.scalar(sa.select(sa.func.count(Notice.id))) == 0


def test_a_worker_that_lost_its_lease_undoes_its_effect(app: Flask, person: Callable[..., Staff]) -> None:
    reader = person(Role.OPERATOR)
    message_id = promise()

    def overtaken(message: OutboxMessage, now: dt.datetime) -> None:
        notices.tell([reader], "greeting", "Hello", once="hello", now=now)
        message.attempts += 1  # as if another worker had claimed it meanwhile
        session.flush()

    assert not outbox.keep(message_id, {"greet": overtaken})
    assert session.scalar(sa.select(sa.func.count(Notice.id))) == 0


def test_a_failed_promise_waits_longer_each_time_and_is_given_up_after_eight(app: Flask) -> None:
    message_id = promise()
    pauses = []
    for _ in range(outbox.MOST_ATTEMPTS):
        make_ready(message_id)
        before = utc_now()
        assert not outbox.keep(message_id, {"greet": failing})
        session.expire_all()
        pauses.append(session.get_one(OutboxMessage, message_id).run_at - before)
    assert pauses == sorted(pauses)
    assert state_of(message_id) is PromiseState.DEAD
    assert session.get_one(OutboxMessage, message_id).last_error == "ValueError"


def test_a_given_up_promise_can_be_tried_again(app: Flask) -> None:
    message_id = promise()
    for _ in range(outbox.MOST_ATTEMPTS):
        make_ready(message_id)
        outbox.keep(message_id, {"greet": failing})
    with transaction():
        outbox.retry(session.get_one(OutboxMessage, message_id), now=utc_now())
    assert outbox.keep(message_id, {"greet": nothing})


def test_a_promise_for_later_is_not_kept_early(app: Flask) -> None:
    message_id = promise(run_at=utc_now() + dt.timedelta(hours=1))
    assert outbox.queue().count == 0
    assert not outbox.keep(message_id, {"greet": nothing})
    assert outbox.kick_overdue(utc_now()) == 0
    assert outbox.kick_overdue(utc_now() + dt.timedelta(hours=2)) == 1


def test_what_an_emptied_queue_forgot_is_kicked_again(app: Flask) -> None:
    promise()
    outbox.queue().empty()
    assert outbox.kick_overdue(utc_now()) == 0
    assert outbox.kick_overdue(utc_now() + outbox.KICK_LOST_AFTER + SECOND) == 1
    assert outbox.queue().count == 1


def test_a_busy_queue_is_not_filled_with_the_same_promises(app: Flask) -> None:
    promise()
    assert outbox.kick_overdue(utc_now() + outbox.KICK_LOST_AFTER + SECOND) == 0
    assert outbox.kick_overdue(utc_now() + outbox.KICK_FORGOTTEN_AFTER + SECOND) == 1


def test_a_promise_whose_worker_died_is_free_after_its_lease(app: Flask) -> None:
    message_id = promise()
    with transaction():
        message = session.get_one(OutboxMessage, message_id)
        message.state, message.lease_until, message.attempts = PromiseState.RUNNING, utc_now() + SECOND, 1
    assert not outbox.keep(message_id, {"greet": nothing})
    with transaction():
        session.get_one(OutboxMessage, message_id).lease_until = utc_now() - SECOND
    assert outbox.keep(message_id, {"greet": nothing})


def test_a_dead_queue_costs_no_saved_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real server cannot be stopped under the other tests; its client is pointed at nobody instead.
    nobody = outbox.queue().connection.__class__.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr(outbox.queue(), "connection", nobody)
    with pytest.raises(RedisConnectionError):
        nobody.ping()
    message_id = promise()
    assert state_of(message_id) is PromiseState.PENDING


def test_what_was_promised_while_the_queue_was_down_is_kicked_as_soon_as_it_is_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise("before")
    with monkeypatch.context() as cut:
        nobody = outbox.queue().connection.__class__.from_url("unix:///nonexistent/redis.sock")
        cut.setattr(outbox.queue(), "connection", nobody)
        promise("meanwhile")
    assert outbox.queue().count == 1, "busy with what came before"
    assert outbox.kick_overdue(utc_now()) == 1
    assert outbox.queue().count == 2
    assert outbox.kick_overdue(utc_now()) == 0


def test_what_somebody_has_just_done_goes_before_a_heap(app: Flask) -> None:
    with transaction():
        for number in range(60):
            outbox.promise("greet", once=f"heap {number}", now=utc_now())
    heap = outbox.queue().job_ids
    promise("just now")
    assert outbox.queue().job_ids[1:] == heap
    assert len(heap) == 2


def test_old_kept_promises_are_forgotten_and_open_ones_are_not(app: Flask) -> None:
    kept, waiting = promise("kept"), promise("open")
    outbox.keep(kept, {"greet": nothing})
    with transaction():
        assert outbox.forget_kept(utc_now() + SECOND) == 1
    assert session.get(OutboxMessage, kept) is None
    assert session.get(OutboxMessage, waiting) is not None


def test_a_notice_reaches_each_person_once(app: Flask, person: Callable[..., Staff]) -> None:
    first, second = person(Role.OPERATOR), person(Role.SHIFT_LEADER)
    with transaction():
        notices.tell([first], "greeting", "Hello", once="hello", now=utc_now())
        fresh = notices.tell([first, second], "greeting", "Hello", once="hello", now=utc_now())
        assert [notice.staff_id for notice in fresh] == [second.id]
    assert notices.unread_count(first) == 1


def test_a_clock_set_back_holds_no_promise_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was due before is due after it, in nobody's hands or in those of a worker that was killed."""
    lost, held, later = promise("lost"), promise("held"), promise("later", run_at=utc_now() + 30 * SECOND)
    with transaction():
        message = session.get_one(OutboxMessage, held)
        message.state, message.lease_until = PromiseState.RUNNING, utc_now() + outbox.LEASE
    outbox.queue().connection.flushdb()
    an_hour_ago = utc_now() - dt.timedelta(hours=1)
    assert outbox.kick_overdue(an_hour_ago) == 2
    assert outbox.kick_overdue(an_hour_ago) == 0, "it is in the queue"
    monkeypatch.setattr(outbox, "utc_now", lambda: an_hour_ago)
    assert outbox.keep(lost, {"greet": nothing})
    assert outbox.keep(held, {"greet": nothing})
    assert not outbox.keep(later, {"greet": nothing})
    assert (state_of(lost), state_of(held)) == (PromiseState.DONE, PromiseState.DONE)


def test_a_clock_set_back_holds_no_periodic_work_up(app: Flask) -> None:
    work = periodic.by_name(periodic.Periodic("hotline.chores.sweep_deadlines", 15 * SECOND))
    assert len(periodic.claim(utc_now(), work)) == 1
    an_hour_ago = utc_now() - dt.timedelta(hours=1)
    assert len(periodic.claim(an_hour_ago, work)) == 1
    assert len(periodic.claim(an_hour_ago + SECOND, work)) == 0
