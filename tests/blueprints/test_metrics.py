"""Figures for Prometheus, log lines with their request's number, and the alarm of a stopped clock."""

import dataclasses
import datetime as dt
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, g
from flask.logging import default_handler
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as RedisConnectionError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from blueprints.limits import LIMITER
from hotline import logs
from hotline.config import Settings
from hotline.db import session, transaction, utc_now
from hotline.delivery import outbox
from hotline.delivery.models import PeriodicTask
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.timings import Timings
from tests.matters import Desk
from wsgi import SCHEDULE

SAMPLE = re.compile(r"^hotline_(\w+)(\{[^}]*\})? (\S+)$")


def figures(client: FlaskClient) -> dict[str, float]:
    """Return what a Prometheus server would read."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith("# "):
            sample = SAMPLE.match(line)
            assert sample, line
            found[sample[1] + (sample[2] or "")] = float(sample[3])
    return found


def ran(ago: dt.timedelta) -> None:
    """Let every piece of periodic work have been set off and finished that long ago."""
    then = utc_now() - ago
    with transaction():
        session.add_all(PeriodicTask(name=name, next_at=then, finished_at=then) for name in SCHEDULE)


def test_what_waits_and_what_is_late_is_counted(client: FlaskClient) -> None:
    desk = Desk()
    ticket = desk.ticket("complaint", utc_now() - dt.timedelta(days=30))
    with transaction():
        outbox.promise(
            "ticket_to_route",
            once="waits",
            now=utc_now() - dt.timedelta(minutes=5),
            ticket_id=ticket.id,
        )
    ran(dt.timedelta(0))
    found = figures(client)
    assert found["queue_reached"] == 1
    assert found["queue_jobs"] >= 1
    assert found["outbox_due"] >= 1
    assert found["outbox_oldest_seconds"] >= 300
    assert found["deadlines_overdue"] >= 1
    assert found["tickets_open"] == 1
    assert found["sweep_lag_seconds"] > 0
    assert found["clock_stopped"] == 0


def test_a_queue_that_is_down_is_a_figure_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["queue"], "connection", type(outbox.queue().connection)(port=1))
    assert figures(client)["queue_reached"] == 0


def test_requests_are_counted_by_how_long_they_took(client: FlaskClient) -> None:
    name = '{endpoint="health.alive",status="200"}'
    before = figures(client).get(f"requests_total{name}", 0)
    for _ in range(3):
        client.get("/healthz")
    found = figures(client)
    assert found[f"requests_total{name}"] == before + 3
    assert found['request_seconds_bucket{endpoint="health.alive",le="+Inf"}'] == before + 3
    assert found['request_seconds_count{endpoint="health.alive"}'] == before + 3
    assert found['request_seconds_sum{endpoint="health.alive"}'] > 0


def test_what_an_ended_process_counted_stays(tmp_path: Path) -> None:
    mine = Timings(tmp_path)
    mine.count("desk.show", 200, 0.02)
    folder = next(tmp_path.iterdir())
    (folder / "999999999.json").write_text(json.dumps({"desk.show|200|1": 4, "desk.show|200|seconds": 0.5}))
    for _ in range(2):
        found = mine.total()
        assert found["desk.show|200|1"] == 5
        assert found["desk.show|200|seconds"] == pytest.approx(0.52)
    assert not (folder / "999999999.json").exists()


def test_figures_are_for_this_machine_or_who_knows_the_token(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "settings", dataclasses.replace(settings, metrics_token="a long secret")
    )
    far = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics", environ_base=far).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert (
        client.get("/metrics", environ_base=far, headers={"Authorization": "Bearer wrong"}).status_code == 403
    )
    known = {"Authorization": "Bearer a long secret"}
    assert client.get("/metrics", environ_base=far, headers=known).status_code == 200
    assert client.get("/metrics").status_code == 200


def test_administrators_are_told_on_every_page_that_the_clock_stands_still(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    words = "The clock process does not run"
    administrator, operator = sign_in(person(Role.ADMINISTRATOR)), sign_in(person(Role.OPERATOR))
    for browser in (administrator, operator):
        browser.post("/language", data={"language": "en"})
    ran(dt.timedelta(0))
    assert words not in administrator.get("/people").text
    with transaction():
        for task in session.query(PeriodicTask):
            task.next_at = utc_now() - dt.timedelta(days=2)
    assert words in administrator.get("/people").text
    assert words not in operator.get("/").text
    assert administrator.get("/readyz").get_json()["clock"] == "stands still"


@pytest.fixture
def json_lines(settings: Settings) -> Iterator[list[dict[str, object]]]:
    """The log lines of the service as JSON."""
    lines: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(logs.JsonLines().format(record)))

    handler = Kept()
    loggers = [logging.getLogger("hotline"), logging.getLogger(logs.REQUEST)]
    was = default_handler.formatter
    logs.set_up(dataclasses.replace(settings, has_json_logs=True))
    loggers[0].addHandler(handler)
    yield lines
    loggers[0].removeHandler(handler)
    logging.getLogger().removeHandler(default_handler)
    logs.set_up(settings)
    assert isinstance(default_handler.formatter, type(was))


def test_a_request_and_the_job_it_caused_carry_one_number(
    app: Flask, client: FlaskClient, json_lines: list[dict[str, object]]
) -> None:
    given = {"X-Request-Id": "0123456789ab"}
    assert (
        client.get("/healthz?q=13812345678", headers=given).headers["X-Request-Id"] == given["X-Request-Id"]
    )
    assert json_lines[-1]["request_id"] == given["X-Request-Id"]
    assert (json_lines[-1]["endpoint"], json_lines[-1]["status"]) == ("health.alive", 200)
    assert "138" not in json.dumps(json_lines[-1])
    ticket = Desk().ticket("complaint", utc_now())
    logs.begin("fedcba987654")
    queue = outbox.queue()
    with transaction():
        outbox.promise("ticket_to_review", once="carried", now=utc_now(), ticket_id=ticket.id)
    SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer).work(
        burst=True, logging_level="ERROR"
    )
    kept = [line for line in json_lines if str(line["message"]).startswith("kept ")]
    assert {line["request_id"] for line in kept} == {"fedcba987654"}
    assert logs.current_id() == "fedcba987654"


def test_a_made_up_number_is_not_passed_on_into_logs(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": 'x" forged="line'})
    assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Request-Id"])
    assert g.request_id == answer.headers["X-Request-Id"]


def test_without_redis_only_limited_pages_are_limited(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole office works behind one address: while Redis is gone, saving is not counted together."""
    monkeypatch.setattr(LIMITER, "_storage_dead", True)
    monkeypatch.setattr(LIMITER, "_Limiter__should_check_backend", lambda: False)
    assert {client.get("/healthz").status_code for _ in range(130)} == {200}
    assert {client.get("/knowledge").status_code for _ in range(130)} == {200, 429}


def test_nobody_is_refused_at_the_moment_redis_goes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several requests meet the failure together; the limiter falls back for the first of them only."""
    together = threading.Barrier(4)

    def fails(*_args: object, **_named: object) -> bool:
        together.wait(10)
        raise RedisConnectionError("the server closed the connection")

    monkeypatch.setattr(LIMITER.limiter, "hit", fails)
    monkeypatch.setattr(LIMITER, "_storage_dead", False)
    elsewhere = {"REMOTE_ADDR": "127.0.0.2"}  # nobody asked from there before
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(app.test_client().get, "/knowledge", environ_base=elsewhere) for _ in range(4)]
        assert [one.result().status_code for one in asked] == [200] * 4


def test_a_database_that_is_gone_is_said_on_a_page(
    app: Flask,
    person: Callable[..., Staff],
    sign_in: Callable[[Staff], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page that says so asks the database nothing, not even who reads it."""
    browser = sign_in(person(Role.OPERATOR))

    def gone(*_args: object, **_named: object) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("the server closed the connection"))

    monkeypatch.setattr(Session, "execute", gone)
    monkeypatch.setattr(Session, "get", gone)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert answer.mimetype == "text/html"
