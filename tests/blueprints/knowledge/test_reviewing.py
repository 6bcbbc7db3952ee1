"""From draft over review to readers, and back."""

from hotline.people.models import Staff
from knowledge_base import articles
from knowledge_base.article_models import RevisionStatus
from tests.blueprints.knowledge.conftest import Publish, SignIn
from tests.blueprints.knowledge.reading import FILLED, code_of, seen

S = RevisionStatus


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
