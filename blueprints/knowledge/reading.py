"""Finding and reading articles, comparing their revisions, saying what is wrong with them."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_staff
from blueprints.knowledge import differences, listing, names, rights
from blueprints.knowledge.forms import ConfirmForm, ReportForm, SettleForm, last_day
from blueprints.knowledge.pages import (
    SentBack,
    article_page,
    bp,
    revision_of,
    seen_article,
    seen_revisions,
    settle_prefix,
)
from blueprints.refusals import put_beside_field
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from knowledge_base import feedback, reviews
from knowledge_base.article_models import ArticleAttachment
from knowledge_base.gap_models import ArticleFeedback, FeedbackKind


@bp.get("")
def list_() -> ResponseReturnValue:
    """Find articles while typing; without a question the newest or the most cited."""
    template = "knowledge/_list.html" if request.headers.get("HX-Request") else "knowledge/list.html"
    found = listing.read(request.args, utc_now())
    return render_template(
        template, **found, tabs=rights.tabs(current_staff()), may_edit=rights.may_edit(current_staff())
    )


@bp.get("/articles/<code>")
@bp.get("/articles/<code>/revisions/<int:number>")
def show(code: str, number: int | None = None) -> ResponseReturnValue:
    """Show an article as it is read out, with its revisions."""
    article = seen_article(code)
    return article_page(article, revision_of(article, number))


@bp.get("/articles/<code>/difference")
def difference(code: str) -> ResponseReturnValue:
    """Show two revisions side by side; by default the newest and the one before it."""
    article = seen_article(code)
    seen = seen_revisions(article)
    if len(seen) < 2:
        raise NotFoundError
    after = revision_of(article, request.args.get("after", seen[0].number, type=int))
    earlier = [one for one in seen if one.number < after.number] or seen[1:]
    before = revision_of(article, request.args.get("before", earlier[0].number, type=int))
    return render_template(
        "knowledge/difference.html",
        article=article,
        revisions=seen,
        before=before,
        after=after,
        changes=listing.changes(before, after),
        rows=differences.rows(before.body, after.body),
        class_path=names.class_path,
        last_day=last_day,
    )


@bp.get("/attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> ResponseReturnValue:
    """Hand out a file of an article: always to be saved, never shown inside the site."""
    kept = session.get(ArticleAttachment, attachment_id)
    if kept is None or not rights.may_see(current_staff(), kept.revision):
        raise NotFoundError
    return download(kept)


def download(kept: ArticleAttachment) -> ResponseReturnValue:
    """Return a file as an answer that no browser acts on."""
    answer = send_file(
        io.BytesIO(kept.content), mimetype=kept.media_type, as_attachment=True, download_name=kept.name
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.post("/articles/<code>/report")
def report(code: str) -> ResponseReturnValue:
    """Say that the article in use is wrong or outdated."""
    article, person = seen_article(code), current_staff()
    revision = revision_of(article, None)
    rights.require(rights.may_report(person, revision))
    form = ReportForm()
    if form.validate_on_submit():
        try:
            with transaction():
                feedback.report(
                    revision, FeedbackKind(form.kind.data), reason=form.reason.data, by=person, now=utc_now()
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Thank you. Whoever looks after the article has been told."), "success")
            return redirect(url_for(".show", code=code), 303)
    return article_page(article, revision, SentBack(report=form))


@bp.post("/remarks/<int:remark_id>/settle")
def settle(remark_id: int) -> ResponseReturnValue:
    """Say what was done about a remark."""
    remark, person = session.get(ArticleFeedback, remark_id), current_staff()
    if remark is None or not rights.may_see(person, remark.revision):
        raise NotFoundError
    rights.require(rights.may_settle(person, remark.revision))
    article, form = remark.revision.article, SettleForm(prefix=settle_prefix(remark_id))
    refusal: HotlineError | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                feedback.settle(remark, settlement=form.settlement.data, by=person, now=utc_now())
        except HotlineError as error:
            refusal = error
        else:
            flash(_("The remark is settled."), "success")
            return redirect(url_for(".show", code=article.code), 303)
    back = SentBack(settle=form, settle_id=remark_id, refusal=refusal)
    return article_page(article, revision_of(article, None), back)


@bp.post("/articles/<code>/confirm")
def confirm(code: str) -> ResponseReturnValue:
    """Note that a review found the article still right."""
    article = seen_article(code)
    revision = article.published
    if revision is None:
        raise NotFoundError
    rights.require(rights.may_settle(current_staff(), revision))
    form = ConfirmForm()
    if form.validate_on_submit():
        with transaction():
            reviews.confirm(revision, next_on=form.next_on.data)
        flash(
            _("The article stays as it is. The next review is due on %(day)s.", day=form.next_on.data),
            "success",
        )
        return redirect(url_for(".show", code=code), 303)
    return article_page(article, revision, SentBack(confirm=form))
