"""The conversation with departments in the browser: returned, ruled on, extended, assisted, urged."""

import dataclasses

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Browse
from tests.browser.steps import NIGHT_NOISE, NO_WATER, Matter, act, box, button, open_ticket, soon, status
from tests.browser.words import zh

ENVIRONMENT, URBAN_MANAGEMENT, WATER_GROUP = "市生态环境局", "市城市管理局", "市水务集团"


def dispatched_complaint(operator: Page, clerk: Page, matter: Matter = NIGHT_NOISE) -> str:
    """Take a complaint that the worker sends to the department of `clerk`, who has it open then."""
    number = steps.take_call(operator, matter)
    open_ticket(operator, number)
    soon(operator, status(operator, "Dispatched"))
    open_ticket(clerk, number)
    return number


def returned(clerk: Page) -> None:
    """Return the ticket that is open on the clerk's screen."""
    act(
        clerk,
        "Return the ticket",
        choices={"Reason": "不属于本单位职责", "Whose it is, as far as you know": URBAN_MANAGEMENT},
        texts={"In detail": "该工地夜间施工许可由城市管理部门审批。"},
    )


def rule(leader: Page, number: str, ruling: str) -> None:
    """Rule on the return of a ticket, found in the review queue."""
    leader.goto("/review")
    leader.locator("#returns").get_by_role("link", name=number).click()
    act(leader, "Rule on the return", answers={"Ruling": ruling}, texts={"Grounds": "三定方案第五条。"})


def test_what_was_typed_into_a_dialog_is_there_when_it_is_opened_again(browse: Browse) -> None:
    operator, clerk = browse("1001"), browse("2301")
    dispatched_complaint(operator, clerk)
    note = clerk.get_by_role("dialog", name=zh("Add a note"))
    clerk.keyboard.press("Alt+n")
    expect(note).to_be_visible()
    note.get_by_role("textbox").fill("明早八点前到现场。")
    note.get_by_role("link", name=zh("Cancel"), exact=True).click()
    expect(note).to_be_hidden()
    button(clerk.locator(".page-actions"), "Add a note").click()
    expect(note.get_by_role("textbox")).to_have_value("明早八点前到现场。")
    button(note, "Add a note").click()
    expect(clerk.locator("#timeline")).to_contain_text("明早八点前到现场。")


def test_a_refused_return_is_dispatched_without_the_right_to_return_it(browse: Browse) -> None:
    operator, leader, clerk = browse("1001"), browse("1101"), browse("2301")
    number = dispatched_complaint(operator, clerk)
    returned(clerk)
    rule(leader, number, "Refuse: the department handles it and may not return it again")
    open_ticket(clerk, number)
    expect(button(clerk, "Acknowledge")).to_be_visible()
    expect(button(clerk, "Return the ticket")).to_have_count(0)
    expect(clerk.locator("#timeline")).to_contain_text("三定方案第五条。")


def test_a_granted_return_goes_to_the_department_that_was_named(browse: Browse) -> None:
    operator, leader, clerk, other = browse("1001"), browse("1101"), browse("2301"), browse("2001")
    number = dispatched_complaint(operator, clerk)
    returned(clerk)
    rule(leader, number, "Grant: send it to another department, which may not return it")
    open_ticket(operator, number)
    expect(status(operator, "Dispatched")).to_be_visible()
    open_ticket(other, number)
    act(other, "Acknowledge")
    expect(status(other, "Acknowledged")).to_be_visible()
    expect(button(other, "Return the ticket")).to_have_count(0)


def test_an_extension_is_asked_for_approved_and_told(browse: Browse) -> None:
    operator, leader, clerk = browse("1001"), browse("1101"), browse("2301")
    number = dispatched_complaint(operator, clerk)
    act(clerk, "Acknowledge")
    act(
        clerk,
        "Ask for an extension",
        choices={"Ground": "需检测、鉴定或现场核查"},
        texts={"How much more": "3", "In detail": "须连续三晚监测噪声。"},
    )
    leader.goto("/review")
    leader.locator("#extensions").get_by_role("link", name=number).click()
    act(leader, "Decide on the extension", answers={"Decision": "Grant"})
    open_ticket(operator, number)
    first_promise = zh("Promised first: %(moment)s", moment="")
    expect(operator.locator("#deadlines").get_by_text(first_promise).first).to_be_visible()
    act(operator, "Caller told of the extension")
    expect(button(operator, "Caller told of the extension")).to_have_count(0)


def test_the_lead_department_replies_after_those_that_assist(browse: Browse) -> None:
    operator, leader = browse("1001"), browse("1101")
    lead, assist = browse("2101"), browse("2001")
    number = steps.take_call(operator, NO_WATER)
    steps.dispatch(leader, number, assists=(URBAN_MANAGEMENT,))
    open_ticket(lead, number)
    act(lead, "Acknowledge")
    button(lead.locator(".page-actions"), "Reply").click()
    dialog = lead.get_by_role("dialog", name=zh("Reply"))
    words = "水泵跳闸，已更换控制器。"
    dialog.get_by_label(zh("Reply, in words the caller can be told")).fill(words)
    button(dialog, "Reply").click()
    expect(lead.locator(".field-error, .notice-error").first).to_contain_text(URBAN_MANAGEMENT)
    open_ticket(assist, number)
    act(assist, "Acknowledge")
    act(assist, "Reply", texts={"Reply, in words the caller can be told": "已协助封闭施工路段。"})
    open_ticket(lead, number)
    act(lead, "Reply", texts={"Reply, in words the caller can be told": words})
    expect(status(lead, "Department replied")).to_be_visible()


def test_a_second_call_urges_the_department(browse: Browse) -> None:
    operator, clerk = browse("1001"), browse("2301")
    number = dispatched_complaint(operator, clerk, dataclasses.replace(NIGHT_NOISE, phone="13855120031"))
    operator.goto("/intake/call")
    box(operator, "Phone").fill("13855120031")
    expect(operator.locator("#who").get_by_role("link", name=number)).to_be_visible()
    box(operator, "Details").fill("昨晚仍在施工。")
    operator.get_by_role("checkbox", name=zh("Read-back confirmed")).check()
    operator.keyboard.press("Alt+j")
    expect(operator.get_by_role("heading", name=zh("Put to the ticket there is"))).to_be_visible()
    clerk.goto("/department")
    row = clerk.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(zh("urged %(count)s×", count=1))
    row.get_by_role("link", name=number).click()
    expect(clerk.locator("#urges")).to_contain_text("昨晚仍在施工。")
    act(clerk, "Answer the urging", texts={"Answer to the urging": "今晚派员到场。"})
    open_ticket(operator, number)
    expect(operator.locator("#urges")).to_contain_text("今晚派员到场。")
