"""Chromium in front of a whole desk: one of each per run, a session in the browser for every person."""

import os
import re
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect, sync_playwright

from hotline.config import Settings
from hotline.demo.accounts import PASSWORD
from tests.browser import desk as desks
from tests.browser.desk import Desk

FLAGS = [
    "--no-sandbox",  # nothing but our own pages is opened, and containers allow no other way
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-first-run",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 30_000  # milliseconds a page may take before a test gives up; a busy machine is slow, not wrong
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}

PICTURES = Path(__file__).parents[2] / "test-results"
"""What the pages of a failed test looked like at the end."""

FAILED = pytest.StashKey[bool]()
Browse = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium, and is tried once more when it fails.

    What is wrong fails twice; what only lost a race against a busy machine is told apart and listed as rerun.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell fixtures whether their test failed."""
    report = yield
    was_failed = item.stash.get(FAILED, False) and call.when != "setup"
    item.stash[FAILED] = was_failed or report.outcome in ("failed", "rerun")
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium without a window; skips where there is none."""
    path = os.environ.get("HOTLINE_TEST_CHROMIUM")
    reason = os.environ.get("HOTLINE_TEST_CHROMIUM_REASON")
    if reason:
        pytest.skip(reason)
    if not path:
        path = "/usr/bin/chromium"
        if not Path(path).exists():
            pytest.skip("there is no Chromium; HOTLINE_TEST_CHROMIUM names one")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh PostgreSQL database where bin/test gives us a server; empty for a SQLite file."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield ""
        return
    settings = Settings.from_environment(
        {
            "DATABASE_URL": server,
            "SECRET_KEY": "tests",
            "HOTLINE_DATA": str(tmp_path_factory.mktemp("settings")),
        }
    )
    root = sa.create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with root.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    yield root.url.set(database=name).render_as_string(hide_password=False)
    with root.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    root.dispose()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, database_url: str) -> Iterator[Desk]:
    """The desk that all browser tests of a run share; without a browser it is not started."""
    with desks.running(tmp_path_factory.mktemp("desk"), database_url) as running:
        yield running


UNSENT = re.compile("htmx:(afterRequest|sendError|sendAbort),")
"""What the page says, two lines each, of a question whose answer it never got."""


class Watch:
    """What went wrong on the pages of a test: scripts that failed, things refused, errors of the server.

    A question still on its way when somebody leaves the page is given up by the browser: no fault.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.expected: set[int] = {422}  # a form sent back with its sentences
        self.pages: list[Page] = []
        self.unsent: list[str] = []
        self.given_up_count = 0

    def follow(self, page: Page) -> None:
        self.pages.append(page)
        page.on("console", self._heard)
        page.on("requestfailed", self._failed)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if UNSENT.match(message.text):
            self.unsent.append(f"{message.location.get('url')}: {message.text}")
            return
        answered = re.search(r"responded with a status of (\d+)", message.text)
        if answered is None or int(answered[1]) not in self.expected:
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def _failed(self, request: Request) -> None:
        self.given_up_count += request.failure == "net::ERR_ABORTED"

    def all_faults(self) -> list[str]:
        """Return what went wrong so far."""
        return self.faults + self.unsent[2 * self.given_up_count :]


class Visitor:
    """One person's session in the browser, with the language they read in."""

    def __init__(self, chromium: Browser, desk: Desk, number: str) -> None:
        self.context = chromium.new_context(
            base_url=desk.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=WIDE,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.language = "zh"
        if number:
            self._post("/sign-in", number=number, password=PASSWORD)

    def read_in(self, language: str) -> None:
        if language != self.language:
            self._post("/language", language={"zh": "zh_Hans_CN", "en": "en"}[language])
            self.language = language

    def _post(self, path: str, **form: str | float | bool) -> None:
        page = self.context.request.get("/sign-in").text()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token is not None
        answered = self.context.request.post(path, form=form | {"csrf_token": token[1]})
        assert answered.ok, f"{path} answered {answered.status}"


@pytest.fixture(scope="session")
def visitors() -> Iterator[dict[str, Visitor]]:
    """The sessions so far, by staff number; signing in again for each test takes long."""
    known: dict[str, Visitor] = {}
    yield known
    for visitor in known.values():
        visitor.context.close()


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """What may go wrong on this test's pages: nothing, unless the test says so in `watch.expected`."""
    watching = Watch()
    yield watching
    for position, page in enumerate(watching.pages):
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name)
            page.screenshot(path=PICTURES / f"{name}-{position}.png", full_page=True)
        page.close()
    assert watching.all_faults() == []


@pytest.fixture
def browse(chromium: Browser, desk: Desk, visitors: dict[str, Visitor], watch: Watch) -> Browse:
    """Return `browse(number, language="zh")`: a page in which that person is signed in; nobody with ""."""

    def signed_in(number: str = "", language: str = "zh") -> Page:
        if number not in visitors:
            visitors[number] = Visitor(chromium, desk, number)
        visitors[number].read_in(language)
        page = visitors[number].context.new_page()
        watch.follow(page)
        return page

    return signed_in
