"""Finds the published articles that answer a question, while it is still being typed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from hotline.db import session
from knowledge_base import names, snippets
from knowledge_base.article_models import Article, ArticleRevision, Audience, RevisionStatus
from knowledge_base.index import Index
from knowledge_base.ranking import Question, Ranker, TwoLooks

SHORTEST_QUERY = 2
"""Characters; one character fits too much to help."""
LONGEST_QUERY = 4000
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found; highlights are (start, end) within `snippet` and within `title`."""

    code: str
    revision_id: int
    title: str
    score: float
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    title_highlights: tuple[tuple[int, int], ...]


def search(
    query: str,
    *,
    limit: int = 10,
    now: dt.datetime,
    detail: str = "",
    content_class: str | None = None,
    department_id: int | None = None,
    region: str | None = None,
    audience: Audience | None = None,
    ranker: Ranker | None = None,
) -> list[Hit]:
    """Return the articles that answer `query`, best first, valid at `now` and within the filters.

    `detail` is the caller's story where one is at hand; it weighs less than the question. An article
    without a region holds everywhere and passes every region filter. Fewer than two characters find nothing.
    """
    query = query.strip()[:LONGEST_QUERY]
    if len(query) < SHORTEST_QUERY:
        return []
    known = names.teach()
    question = Question(query, detail[:LONGEST_QUERY])
    ranked = (ranker or TwoLooks(known_places=known)).rank(question, Index(session))
    kept = _readable(now, content_class, department_id, region, audience)
    hits: list[Hit] = []
    while len(hits) < limit and (some := dict(islice(ranked, AT_ONCE))):
        hits += _hits(some, kept, question, limit - len(hits))
    return hits


def _readable(
    now: dt.datetime,
    content_class: str | None,
    department_id: int | None,
    region: str | None,
    audience: Audience | None,
) -> list[sa.ColumnElement[bool]]:
    revision = ArticleRevision
    kept = [
        revision.status == RevisionStatus.PUBLISHED,
        sa.or_(revision.valid_from.is_(None), revision.valid_from <= now),
        sa.or_(revision.valid_until.is_(None), revision.valid_until > now),
    ]
    if content_class:
        kept.append(revision.content_class.startswith(content_class, autoescape=True))
    if department_id is not None:
        kept.append(revision.department_id == department_id)
    if region:
        kept.append(revision.region.in_(("", region)))
    if audience is not None:
        kept.append(revision.audience == audience)
    return kept


def _hits(
    scores: dict[int, float], kept: Sequence[sa.ColumnElement[bool]], question: Question, limit: int
) -> list[Hit]:
    ids = session.scalars(
        sa.select(ArticleRevision.article_id).where(ArticleRevision.article_id.in_(list(scores)), *kept)
    ).all()
    wanted = sorted(ids, key=lambda article: (-scores[article], article))[:limit]
    rows = session.execute(
        sa.select(Article.id, Article.code, ArticleRevision.id, ArticleRevision.title, ArticleRevision.body)
        .join(ArticleRevision, ArticleRevision.article_id == Article.id)
        .where(Article.id.in_(wanted), ArticleRevision.status == RevisionStatus.PUBLISHED)
    )
    hits = {}
    for article, code, revision_id, title, body in rows:
        snippet, highlights = snippets.cut(body, question.text)
        marked = tuple(snippets.marks(title, question.text))
        hits[article] = Hit(code, revision_id, title, scores[article], snippet, highlights, marked)
    return [hits[article] for article in wanted]
