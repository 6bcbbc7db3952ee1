"""The made-up exchange: drawn the same each time, sent to a running service, every call accounted for."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from hotline.db import session
from hotline.telephony import arrivals
from hotline.telephony.models import ExchangeToken, PhoneCall


def test_the_pattern_has_a_day_of_24_hours_with_its_peak_before_noon() -> None:
    pattern = arrivals.ordinary_day()
    assert len(pattern.by_hour) == 24
    assert max(range(24), key=lambda hour: pattern.by_hour[hour]) == 9
    whole = sum(pattern.per_second(hour) * 3600 for hour in range(24))
    assert round(whole) == pattern.calls_per_day


def test_a_draw_is_the_same_for_the_same_seed_and_as_busy_as_its_hour() -> None:
    pattern = arrivals.ordinary_day()
    morning = arrivals.draw(pattern, hour=9, seconds=3600, seed=1)
    assert morning == arrivals.draw(pattern, hour=9, seconds=3600, seed=1)
    assert morning != arrivals.draw(pattern, hour=9, seconds=3600, seed=2)
    expected = pattern.per_second(9) * 3600
    assert abs(len(morning) - expected) < 4 * expected**0.5
    assert len(arrivals.draw(pattern, hour=3, seconds=3600, seed=1)) < len(morning) / 5
    assert max(Counter(one.number for one in morning).values()) > 1, "some call again"


@pytest.fixture
def url(app: Flask, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """The application behind a real port; in its log, what went wrong shall not drown in what went well."""
    caplog.set_level(logging.WARNING, "werkzeug")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.slow
def test_every_call_of_a_run_arrives_and_ends(app: Flask, url: str) -> None:
    asked = ["telephony", "simulate", "--url", url, "--minutes", "0.05", "--speed", "60", "--operators", "5"]
    done = app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0, done.output
    calls = session.scalars(sa.select(PhoneCall)).all()
    assert len(calls) == int(done.output.split(" calls")[0].split()[-1]) > 5
    assert all(one.ended_at is not None for one in calls)
    assert all((one.answered_at is not None) is (one.talk_seconds is not None) for one in calls)
    assert session.scalars(sa.select(ExchangeToken.revoked_at)).one() is not None, "its token is ended"


def test_tokens_are_made_listed_and_ended_on_the_command_line(app: Flask) -> None:
    run = app.test_cli_runner()
    number, words = run.invoke(args=["telephony", "token", "add", "Main"]).output.split()
    listed = run.invoke(args=["telephony", "token", "list"]).output
    assert "Main" in listed
    assert "valid" in listed
    assert words not in listed
    assert run.invoke(args=["telephony", "token", "revoke", number]).exit_code == 0
    assert "ended" in run.invoke(args=["telephony", "token", "list"]).output
    assert run.invoke(args=["telephony", "token", "revoke", "999"]).exit_code == 1
    assert run.invoke(args=["telephony", "token", "add", " "]).exit_code == 1


def test_an_address_that_is_none_is_said_so(app: Flask) -> None:
    done = app.test_cli_runner().invoke(
        args=["telephony", "simulate", "--url", "nowhere", "--minutes", "0.05"]
    )
    assert done.exit_code == 1
    assert "nowhere" in done.output
