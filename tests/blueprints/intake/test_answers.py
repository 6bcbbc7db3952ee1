"""Answered at the desk: from an article and nothing else, or sent where the matter belongs."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.categories import catalogue
from hotline.contacts.models import Contact, Disposition
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Answer, AnswerSource, Ticket
from knowledge_base import articles
from knowledge_base.article_models import ArticleRevision, Citation
from knowledge_base.articles import Content
from knowledge_base.gap_models import GapQuestion
from tests.blueprints.intake.desk import HELP, QUESTION, count, saved, send, ticket_of
from tests.conftest import NOON


def test_a_consultation_is_answered_from_an_article_and_nothing_else(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    contact = saved(browser, QUESTION | {"revision_id": str(article.id)})
    assert contact.disposition is Disposition.ANSWERED
    assert contact.ticket_id is None
    answer = session.scalars(sa.select(Answer)).one()
    assert (answer.contact_id, answer.source) == (contact.id, AnswerSource.ARTICLE)
    assert answer.words == "带上旧证到派出所办理。"
    assert answer.reference == f"{article.article.code} v1"
    assert session.scalars(sa.select(Citation)).one().contact_id == contact.id


def test_reading_an_article_offers_what_the_desk_answers_itself_wherever_the_page_is_drawn(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    """The panel beside the form, the search that follows, the whole page for a browser without scripts."""
    key = uuid.uuid4()
    typed = {"title": QUESTION["title"], "read": str(article.id)}
    address = f"/intake/call/{key}/article"
    offer = '''hx-vals='{"category": "consultation"'''
    assert offer in browser.post(address, data=typed, headers={"HX-Request": "true"}).text
    assert offer in browser.post(address, data=typed).text
    searched = {"title": QUESTION["title"], "revision_id": str(article.id)}
    assert offer in browser.post(f"/intake/call/{key}/knowledge", data=searched).text
    assert offer not in browser.post(address, data=typed | {"category": "help"}).text


def test_a_question_that_becomes_a_ticket_is_a_gap_of_the_knowledge_base(browser: FlaskClient) -> None:
    asked = QUESTION | {"action": "ticket", "phone": "13812345678", "content": "上个月到期"}
    ticket = ticket_of(saved(browser, asked))
    gap = session.scalars(sa.select(GapQuestion).where(GapQuestion.ticket_id == ticket.id)).one().gap
    assert (gap.question, gap.asked_count) == (QUESTION["title"], 1)


def test_a_help_request_is_no_gap_of_the_knowledge_base(browser: FlaskClient) -> None:
    ticket_of(saved(browser, HELP))
    assert session.scalar(sa.select(sa.func.count(GapQuestion.id))) == 0


def test_an_answer_in_ones_own_words_cannot_be_given(browser: FlaskClient) -> None:
    """Whatever is sent along, words without an article are no answer (A1.2)."""
    answer = send(browser, QUESTION | {"words": "Just come by", "answer": "Just come by"})
    assert answer.status_code == 422
    assert count(Contact) == count(Answer) == 0
    page = browser.get("/intake/call", follow_redirects=True).text
    assert 'name="words"' not in page


def test_an_article_published_anew_is_shown_to_be_read_again(
    browser: FlaskClient, article: ArticleRevision, person: Callable[..., Staff]
) -> None:
    with transaction():
        newer = articles.draft(
            Content(title="身份证到期换领", body="现在可以网上办理。"),
            by=person(Role.KNOWLEDGE_EDITOR),
            now=NOON,
            article=article.article,
        )
        articles.submit(newer, now=NOON)
        articles.publish(newer, by=person(Role.KNOWLEDGE_EDITOR), now=NOON)
    answer = send(browser, QUESTION | {"revision_id": str(article.id)})
    assert answer.status_code == 422
    assert "现在可以网上办理。" in answer.text
    assert f'name="revision_id" value="{newer.id}"' in answer.text


def test_what_must_go_to_a_department_is_not_answered_at_the_desk(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    assert send(browser, HELP | {"action": "answer", "revision_id": str(article.id)}).status_code == 422
    assert count(Contact) == 0


def test_a_restaurants_number_is_a_matter_for_114(browser: FlaskClient) -> None:
    contact = saved(
        browser,
        {"title": "Number of a restaurant", "readback": "y", "action": "redirect", "redirect_target": "114"},
    )
    assert contact.disposition is Disposition.REDIRECTED
    assert contact.category == "redirect"
    answer = session.scalars(sa.select(Answer)).one()
    assert (answer.source, answer.reference) == (AnswerSource.REDIRECT, "114")
    assert count(Ticket) == 0


def test_a_referral_says_where_to(browser: FlaskClient) -> None:
    answer = send(browser, {"title": "Number of a restaurant", "readback": "y", "action": "redirect"})
    assert answer.status_code == 422
    assert 'id="redirect_target-error"' in answer.text


def test_the_article_read_out_stays_chosen_after_a_reload(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    url = f"/intake/call/{uuid.uuid4()}"
    fields = {"title": "身份证到期", "read": str(article.id)}
    fragment = browser.post(f"{url}/article", data=fields, headers={"HX-Request": "true"}).text
    assert "带上旧证到派出所办理。" in fragment
    assert f'name="revision_id" value="{article.id}"' in browser.get(url).text
    whole = browser.post(f"{url}/article", data=fields).text
    assert "<!doctype html" in whole.lower()
    assert f'name="revision_id" value="{article.id}"' in whole


def test_a_matter_for_the_courts_is_not_taken_up_and_the_way_is_told(browser: FlaskClient) -> None:
    fields = {"title": "A judgment", "readback": "y", "action": "redirect"}
    contact = saved(browser, fields | {"redirect_target": "declined:litigation"})
    assert (contact.disposition, contact.decline_reason) == (Disposition.DECLINED, "litigation")
    note = catalogue.code_item("decline_reason", "litigation").note
    assert note is not None
    assert note["zh"] in browser.get(f"/intake/saved/{contact.id}").text
    assert count(Ticket) == count(Answer) == 0
