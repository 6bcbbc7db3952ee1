"""Many operators at the arrivals of an ordinary day, faster than life, against gunicorn on PostgreSQL.

    python -m benchmarks.operators [--operators 64] [--speed 10] [--minutes 5] [--name NAME]

Everything goes over HTTP as in earnest: a made-up exchange tells of calls, browsers ask what rings, open the
form, search while they type and save tickets and consultations; two workers and the clock run beside. Then
what was acknowledged is counted against what is stored. Times are the client's, on the machine that serves.
"""

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from benchmarks.browser import Browser
from benchmarks.place import PASSWORD
from benchmarks.postgres_cluster import Postgres
from benchmarks.seats import Offered, Seat, Times
from benchmarks.servers import ROOT, free_port, gunicorn, redis_server
from hotline.categories import profiles
from hotline.config import Settings
from hotline.contacts.models import Call, Contact
from hotline.db import db, session, transaction, utc_now
from hotline.people import departments, staff
from hotline.people.roles import Role
from hotline.telephony import arrivals, tokens
from hotline.telephony.models import PhoneCall, PhoneEvent, PhoneLeg
from hotline.telephony.simulating import Exchange, Ringing
from knowledge_base.demo.articles import load_articles
from wsgi import create_app

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
FIRST = 8001
PEAK = 9
"""The busiest hour of the drawn day."""


def prepared(environ: Mapping[str, str], operators: int) -> tuple[Flask, list[str], str]:
    """Make the database ready: rules, articles, people; return the operators' numbers and a token."""
    app = create_app(Settings.from_environment(environ))
    numbers = [f"5{number:03d}" for number in range(operators)]
    with app.app_context():
        upgrade(directory=str(ROOT / "hotline" / "migrations"))
        now = utc_now()
        with transaction():
            profiles.load("gov_hotline", now=now)
        with transaction():
            editor = staff.add("5901", "Editor", PASSWORD, roles=[Role.KNOWLEDGE_EDITOR], now=now)
            other = staff.add("5902", "Reviewer", PASSWORD, roles=[Role.KNOWLEDGE_EDITOR], now=now)
            load_articles(author=editor, reviewer=other, now=now)
            staff.add("5903", "Leader", PASSWORD, roles=[Role.SHIFT_LEADER], now=now)
            for number in numbers:
                staff.add(number, f"Operator {number}", PASSWORD, roles=[Role.OPERATOR], now=now)
            for place, unit in enumerate(departments.active()):
                roles = [Role.DEPARTMENT_CLERK]
                staff.add(f"6{place:03d}", "Clerk", PASSWORD, roles=roles, department=unit, now=now)
            words = tokens.issue("benchmark", by=None, now=now)[1]
        session.remove()
    return app, numbers, words


