"""Citing: what was read out stays with the matter, and what may not be read out is refused."""

import datetime as dt

import pytest
import sqlalchemy as sa

from hotline.contacts.models import Disposition
from hotline.db import session, transaction
from hotline.tickets.models import AnswerSource
from knowledge_base import answering, articles, search
from knowledge_base.errors import (
    ArticleChangedError,
    ArticleExpiredError,
    ArticleNotPublishedError,
    ArticleWithdrawnError,
    NobodyAnsweredError,
)
from knowledge_base.models import ArticleRevision, Citation, SearchAdoption
from tests.matters import Desk

from .conftest import NOON, Publish

DAY = dt.timedelta(days=1)


def shown(publish: Publish, **content: object) -> ArticleRevision:
    published = publish("居住证办理", "到派出所办理。", **content).published
    assert published is not None
    return published


def test_a_citation_keeps_the_revision_and_the_words_whatever_is_published_later(publish: Publish) -> None:
    desk, revision = Desk(), shown(publish)
    with transaction():
        contact = desk.contact("consultation", NOON)
        citation = answering.cite(revision.id, contact=contact, by=desk.operator, now=NOON)
    publish("居住证办理", "到社区办理。", article=revision.article, now=NOON + DAY)
    session.refresh(citation)
    assert (citation.revision_id, citation.words) == (revision.id, "到派出所办理。")
    assert (citation.contact_id, citation.cited_by, citation.cited_at) == (contact.id, desk.operator, NOON)


def test_an_article_that_changed_since_it_was_seen_is_refused_and_the_new_one_named(publish: Publish) -> None:
    desk, seen = Desk(), shown(publish)
    article = publish("居住证办理", "到社区办理。", article=seen.article)
    assert article.published is not None
    contact = desk.contact("consultation", NOON)
    with pytest.raises(ArticleChangedError) as refusal:
        answering.cite(seen.id, contact=contact, by=desk.operator, now=NOON)
    assert refusal.value.params["revision_id"] == article.published.id
    assert session.scalar(sa.select(sa.func.count(Citation.id))) == 0


def test_only_what_is_published_and_valid_is_cited(publish: Publish) -> None:
    desk = Desk()
    contact = desk.contact("consultation", NOON)
    draft = articles.draft(articles.Content(title="草稿", body="未审核。"), by=desk.operator, now=NOON)
    with pytest.raises(ArticleNotPublishedError):
        answering.cite(draft.id, contact=contact, by=desk.operator, now=NOON)
    short = shown(publish, valid_until=NOON + DAY)
    with pytest.raises(ArticleExpiredError):
        answering.cite(short.id, contact=contact, by=desk.operator, now=NOON + DAY)
    articles.expire_articles(NOON + DAY)
    with pytest.raises(ArticleExpiredError):
        answering.cite(short.id, contact=contact, by=desk.operator, now=NOON)
    gone = shown(publish)
    articles.withdraw(gone, reason="政策废止", now=NOON)
    with pytest.raises(ArticleWithdrawnError):
        answering.cite(gone.id, contact=contact, by=desk.operator, now=NOON)


def test_somebody_must_have_been_answered(publish: Publish) -> None:
    desk, revision = Desk(), shown(publish)
    with pytest.raises(NobodyAnsweredError):
        answering.cite(revision.id, by=desk.operator, now=NOON)


def test_what_was_searched_teaches_the_ranking(publish: Publish) -> None:
    desk = Desk()
    publish("居住证办理须知", "携带身份证。")
    chosen = publish("居住证办理地点", "到派出所。").published
    assert chosen is not None
    contact = desk.contact("consultation", NOON)
    with transaction():
        answering.cite(chosen.id, contact=contact, question="居住证办理", by=desk.operator, now=NOON)
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchAdoption)) == 4
    assert search.search("居住证办理", now=NOON)[0].revision_id == chosen.id


def test_a_contact_is_answered_by_citation_in_one_step(publish: Publish) -> None:
    desk, revision = Desk(), shown(publish)
    with transaction():
        contact = desk.contact("consultation", NOON)
        answer = answering.answer(contact, revision.id, question="居住证", by=desk.operator, now=NOON)
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchAdoption)) == 2
    assert contact.disposition is Disposition.ANSWERED
    assert (answer.source, answer.words) == (AnswerSource.ARTICLE, "到派出所办理。")
    assert session.scalars(sa.select(Citation.contact_id)).all() == [contact.id]
