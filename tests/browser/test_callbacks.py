"""Asking callers in a browser: a link takes one answer, a person signs it off; figures without colour."""

import re
import uuid

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, ViewportSize, expect

from hotline.callbacks import links
from hotline.callbacks.models import CallbackMode, CallbackState, CallbackTask
from hotline.contacts import intake
from hotline.contacts.intake import CallDetails, Caller
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.tickets import answering
from hotline.tickets.answering import Spoken
from hotline.tickets.models import AnswerSource, Ticket
from tests.browser.conftest import Browse, Watch
from tests.browser.desk import Desk
from tests.browser.steps import button, tick_one
from tests.browser.words import zh

AGENT, MANAGER = "1201", "1401"
PHONE = ViewportSize(width=375, height=720)


def asked(desk: Desk) -> tuple[str, str]:
    """Hand a link over to the caller of an open callback; return the ticket's number and the token."""
    with desk.app.app_context():
        with transaction():
            task = session.scalars(
                sa.select(CallbackTask)
                .join(CallbackTask.ticket)
                .where(
                    CallbackTask.state == CallbackState.OPEN,
                    CallbackTask.by_role.is_(None),
                    CallbackTask.round == Ticket.round,
                )
                .order_by(CallbackTask.id)
                .limit(1)
            ).one()
            agent = session.scalars(sa.select(Staff).where(Staff.number == AGENT)).one()
            token = links.hand_over(task, CallbackMode.WEB, by=agent, now=utc_now())
            number = task.ticket.number
        session.remove()
    return number, token


def answer(page: Page, token: str) -> None:
    """Answer as a caller on a telephone who is not content."""
    page.set_viewport_size(PHONE)
    page.goto(f"/v/{token}")
    tick_one(page, "Is the matter solved?", "No")
    tick_one(page, "How satisfied are you with the handling?", "Dissatisfied")
    page.get_by_label(zh("What would you like to tell us?")).fill("路灯只修了一盏。")
    button(page, "Send the answer").click()
    expect(page.get_by_role("heading", name=zh("Thank you"))).to_be_visible()


def test_a_link_takes_one_answer_and_a_person_signs_it_off(browse: Browse, desk: Desk, watch: Watch) -> None:
    number, token = asked(desk)
    caller, agent = browse(""), browse(AGENT)
    answer(caller, token)
    watch.expected.add(404)
    caller.goto(f"/v/{token}")
    expect(caller.get_by_role("heading", name=zh("This link is over"))).to_be_visible()
    agent.goto("/callbacks/answered")
    agent.get_by_role("link", name=number).click()
    read = agent.locator("#link")
    expect(read).to_contain_text("路灯只修了一盏。")
    button(read, "Sign off this answer").click()
    expect(agent.locator(".notice-error")).to_be_visible()
    agent.locator("#link").get_by_label(zh("What must be put right")).fill("另一盏路灯仍不亮。")
    button(agent.locator("#link"), "Sign off this answer").click()
    expect(agent.locator(".notice-success")).to_contain_text(number)


@pytest.mark.parametrize("path", ["/statistics", "/statistics/callbacks", "/statistics/timeliness"])
def test_every_chart_says_the_same_in_a_table(browse: Browse, path: str) -> None:
    for language in ("zh", "en"):
        page = browse(MANAGER, language)
        page.goto(path)
        charts = page.locator("figure.chart")
        expect(charts.first).to_be_visible()
        for chart in charts.all():
            rows = chart.locator(".chart-table tbody tr")
            assert rows.count() >= 1, "what a colour shows, a row says"
            assert re.search(r"\d|–", rows.first.text_content() or "")


def received(page: Page, language: str) -> Locator:
    """Return where the board says how many contacts came in today."""
    label = zh("Contacts received") if language == "zh" else "Contacts received"
    return page.locator("#board .stat", has_text=label).locator(".stat-value")


def one_more_call(desk: Desk) -> None:
    """Take a call at the desk, behind the page's back."""
    with desk.app.app_context():
        with transaction():
            operator = session.scalars(sa.select(Staff).where(Staff.number == "1001")).one()
            contact = intake.record(
                CallDetails(ring_count=1, talk_seconds=30),
                Caller(phone="13812345678"),
                category="consultation",
                content_class=None,
                summary="问路灯报修",
                received_at=utc_now(),
                is_read_back=True,
                submission_key=f"board-{uuid.uuid4()}",
                by=operator,
                now=utc_now(),
            )
            spoken = Spoken(AnswerSource.ARTICLE, "KB-12 v3", "请拨打路灯报修电话。")
            answering.answer_contact(contact, spoken, by=operator, now=utc_now())
        session.remove()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_board_refreshes_by_itself_and_for_the_wall(browse: Browse, desk: Desk, language: str) -> None:
    """Time runs in the browser alone, so that nobody waits for half a minute."""
    board, wall = browse(MANAGER, language), browse(MANAGER, language)
    for page in (board, wall):
        page.clock.install()
    board.goto("/statistics/board")
    wall.goto("/statistics/wallboard")
    expect(board.locator("#board")).to_be_visible()
    expect(wall.locator(".wall-figure")).to_have_count(8)
    expect(wall.locator("nav")).to_have_count(0)
    shown = wall.locator("#wall dl").inner_text()
    before = int(received(board, language).inner_text().replace(",", ""))
    one_more_call(desk)
    for page in (board, wall):
        page.clock.run_for(31_000)
    expect(received(board, language)).to_have_text(f"{before + 1:,}")
    expect(wall.locator("#wall dl")).not_to_have_text(shown, use_inner_text=True)
