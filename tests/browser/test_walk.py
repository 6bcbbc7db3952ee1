"""The main job in the browser: a call, a visit and a letter, from the first key to the last figure."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from hotline.contacts.models import Contact
from hotline.db import session
from hotline.demo.accounts import PASSWORD
from hotline.tickets.models import Ticket
from tests.browser import steps
from tests.browser.conftest import Browse, Watch
from tests.browser.desk import Desk
from tests.browser.steps import NIGHT_NOISE, NO_WATER, box, button, choose, open_ticket, soon, status
from tests.browser.words import zh

MOST_KEYS = 12
"""Beside the text itself, for a consultation answered and for a help ticket made."""

REPLY = "水泵跳闸，已更换控制器，十点二十分恢复供水。"


class Keyboard:
    """Counts the keys that are pressed beside the text itself; a chord counts as its keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, keys: str) -> None:
        self.count += len(keys.split("+"))
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def test_a_person_signs_in_where_they_wanted_to_go_and_out_again(browse: Browse) -> None:
    page = browse()
    page.goto("/tickets")
    box(page, "Staff number").fill("1002")
    password = page.get_by_label(zh("Password"))
    password.fill("wrong")
    button(page, "Sign in").click()
    expect(page.locator(".notice-error")).to_be_visible()
    expect(box(page, "Staff number")).to_have_value("1002")
    password.fill(PASSWORD)
    button(page, "Sign in").click()
    expect(page.get_by_role("heading", name=zh("Tickets"), exact=True, level=1)).to_be_visible()
    page.locator(".bar-person > summary").click()
    button(page, "Sign out").click()
    expect(password).to_be_visible()


