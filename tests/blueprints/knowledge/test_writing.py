"""Articles written: text, dates, files, and what is typed and not saved yet."""

import datetime as dt
import io

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.db import session, transaction
from hotline.people.models import Staff
from knowledge_base import articles
from knowledge_base.article_models import Article, ArticleAttachment, ArticleRevision, RevisionStatus
from tests.blueprints.knowledge.conftest import Publish, SignIn
from tests.blueprints.knowledge.reading import FILLED, code_of, seen
from tests.conftest import NOON

S = RevisionStatus


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


def keep(browser: FlaskClient, place: str, seen: str, **typed: str) -> None:
    answer = browser.post("/kb/typed", query_string={"place": place, "seen": seen}, data=typed)
    assert answer.status_code == 204


def test_what_is_typed_survives_a_reload_until_it_is_saved(author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    keep(browser, "new", "", title="Half a title")
    keep(browser, "new", "", body="Half a text", review_on="2026-13-40", audience="public", reviewer_id="7")
    page = browser.get("/kb/new").text
    assert "Half a title" in page
    assert "Half a text" in page
    code = code_of(browser.post("/kb/new", data=FILLED | {"action": "save"}))
    assert "Half a title" not in browser.get("/kb/new").text
    assert articles.get(code).latest.title == FILLED["title"]


def test_nobody_else_sees_what_is_typed_and_it_can_be_thrown_away(
    author: Staff, reviewer: Staff, sign_in: SignIn
) -> None:
    keep(sign_in(author), "new", "", title="Half a title")
    assert "Half a title" not in sign_in(reviewer).get("/kb/new").text
    browser = sign_in(author)
    browser.post("/kb/typed/discard?place=new")
    assert "Half a title" not in browser.get("/kb/new").text


def test_what_is_typed_over_a_colleagues_change_is_shown_with_a_warning(
    publish: Publish, author: Staff, reviewer: Staff, sign_in: SignIn
) -> None:
    article = publish("居住证办理")
    path = f"/kb/articles/{article.code}/edit"
    before = seen(sign_in(author).get(path))
    keep(sign_in(author), article.code, before, body="What the author typed.")
    theirs = sign_in(reviewer)
    sent = FILLED | {"seen": seen(theirs.get(path)), "action": "save"}
    assert theirs.post(path, data=sent).status_code == 303
    page = sign_in(author).get(path)
    assert "What the author typed." in page.text
    assert "notice-warning" in page.text
    assert seen(page) != before


def test_what_was_saved_after_all_does_not_come_back(author: Staff, sign_in: SignIn) -> None:
    browser = sign_in(author)
    code = code_of(browser.post("/kb/new", data=FILLED | {"action": "save"}))
    path = f"/kb/articles/{code}/edit"
    before = seen(browser.get(path))
    sent = FILLED | {"body": "Saved.", "seen": before, "action": "save"}
    assert browser.post(path, data=sent).status_code == 303
    keep(browser, code, before, body="Saved. A late echo")  # on its way when the form was sent
    assert "A late echo" not in browser.get(path).text
