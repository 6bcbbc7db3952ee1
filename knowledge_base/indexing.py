"""Keeps the index in step with the published articles, within the transaction that changes them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa

from hotline.db import session
from knowledge_base import tokens
from knowledge_base.article_models import ArticleRevision, RevisionStatus
from knowledge_base.index import BLOCK_SIZE, Document, Index

TITLE_WEIGHT = 3.0
ALIAS_WEIGHT = 2.0
AT_ONCE = BLOCK_SIZE
"""Articles indexed together: what bounds the memory."""


def document(title: str, body: str, aliases: str = "") -> Document:
    """Return what is indexed of an article: its title and aliases count more than its text."""
    terms: dict[int, float] = {}
    characters: dict[str, float] = {}
    for text, weight in ((title, TITLE_WEIGHT), (aliases, ALIAS_WEIGHT), (body, 1.0)):
        runs = tokens.runs(text)
        for term, n in Counter(tokens.terms_in(runs)).items():
            key = tokens.key(term)
            terms[key] = terms.get(key, 0.0) + weight * n
        for character, n in tokens.characters_in(runs).items():
            characters[character] = characters.get(character, 0.0) + weight * n
    sounds = frozenset(tokens.key(sound) for sound in tokens.sounds(f"{title}\n{aliases}"))
    return Document(terms, characters, sounds)


def put(revision: ArticleRevision) -> None:
    """Make `revision` the one its article is found by."""
    put_all([revision])


def put_all(revisions: Sequence[ArticleRevision]) -> None:
    """Index many revisions at once."""
    for start in range(0, len(revisions), AT_ONCE):
        Index(session).change(
            {
                one.article_id: document(one.title, one.body, one.aliases)
                for one in revisions[start : start + AT_ONCE]
            }
        )


def drop(article_id: int) -> None:
    """Make sure an article is no longer found."""
    Index(session).change({article_id: None})


def count() -> int:
    """Return how many articles there are to index."""
    published = sa.select(sa.func.count()).where(ArticleRevision.status == RevisionStatus.PUBLISHED)
    return session.scalar(published) or 0


def rebuild(told: Callable[[int], object] = int) -> int:
    """Index every published article anew and return how many; `told` hears of each batch done."""
    Index(session).clear()
    done = 0
    for batch in _published():
        put_all(batch)
        session.expunge_all()
        done += len(batch)
        told(len(batch))
    Index(session).gather()
    return done


def _published() -> Iterator[Sequence[ArticleRevision]]:
    """Yield what is published block by block, so that each block of postings is written once."""
    last = session.scalar(sa.select(sa.func.max(ArticleRevision.article_id))) or 0
    for first in range(0, last + 1, BLOCK_SIZE):
        batch = session.scalars(
            sa.select(ArticleRevision)
            .where(
                ArticleRevision.status == RevisionStatus.PUBLISHED,
                ArticleRevision.article_id >= first,
                ArticleRevision.article_id < first + BLOCK_SIZE,
            )
            .order_by(ArticleRevision.article_id)
        ).all()
        if batch:
            yield batch
