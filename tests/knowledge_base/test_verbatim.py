"""Operators read out what stands in the article, never what they make of it (A1.2)."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session, transaction
from hotline.people.roles import Role
from knowledge_base import answering, articles
from knowledge_base.article_models import ArticleRevision, Citation
from knowledge_base.errors import NotFromArticleError
from tests.conftest import NOON
from tests.matters import Desk, somebody

BODY = "首次申领**不**收费,补领工本费 40 元。\n\n- 本人到场;\n- 携带居民身份证。\n\n办理时限为 20 个工作日。"


@pytest.fixture
def revision(app: Flask) -> ArticleRevision:
    """A published article."""
    with transaction():
        made = articles.draft(
            articles.Content(title="居住证", body=BODY), by=somebody(Role.KNOWLEDGE_EDITOR), now=NOON
        )
        articles.submit(made, now=NOON)
        articles.publish(made, by=somebody(Role.KNOWLEDGE_EDITOR), now=NOON)
    return made


@pytest.mark.parametrize(
    "words",
    [
        "办理时限为20个工作日",
        "补领工本费40元。办理时限为 20 个工作日!",
        "首次申领不收费，补领工本费４０元",
        "携带居民身份证。本人到场。",
    ],
)
def test_sentences_of_the_article_are_read_out(revision: ArticleRevision, words: str) -> None:
    desk = Desk()
    with transaction():
        contact = desk.contact("consultation", NOON)
        citation = answering.cite(revision.id, words=words, contact=contact, by=desk.operator, now=NOON)
    assert citation.words == words


@pytest.mark.parametrize(
    "words",
    [
        "收费",  # half a clause says the opposite
        "办理时限为 10 个工作日。",
        "办理时限为 20 个工作日。一般一周就能拿到。",
        "本人到场,办理时限为 20 个工作日",  # two clauses that do not follow each other, said as one
        "!?",
    ],
)
def test_words_of_ones_own_are_refused(revision: ArticleRevision, words: str) -> None:
    desk = Desk()
    contact = desk.contact("consultation", NOON)
    with pytest.raises(NotFromArticleError):
        answering.cite(revision.id, words=words, contact=contact, by=desk.operator, now=NOON)
    assert session.scalar(sa.select(sa.func.count(Citation.id))) == 0


def test_the_whole_text_is_read_out_where_no_words_are_named(revision: ArticleRevision) -> None:
    desk = Desk()
    with transaction():
        contact = desk.contact("consultation", NOON)
        citation = answering.cite(revision.id, contact=contact, by=desk.operator, now=NOON)
    assert citation.words.startswith("首次申领不收费,")
