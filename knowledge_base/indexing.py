"""Keeps the index in step with the published articles, within the transaction that changes them."""

from collections.abc import Iterable

from hotline.db import session
from knowledge_base import tokens
from knowledge_base.article_models import ArticleRevision
from knowledge_base.index import Index

TITLE_WEIGHT = 2.0
ALIAS_WEIGHT = 2.0


def frequencies(title: str, body: str, aliases: str = "") -> dict[int, float]:
    """Return the weighted frequency of each term key of an article."""
    counts = tokens.weighted((title, TITLE_WEIGHT), (aliases, ALIAS_WEIGHT), (body, 1.0))
    return {tokens.key(term): count for term, count in counts.items()}


def put(revision: ArticleRevision) -> None:
    """Make `revision` the one its article is found by."""
    put_all([revision])


def put_all(revisions: Iterable[ArticleRevision]) -> None:
    """Index many revisions at once."""
    Index(session).change(
        {one.article_id: frequencies(one.title, one.body, one.aliases) for one in revisions}
    )


def drop(article_id: int) -> None:
    """Make sure an article is no longer found."""
    Index(session).change({article_id: None})
