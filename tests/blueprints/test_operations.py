"""Operations for administrators, and what machines are told."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import Worker

from blueprints.operations.words import WORK, span_in_words
from hotline.db import session, transaction, utc_now
from hotline.delivery import outbox
from hotline.delivery.models import OutboxMessage, PeriodicTask, PromiseState
from hotline.people.models import Staff
from hotline.people.roles import Role
from wsgi import SCHEDULE


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    """An administrator's browser, in English."""
    signed_in = sign_in(person(Role.ADMINISTRATOR))
    signed_in.post("/language", data={"language": "en"})
    return signed_in


@pytest.fixture
def without_queue(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that cannot be reached."""
    nowhere = Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(app.extensions["queue"], "connection", nowhere)


def promise(key: str, state: PromiseState = PromiseState.PENDING, due_in: int = 0) -> int:
    """Put a promise into the outbox; return its number."""
    now = utc_now()
    with transaction():
        message = OutboxMessage(
            kind="ticket_dispatched",
            payload={"assignment_id": 1},
            once_key=key,
            state=state,
            run_at=now + dt.timedelta(minutes=due_in),
            kicked_at=now,
            attempts=8 if state is PromiseState.DEAD else 0,
            last_error="OperationalError" if state is PromiseState.DEAD else None,
        )
        session.add(message)
    return message.id


def ran(age: dt.timedelta | None, next_in: dt.timedelta) -> None:
    """Let every piece of periodic work have finished that long ago, and be due next in that time."""
    now = utc_now()
    with transaction():
        session.add_all(
            PeriodicTask(name=name, next_at=now + next_in, finished_at=None if age is None else now - age)
            for name in SCHEDULE
        )


def test_an_untouched_service_shows_nothing_given_up(browser: FlaskClient) -> None:
    ran(dt.timedelta(seconds=5), dt.timedelta(seconds=5))
    page = browser.get("/operations").text
    assert "Every delivery arrived." in page
    assert "No worker reports to the queue." in page
    assert "The clock stands still" not in page
    assert page.count("In time") == len(SCHEDULE)


def test_a_clock_that_stands_still_is_named(browser: FlaskClient) -> None:
    ran(dt.timedelta(days=2), -dt.timedelta(days=2))
    assert "The clock stands still" in browser.get("/operations").text


def test_a_clock_that_never_ran_is_named(browser: FlaskClient) -> None:
    assert "The clock stands still" in browser.get("/operations").text


def test_workers_that_finish_nothing_are_told_apart_from_the_clock(browser: FlaskClient) -> None:
    ran(None, dt.timedelta(seconds=5))
    page = browser.get("/operations").text
    assert "The clock stands still" not in page
    assert "The workers lag behind" in page


def test_the_outbox_is_counted_by_what_is_due(browser: FlaskClient) -> None:
    promise("due", due_in=-5)
    promise("later", due_in=30)
    promise("dead", PromiseState.DEAD)
    page = browser.get("/operations").text
    assert "the oldest since" in page
    assert "1 delivery was given up after eight attempts" in page
    assert "OperationalError" in page


def test_a_delivery_given_up_is_tried_again(browser: FlaskClient) -> None:
    number = promise("dead", PromiseState.DEAD)
    assert browser.post(f"/operations/deliveries/{number}/retry").status_code == 303
    session.expire_all()
    message = session.get_one(OutboxMessage, number)
    assert (message.state, message.attempts) == (PromiseState.PENDING, 0)
    assert outbox.kick_overdue(utc_now()) == 1


def test_only_what_was_given_up_is_tried_again(browser: FlaskClient) -> None:
    number = promise("waiting")
    assert browser.post(f"/operations/deliveries/{number}/retry").status_code == 404
    assert browser.post("/operations/deliveries/999999/retry").status_code == 404


def test_workers_are_seen_by_their_heartbeat(app: Flask, browser: FlaskClient) -> None:
    queue = outbox.queue()
    worker = Worker([queue], connection=queue.connection, name="0123456789abcdef")
    worker.register_birth()
    worker.heartbeat()
    page = browser.get("/operations").text
    assert "0123456789ab" in page
    assert "No worker reports" not in page


def test_a_queue_that_is_down_is_said_and_does_not_stop_the_page(
    browser: FlaskClient, without_queue: None
) -> None:
    page = browser.get("/operations")
    assert page.status_code == 200
    assert "The queue cannot be reached." in page.text


def test_every_piece_of_periodic_work_has_words() -> None:
    assert set(SCHEDULE) <= set(WORK)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (dt.timedelta(seconds=15), "15"),
        (dt.timedelta(minutes=1), "1"),
        (dt.timedelta(hours=6), "6"),
        (dt.timedelta(days=2), "2"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(app: Flask, span: dt.timedelta, words: str) -> None:
    assert span_in_words(span).startswith(words)


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"status": "ready", "database": "ok", "queue": "ok", "clock": "stands still"},
    )


def test_a_queue_that_is_down_is_reported_and_leaves_the_service_ready(
    client: FlaskClient, without_queue: None
) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["queue"]) == (200, "unreachable")


def test_a_database_of_another_version_is_not_ready(client: FlaskClient) -> None:
    was = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    with transaction():
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        answer = client.get("/readyz")
    finally:
        with transaction():
            session.execute(sa.text("UPDATE alembic_version SET version_num = :was"), {"was": was})
    assert (answer.status_code, answer.get_json()["database"]) == (503, "not migrated")
