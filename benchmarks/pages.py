"""Pages under load beside the bare reference, in one run: what each costs, and what it costs more.

    python -m benchmarks.pages --data DIR [--database URL] [--rounds 100] [--name NAME]

The database is one that `benchmarks.generate` filled. Each row is asked for in turn by one client, signed in,
with status and a marker in the body checked; the reference is asked between. Times on a machine that does
other work compare with one another only, so the processor time of the server's processes is told too.
"""

import argparse
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks.bare import prepare
from benchmarks.browser import Browser, WrongPageError
from benchmarks.servers import ROOT, Server, gunicorn, redis_server
from hotline.config import Settings
from hotline.db import session, utc_now
from hotline.demo.accounts import PASSWORD
from hotline.people.models import Staff
from hotline.tickets import lists
from hotline.tickets.lists import Filter, View
from hotline.tickets.models import Ticket
from wsgi import create_app

WARM_UP = 3
OPERATOR, LEADER, MANAGER = "3001", "1101", "1401"
FAR = 100
"""The page far back in a list."""

Ask = Callable[[], float]


def quantiles(times: Sequence[float]) -> dict[str, float]:
    """Return the median, the 95th and the 99th of a hundred."""
    ordered = sorted(times)
    last = len(ordered) - 1
    return {
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[min(last, int(len(ordered) * 0.95))], 2),
        "p99_ms": round(ordered[min(last, int(len(ordered) * 0.99))], 2),
    }


def measure(server: Server, ask: Ask, rounds: int) -> dict[str, float]:
    """Return what `rounds` requests took."""
    for _ in range(WARM_UP):
        ask()
    cpu = server.cpu_seconds()
    times = [ask() for _ in range(rounds)]
    used = (server.cpu_seconds() - cpu) * 1000 / rounds
    return {**quantiles(times), "server_cpu_ms": round(used, 2)}


def far_page(app: Flask, view: View, pages: int) -> str:
    """Return the address of a page far back in a view."""
    with app.app_context():
        person = session.scalars(sa.select(Staff).where(Staff.number == OPERATOR)).one()
        after, now = "", utc_now()
        for _ in range(pages):
            key = lists.page(Filter(view=view), person, after=after, now=now).next_key
            if not key:
                break
            after = key
        session.rollback()
    return f"/tickets?view={view.value}&after={after}"


def rows(app: Flask, browsers: dict[str, Browser]) -> dict[str, tuple[Ask, str]]:
    """Return what is asked for, by its row of the table, each with the reference it is compared with."""
    with app.app_context():
        newest = session.scalar(sa.select(sa.func.max(Ticket.id))) or 0
        number = session.scalars(sa.select(Ticket.number).where(Ticket.id == newest * 9 // 10)).one()
        session.rollback()
    operator, leader, manager = (browsers[one] for one in (OPERATOR, LEADER, MANAGER))
    asked: dict[str, tuple[Ask, str]] = {}

    def page(label: str, browser: Browser, path: str, marker: str, beside: str = "list") -> None:
        asked[label] = (partial(browser.timed, path, marker=marker), beside)

    def search(label: str, words: str, marker: str = "pager") -> None:
        form = {"view": "all", "q": words}
        asked[f"search, {label}"] = (partial(operator.timed, "/tickets/search", form, marker=marker), "list")

    for view in View:
        page(f"list {view.value}", operator, f"/tickets?view={view.value}", "pager")
    for view in (View.OPEN, View.ALL):
        page(f"list {view.value}, page {FAR}", operator, far_page(app, view, FAR - 1), "data-listnav-item")
    page("ticket page", operator, f"/tickets/{number}", number, "one row")
    search("rare word", "翡翠")
    search("common word", "路灯")
    search("two common words", "路灯 多次")
    search("end of a number", number[-5:], number)
    page("operator's desk", operator, "/", "page-main")
    page("shift leader's desk", leader, "/", "page-main")
    page("live board", leader, "/statistics/board", "page-main")
    page("statistics, one month", manager, "/statistics", "page-main")
    asked["log a call as a ticket"] = (partial(log_call, operator), "insert")
    return asked


def log_call(browser: Browser) -> float:
    """Send a call's form as an operator does; the page that opened it is not part of the time."""
    form = {
        "action": "ticket",
        "category": "suggestion",
        "content_class": "",
        "title": "建议增设路灯",
        "content": "人民路北段夜间太暗,建议增设路灯。",
        "place": "人民路北段",
        "name": "王芳",
        "phone": f"199{uuid.uuid4().int % 100_000_000:08d}",
        "urgency": "normal",
        "reply_wanted": "y",
        "readback": "y",
        "opened_at": "",
    }
    return browser.timed(f"/intake/call/{uuid.uuid4()}", form, status=303)


def references(browser: Browser) -> dict[str, Ask]:
    """Return what the bare application is asked for."""
    numbers = iter(range(10**9))
    return {
        "no-op": lambda: browser.timed("/no-op"),
        "one row": lambda: browser.timed("/one/7"),
        "insert": lambda: browser.timed("/insert", {"number": str(next(numbers))}),
        "list": lambda: browser.timed("/list", marker="人民路"),
    }


def run(app: Flask, environ: dict[str, str], bare: dict[str, str], rounds: int) -> dict[str, object]:
    """Measure everything; return the results by row."""
    with (
        gunicorn("wsgi:create_app()", environ, "/sign-in") as ours,
        gunicorn("benchmarks.bare:create_app()", bare, "/no-op") as reference,
    ):
        browsers = {number: Browser(ours.port) for number in (OPERATOR, LEADER, MANAGER)}
        for number, browser in browsers.items():
            browser.sign_in(number, PASSWORD)
        base = {
            name: measure(reference, ask, rounds) for name, ask in references(Browser(reference.port)).items()
        }
        results: dict[str, object] = {}
        for name, (ask, beside) in rows(app, browsers).items():
            try:
                found = measure(ours, ask, rounds)
            except WrongPageError as error:
                results[name] = {"refused": str(error)[:120]}
            else:
                results[name] = {**found, "ratio": round(found["p50_ms"] / base[beside]["p50_ms"], 1)}
            print(f"{name:28} {results[name]}", flush=True)
        return {"reference": base, "pages": results, "web_pss_mb": round(ours.pss_mb())}


def main() -> None:
    """Measure, print and write the results down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--name", default="pages")
    wanted = parser.parse_args()
    with redis_server(wanted.data / "redis") as queue:
        environ = {
            "HOTLINE_DATA": str(wanted.data),
            "DATABASE_URL": wanted.database,
            "REDIS_URL": queue,
            "SECRET_KEY": "benchmark",
        }
        app = create_app(Settings.from_environment(environ))
        bare = {"BARE_DATABASE_URL": f"sqlite:///{wanted.data / 'bare.db'}"}
        if wanted.database:
            bare = {"BARE_DATABASE_URL": wanted.database.replace("postgresql://", "postgresql+psycopg://")}
        os.environ.update(bare)
        prepare()
        with app.app_context():
            size = session.scalar(sa.select(sa.func.count()).select_from(Ticket))
            kind = session.get_bind().dialect.name
            session.remove()
        before = os.getloadavg()
        results = run(app, environ, bare, wanted.rounds)
    report = {
        "tickets": size,
        "database": kind,
        "rounds": wanted.rounds,
        "processors": os.cpu_count(),
        "load_before": [round(one, 1) for one in before],
        "load_after": [round(one, 1) for one in os.getloadavg()],
        "measured_on": time.strftime("%Y-%m-%d", time.gmtime()),
        **results,
    }
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (folder / f"{wanted.name}-{kind}-{size}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
