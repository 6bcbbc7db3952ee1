"""At the reception: an urgent petition, a host who is out, the suggestion book, a trainee released."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from hotline.contacts.identity import check_character
from hotline.wording import LOCAL_ZONE
from tests.browser.conftest import Browse
from tests.browser.steps import box, button, choose, settled
from tests.browser.words import zh

OPERATOR, TRAINEE, LEADER = "1001", "1003", "1101"
CARD = "34010419800101102"
TOUCHED = "main a.btn, main button.btn, main input.form-control, main select, main .tab-link"
SMALL = """elements => elements
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML.slice(0, 120))"""


def local(days: int, form: str = "%Y-%m-%dT%H:%M") -> str:
    return (dt.datetime.now(LOCAL_ZONE) + dt.timedelta(days=days)).strftime(form)


def test_a_collective_petition_is_reported_to_the_leader_in_one_step(browse: Browse) -> None:
    page = browse(OPERATOR)
    page.goto("/intake/visit")
    choose(page, "Category", "信访来访")
    settled(page)
    for label, words in {
        "Name": "赵刚",
        "Phone": "13855120077",
        "Address": "人民路1号",
        "Matter in brief": "工地拖欠四十人工资",
        "Details": "自十月起未发工资，情绪激动。",
        "Place": "三号工地",
    }.items():
        box(page, label).fill(words)
    page.get_by_label(zh("Visitors"), exact=True).fill("7")
    expect(page.get_by_text(zh("Collective visit")).first).to_be_visible()
    choose(page, "ID type", "居民身份证")
    box(page, "ID number").fill(CARD + check_character(CARD))
    box(page, "Address").focus()
    expect(page.locator("#id_number-check")).to_contain_text("1980-01-01")
    choose(page, "Purpose", "求决")
    choose(page, "Content class", "拖欠")
    settled(page)
    page.get_by_label(zh("Read-back confirmed")).check()
    button(page, "Ticket and urgent report").click()
    expect(page.get_by_text(zh("The leaders were told at once."))).to_be_visible()
    leads = browse(LEADER)
    leads.goto("/urgent-reports")
    leads.get_by_role("row").filter(has_text="工地拖欠四十人工资").get_by_role("link").click()
    box(leads, "What is to be done").fill("请驻点民警到场，劳动部门派人。")
    button(leads, "I have taken note").click()
    expect(leads.get_by_text("请驻点民警到场")).to_be_visible()


def test_a_visitor_whose_host_is_out_is_invited_again(browse: Browse) -> None:
    page = browse(OPERATOR)
    page.goto("/host-visits")
    choose(page, "Whom do they want to see?", "赵值班")
    box(page, "Visitor").fill("周丽")
    box(page, "About what").fill("洽谈停车收费")
    button(page, "Save and tell the host").click()
    expect(page.get_by_text(zh("Host told, visitor waits"))).to_be_visible()
    button(page, "Take the contact slip").click()
    expect(
        page.get_by_text(zh("The contact slip needs a phone number, so that the visitor can be told."))
    ).to_have_count(2)
    box(page, "Phone").fill("13812345678")
    button(page, "Take the contact slip").click()
    expect(page.get_by_text(zh("Host absent: to be invited again"))).to_be_visible()
    host = browse(LEADER)
    host.goto("/")
    host.locator("#pile-visitors").get_by_role("link", name="周丽").click()
    host.get_by_label(zh("When the host is free")).fill(local(1))
    button(host, "The visitor has been told").click()
    expect(host.get_by_text(zh("Expected")).first).to_be_visible()


def test_the_suggestion_book_is_copied_reported_up_and_answered(browse: Browse) -> None:
    page = browse(OPERATOR)
    page.goto("/suggestions")
    box(page, "What was written").fill("大厅座椅太少，建议增加。")
    button(page, "Enter").click()
    leads = browse(LEADER)
    leads.goto("/suggestions")
    leads.get_by_role("row").filter(has_text="大厅座椅太少，建议增加。").get_by_role("link").click()
    leads.get_by_label(zh("Constructive")).check()
    button(leads, "Report up").click()
    expect(leads.get_by_text(zh("Constructive")).first).to_be_visible()
    box(leads, "Answer in the book").fill("已增购六把座椅。")
    button(leads, "Answered").click()
    expect(leads.get_by_text("已增购六把座椅。")).to_be_visible()


def test_a_passed_written_examination_and_the_release_let_a_trainee_take_calls(browse: Browse) -> None:
    trainee, leads = browse(TRAINEE), browse(LEADER)
    trainee.goto("/intake/call")
    expect(box(trainee, "Matter in brief")).to_have_count(0)
    leads.goto("/qualifications")
    leads.get_by_role("link", name="小周").click()
    expect(button(leads, "Release to work alone")).to_have_count(0)
    box(leads, "Course").fill("来电受理岗前培训")
    leads.get_by_label(zh("Course ended on")).fill(local(-3, "%Y-%m-%d"))
    leads.get_by_label(zh("Taken on")).fill(local(-1, "%Y-%m-%d"))
    leads.get_by_label(zh("Score")).fill("86")
    button(leads, "Save").click()
    button(leads, "Release to work alone").click()
    expect(leads.get_by_text(zh("Works alone"))).to_be_visible()
    trainee.goto("/intake/call")
    expect(box(trainee, "Matter in brief")).to_be_visible()
    box(leads, "Withdrawn, because").fill("试卷雷同")
    button(leads, "Withdraw; a trainee again").click()
    expect(button(leads, "Release to work alone")).to_have_count(0)
    trainee.goto("/intake/call")
    expect(box(trainee, "Matter in brief")).to_have_count(0)


@pytest.mark.parametrize("path", ["/reception", "/host-visits", "/hall", "/suggestions", "/intake/visit"])
def test_what_is_pressed_at_a_touch_screen_is_as_large_as_a_finger(browse: Browse, path: str) -> None:
    page = browse(OPERATOR)
    page.set_viewport_size({"width": 1024, "height": 768})
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    session.send("Emulation.setEmulatedMedia", {"features": [{"name": "pointer", "value": "coarse"}]})
    page.goto(path)
    assert page.evaluate("() => matchMedia('(pointer: coarse)').matches")
    assert page.locator(TOUCHED).evaluate_all(SMALL) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1024
