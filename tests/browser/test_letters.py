"""A letter from the envelope to its ticket: registered, found again, scanned, looked at, decided on."""

import re
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


def test_a_reply_letter_is_drafted_approved_numbered_frozen_and_printed(browse: Browse) -> None:
    operator, leader = browse("1001"), browse("1101")
    subject = f"关于来信的复函{uuid.uuid4().hex[:6]}"
    operator.goto(register(operator, "小区路灯来信", f"信{uuid.uuid4().hex[:8]}"))
    operator.get_by_role("combobox", name=zh("Template"), exact=True).select_option("thanks")
    button(operator, "Draft a reply letter").click()
    box(operator, "Subject").fill(subject)
    body = box(operator, "Text of the letter")
    body.fill("您好：{department}")
    button(operator, "Ask for approval").click()
    expect(body).to_have_accessible_description(re.compile("{department}"))
    body.fill("您好：来信收到，路灯已修复。感谢您的监督。")
    button(operator, "Ask for approval").click()
    expect(operator.get_by_role("main")).to_contain_text(zh("Waits for approval"))
    expect(button(operator, "Approve and number")).to_have_count(0)

    leader.goto("/")
    pile = leader.locator("#pile-letters_to_approve")
    pile.get_by_role("link", name=zh("Show all")).click()
    expect(leader).to_have_url(re.compile("standing=to_approve"))
    leader.goto("/")
    pile.get_by_role("link", name=subject, exact=True).click()
    button(leader, "Approve and number").click()
    leader.get_by_role("dialog").get_by_role("button", name=zh("Yes, go on")).click()
    expect(leader.locator(".notice-success")).to_contain_text(zh("The letter is approved and numbered."))
    number = leader.locator("[aria-current=page]").last.inner_text().strip()
    expect(leader.locator("#course")).to_contain_text(number)

    operator.goto("/")
    pile = operator.locator("#pile-letters_to_send")
    pile.get_by_role("link", name=subject, exact=True).click()
    expect(operator.locator("#words").get_by_role("textbox")).to_have_count(0)
    frozen = zh("The words are those that were approved; they can no longer be changed.")
    expect(operator.locator("#course")).to_contain_text(frozen)
    operator.get_by_role("link", name=zh("Print"), exact=True).click()
    paper = operator.locator(".paper")
    expect(paper).to_contain_text(number)
    expect(paper).to_contain_text("路灯已修复")
    expect(paper).to_contain_text(subject)

    operator.go_back()
    operator.get_by_label(zh("Sent on")).fill(operator.evaluate("new Date().toLocaleDateString('sv-SE')"))
    button(operator, "The letter was sent").click()
    expect(operator.locator(".notice-success")).to_contain_text(zh("The letter is marked as sent."))
