"""The knowledge base in the browser: found while typing, cited, questioned, grown from what was not known."""

import uuid
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from hotline.db import session, transaction, utc_now
from hotline.people import staff
from knowledge_base import articles
from knowledge_base.articles import Content
from tests.browser import steps
from tests.browser.conftest import Browse
from tests.browser.desk import Desk
from tests.browser.steps import box, button
from tests.browser.words import zh

OPERATOR, EDITOR, REVIEWER = "1001", "1301", "1302"


@dataclass(frozen=True, slots=True)
class Behind:
    """What colleagues do to an article while somebody else has it on the screen."""

    desk: Desk

    def publish(self, title: str, body: str, code: str | None = None) -> str:
        """Publish an article, or its next revision; return its code."""
        with self.desk.app.app_context():
            author, reviewer = staff.by_number(EDITOR), staff.by_number(REVIEWER)
            assert author is not None
            assert reviewer is not None
            now = utc_now()
            with transaction():
                made = articles.draft(
                    Content(title=title, body=body),
                    by=author,
                    now=now,
                    article=articles.get(code) if code else None,
                )
                articles.submit(made, now=now)
                articles.publish(made, by=reviewer, now=now)
                written = made.article.code
            session.remove()
        return written

    def withdraw(self, code: str) -> None:
        """Withdraw an article."""
        with self.desk.app.app_context():
            with transaction():
                published = articles.get(code).published
                assert published is not None
                articles.withdraw(published, reason="政策已废止", now=utc_now())
            session.remove()


@pytest.fixture
def behind(desk: Desk) -> Behind:
    return Behind(desk)


def fresh(title: str) -> str:
    """Return a title that no article has, not even one that a first try of the test left behind."""
    return f"{title}{uuid.uuid4().hex[:6]}"


def compose(page: Page, spelling: str, words: str) -> None:
    """Type as with an input method: letters that are composed, then the words that are chosen."""
    keyboard = page.context.new_cdp_session(page)
    for length in range(1, len(spelling) + 1):
        part = spelling[:length]
        keyboard.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": length, "selectionEnd": length}
        )
    keyboard.send("Input.insertText", {"text": words})
    keyboard.detach()


def consultation(page: Page) -> None:
    """Say of the call at hand that it is a consultation, and what that asks for."""
    steps.choose(page, "Category", "咨询")
    expect(page.get_by_role("combobox", name=zh("Topic"), exact=True)).to_be_visible()
    steps.settled(page)
    steps.choose(page, "Topic", "证件与办事程序")
    page.get_by_role("checkbox", name=zh("Read-back confirmed")).check()
    steps.settled(page)


def ask(page: Page, question: str, article: str) -> None:
    """Take a call about `question` and read out `article`."""
    page.goto("/intake/call")
    box(page, "Phone").fill("13855120077")
    box(page, "Matter in brief").fill(question)
    page.locator("#knowledge").get_by_role("button", name=article, exact=True).click()
    expect(page.locator("#article")).to_contain_text(article)
    consultation(page)


@pytest.mark.both_databases
def test_articles_are_found_while_an_input_method_composes_and_opened_with_keys(browse: Browse) -> None:
    page = browse(OPERATOR)
    page.goto("/kb")
    expect(page.locator("#q")).to_be_focused()
    compose(page, "shen'fen", "身份")
    results = page.locator("#articles")
    first = results.get_by_role("link").first
    expect(first).to_contain_text("身份证")
    expect(first.locator("mark").first).to_have_text("身份")
    with page.expect_response(lambda answer: "身份证遗失" in unquote(answer.url)):
        compose(page, "zheng'yi'shi", "证遗失")
    steps.settled(page)
    expect(first).to_have_text("居民身份证遗失补领")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="居民身份证遗失补领")).to_be_visible()


def test_an_article_changed_since_it_was_read_warns_and_its_new_words_close_the_call(
    browse: Browse, behind: Behind
) -> None:
    title = fresh("换领行驶证到哪办")
    code = behind.publish(title, "请到车管所二号窗口。")
    page = browse(OPERATOR)
    ask(page, title, title)
    behind.publish(title, "请到车管所九号窗口。", code)
    page.keyboard.press("Alt+a")
    expect(
        page.get_by_text(
            zh(
                "%(code)s has changed since you found it. Read revision %(number)s to the caller.",
                code=code,
                number=2,
            )
        ).first
    ).to_be_visible()
    expect(page.locator("#article")).to_contain_text("九号窗口")
    page.keyboard.press("Alt+a")
    expect(page.get_by_role("heading", name=zh("Answered"), exact=True)).to_be_visible()
    expect(page.get_by_text(f"{code} v2", exact=False)).to_be_visible()


