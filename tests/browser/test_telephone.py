"""A call of the exchange in the browser: it opens by itself, and nothing typed is lost for it."""

import json
import re
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hotline.db import transaction, utc_now
from hotline.telephony import tokens
from tests.browser.conftest import Browse
from tests.browser.desk import Desk
from tests.browser.steps import box, button

Tell = Callable[..., None]
FORM = re.compile(r"/intake/call/[0-9a-f-]{36}$")


@pytest.fixture
def tell(desk: Desk) -> Tell:
    """Send a message as the exchange does."""
    with desk.app.app_context(), transaction():
        words = tokens.issue("Browser tests", by=None, now=utc_now())[1]

    def told(event: str, **fields: Any) -> None:
        request = urllib.request.Request(
            f"{desk.url}/api/telephony/events",
            json.dumps({"event": event, **fields}).encode(),
            {"Authorization": f"Bearer {words}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    return told


@pytest.fixture
def operator(browse: Browse) -> Iterator[Page]:
    """An operator at an extension."""
    page = browse("1001")
    page.goto("/telephony")
    box(page, "My extension").fill("8001")
    button(page, "I sit here").click()
    expect(page.locator("[data-telephone-url]")).to_be_attached()
    yield page
    page.goto("/telephony")
    button(page, "Leave this extension").click()
    expect(page.locator("[data-telephone-url]")).to_have_count(0)


def test_a_call_opens_filled_and_a_second_one_parks_what_was_typed(operator: Page, tell: Tell) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    tell("new_call", call_id=first, **{"from": "138 5512 0009"}, queue="一般")
    tell("offer", call_id=first, extension="8001")
    operator.wait_for_url(FORM)
    expect(box(operator, "Phone")).to_have_value("13855120009")
    strip = operator.locator("#telephone-strip")
    expect(strip).to_have_attribute("data-state", "ringing")
    tell("answer", call_id=first, extension="8001", rings=2)
    expect(strip).to_have_attribute("data-state", "talking")
    expect(operator.locator(".talk-timer")).to_be_visible()
    expect(operator.get_by_label("振铃次数")).to_have_value("2")
    typed_at = operator.url
    box(operator, "Matter in brief").press_sequentially("三号楼停", delay=10)
    tell("answer", call_id=second, extension="8001", **{"from": "13855120010"})
    operator.wait_for_url(lambda url: url != typed_at and bool(FORM.search(url)))
    expect(box(operator, "Phone")).to_have_value("13855120010")
    operator.goto(typed_at)
    expect(box(operator, "Matter in brief")).to_have_value("三号楼停")
    for call in (first, second):
        tell("hangup", call_id=call)
    expect(strip).to_have_attribute("data-state", "ended")


def test_a_form_without_a_draft_is_not_left_for_a_call(operator: Page, tell: Tell) -> None:
    call = str(uuid.uuid4())
    operator.goto("/errands")
    box(operator, "Phone").fill("0551-62345678")
    tell("answer", call_id=call, extension="8001", **{"from": "13855120011"})
    link = operator.locator("[data-telephone-url] a")
    expect(link).to_be_visible()
    expect(box(operator, "Phone")).to_have_value("0551-62345678")
    with operator.context.expect_page() as opened:
        link.click()
    expect(box(opened.value, "Phone")).to_have_value("13855120011")
    opened.value.close()
    tell("hangup", call_id=call)
    expect(link).to_be_hidden()
