"""Writing articles: new ones, next revisions, with the text shown as it will look."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.knowledge import markdown, queries, rights
from blueprints.knowledge.forms import LONGEST_BODY, TYPED, ArticleForm, stamp_of
from blueprints.knowledge.pages import bp
from blueprints.refusals import put_beside_field
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from knowledge_base import articles, gaps, privacy, unsaved
from knowledge_base.article_models import Article, ArticleRevision, RevisionStatus
from knowledge_base.articles import Content
from knowledge_base.gap_models import Gap
from knowledge_base.unsaved import UnsavedArticle

NEW = "new"
FOR_GAP = "gap "
"""What is written where there is no article yet; else the place is the article's code."""


@bp.get("/drafts")
def drafts() -> ResponseReturnValue:
    """Show what is being written: one's own, colleagues', and what replies were prepared from."""
    access.require(*rights.EDITORS)
    person = current_staff()
    found = queries.in_the_making(RevisionStatus.DRAFT)
    return render_template(
        "knowledge/drafts.html",
        mine=[one for one in found if one[0].author_id == person.id],
        prepared=[one for one in found if one[0].author_id is None],
        others=[one for one in found if one[0].author_id not in (person.id, None)],
        tabs=rights.tabs(person),
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Write a new article, from scratch or to fill a gap."""
    access.require(*rights.EDITORS)
    gap_id = request.args.get("gap", type=int)
    gap = gaps.get(gap_id) if gap_id is not None else None
    return _write(
        ArticleForm(_content_of(gap) if gap else None), None, gap, f"{FOR_GAP}{gap.id}" if gap else NEW
    )


@bp.route("/articles/<code>/edit", methods=["GET", "POST"])
def edit(code: str) -> ResponseReturnValue:
    """Go on with an article's draft, or start its next revision from the wording in use."""
    access.require(*rights.EDITORS)
    article = articles.get(code)
    if article.open_revision is not None and article.open_revision.status is RevisionStatus.IN_REVIEW:
        flash(_("This revision is in review. Send it back to go on writing."), "info")
        return redirect(url_for(".inspect", code=code), 303)
    start = article.open_revision or article.shown
    form = ArticleForm(articles.content_of(start), revision=start, seen=stamp_of(start))
    return _write(form, article, None, code)


@bp.post("/typed")
def keep_typed() -> ResponseReturnValue:
    """Keep what was typed since the last time, so that a reload loses nothing."""
    access.require(*rights.EDITORS)
    place, seen = (request.args.get(name, "")[: unsaved.LONGEST_PLACE] for name in ("place", "seen"))
    changed = {name: value[:LONGEST_BODY] for name, value in request.form.items() if name in TYPED}
    with transaction():
        unsaved.keep(current_staff(), place, seen, changed, now=utc_now())
    return "", 204


@bp.post("/typed/discard")
def discard_typed() -> ResponseReturnValue:
    """Throw away what was typed and not saved."""
    access.require(*rights.EDITORS)
    place = request.args.get("place", "")
    with transaction():
        unsaved.drop(current_staff(), place)
    if place == NEW:
        return redirect(url_for(".create"), 303)
    if place.startswith(FOR_GAP):
        return redirect(url_for(".create", gap=place.removeprefix(FOR_GAP)), 303)
    return redirect(url_for(".edit", code=place), 303)


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """Show the text being written as readers will see it."""
    access.require(*rights.EDITORS)
    return render_template(
        "knowledge/_body.html", body=markdown.html(request.form.get("body", "")[:LONGEST_BODY])
    )


def _write(form: ArticleForm, article: Article | None, gap: Gap | None, place: str) -> ResponseReturnValue:
    action = request.form.get("action", "save")
    kept = _resume(form, article, place) if request.method == "GET" else None
    if request.method == "POST" and action != "preview" and form.validate():
        try:
            with transaction():
                revision = _save(form, article, gap)
                if action == "submit":
                    articles.submit(revision, by=current_staff(), now=utc_now())
                unsaved.drop(current_staff(), place)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return _onwards(revision)
    page = render_template(
        "knowledge/edit.html",
        form=form,
        article=article,
        gap=gap,
        body=markdown.html((form.body.data or "")[:LONGEST_BODY]),
        note=article.open_revision.review_note if article and article.open_revision else "",
        has_marks=privacy.has_marks(f"{form.title.data}\n{form.body.data}\n{form.aliases.data}"),
        regions=queries.regions(),
        place=place,
        kept=kept,
        is_overtaken=kept is not None and kept.seen != form.seen.data,
    )
    return page, 422 if request.method == "POST" and action != "preview" else 200


def _resume(form: ArticleForm, article: Article | None, place: str) -> UnsavedArticle | None:
    """Put back what the person typed and did not save, unless they have saved the article since."""
    person = current_staff()
    kept = unsaved.of(person, place)
    if kept is None:
        return None
    saved = article.open_revision if article else None
    if saved is not None and kept.seen != form.seen.data and saved.author_id == person.id:
        return None
    form.resume(kept.typed)
    return kept


def _save(form: ArticleForm, article: Article | None, gap: Gap | None) -> ArticleRevision:
    """Keep what was filled in as a draft. Raises what the verbs raise, and `ChangedMeanwhileError`."""
    person, now = current_staff(), utc_now()
    before = (article.open_revision or article.shown) if article else None
    form.refuse_unseen(before)
    removed = set(form.removed.data or ())
    if before is not None and before.is_open:
        revision = before
        articles.edit(revision, form.content(), by=person, now=now)
        for file in [one for one in revision.attachments if one.id in removed]:
            articles.detach(file)
    else:
        revision = articles.draft(form.content(), by=person, now=now, article=article)
        for file in [one for one in (before.attachments if before else ()) if one.id not in removed]:
            articles.attach(revision, name=file.name, content=file.content, by=person, now=now)
    for sent in form.files.data or ():
        if getattr(sent, "filename", ""):
            articles.attach(revision, name=sent.filename, content=sent.read(), by=person, now=now)
    if gap is not None:
        gaps.prepare(gap, revision)
    return revision


def _onwards(revision: ArticleRevision) -> ResponseReturnValue:
    if revision.status is RevisionStatus.IN_REVIEW:
        flash(_("Handed in for review. A colleague publishes it or sends it back."), "success")
        return redirect(url_for(".show", code=revision.article.code, number=revision.number), 303)
    flash(_("The draft is saved."), "success")
    return redirect(url_for(".edit", code=revision.article.code), 303)


def _content_of(gap: Gap) -> Content:
    """Return the start of an article for what was asked and not answered."""
    asked = dict.fromkeys(one.question for one in gap.questions if one.question != gap.question)
    return Content(title=gap.question, body="", aliases="\n".join(asked), content_class=gap.content_class)
