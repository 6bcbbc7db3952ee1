"""Pages under load beside the bare reference, in one run: what each costs, and what it costs more.

The database is one that `benchmarks.generate` filled. Each row is asked for in turn by one client, signed in,
with status and a marker in the body checked; the reference is asked between. Times on a machine that does
other work compare with one another only, so the processor time of the server's processes is told too.
"""

import uuid
from collections.abc import Callable
from functools import partial
from statistics import median

import sqlalchemy as sa
from flask import Flask

from benchmarks import budgets, dispatching
from benchmarks.browser import Browser, WrongPageError
from benchmarks.crowds import browsers, crowd
from benchmarks.servers import Server, gunicorn
from benchmarks.timing import quantiles
from hotline.db import session, utc_now
from hotline.demo.accounts import PASSWORD
from hotline.people.models import Staff
from hotline.tickets import lists
from hotline.tickets.lists import Filter, View
from hotline.tickets.models import Ticket

WARM_UP = 3
OPERATOR, LEADER, MANAGER = "3001", "1101", "1401"
OPERATORS = tuple(str(3001 + place) for place in range(16))
FAR = 100
"""The page far back in a list."""
CROWDS = (16, 64)
"""Clients at once."""
WAITING = 10_000
"""Promises before a matter that is dispatched."""

Ask = Callable[[], float]


def measure(server: Server, ask: Ask, rounds: int, beside: Ask | None = None) -> dict[str, float]:
    """Return what `rounds` requests took, and how many times as long as those to `beside`, asked in turn."""
    for _ in range(WARM_UP):
        ask()
    cpu = server.cpu_seconds()
    times, theirs = [], []
    for _ in range(rounds):
        times.append(ask())
        if beside is not None:
            theirs.append(beside())
    used = (server.cpu_seconds() - cpu) * 1000 / rounds
    found = {**quantiles(times), "server_cpu_ms": round(used, 2)}
    if theirs:
        found["ratio"] = round(median(times) / median(theirs), 1)
    return found


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
    for name in ("callbacks", "timeliness", "ranking", "patterns", "complaints", "inspections", "months"):
        page(f"statistics, {name}", manager, f"/statistics/{name}", "page-main")
    page("statistics, behind a figure", manager, "/statistics/matters?count=tickets", "page-main")
    asked["log a call as a ticket"] = (partial(log_call, operator), "insert")
    return asked


def log_call(browser: Browser) -> float:
    """Send a call's form as an operator does; the page that opened it is not part of the time."""
    return browser.timed(f"/intake/call/{uuid.uuid4()}", budgets.call(), status=303)


def references(browser: Browser) -> dict[str, Ask]:
    """Return what the bare application is asked for."""
    numbers = iter(range(10**9))
    return {
        "no-op": lambda: browser.timed("/no-op"),
        "one row": lambda: browser.timed("/one/7"),
        "insert": lambda: browser.timed("/insert", {"number": str(next(numbers))}),
        "list": lambda: browser.timed("/list", marker="人民路"),
    }


def queries(app: Flask) -> dict[str, int]:
    """Return how many statements each page takes, by its row; the pages are asked for in this process."""
    app.config.update(WTF_CSRF_ENABLED=False)
    number, found = budgets.a_ticket(app), {}
    for row in budgets.ROWS:
        client = budgets.browser(app, row.number)
        budgets.ask(client, row, number)
        with budgets.statements(app) as seen:
            budgets.ask(client, row, number)
        found[row.name] = len(seen)
    return found


def run(app: Flask, environ: dict[str, str], bare: dict[str, str], rounds: int) -> dict[str, object]:
    """Measure everything; return the results by row."""
    counted = queries(app)
    with (
        gunicorn("wsgi:create_app()", environ, "/sign-in") as ours,
        gunicorn("benchmarks.bare:create_app()", bare, "/no-op") as reference,
    ):
        people = {number: Browser(ours.port) for number in (OPERATOR, LEADER, MANAGER)}
        for number, browser in people.items():
            browser.sign_in(number, PASSWORD)
        bare_asks = references(Browser(reference.port))
        base = {name: measure(reference, ask, rounds) for name, ask in bare_asks.items()}
        results: dict[str, object] = {}
        for name, (ask, beside) in rows(app, people).items():
            try:
                found = measure(ours, ask, rounds, bare_asks[beside])
            except WrongPageError as error:
                results[name] = {"refused": str(error)[:120]}
            else:
                results[name] = {**found, "queries": counted.get(name)}
            print(f"{name:28} {results[name]}", flush=True)
        crowds = crowded(ours, reference, rounds / 10)
        return {
            "reference": base,
            "pages": results,
            "crowds": crowds,
            "dispatching": dispatched(app, people[OPERATOR], environ),
        }


def dispatched(app: Flask, browser: Browser, environ: dict[str, str]) -> dict[str, object]:
    """Return what dispatching takes, or why that was not found out: the pages' times are kept either way."""
    try:
        return dispatching.measure(app, browser, environ, WAITING)
    except (TimeoutError, WrongPageError) as error:
        return {"refused": str(error)[:120]}


def crowded(ours: Server, reference: Server, seconds: float) -> dict[str, object]:
    """Return what goes through with many clients: calls logged and lists read, the bare reference beside."""
    found: dict[str, object] = {}
    numbers = iter(range(10**9, 2 * 10**9))
    for count in CROWDS:
        clients = browsers(ours.port, count, OPERATORS, PASSWORD)
        plain = [Browser(reference.port) for _ in range(count)]

        def insert(browser: Browser) -> float:
            return browser.timed("/insert", {"number": str(next(numbers) % 10**6)})

        def listed(browser: Browser) -> float:
            return browser.timed("/tickets", marker="pager")

        for name, asks in (
            ("bare insert", [partial(insert, one) for one in plain]),
            ("log a call", [partial(log_call, one) for one in clients]),
            ("list open", [partial(listed, one) for one in clients]),
        ):
            found[f"{name}, {count} clients"] = crowd(asks, max(2.0, seconds))
            print(f"{name}, {count} clients: {found[f'{name}, {count} clients']}", flush=True)
    return found