@pytest.mark.both_databases
def test_a_question_is_answered_from_the_knowledge_base_with_the_keyboard_alone(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    keyboard = Keyboard(page)
    expect(box(page, "Phone")).to_be_focused()
    keyboard.type("13855120009")
    keyboard.press("Alt+t")
    keyboard.type("身份证丢了怎么补办")
    hits = page.locator("#knowledge")
    expect(hits.get_by_role("button", name="居民身份证遗失补领")).to_be_visible()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(page.locator("#article")).to_contain_text("补领工本费 40 元")
    expect(page.locator("#guess").get_by_role("button")).to_be_visible()
    steps.settled(page)
    keyboard.press("Alt+y")
    topic = page.get_by_role("combobox", name=zh("Topic"), exact=True)
    expect(topic).to_be_focused()
    keyboard.type("证件")
    keyboard.press("Enter")
    keyboard.press("Alt+b")
    keyboard.press("Alt+a")
    expect(page.get_by_role("heading", name=zh("Answered"), exact=True)).to_be_visible()
    expect(page.get_by_text("KB-1002", exact=False)).to_be_visible()
    assert keyboard.count <= MOST_KEYS


def test_a_call_for_help_is_taken_and_dispatched_with_the_keyboard_alone(browse: Browse) -> None:
    page, leader = browse("1001"), browse("1101")
    page.goto("/intake/call")
    keyboard = Keyboard(page)
    expect(box(page, "Phone")).to_be_focused()
    keyboard.type("13855120077")
    keyboard.press("Tab")
    keyboard.type(NO_WATER.name)
    keyboard.press("Alt+t")
    keyboard.type(NO_WATER.title)
    keyboard.press("Tab")
    keyboard.type(NO_WATER.content)
    keyboard.press("Tab")
    keyboard.type(NO_WATER.content_class)
    keyboard.press("Tab")
    keyboard.type(NO_WATER.category)
    keyboard.press("Enter")
    expect(box(page, "What is wanted")).to_be_focused()
    steps.settled(page)
    keyboard.type(NO_WATER.facts["What is wanted"])
    keyboard.press("Tab")
    keyboard.type(NO_WATER.place)
    keyboard.press("Alt+b")
    keyboard.press("Alt+s")
    number = steps.saved_number(page)
    assert keyboard.count <= MOST_KEYS

    leader.goto("/")
    keyboard = Keyboard(leader)
    keyboard.press("Alt+k")
    keyboard.type(number)
    keyboard.press("Enter")
    expect(leader.locator(".ticket-head")).to_be_visible()
    keyboard.press("Alt+a")
    expect(button(leader.locator("#order"), "Dispatch")).to_be_visible()
    keyboard.press("Alt+s")
    expect(leader.get_by_text(zh("Ticket %(number)s is dispatched.", number=number))).to_be_visible()
    assert keyboard.count <= MOST_KEYS


@pytest.mark.both_databases
def test_a_call_for_help_goes_all_the_way_to_a_satisfied_caller(browse: Browse) -> None:
    operator, leader, clerk, agent = browse("1001"), browse("1101"), browse("2101"), browse("1201")
    number = steps.take_call(operator, NO_WATER)
    opinions = steps.dispatch(leader, number)
    assert len(opinions) == 3
    clerk.goto("/notices")
    soon(
        clerk,
        clerk.get_by_text(
            zh("Ticket %(number)s was dispatched to your department. Please acknowledge it.", number=number)
        ),
    )
    steps.work_through(clerk, number, reply=REPLY)
    steps.answer(operator, number, words=REPLY)
    steps.call_back(agent, number, is_good=True, opinion="来得很快。")
    open_ticket(operator, number)
    expect(status(operator, "Closed")).to_be_visible()


def test_a_dissatisfied_caller_opens_a_second_round(browse: Browse) -> None:
    operator, leader, clerk, agent = browse("1001"), browse("1101"), browse("2101"), browse("1201")
    number = steps.take_call(operator, NO_WATER)
    steps.dispatch(leader, number)
    steps.work_through(clerk, number, reply=REPLY)
    steps.answer(operator, number, words=REPLY)
    steps.call_back(agent, number, is_good=False, opinion="晚上又停了。")
    leader.goto("/review")
    row = leader.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(zh("round %(round)s", round=2))
    open_ticket(leader, number)
    expect(leader.locator("#timeline")).to_contain_text("晚上又停了。")


@pytest.mark.both_databases
def test_a_visitors_complaint_is_dispatched_by_the_worker(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/visit")
    steps.fill_in(page, NIGHT_NOISE)
    page.get_by_role("checkbox", name=zh("Read-back confirmed")).check()
    button(page, "Make a ticket").click()
    number = steps.saved_number(page)
    expect(page.get_by_text(zh("It goes to the department in charge at once."))).to_be_visible()
    open_ticket(page, number)
    soon(page, status(page, "Dispatched"))
    expect(page.locator("#timeline")).to_contain_text("市生态环境局")


@pytest.mark.both_databases
def test_a_letter_with_a_suggestion_is_counted_on_the_statistics_page(browse: Browse) -> None:
    clerk, manager = browse("1001"), browse("1401")
    manager.goto("/statistics")
    taken_in, at_once = figure(manager, "Contacts received"), figure(manager, "Answered-at-once rate")
    clerk.goto("/intake/letter")
    choose(clerk, "Class of letter", "投诉")
    for label, words in (
        ("Letter from", "郑海"),
        ("Address", "开发区创业路 6 号"),
        ("Matter in brief", "建议延长末班车"),
    ):
        box(clerk, label).fill(words)
    box(clerk, "Details").fill("开发区下班晚，建议末班车延到二十二点半。")
    choose(clerk, "Content class", "线路与站点")
    choose(clerk, "Category", "建议")
    button(clerk, "Make a ticket").click()
    number = steps.saved_number(clerk)
    open_ticket(clerk, number)
    soon(clerk, status(clerk, "Dispatched"))
    manager.goto("/statistics")
    assert figure(manager, "Contacts received") == [taken_in[0] + 1]
    assert figure(manager, "Answered-at-once rate") == [at_once[0], at_once[1] + 1]


def figure(page: Page, name: str) -> list[int]:
    """Return the counts under a figure: one for a number, numerator and denominator for a rate."""
    stat = page.locator(".stat").filter(has=page.get_by_text(zh(name), exact=True))
    parts = stat.locator(".stat-part b")
    texts = parts.all_inner_texts() if parts.count() else stat.locator(".stat-value").all_inner_texts()
    return [int(text.replace(",", "")) for text in texts]


def test_a_draft_survives_a_reload_and_a_restart_of_the_web_server(browse: Browse, desk: Desk) -> None:
    page = browse("1002")
    page.goto("/intake/call")
    box(page, "Phone").fill("13855120011")
    box(page, "Matter in brief").fill("路灯整条街不亮")
    choose(page, "Content class", "路灯")
    expect(page.locator("[data-draft-state]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    desk.restart_web()
    page.reload()
    expect(box(page, "Phone")).to_have_value("13855120011")
    expect(box(page, "Matter in brief")).to_have_value("路灯整条街不亮")
    expect(page.get_by_role("combobox", name=zh("Content class"), exact=True)).to_have_value(
        re.compile("路灯")
    )
    page.get_by_role("button", name=zh("Discard")).click()
    page.get_by_role("dialog").get_by_role("button", name=zh("Yes, go on")).click()
    expect(box(page, "Matter in brief")).to_have_value("")


def test_a_double_click_makes_one_ticket(browse: Browse, desk: Desk) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    key = page.url.rpartition("/")[2]
    steps.fill_in(page, NIGHT_NOISE)
    page.get_by_role("checkbox", name=zh("Read-back confirmed")).check()
    button(page, "Make a ticket").dblclick()
    number = steps.saved_number(page)
    with desk.app.app_context():
        made = session.scalars(
            sa.select(Ticket.number)
            .join(Contact, Contact.ticket_id == Ticket.id)
            .where(Contact.submission_key == key)
        )
        assert list(made) == [number]
        session.remove()
    page.goto(f"/intake/call/{key}")
    assert steps.saved_number(page) == number


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(browse: Browse) -> None:
    page = browse("1001")
    page.goto("/intake/call")
    box(page, "Phone").fill("12")
    box(page, "Details").fill("请尽快处理")
    button(page, "Make a ticket").click()
    missing = zh("Write down in a few words what this is about.")
    expect(box(page, "Matter in brief")).to_have_accessible_description(re.compile(missing))
    expect(box(page, "Phone")).to_have_attribute("aria-invalid", "true")
    expect(box(page, "Phone")).to_have_value("12")
    expect(box(page, "Details")).to_have_value("请尽快处理")
    expect(page.get_by_role("alert")).to_contain_text(missing)


def test_an_unknown_ticket_number_leads_to_a_page_that_helps(browse: Browse, watch: Watch) -> None:
    watch.expected.add(404)
    page = browse("1001")
    answered = page.goto("/tickets/2601010000019")
    assert answered is not None
    assert answered.status == 404
    expect(page.get_by_role("main")).to_contain_text("2601010000019")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()


def test_a_trainee_cannot_take_a_call(browse: Browse, desk: Desk, watch: Watch) -> None:
    page = browse("1003")
    page.goto("/intake/call")
    expect(page.get_by_text(zh("You are still a trainee"))).to_be_visible()
    expect(button(page, "Make a ticket")).to_have_count(0)
