"""What people do at the desk, in their words: take a call, dispatch, sign, reply, answer, call back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser.words import zh

PATIENCE = 120.0  # seconds for a worker to do its part
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What somebody wants, as it is typed in."""

    title: str
    content: str
    category: str
    """The English name of the category's Chinese name is no message: this is the Chinese itself."""
    content_class: str
    name: str = ""
    phone: str = ""
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """By the English label."""


NO_WATER = Matter(
    title="三号楼停水",
    content="三号楼从今天早上六点停水，家里有老人。",
    category="求助",
    content_class="停水",
    name="李秀英",
    phone="13855120001",
    place="阳光花园三号楼",
    facts={"What is wanted": "尽快恢复供水"},
)
NIGHT_NOISE = Matter(
    title="工地夜间施工",
    content="小区北侧工地连续两晚施工到凌晨两点。",
    category="投诉",
    content_class="夜间施工噪声",
    name="王丽",
    phone="13855120002",
    place="幸福里小区北侧",
    facts={"Complained of": "小区北侧工地", "What is wanted": "夜间停止施工"},
)


def box(page: Page | Locator, label: str) -> Locator:
    """Return the text field with this label."""
    return page.get_by_role("textbox", name=zh(label), exact=True)


def button(page: Page | Locator, name: str) -> Locator:
    """Return the button with this name."""
    return page.get_by_role("button", name=zh(name), exact=True)


def choose(page: Page | Locator, label: str, words: str) -> None:
    """Choose out of a list, by typing a part of the words where the list lets itself be filtered."""
    chosen = page.get_by_role("combobox", name=zh(label), exact=True)
    if chosen.evaluate("element => element.tagName") == "SELECT":
        chosen.select_option(label=words)
        return
    chosen.fill(words)
    chosen.press("Enter")
    expect(chosen.locator("xpath=../select")).not_to_have_value("")


def tick_one(page: Page | Locator, question: str, answer: str) -> None:
    """Choose one of the answers to a question."""
    group = page.get_by_role("group", name=zh(question))
    group.get_by_role("radio", name=zh(answer), exact=True).check()


def settled(page: Page) -> None:
    """Wait until what came from the server is in its place and listens."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def soon(page: Page, wanted: Locator) -> None:
    """Load the page again until `wanted` is there: a worker has to do its part first."""
    end = time.monotonic() + PATIENCE
    while not wanted.first.is_visible():
        assert time.monotonic() < end, f"{page.url} never showed {wanted}"
        page.wait_for_timeout(250)
        page.reload()


def fill_in(page: Page, matter: Matter) -> None:
    """Type a matter into the intake form that is open."""
    for label, words in (
        ("Phone", matter.phone),
        ("Matter in brief", matter.title),
        ("Details", matter.content),
    ):
        if words:
            box(page, label).fill(words)
    for label in ("Name", "Letter from"):
        if matter.name and box(page, label).is_visible():
            box(page, label).fill(matter.name)
    choose(page, "Content class", matter.content_class)
    choose(page, "Category", matter.category)
    # What the category asks besides arrives from the server: typing on waits for it, as a person does.
    for label, words in matter.facts.items():
        box(page, label).fill(words)
    if matter.place:
        box(page, "Place").fill(matter.place)
        expect(box(page, "Place")).to_have_value(matter.place)


def saved_number(page: Page) -> str:
    """Return the number of the ticket just made."""
    link = page.get_by_role("link", name=zh("Open the ticket"))
    expect(link).to_be_visible()
    return (link.get_attribute("href") or "").rpartition("/")[2]


def take_call(page: Page, matter: Matter) -> str:
    """Take a call and make a ticket of it; return its number."""
    page.goto("/intake/call")
    fill_in(page, matter)
    page.get_by_role("checkbox", name=zh("Read-back confirmed")).check()
    button(page, "Make a ticket").click()
    return saved_number(page)


def open_ticket(page: Page, number: str) -> None:
    """Open a ticket's page."""
    page.goto(f"/tickets/{number}")
    expect(page.locator("[aria-current=page]").filter(has_text=number)).to_be_visible()