@contextmanager
def behind(environ: Mapping[str, str]) -> Iterator[None]:
    """Run the workers and the clock until the block ends."""
    running = [
        subprocess.Popen([*FLASK, name], cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
        for name in ("worker", "worker", "clock")
    ]
    try:
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def seated(numbers: Sequence[str], port: int) -> list[tuple[Browser, str]]:
    """Sign everybody in and put them at their extensions, by the pages."""
    found = []
    for place, number in enumerate(numbers):
        browser, extension = Browser(port), str(FIRST + place)
        browser.sign_in(number, PASSWORD)
        browser.ask("/telephony/extension", {"extension": extension}, status=303)
        found.append((browser, extension))
    return found


def spread(times: Sequence[float]) -> dict[str, float | int]:
    """Return how many there were, the middle one, the 95th and 99th of a hundred, the longest."""
    if len(times) < 2:
        return {"count": len(times)}
    parts = statistics.quantiles(times, n=100)
    named = {
        "p50_ms": statistics.median(times),
        "p95_ms": parts[94],
        "p99_ms": parts[98],
        "most_ms": max(times),
    }
    return {"count": len(times), **{name: round(value, 1) for name, value in named.items()}}


def count(acknowledged: Mapping[str, str]) -> dict[str, Any]:
    """Compare what was acknowledged with what is stored."""
    keys = session.scalars(sa.select(Contact.submission_key)).all()
    kept = Counter(keys)
    calls = session.scalars(sa.select(PhoneCall)).all()
    bound = session.execute(sa.select(PhoneLeg, Call).join(Call, Call.id == PhoneLeg.contact_id)).all()
    return {
        "acknowledged": len(acknowledged),
        "found": sum(1 for key in acknowledged if kept[key]),
        "doubled": sum(1 for number in kept.values() if number > 1),
        "not_acknowledged_but_stored": sum(1 for key in kept if key not in acknowledged),
        "of_them": dict(Counter(acknowledged.values())),
        "calls": len(calls),
        "calls_open": sum(1 for one in calls if one.ended_at is None),
        "calls_answered": sum(1 for one in calls if one.answered_at is not None),
        "calls_abandoned": sum(1 for one in calls if one.is_missed),
        "events": session.scalar(sa.select(sa.func.count()).select_from(PhoneEvent)),
        "contacts_with_their_call": len(bound),
        "contacts_with_another_call": sum(1 for leg, call in bound if leg.form_key != call.submission_key),
        "talk_times_off": sum(1 for leg, call in bound if call.talk_seconds != talked(leg)),
    }


def talked(leg: PhoneLeg) -> int | None:
    """Return the seconds between answer and end, once there are both."""
    if leg.answered_at is None or leg.ended_at is None:
        return None
    return round((leg.ended_at - leg.answered_at).total_seconds())


def all_of(times: Sequence[Times], name: str) -> list[float]:
    """Return one kind of time of every seat."""
    return list(itertools.chain.from_iterable(getattr(one, name) for one in times))


def play(given: argparse.Namespace, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run the service and the operators; return what was measured and counted."""
    app, numbers, token = prepared(environ, given.operators)
    pattern = arrivals.ordinary_day(given.calls_per_day)
    seconds = given.minutes * 60 * given.speed
    drawn = arrivals.draw(pattern, hour=PEAK, seconds=seconds, seed=given.seed)
    offered, stop = Offered(), threading.Event()

    def tell(kind: str, call: Ringing) -> None:
        if kind == "offer":
            offered.at[call.extension] = time.perf_counter()

    with gunicorn("wsgi:create_app()", environ, "/readyz") as server, behind(environ):
        desks = seated(numbers, server.port)
        extensions = [extension for _, extension in desks]
        exchange = Exchange(
            f"http://127.0.0.1:{server.port}",
            token,
            extensions,
            drawn,
            speed=given.speed,
            clock=utc_now,
            frees=False,
            tell=tell,
        )
        seats = [
            Seat(browser, extension, offered, stop, exchange.free, speed=given.speed, seed=place)
            for place, (browser, extension) in enumerate(desks)
        ]
        cpu, begun, load = server.cpu_seconds(), time.monotonic(), os.getloadavg()
        for one in seats:
            one.start()
        exchange.run()
        time.sleep(3)  # the last forms are still being sent
        stop.set()
        for one in seats:
            one.join(60)
        took = time.monotonic() - begun
        used = server.cpu_seconds() - cpu
    times = [one.times for one in seats]
    acknowledged: dict[str, str] = {}
    for done in times:
        acknowledged |= done.acknowledged
    with app.app_context():
        counted = count(acknowledged)
        session.remove()
        db.engine.dispose()
    return {
        "operators": given.operators,
        "speed": given.speed,
        "minutes": given.minutes,
        "calls_per_day": pattern.calls_per_day,
        "web": f"gunicorn as bin/up starts it, 2 workers, clock, PostgreSQL, {os.cpu_count()} cores",
        "load_before": [round(one, 1) for one in load],
        "load_after": [round(one, 1) for one in os.getloadavg()],
        "seconds": round(took, 1),
        "web_cpu_share": round(used / took, 2),
        "screen_pop": spread(all_of(times, "pop")),
        "form_page": spread(all_of(times, "page")),
        "asking_what_rings": spread(all_of(times, "poll")),
        "search_as_you_type": spread(all_of(times, "search")),
        "side_panels_and_drafts": spread(all_of(times, "side")),
        "save": spread(all_of(times, "save")),
        "exchange_messages": spread([one * 1000 for one in exchange.sent.times]),
        "messages_not_taken": dict(exchange.sent.failures),
        "failures": Counter(failure[:80] for one in times for failure in one.failures),
        "counted": counted,
    }


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--operators", type=int, default=64)
    parser.add_argument("--speed", type=float, default=10)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--calls-per-day", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", help="Keep the figures as benchmarks/results/NAME.json.")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="operators-"))
    folder.chmod(0o755)
    postgres = Postgres(folder / "postgres", free_port())
    try:
        postgres.create()
        with redis_server(folder / "redis") as redis_url:
            environ = {
                "HOTLINE_DATA": str(folder / "data"),
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis_url,
                "TZ": "Asia/Shanghai",
            }
            found = play(given, environ)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    print(text)
    if given.name:
        (ROOT / "benchmarks" / "results" / f"{given.name}.json").write_text(text + "\n", encoding="utf-8")
    counted = found["counted"]
    is_whole = (
        counted["acknowledged"] == counted["found"]
        and not counted["doubled"]
        and not counted["not_acknowledged_but_stored"]
        and not counted["contacts_with_another_call"]
    )
    sys.exit(0 if is_whole else 1)


if __name__ == "__main__":
    main()
