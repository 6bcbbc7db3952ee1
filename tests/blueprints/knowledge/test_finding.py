"""Articles found and read: while typing, by number, in lists, with what they rest on."""

import datetime as dt
import re

import pytest

from hotline.db import transaction
from hotline.people import departments
from hotline.people.models import Staff
from knowledge_base import answering, articles, feedback
from knowledge_base.gap_models import FeedbackKind
from tests.blueprints.knowledge.conftest import Publish, SignIn
from tests.conftest import NOON
from tests.matters import Desk
from tests.statements import counted


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
