"""Reviewing: a second pair of eyes publishes or sends back; withdrawing takes an answer away."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.knowledge import differences, listing, queries, rights
from blueprints.knowledge.forms import NoteForm, SeenForm, WithdrawForm, stamp_of
from blueprints.knowledge.pages import SentBack, article_page, bp, facts_of, revision_of, seen_article
from blueprints.refusals import put_beside_field
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from knowledge_base import articles, privacy
from knowledge_base.article_models import Article, ArticleRevision, RevisionStatus


@bp.get("/review")
def review() -> ResponseReturnValue:
    """Show what waits for a reviewer, the longest waiting first."""
    access.require(*rights.EDITORS)
    person = current_staff()
    return render_template(
        "knowledge/review.html",
        waiting=queries.in_the_making(RevisionStatus.IN_REVIEW),
        tabs=rights.tabs(person),
    )


@bp.get("/articles/<code>/review")
def inspect(code: str) -> ResponseReturnValue:
    """Show a revision in review beside the wording in use."""
    access.require(*rights.EDITORS)
    article = articles.get(code)
    return _page(article, _in_review(article))


@bp.post("/articles/<code>/publish")
def publish(code: str) -> ResponseReturnValue:
    """Let a reviewed revision answer callers."""
    access.require(*rights.EDITORS)
    article, form = articles.get(code), SeenForm()
    revision = _in_review(article)
    try:
        with transaction():
            form.refuse_unseen(revision)
            articles.publish(revision, by=current_staff(), now=utc_now())
    except HotlineError as error:
        return _page(article, _in_review(article), refusal=error)
    flash(
        _("%(code)s is published: it is found and may be read to callers from now on.", code=code), "success"
    )
    return redirect(url_for(".show", code=code), 303)


@bp.post("/articles/<code>/send-back")
def send_back(code: str) -> ResponseReturnValue:
    """Return a revision to its author with what is to be changed."""
    access.require(*rights.EDITORS)
    article, form = articles.get(code), NoteForm()
    revision = _in_review(article)
    if form.validate_on_submit():
        try:
            with transaction():
                form.refuse_unseen(revision)
                articles.send_back(revision, note=form.note.data, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The draft is back with its author."), "success")
            return redirect(url_for(".review"), 303)
    return _page(article, _in_review(article), note_form=form)


@bp.post("/articles/<code>/revisions/<int:number>/withdraw")
def withdraw(code: str, number: int) -> ResponseReturnValue:
    """Take a revision back for good: a published one answers nobody any more, a draft is discarded."""
    access.require(*rights.EDITORS)
    article = seen_article(code)
    revision, form = revision_of(article, number), WithdrawForm()
    if form.validate_on_submit():
        try:
            with transaction():
                form.refuse_unseen(revision)
                articles.withdraw(revision, reason=form.reason.data, now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Revision %(number)s of %(code)s is withdrawn.", code=code, number=number), "success")
            return redirect(url_for(".show", code=code), 303)
    return article_page(article, revision, SentBack(withdraw=form))


def _in_review(article: Article) -> ArticleRevision:
    revision = article.open_revision
    if revision is None or revision.status is not RevisionStatus.IN_REVIEW:
        raise NotFoundError
    return revision


def _page(
    article: Article,
    revision: ArticleRevision,
    *,
    note_form: NoteForm | None = None,
    refusal: HotlineError | None = None,
) -> ResponseReturnValue:
    before = article.published
    page = render_template(
        "knowledge/inspect.html",
        **facts_of(revision),
        article=article,
        before=before,
        changes=listing.changes(before, revision) if before else (),
        rows=differences.rows(before.body, revision.body) if before else (),
        is_own=revision.author_id == current_staff().id,
        has_marks=privacy.has_marks(f"{revision.title}\n{revision.body}\n{revision.aliases}"),
        seen_form=SeenForm(formdata=None, data={"seen": stamp_of(revision)}),
        note_form=note_form or NoteForm(formdata=None, data={"seen": stamp_of(revision)}),
        is_note_open=note_form is not None,
        refusal=refusal,
    )
    return page, 422 if note_form or refusal else 200