def status(page: Page, name: str) -> Locator:
    """Return the status beside the heading of a ticket's page."""
    return page.locator(".ticket-head").get_by_text(zh(name), exact=True)


def act(
    page: Page,
    action: str,
    *,
    texts: Mapping[str, str] = NOTHING,
    choices: Mapping[str, str] = NOTHING,
    answers: Mapping[str, str] = NOTHING,
) -> None:
    """Do something with the ticket whose page is open; everything is named by its English."""
    opener = button(page.locator(".page-actions"), action)
    if not opener.is_visible():
        page.locator(".page-actions").get_by_text(zh("More"), exact=True).click()
    opener.click()
    dialog = page.get_by_role("dialog", name=zh(action))
    expect(dialog).to_be_visible()
    for question, answer in answers.items():
        tick_one(dialog, question, answer)
    for label, words in choices.items():
        choose(dialog, label, words)
    for label, words in texts.items():
        dialog.get_by_label(zh(label)).fill(words)
    button(dialog, action).click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".notice-error")).to_have_count(0)


def dispatch(page: Page, number: str, *, lead: str = "", assists: tuple[str, ...] = ()) -> list[str]:
    """As the shift leader, dispatch a ticket from the review queue; return the opinions it went with."""
    page.goto("/review")
    page.get_by_role("link", name=number).click()
    order = page.locator("#order")
    if lead:
        choose(order, "Lead department", lead)
    if assists:
        order.get_by_text(zh("Assisting departments"), exact=True).first.click()
        order.get_by_role("listbox", name=zh("Assisting departments")).select_option(label=list(assists))
    opinions = [one.input_value() for one in order.get_by_role("textbox").all() if one.input_value()]
    button(order, "Dispatch").click()
    expect(page.get_by_text(zh("Ticket %(number)s is dispatched.", number=number))).to_be_visible()
    return opinions


def work_through(clerk: Page, number: str, *, reply: str) -> None:
    """As a department's clerk, sign a ticket, speak to the caller and reply."""
    clerk.goto("/department")
    clerk.get_by_role("link", name=number).click()
    act(clerk, "Acknowledge")
    act(clerk, "Caller contacted", texts={"Outcome of the contact": "已与诉求人通话，核实了情况。"})
    act(clerk, "Reply", texts={"Reply, in words the caller can be told": reply})


def answer(page: Page, number: str, *, words: str) -> None:
    """As the operator, tell the caller what the department replied."""
    open_ticket(page, number)
    button(page.locator(".page-actions"), "Answer the caller").click()
    dialog = page.get_by_role("dialog", name=zh("Answer the caller"))
    expect(dialog.get_by_label(zh("What the caller is told"))).to_have_value(words)
    button(dialog, "Answer the caller").click()
    expect(dialog).to_be_hidden()


def call_back(agent: Page, number: str, *, is_good: bool, opinion: str) -> None:
    """As the callback agent, reach the caller and write down what they say."""
    agent.goto("/callbacks?view=all")
    link = agent.get_by_role("link", name=number)
    soon(agent, link)
    link.click()
    said = agent.locator("#said")
    yes = "Yes" if is_good else "No"
    tick_one(said, "Did the department contact you?", "Yes")
    tick_one(said, "Is what the department reported true?", yes)
    tick_one(said, "Is the matter solved?", yes)
    tick_one(said, "How satisfied are you with the handling?", "Satisfied" if is_good else "Dissatisfied")
    said.get_by_label(zh("Opinion, in the caller's words")).fill(opinion)
    if not is_good:
        said.get_by_label(zh("What must be put right")).fill(opinion)
    button(said, "Save and go on").click()
    expect(agent.locator(".notice-success")).to_contain_text(number)
