"""Which articles need a look: due for review, never cited, followed by dissatisfied callers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.callbacks.models import BAD, CallbackTask
from hotline.contacts.models import Contact, Disposition
from hotline.db import session
from hotline.delivery import notices
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_
from knowledge_base import feedback
from knowledge_base.article_models import Article, ArticleRevision, Citation, RevisionStatus

REVIEW_DUE = N_("%(code)s is due for review since %(review_on)s.")


@dataclass(frozen=True, slots=True)
class Cited:
    """An article and how often callers were answered from it; `dissatisfied` of `asked` were not content."""

    article: Article
    citations: int
    asked: int = 0
    dissatisfied: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """Of `total` matters of one content class, `answered` were answered at first contact from an article."""

    content_class: str
    answered: int
    total: int


def due(now: dt.datetime) -> Sequence[ArticleRevision]:
    """Return the published revisions whose review date has come, the longest due first."""
    today = now.astimezone(LOCAL_ZONE).date()
    return session.scalars(
        sa.select(ArticleRevision)
        .where(ArticleRevision.status == RevisionStatus.PUBLISHED, ArticleRevision.review_on <= today)
        .order_by(ArticleRevision.review_on, ArticleRevision.id)
    ).all()


def remind(now: dt.datetime) -> int:
    """Tell the owners of each article whose review is due, once per review date; return how many articles."""
    reminded = 0
    for revision in due(now):
        if revision.review_reminded_on == revision.review_on:
            continue
        notices.tell(
            feedback.owners(revision.department),
            "article_review_due",
            REVIEW_DUE,
            once=f"article_review_due:{revision.id}:{revision.review_on}",
            now=now,
            code=revision.article.code,
            review_on=f"{revision.review_on}",
        )
        revision.review_reminded_on = revision.review_on
        reminded += 1
    session.flush()
    return reminded


def confirm(revision: ArticleRevision, *, next_on: dt.date | None) -> None:
    """Note that a review found the article still right; the next is due on `next_on`."""
    revision.review_on = next_on
    session.flush()


def never_cited(*, since: dt.datetime, limit: int = 100) -> Sequence[Article]:
    """Return the articles published before `since` that answered nobody after it, the oldest first."""
    cited = (
        sa.select(Citation.id)
        .join(ArticleRevision, ArticleRevision.id == Citation.revision_id)
        .where(ArticleRevision.article_id == Article.id, Citation.cited_at >= since)
    )
    return session.scalars(
        sa.select(Article)
        .join(Article.revisions)
        .where(
            ArticleRevision.status == RevisionStatus.PUBLISHED,
            ArticleRevision.published_at < since,
            ~cited.exists(),
        )
        .order_by(ArticleRevision.published_at, Article.id)
        .limit(limit)
    ).all()


def most_cited(*, since: dt.datetime, until: dt.datetime, limit: int = 100) -> list[Cited]:
    """Return the articles callers were most often answered from in [since, until)."""
    count = sa.func.count(Citation.id)
    rows = session.execute(
        sa.select(ArticleRevision.article_id, count)
        .join(ArticleRevision, ArticleRevision.id == Citation.revision_id)
        .where(Citation.cited_at >= since, Citation.cited_at < until)
        .group_by(ArticleRevision.article_id)
        .order_by(count.desc(), ArticleRevision.article_id)
        .limit(limit)
    ).all()
    articles = _by_id([article_id for article_id, _count in rows])
    return [Cited(articles[article_id], citations) for article_id, citations in rows]


def often_dissatisfying(
    *, since: dt.datetime, until: dt.datetime, least_asked: int = 5, limit: int = 100
) -> list[Cited]:
    """Return articles whose callers were called back in [since, until) and were often dissatisfied.

    Only articles with at least `least_asked` callers who rated; the largest share first.
    """
    unhappy_call = sa.case((CallbackTask.satisfaction.in_(BAD), CallbackTask.id))
    asked, bad = (sa.func.count(sa.distinct(one)) for one in (CallbackTask.id, unhappy_call))
    rows = session.execute(
        sa.select(ArticleRevision.article_id, asked, bad)
        .select_from(Citation)
        .join(ArticleRevision, ArticleRevision.id == Citation.revision_id)
        .join(CallbackTask, CallbackTask.ticket_id == Citation.ticket_id)
        .where(
            CallbackTask.satisfaction.is_not(None),
            CallbackTask.completed_at >= since,
            CallbackTask.completed_at < until,
        )
        .group_by(ArticleRevision.article_id)
        .having(asked >= least_asked, bad > 0)
        .order_by((sa.cast(bad, sa.Float) / asked).desc(), ArticleRevision.article_id)
        .limit(limit)
    ).all()
    articles = _by_id([row[0] for row in rows])
    return [Cited(articles[article], count, count, int(unhappy)) for article, count, unhappy in rows]


def first_contact_shares(category: str, *, since: dt.datetime, until: dt.datetime) -> list[Share]:
    """Return by content class how many contacts of `category` in [since, until) an article answered at once.

    Contacts added to an existing ticket are not counted: they were asked about before.
    """
    at_ticket = (
        sa.select(Citation.id)
        .join(Ticket, Ticket.id == Citation.ticket_id)
        .where(Ticket.id == Contact.ticket_id, Ticket.dispatched_at.is_(None))
    )
    at_desk = sa.select(Citation.id).where(Citation.contact_id == Contact.id)
    answered = sa.func.sum(sa.case((sa.or_(at_desk.exists(), at_ticket.exists()), 1), else_=0))
    group = sa.func.coalesce(Contact.content_class, "")
    rows = session.execute(
        sa.select(group, answered, sa.func.count())
        .where(
            Contact.category == category,
            Contact.received_at >= since,
            Contact.received_at < until,
            Contact.disposition != Disposition.ADDED,
        )
        .group_by(group)
        .order_by(group)
    )
    return [Share(content_class, int(count), total) for content_class, count, total in rows]


def _by_id(ids: Sequence[int]) -> dict[int, Article]:
    return {one.id: one for one in session.scalars(sa.select(Article).where(Article.id.in_(ids)))}
