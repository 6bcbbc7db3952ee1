"""A letter from the envelope to its ticket: registered, found again, scanned, looked at, decided on."""

import uuid
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.steps import NIGHT_NOISE, box, button, choose
from tests.browser.test_pages import SMALLEST_PNG
from tests.browser.words import zh


def register(page: Page, title: str, own_number: str) -> str:
    """Register a letter whose way is decided later; return the address of its page."""
    page.goto("/intake/letter")
    choose(page, "Class of letter", "投诉")
    box(page, "Letter from").fill(f"赵桂兰{own_number[-4:]}")
    box(page, "Address").fill("幸福里5号楼2单元")
    page.get_by_label(zh("Written on")).fill("2026-02-27")
    box(page, "Number on the letter").fill(own_number)
    box(page, "Matter in brief").fill(title)
    box(page, "Details").fill("小区北侧工地连续三晚施工，老人无法入睡。")
    button(page, "Register, decide later").click()
    opened = page.get_by_role("link", name=zh("Scans, decision, reply"))
    expect(opened).to_be_visible()
    return opened.get_attribute("href") or ""


def test_a_letter_is_registered_scanned_and_decided_on(browse: Browse, tmp_path: Path) -> None:
    operator = browse("1001")
    own_number = f"信{uuid.uuid4().hex[:8]}"  # a second try must not find the letter of the first
    address = register(operator, "工地夜间施工来信", own_number)

    operator.goto("/intake/letter")
    box(operator, "Number on the letter").fill(own_number)
    expect(operator.get_by_role("group", name=zh("Registered before?"))).to_be_visible()

    operator.goto(address)
    page = tmp_path / "page.png"
    page.write_bytes(SMALLEST_PNG)
    operator.get_by_label(zh("Files of the scan")).set_input_files([page, page])
    button(operator, "Add the scans").click()
    expect(operator.locator(".scan-page img")).to_have_count(2)
    operator.get_by_role("link", name=zh("Show page %(number)s", number=1)).click()
    shown = operator.locator(".scan-large img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")

    operator.goto(f"{address}/order?category=complaint")
    choose(operator, "Content class", NIGHT_NOISE.content_class)
    for label, words in NIGHT_NOISE.facts.items():
        box(operator, label).fill(words)
    box(operator, "Reason for this decision").fill("多次反映，需跟踪办理")
    button(operator, "Make a ticket").click()
    opened = operator.get_by_role("link", name=zh("Open the ticket"))
    expect(opened).to_be_visible()
    expect(operator.locator("#decision")).to_contain_text("多次反映，需跟踪办理")
