"""Typing at intake without waiting for the server: nothing typed goes astray, nothing is lost."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Browse
from tests.browser.steps import box, choose, settled
from tests.browser.words import zh


def answer_late(page: Page, part: str, milliseconds: int = 700) -> None:
    """Let the server take its time with what `part` of the form asks for."""

    def late(route: Route) -> None:
        page.wait_for_timeout(milliseconds)
        route.continue_()

    page.route(f"**/intake/*/{part}", late)


def test_who_types_on_while_the_category_answers_keeps_place_and_text(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    answer_late(page, "category")
    choose(page, "Category", "投诉")
    box(page, "Place").focus()
    page.keyboard.type("幸福里小区", delay=40)
    expect(box(page, "Complained of")).to_be_visible()
    page.keyboard.type("北侧")
    settled(page)
    expect(box(page, "Place")).to_be_focused()
    expect(box(page, "Place")).to_have_value("幸福里小区北侧")


def test_what_is_typed_into_a_category_s_question_survives_another_answer(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    choose(page, "Category", "投诉")
    asked = box(page, "What is wanted")
    expect(asked).to_be_visible()
    settled(page)
    answer_late(page, "category")
    choose(page, "Category", "求助")
    asked.focus()
    page.keyboard.type("尽快", delay=40)
    expect(box(page, "Complained of")).to_have_count(0)
    page.keyboard.type("恢复供水")
    settled(page)
    expect(asked).to_be_focused()
    expect(asked).to_have_value("尽快恢复供水")


def test_who_waits_is_led_to_what_the_category_asks(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    choose(page, "Category", "投诉")
    expect(box(page, "What is wanted")).to_be_focused()
    settled(page)
    page.keyboard.type("夜间停工")
    expect(box(page, "What is wanted")).to_have_value("夜间停工")
    choose(page, "Category", "咨询")
    topic = page.get_by_role("combobox", name=zh("Topic"), exact=True)
    expect(topic).to_be_focused()
