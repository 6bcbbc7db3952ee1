"""The knowledge base's pages: found, read, written, reviewed, reported, withdrawn."""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.db import db, session, transaction
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import answering, articles, feedback
from knowledge_base.article_models import Article, ArticleAttachment, ArticleRevision, RevisionStatus
from knowledge_base.gap_models import ArticleFeedback, FeedbackKind
from tests.conftest import NOON
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]
Publish = Callable[..., Article]
S = RevisionStatus

FILLED = {"title": "Where to renew a passport", "body": "At the town hall.", "audience": "staff"}


@pytest.fixture
def author(app: Flask) -> Staff:
    return somebody(Role.KNOWLEDGE_EDITOR)


@pytest.fixture
def reviewer(app: Flask) -> Staff:
    return somebody(Role.KNOWLEDGE_EDITOR)


@pytest.fixture
def operator(app: Flask) -> Staff:
    return somebody(Role.OPERATOR)


@pytest.fixture
def publish(author: Staff, reviewer: Staff) -> Publish:
    def published(title: str = "居住证办理", body: str = "本人到场办理。", **content: object) -> Article:
        article = content.pop("article", None)
        with transaction():
            filled = articles.Content(title=title, body=body, **content)  # type: ignore[arg-type] # tests name fields
            made = articles.draft(filled, by=author, now=NOON, article=article)  # type: ignore[arg-type] # popped above
            articles.submit(made, now=NOON)
            articles.publish(made, by=reviewer, now=NOON)
        return made.article

    return published


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note every statement sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def seen(page: TestResponse) -> str:
    """Return what a page's form says about the state it was made from."""
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def code_of(answer: TestResponse) -> str:
    """Return the article an answer leads on to."""
    assert answer.status_code == 303, answer.text
    found = re.search(r"/kb/articles/([^/]+)", answer.headers["Location"])
    assert found is not None
    return found[1]


# ---- Finding and reading ----


def test_typing_finds_articles_within_the_filters(publish: Publish, operator: Staff, sign_in: SignIn) -> None:
    labour, water = departments.by_code("labour"), departments.by_code("water_group")
    assert labour is not None
    assert water is not None
    publish("失业保险金申领", department_id=labour.id)
    publish("失业登记流程", department_id=water.id)
    browser = sign_in(operator)
    both = browser.get("/kb?q=失业", headers={"HX-Request": "true"})
    assert "<html" not in both.text
    assert "保险金申领" in both.text
    assert "登记流程" in both.text
    one = browser.get(f"/kb?q=失业&department={water.id}")
    assert "保险金申领" not in one.text
    assert "登记流程" in one.text


def test_a_number_typed_finds_its_article(publish: Publish, operator: Staff, sign_in: SignIn) -> None:
    article = publish()
    assert f"/kb/articles/{article.code}" in sign_in(operator).get(f"/kb?q={article.code.lower()}").text


def test_without_a_question_the_newest_or_the_most_cited_are_shown(publish: Publish, sign_in: SignIn) -> None:
    quiet, asked = publish("Quiet article"), publish("Asked article")
    desk = Desk()
    with transaction():
        contact = desk.contact("consultation", NOON)
        now = dt.datetime.now(dt.UTC)
        published = asked.published
        assert published is not None
        answering.cite(published.id, contact=contact, by=desk.operator, now=now)
    browser = sign_in(desk.operator)
    newest = browser.get("/kb").text
    assert newest.index("Asked article") < newest.index("Quiet article")
    cited = browser.get("/kb?order=most_cited").text
    assert "Asked article" in cited
    assert quiet.title not in cited


