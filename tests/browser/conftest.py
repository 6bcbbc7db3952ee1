"""Chromium in front of a whole desk: one of each per run, a separate session in the browser for every person."""

import os
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

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
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

Browse = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


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
def database_url() -> Iterator[str]:
    """A fresh PostgreSQL database where bin/test gives us a server; empty for a SQLite file."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield ""
        return
    settings = Settings.from_environment({"DATABASE_URL": server, "SECRET_KEY": "tests", "HOTLINE_DATA": "/tmp"})
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
    """The desk that all browser tests of a run share. It asks for the browser first: without one it is not started."""
    with desks.running(tmp_path_factory.mktemp("desk"), database_url) as running:
        yield running


class Watch:
    """What went wrong on the pages of a test: scripts that failed, things the browser refused, errors of the server."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.expected: set[int] = {422}  # a form sent back with its sentences
        self.pages: list[Page] = []

    def follow(self, page: Page) -> None:
        self.pages.append(page)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        answered = re.search(r"responded with a status of (\d+)", message.text)
        if answered is None or int(answered[1]) not in self.expected:
            self.faults.append(f"{message.location.get('url')}: {message.text}")


@pytest.fixture(scope="session")
def contexts(chromium: Browser, desk: Desk) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """The browser's sessions so far, by staff number and language; signing in again for each test takes long."""
    opened: dict[tuple[str, str], BrowserContext] = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What may go wrong on this test's pages: nothing, unless the test says so in `watch.expected`."""
    watching = Watch()
    yield watching
    for page in watching.pages:
        page.close()
    assert watching.faults == []


@pytest.fixture
def browse(
    chromium: Browser, desk: Desk, contexts: dict[tuple[str, str], BrowserContext], watch: Watch
) -> Browse:
    """Return `browse(number, language="zh")`: a page in which that person is signed in; nobody with ""."""

    def signed_in(number: str = "", language: str = "zh") -> Page:
        key = (number, language)
        if key not in contexts:
            contexts[key] = context = chromium.new_context(
                base_url=desk.url,
                locale={"zh": "zh-CN", "en": "en-GB"}[language],
                timezone_id="Asia/Shanghai",
                viewport=WIDE,  # type: ignore[arg-type] # a plain dict of the two keys it wants
                reduced_motion="reduce",
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto("/sign-in")
            if language == "en":
                page.get_by_role("button", name="English").click()
                expect(page.locator("html")).to_have_attribute("lang", "en")
            if number:
                page.locator("#number").fill(number)
                page.locator("#password").fill(PASSWORD)
                page.locator("#password").press("Enter")
                expect(page.locator("#navigation")).to_be_attached()
            page.close()
        page = contexts[key].new_page()
        watch.follow(page)
        return page

    return signed_in