def test_a_withdrawn_article_answers_nobody(browse: Browse, behind: Behind) -> None:
    title = fresh("临时停车费减免办法")
    code = behind.publish(title, "凭小票减免一小时。")
    page = browse(OPERATOR)
    ask(page, "临时停车费减免", title)
    behind.withdraw(code)
    page.keyboard.press("Alt+a")
    expect(
        page.get_by_text(zh("%(code)s was withdrawn and cannot answer a caller.", code=code)).first
    ).to_be_visible()
    expect(page.locator("#knowledge")).not_to_contain_text(title)
    page.goto("/kb?q=临时停车费减免")
    expect(page.locator("#articles")).not_to_contain_text(title)


@pytest.mark.both_databases
def test_what_nobody_could_answer_becomes_an_article_that_answers(browse: Browse) -> None:
    question = fresh("宠物殡葬服务怎么预约")
    operator, editor, reviewer = browse(OPERATOR), browse(EDITOR), browse(REVIEWER)
    operator.goto("/intake/call")
    box(operator, "Phone").fill("13855120078")
    box(operator, "Matter in brief").fill(question)
    box(operator, "Details").fill("家里的狗去世了，想预约火化。")
    consultation(operator)
    button(operator, "Make a ticket").click()
    steps.saved_number(operator)

    editor.goto("/kb/gaps")
    editor.get_by_role("link", name=question).click()
    editor.get_by_role("link", name=zh("Write the article")).click()
    expect(box(editor, "Title")).to_have_value(question)
    box(editor, "Text").fill("请拨打市殡葬服务中心电话预约，**凭养犬登记证**办理。")
    expect(editor.locator("#preview strong")).to_have_text("凭养犬登记证")
    editor.keyboard.press("Alt+s")
    expect(editor.locator(".notice-success")).to_be_visible()
    expect(button(editor.locator(".page-actions"), "Publish")).to_have_count(0)

    reviewer.goto("/kb/review")
    reviewer.get_by_role("link", name=question).click()
    button(reviewer, "Publish").click()
    reviewer.get_by_role("dialog").get_by_role("button", name=zh("Publish"), exact=True).click()
    expect(reviewer.locator(".notice-success")).to_be_visible()

    editor.goto("/kb/gaps")
    expect(editor.get_by_role("link", name=question)).to_have_count(0)
    ask(operator, "狗去世了怎么预约殡葬服务", question)
    operator.keyboard.press("Alt+a")
    expect(operator.get_by_role("heading", name=zh("Answered"), exact=True)).to_be_visible()
    editor.reload()
    expect(editor.get_by_role("link", name=question)).to_have_count(0)


def test_a_remark_that_an_article_is_outdated_is_a_task_until_it_is_settled(
    browse: Browse, behind: Behind
) -> None:
    title = fresh("公共自行车租用押金")
    code = behind.publish(title, "押金三百元。")
    operator, editor = browse(OPERATOR), browse(EDITOR)
    operator.goto(f"/kb/articles/{code}")
    operator.keyboard.press("Alt+w")
    dialog = operator.get_by_role("dialog")
    dialog.get_by_role("radio", name=zh("Outdated")).check()
    dialog.get_by_role("textbox").fill("押金上月已经取消。")
    button(dialog, "Report").click()
    expect(operator.locator("#remarks")).to_contain_text("押金上月已经取消。")
    editor.goto("/kb/upkeep")
    editor.get_by_role("link", name=title).click()
    remarks = editor.locator("#remarks")
    remarks.get_by_role("textbox").fill("已在第二版更正。")
    button(remarks, "Settle").click()
    expect(remarks).to_contain_text("已在第二版更正。")
    editor.goto("/kb/upkeep")
    expect(editor.get_by_role("link", name=title)).to_have_count(0)


def test_what_an_editor_types_survives_a_reload(browse: Browse) -> None:
    page = browse(EDITOR)
    page.goto("/kb/new")
    box(page, "Title").fill("写到一半的标题")
    with page.expect_response(
        lambda answer: "/kb/typed" in answer.url and "正文" in unquote(answer.request.post_data or "")
    ):
        box(page, "Text").fill("写到一半的正文")
    page.reload()
    expect(page.get_by_text(zh("What you typed and did not save is back"))).to_be_visible()
    expect(box(page, "Title")).to_have_value("写到一半的标题")
    expect(box(page, "Text")).to_have_value("写到一半的正文")
    button(page, "Discard it").click()
    expect(box(page, "Title")).to_have_value("")