def test_a_longer_list_costs_no_more_queries(publish: Publish, author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    pages = ("/kb", "/kb?q=居住证", "/kb?order=most_cited", "/kb/drafts", "/kb/review", "/kb/upkeep")

    def costs() -> list[int]:
        browser.get("/kb")  # who is signed in is read anew after every change
        found = []
        for page in pages:
            with counted() as sent:
                assert browser.get(page).status_code == 200
            found.append(len(sent))
        return found

    def grow(number: int) -> None:
        article = publish(f"居住证办理 {number}")
        with transaction():
            revision = article.published
            assert revision is not None
            feedback.report(revision, FeedbackKind.WRONG, reason="No.", by=author, now=NOON)
            articles.draft(articles.content_of(revision), by=author, now=NOON, article=article)
            other = articles.draft(articles.content_of(revision), by=author, now=NOON)
            articles.submit(other, now=NOON)

    grow(0)
    few = costs()
    for number in range(1, 12):
        grow(number)
    assert costs() == few
    assert max(few) <= 20


def test_drafts_are_the_editors_own(author: Staff, operator: Staff, sign_in: SignIn) -> None:
    with transaction():
        draft = articles.draft(articles.Content(title="Not yet", body="Words"), by=author, now=NOON)
    code = draft.article.code
    assert sign_in(operator).get(f"/kb/articles/{code}").status_code == 404
    assert sign_in(author).get(f"/kb/articles/{code}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/kb/new", "/kb/drafts", "/kb/review", "/kb/gaps", "/kb/upkeep", "/kb/statistics"]
)
def test_operators_read_and_nothing_else(operator: Staff, sign_in: SignIn, path: str) -> None:
    assert sign_in(operator).get(path).status_code == 403


def test_an_article_says_what_it_rests_on_and_how_often_it_answered(
    publish: Publish, sign_in: SignIn
) -> None:
    article = publish("Permit", "Bring **two** photographs.", source_document="Order No. 12", aliases="card")
    desk = Desk()
    published = article.published
    assert published is not None
    with transaction():
        contact = desk.contact("consultation", NOON)
        answering.cite(published.id, contact=contact, by=desk.operator, now=NOON)
    page = sign_in(desk.operator).get(f"/kb/articles/{article.code}").text
    assert "<strong>two</strong>" in page
    assert "Bring two photographs." in page  # as it is read out
    assert "Order No. 12" in page
    assert "2026-03-04" in page


def test_two_revisions_stand_side_by_side(publish: Publish, operator: Staff, sign_in: SignIn) -> None:
    article = publish("工本费", "补领工本费四十元。")
    publish("工本费", "补领工本费二十元。", article=article)
    page = sign_in(operator).get(f"/kb/articles/{article.code}/difference").text
    assert re.search(r"<del>[^<]*四十", page)
    assert re.search(r"<ins>[^<]*二十", page)


# ---- Writing and reviewing ----


def test_an_article_goes_from_draft_over_review_to_readers(
    author: Staff, reviewer: Staff, operator: Staff, sign_in: SignIn
) -> None:
    writing, reviewing = sign_in(author), sign_in(reviewer)
    code = code_of(writing.post("/kb/new", data=FILLED | {"action": "save"}))
    page = writing.get(f"/kb/articles/{code}/edit")
    handed = writing.post(
        f"/kb/articles/{code}/edit",
        data=FILLED | {"aliases": "travel papers", "seen": seen(page), "action": "submit"},
    )
    assert code_of(handed) == code
    assert code in reviewing.get("/kb/review").text
    page = reviewing.get(f"/kb/articles/{code}/review")
    answer = reviewing.post(f"/kb/articles/{code}/publish", data={"seen": seen(page)})
    assert answer.status_code == 303
    found = sign_in(operator).get("/kb?q=travel papers").text
    assert f"/kb/articles/{code}" in found


