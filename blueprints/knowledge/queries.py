"""Lists of articles, with no more read than their lines show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only

from hotline.categories import catalogue
from hotline.db import session
from hotline.people.models import Department
from hotline.tickets.models import Ticket
from knowledge_base.article_models import Article, ArticleRevision, Audience, Citation, RevisionStatus
from knowledge_base.gap_models import ArticleFeedback, Gap
from knowledge_base.gaps import UNSETTLED

PAGE = 30

R = ArticleRevision


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for the editors."""

    drafts: int
    in_review: int
    gaps: int
    remarks: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of articles is narrowed to; what is left empty does not matter."""

    content_class: str = ""
    department_id: int | None = None
    region: str = ""
    audience: Audience | None = None
    only_valid_at: dt.datetime | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions on published revisions."""
        kept: list[sa.ColumnElement[bool]] = [R.status == RevisionStatus.PUBLISHED]
        if self.content_class:
            kept.append(R.content_class.startswith(self.content_class, autoescape=True))
        if self.department_id is not None:
            kept.append(R.department_id == self.department_id)
        if self.region:
            kept.append(R.region.in_(("", self.region)))
        if self.audience is not None:
            kept.append(R.audience == self.audience)
        if (moment := self.only_valid_at) is not None:
            kept.append(sa.or_(R.valid_from.is_(None), R.valid_from <= moment))
            kept.append(sa.or_(R.valid_until.is_(None), R.valid_until > moment))
        return kept


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a list."""

    revision_id: int
    code: str
    title: str
    department: dict[str, Any] | None
    content_class: str
    audience: Audience
    published_at: dt.datetime | None
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    citations: int | None = None


_COLUMNS = (
    R.id,
    Article.code,
    R.title,
    Department.names,
    R.content_class,
    R.audience,
    R.published_at,
    R.valid_from,
    R.valid_until,
)


def count(narrowed: Narrowed) -> int:
    """Return how many published articles fit."""
    return session.scalar(sa.select(sa.func.count(R.id)).where(*narrowed.conditions())) or 0


def newest(narrowed: Narrowed, *, after: int | None = None) -> tuple[list[Line], int | None]:
    """Return the articles published last, older than revision `after`, and the revision to go on after."""
    query = _lines().where(*narrowed.conditions())
    last = session.get(R, after) if after is not None else None
    if last is not None and last.published_at is not None:
        query = query.where(
            sa.or_(
                R.published_at < last.published_at,
                sa.and_(R.published_at == last.published_at, R.id < last.id),
            )
        )
    rows = session.execute(query.order_by(R.published_at.desc(), R.id.desc()).limit(PAGE + 1)).all()
    lines = [Line(*row) for row in rows[:PAGE]]
    return lines, lines[-1].revision_id if len(rows) > PAGE else None


def most_cited(narrowed: Narrowed, now: dt.datetime) -> list[Line]:
    """Return the articles callers were most often answered from lately."""
    cited = R.__table__.alias("cited")
    often = (
        sa.select(cited.c.article_id, sa.func.count(Citation.id).label("citations"))
        .select_from(Citation)
        .join(cited, cited.c.id == Citation.revision_id)
        .where(Citation.cited_at >= now - dt.timedelta(days=catalogue.desk().knowledge.counted_days))
        .group_by(cited.c.article_id)
        .subquery()
    )
    rows = session.execute(
        _lines()
        .add_columns(often.c.citations)
        .join(often, often.c.article_id == R.article_id)
        .where(*narrowed.conditions())
        .order_by(often.c.citations.desc(), R.id)
        .limit(PAGE)
    )
    return [Line(*row) for row in rows]


def numbered(code: str, narrowed: Narrowed) -> Line | None:
    """Return the article of that number, as people type it, if it fits."""
    fits = Article.code.in_({code, code.upper()})
    row = session.execute(_lines().where(fits, *narrowed.conditions()).limit(1)).first()
    return Line(*row) if row else None


def lines_of(revision_ids: Sequence[int]) -> dict[int, Line]:
    """Return the lines of some revisions by their ids."""
    rows = session.execute(_lines().where(R.id.in_(revision_ids)))
    return {row[0]: Line(*row) for row in rows}


def published_lines(article_ids: Sequence[int]) -> dict[int, Line]:
    """Return the lines of some articles by the articles' ids; of those that are published."""
    rows = session.execute(
        _lines()
        .add_columns(R.article_id)
        .where(R.article_id.in_(article_ids), R.status == RevisionStatus.PUBLISHED)
    )
    return {row[-1]: Line(*row[:-1]) for row in rows}


def regions() -> list[str]:
    """Return the regions that published articles name."""
    named = sa.select(R.region).where(R.status == RevisionStatus.PUBLISHED, R.region != "").distinct()
    return list(session.scalars(named.order_by(R.region)))


def waiting() -> Waiting:
    """Return how much waits for the editors, in one query."""

    def how_many(column: InstrumentedAttribute[int], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count(column)).where(*where).scalar_subquery()

    row = session.execute(
        sa.select(
            how_many(R.id, R.status == RevisionStatus.DRAFT),
            how_many(R.id, R.status == RevisionStatus.IN_REVIEW),
            how_many(Gap.id, Gap.status.in_(UNSETTLED)),
            how_many(ArticleFeedback.id, ArticleFeedback.settled_at.is_(None)),
        )
    ).one()
    return Waiting(*row)


def in_the_making(status: RevisionStatus) -> list[tuple[ArticleRevision, str | None]]:
    """Return the revisions being written or reviewed, with the number of the ticket one was drafted from."""
    rows = session.execute(
        sa.select(R, Ticket.number)
        .outerjoin(Ticket, Ticket.id == R.from_ticket_id)
        .where(R.status == status)
        .options(
            joinedload(R.article).lazyload(Article.revisions),
            joinedload(R.author),
            joinedload(R.department),
            load_only(
                R.number,
                R.status,
                R.title,
                R.origin,
                R.review_note,
                R.updated_at,
                R.submitted_at,
                R.author_id,
            ),
        )
        .order_by(R.submitted_at, R.updated_at.desc(), R.id)
    )
    return [(revision, number) for revision, number in rows.unique()]


def citations_of(article: Article) -> dict[int, int]:
    """Return how often each revision of an article answered a caller."""
    rows = session.execute(
        sa.select(Citation.revision_id, sa.func.count(Citation.id))
        .where(Citation.revision_id.in_([one.id for one in article.revisions]))
        .group_by(Citation.revision_id)
    )
    return {row[0]: row[1] for row in rows}


def last_cited_at(article: Article) -> dt.datetime | None:
    """Return when a caller was last answered from an article."""
    return session.scalar(
        sa.select(sa.func.max(Citation.cited_at)).where(
            Citation.revision_id.in_([one.id for one in article.revisions])
        )
    )


def remarks_on(article: Article) -> Sequence[ArticleFeedback]:
    """Return what was said to be wrong with an article, the unsettled first, the newest first."""
    return session.scalars(
        sa.select(ArticleFeedback)
        .where(ArticleFeedback.revision_id.in_([one.id for one in article.revisions]))
        .options(joinedload(ArticleFeedback.reported_by), joinedload(ArticleFeedback.settled_by))
        .order_by(ArticleFeedback.settled_at.is_not(None), ArticleFeedback.reported_at.desc())
        .limit(PAGE)
    ).all()


def _lines() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(Article, Article.id == R.article_id)
        .outerjoin(Department, Department.id == R.department_id)
    )
