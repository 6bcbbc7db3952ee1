"""Public articles, for everybody and without signing in: found, read, their files saved."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access, limits
from blueprints.knowledge import listing, markdown, names, queries
from blueprints.knowledge.forms import last_day
from blueprints.knowledge.queries import Narrowed
from blueprints.knowledge.reading import download
from hotline.db import utc_now
from hotline.errors import NotFoundError
from knowledge_base import articles
from knowledge_base.article_models import ArticleRevision, Audience
from knowledge_base.search import SHORTEST_QUERY

bp = Blueprint("public_knowledge", __name__, url_prefix="/knowledge")
access.public(bp)
limits.LIMITER.shared_limit(limits.READING, scope="public_knowledge")(bp)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Find public articles while typing; without a question the newest."""
    now = utc_now()
    narrowed = Narrowed(
        content_class=request.args.get("class", "")[:40], audience=Audience.PUBLIC, only_valid_at=now
    )
    question = request.args.get("q", "").strip()[: listing.LONGEST_QUESTION]
    after = request.args.get("after", type=int)
    is_searching = len(question) >= SHORTEST_QUERY
    lines, following = ([], None) if is_searching else queries.newest(narrowed, after=after)
    template = "_list.html" if request.headers.get("HX-Request") else "list.html"
    return render_template(
        f"public_knowledge/{template}",
        question=question,
        is_searching=is_searching,
        hits=listing.hits(question, narrowed, now) if is_searching else (),
        lines=lines,
        older_url=url_for(".list_", after=following) if following else "",
        last_day=last_day,
        class_path=names.class_path,
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show a public article as it is valid now."""
    revision = _readable(code, utc_now())
    return render_template(
        "public_knowledge/show.html",
        revision=revision,
        body=markdown.html(revision.body),
        class_path=names.class_path,
        last_day=last_day(revision.valid_until),
    )


@bp.get("/<code>/files/<int:attachment_id>")
def attachment(code: str, attachment_id: int) -> ResponseReturnValue:
    """Hand out a file of a public article."""
    revision = _readable(code, utc_now())
    kept = next((one for one in revision.attachments if one.id == attachment_id), None)
    if kept is None:
        raise NotFoundError
    return download(kept)


def _readable(code: str, now: dt.datetime) -> ArticleRevision:
    """Return what everybody may read of an article. Raises `NotFoundError`."""
    revision = articles.get(code).published
    if revision is None or revision.audience is not Audience.PUBLIC or not revision.is_valid_at(now):
        raise NotFoundError
    return revision