def test_nobody_publishes_what_they_wrote(author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    code = code_of(browser.post("/kb/new", data=FILLED | {"action": "submit"}))
    page = browser.get(f"/kb/articles/{code}/review")
    answer = browser.post(f"/kb/articles/{code}/publish", data={"seen": seen(page)})
    assert answer.status_code == 422
    assert "notice-error" in answer.text
    assert articles.get(code).published is None


def test_a_reviewer_sends_back_with_what_is_to_be_changed(
    author: Staff, reviewer: Staff, sign_in: SignIn
) -> None:
    writing, reviewing = sign_in(author), sign_in(reviewer)
    code = code_of(writing.post("/kb/new", data=FILLED | {"action": "submit"}))
    page = reviewing.get(f"/kb/articles/{code}/review")
    silent = reviewing.post(f"/kb/articles/{code}/send-back", data={"seen": seen(page), "note": " "})
    assert silent.status_code == 422
    sent = reviewing.post(
        f"/kb/articles/{code}/send-back", data={"seen": seen(page), "note": "Name the fee."}
    )
    assert sent.status_code == 303
    assert "Name the fee." in writing.get(f"/kb/articles/{code}/edit").text
    assert articles.get(code).latest.status is S.DRAFT


def test_what_changed_meanwhile_is_neither_overwritten_nor_published(
    author: Staff, reviewer: Staff, sign_in: SignIn
) -> None:
    writing, other = sign_in(author), sign_in(reviewer)
    code = code_of(writing.post("/kb/new", data=FILLED | {"action": "save"}))
    old = seen(writing.get(f"/kb/articles/{code}/edit"))
    mine = FILLED | {"body": "Mine.", "seen": old, "action": "save"}
    assert other.post(f"/kb/articles/{code}/edit", data=mine).status_code == 303
    late = writing.post(
        f"/kb/articles/{code}/edit", data=FILLED | {"body": "Late.", "seen": old, "action": "save"}
    )
    assert late.status_code == 422
    assert articles.get(code).latest.body == "Mine."
    assert (
        other.post(f"/kb/articles/{code}/edit", data=mine | {"seen": old, "action": "submit"}).status_code
        == 422
    )


def test_personal_data_is_taken_out_before_review(author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    marked = FILLED | {"body": "请联系【请核对：李先生】。", "action": "submit"}
    answer = browser.post("/kb/new", data=marked)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert session.scalar(sa.select(sa.func.count(Article.id))) == 0


def test_the_preview_shows_tables_and_nothing_that_acts(author: Staff, sign_in: SignIn) -> None:
    text = "| Fee | Days |\n|---|--:|\n| 20 | 3 |\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    shown = sign_in(author).post("/kb/preview", data={"body": text}).text
    assert '<td class="text-end">3</td>' in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown


def test_what_was_published_is_never_edited(publish: Publish, author: Staff, sign_in: SignIn) -> None:
    article = publish("Old words", "Before.")
    browser = sign_in(author)
    page = browser.get(f"/kb/articles/{article.code}/edit")
    answer = browser.post(
        f"/kb/articles/{article.code}/edit",
        data=FILLED | {"body": "After.", "seen": seen(page), "action": "save"},
    )
    assert answer.status_code == 303
    bodies = {one.number: (one.body, one.status) for one in articles.get(article.code).revisions}
    assert bodies == {1: ("Before.", S.PUBLISHED), 2: ("After.", S.DRAFT)}


def test_dates_on_the_form_are_whole_local_days(author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    dated = FILLED | {"valid_from": "2026-05-01", "valid_until": "2026-12-31", "action": "save"}
    code = code_of(browser.post("/kb/new", data=dated))
    revision = articles.get(code).latest
    assert revision.valid_from == dt.datetime(2026, 4, 30, 16, tzinfo=dt.UTC)
    assert revision.valid_until == dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)
    assert 'value="2026-12-31"' in browser.get(f"/kb/articles/{code}/edit").text


def test_files_travel_with_the_next_revision_and_are_only_ever_saved(
    author: Staff, reviewer: Staff, operator: Staff, sign_in: SignIn
) -> None:
    browser = sign_in(author)
    files = [(io.BytesIO(b"%PDF-1.4"), "form.pdf"), (io.BytesIO(b"notes"), "notes.txt")]
    code = code_of(browser.post("/kb/new", data=FILLED | {"action": "submit", "files": files}))
    with transaction():
        articles.publish(articles.get(code).latest, by=reviewer, now=NOON)
    kept = {one.name: one.id for one in articles.get(code).latest.attachments}
    page = browser.get(f"/kb/articles/{code}/edit")
    answer = browser.post(
        f"/kb/articles/{code}/edit",
        data=FILLED | {"seen": seen(page), "removed": [str(kept["notes.txt"])], "action": "save"},
    )
    assert answer.status_code == 303
    first, second = articles.get(code).revisions
    assert [one.name for one in first.attachments] == ["form.pdf", "notes.txt"]
    assert [one.name for one in second.attachments] == ["form.pdf"]
    reading = sign_in(operator)
    saved = reading.get(f"/kb/attachments/{kept['form.pdf']}")
    assert saved.data == b"%PDF-1.4"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["Content-Security-Policy"]
    assert reading.get(f"/kb/attachments/{second.attachments[0].id}").status_code == 404


def test_a_file_of_another_kind_is_refused_and_nothing_is_saved(author: Staff, sign_in: SignIn) -> None:
    sent = FILLED | {"action": "save", "files": [(io.BytesIO(b"MZ"), "setup.exe")]}
    answer = sign_in(author).post("/kb/new", data=sent)
    assert answer.status_code == 422
    assert "setup.exe" in answer.text
    assert session.scalar(sa.select(sa.func.count(ArticleAttachment.id))) == 0
    assert session.scalar(sa.select(sa.func.count(ArticleRevision.id))) == 0


def test_a_withdrawn_article_is_found_no_more(
    publish: Publish, author: Staff, operator: Staff, sign_in: SignIn
) -> None:
    article = publish("狂犬疫苗接种点")
    browser = sign_in(author)
    path = f"/kb/articles/{article.code}"
    page = browser.get(path)
    assert browser.post(f"{path}/revisions/1/withdraw", data={"seen": seen(page)}).status_code == 422
    answer = browser.post(
        f"{path}/revisions/1/withdraw", data={"seen": seen(page), "reason": "The clinic moved."}
    )
    assert answer.status_code == 303
    reading = sign_in(operator)
    assert article.code not in reading.get("/kb?q=狂犬疫苗").text
    assert "The clinic moved." in reading.get(path).text


# ---- Wrong or outdated ----


def test_an_operator_reports_and_an_editor_settles(
    publish: Publish, author: Staff, operator: Staff, sign_in: SignIn
) -> None:
    article = publish()
    path = f"/kb/articles/{article.code}"
    reporting = sign_in(operator)
    assert reporting.post(f"{path}/report", data={"kind": "wrong"}).status_code == 422
    answer = reporting.post(f"{path}/report", data={"kind": "outdated", "reason": "The fee was raised."})
    assert answer.status_code == 303
    remark = session.scalars(sa.select(ArticleFeedback)).one()

    def settled(words: str) -> dict[str, str]:
        return {f"remark-{remark.id}-settlement": words}

    assert (remark.kind, remark.reported_by_id) == (FeedbackKind.OUTDATED, operator.id)
    assert reporting.post(f"/kb/remarks/{remark.id}/settle", data=settled("Me.")).status_code == 403
    editing = sign_in(author)
    assert "The fee was raised." in editing.get("/kb/upkeep").text
    done = editing.post(f"/kb/remarks/{remark.id}/settle", data=settled("Corrected."))
    assert done.status_code == 303
    again = editing.post(f"/kb/remarks/{remark.id}/settle", data=settled("Twice."))
    assert again.status_code == 422
    session.refresh(remark)
    assert remark.settlement == "Corrected."


def test_a_department_marks_and_confirms_its_own_articles_only(publish: Publish, sign_in: SignIn) -> None:
    labour, water = departments.by_code("labour"), departments.by_code("water_group")
    assert labour is not None
    assert water is not None
    today = dt.date(2026, 3, 1)
    own = publish("Own", department_id=labour.id, review_on=today)
    other = publish("Other", department_id=water.id, review_on=today)
    browser = sign_in(somebody(Role.DEPARTMENT_CLERK, department="labour"))
    due = browser.get("/kb/upkeep?view=due").text
    assert own.code in due
    assert other.code not in due
    remark = {"kind": "wrong", "reason": "Not so."}
    assert browser.post(f"/kb/articles/{own.code}/report", data=remark).status_code == 303
    assert browser.post(f"/kb/articles/{other.code}/report", data=remark).status_code == 403
    later = {"next_on": "2027-03-01"}
    assert browser.post(f"/kb/articles/{own.code}/confirm", data=later).status_code == 303
    assert browser.post(f"/kb/articles/{other.code}/confirm", data=later).status_code == 403
    assert own.code not in browser.get("/kb/upkeep?view=due").text
