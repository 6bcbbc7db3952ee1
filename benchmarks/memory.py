"""Memory of the whole service as `bin/up` runs it, after every page, many clients and their promises."""

from functools import partial

from flask import Flask

from benchmarks.browser import Browser
from benchmarks.crowds import browsers, crowd
from benchmarks.pages import CROWDS, LEADER, MANAGER, OPERATOR, OPERATORS, log_call, rows
from benchmarks.servers import service
from hotline.demo.accounts import PASSWORD

WORKERS = 2
EACH = 5
"""How often every page is asked for before the crowd comes."""


def measure(app: Flask, environ: dict[str, str], seconds: float) -> int:
    """Return the MB of all processes, shared pages divided among those who share them."""
    with service(environ, WORKERS) as ours:
        people = {number: Browser(ours.port) for number in (OPERATOR, LEADER, MANAGER)}
        for number, browser in people.items():
            browser.sign_in(number, PASSWORD)
        for ask, _beside in rows(app, people).values():
            for _ in range(EACH):
                ask()
        clients = browsers(ours.port, max(CROWDS), OPERATORS, PASSWORD)
        for asks in (
            [partial(log_call, one) for one in clients],
            [partial(one.timed, "/tickets", marker="pager") for one in clients],
        ):
            crowd(asks, seconds)
        return round(ours.pss_mb())
