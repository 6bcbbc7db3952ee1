"""Articles that need a look: remarks on them, reviews due, never cited, followed by dissatisfaction."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import contains_eager, joinedload, load_only

from blueprints.access import current_staff
from blueprints.knowledge import queries, rights
from blueprints.knowledge.pages import bp
from hotline.categories import catalogue
from hotline.db import session, utc_now
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES
from hotline.wording import LOCAL_ZONE, N_, Labelled, in_words
from knowledge_base import reviews
from knowledge_base.article_models import Article, ArticleRevision, RevisionStatus
from knowledge_base.gap_models import ArticleFeedback

SHOWN = 100


class View(Labelled):
    """Why an article needs a look."""

    REMARKS = "remarks", N_("Reported as wrong or outdated")
    DUE = "due", N_("Review due")
    UNUSED = "unused", N_("Never cited")
    DISSATISFIED = "dissatisfied", N_("Often followed by dissatisfaction")


FOR_DEPARTMENTS = (View.REMARKS, View.DUE)


@bp.get("/upkeep")
def upkeep() -> ResponseReturnValue:
    """Show the articles that need a look; a department sees its own."""
    person, now = current_staff(), utc_now()
    oversees = person.is_any(*rights.OVERSEERS)
    rights.require(oversees or person.is_any(*DEPARTMENT_ROLES))
    offered = tuple(View) if oversees else FOR_DEPARTMENTS
    view = next((one for one in offered if one.value == request.args.get("view")), View.REMARKS)
    return render_template(
        "knowledge/upkeep.html",
        view=view.value,
        views=[
            {
                "label": in_words(one),
                "url": url_for("knowledge.upkeep", view=one.value),
                "active": one is view,
            }
            for one in offered
        ],
        **_rows(view, None if oversees else person, now),
        terms=catalogue.desk().knowledge,
        tabs=rights.tabs(person),
    )


def _rows(view: View, person: Staff | None, now: dt.datetime) -> dict[str, Any]:
    """Return the rows of one view, of the department of `person` or of all."""
    terms = catalogue.desk().knowledge
    match view:
        case View.REMARKS:
            return {"remarks": _remarks(person)}
        case View.DUE:
            return {"due": _due(person, now)}
        case View.UNUSED:
            unused = reviews.never_cited(since=now - dt.timedelta(days=terms.unused_days), limit=SHOWN)
            return {"unused": _lines(unused)}
        case View.DISSATISFIED:
            found = reviews.often_dissatisfying(
                since=now - dt.timedelta(days=terms.rated_days),
                until=now,
                least_asked=terms.least_rated,
                limit=SHOWN,
            )
            lines = {line.code: line for line in _lines([one.article for one in found])}
            return {"rated": [(one, lines.get(one.article.code)) for one in found]}


def _remarks(person: Staff | None) -> Sequence[ArticleFeedback]:
    query = (
        sa.select(ArticleFeedback)
        .join(ArticleFeedback.revision)
        .where(ArticleFeedback.settled_at.is_(None))
        .options(
            contains_eager(ArticleFeedback.revision).load_only(
                ArticleRevision.title, ArticleRevision.article_id
            ),
            contains_eager(ArticleFeedback.revision).joinedload(ArticleRevision.article),
            joinedload(ArticleFeedback.reported_by),
            joinedload(ArticleFeedback.department),
        )
        .order_by(ArticleFeedback.due_at, ArticleFeedback.id)
        .limit(SHOWN)
    )
    if person is not None:
        query = query.where(ArticleRevision.department_id == person.department_id)
    return session.scalars(query).all()


def _due(person: Staff | None, now: dt.datetime) -> Sequence[ArticleRevision]:
    today = now.astimezone(LOCAL_ZONE).date()
    query = (
        sa.select(ArticleRevision)
        .where(ArticleRevision.status == RevisionStatus.PUBLISHED, ArticleRevision.review_on <= today)
        .options(
            joinedload(ArticleRevision.article),
            joinedload(ArticleRevision.department),
            load_only(ArticleRevision.title, ArticleRevision.review_on),
        )
        .order_by(ArticleRevision.review_on, ArticleRevision.id)
        .limit(SHOWN)
    )
    if person is not None:
        query = query.where(ArticleRevision.department_id == person.department_id)
    return session.scalars(query).all()


def _lines(found: Sequence[Article]) -> list[queries.Line]:
    """Return the lines of some articles in their order."""
    lines = queries.published_lines([one.id for one in found])
    return [lines[one.id] for one in found if one.id in lines]
