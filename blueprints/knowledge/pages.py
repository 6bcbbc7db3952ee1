"""The knowledge base's blueprint, and the page of one article."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.knowledge import markdown, names, queries, rights
from blueprints.knowledge.forms import ConfirmForm, ReportForm, SettleForm, WithdrawForm, last_day, stamp_of
from hotline.categories import catalogue
from hotline.db import utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.wording import LOCAL_ZONE
from knowledge_base import answering, articles, snippets
from knowledge_base.article_models import Article, ArticleRevision
from knowledge_base.gap_models import ArticleFeedback

bp = Blueprint("knowledge", __name__, url_prefix="/kb")
access.anybody_signed_in(bp)


@dataclass(frozen=True, slots=True)
class SentBack:
    """Forms of an article's page that were refused, with what was wrong."""

    report: ReportForm | None = None
    settle: SettleForm | None = None
    settle_id: int | None = None
    confirm: ConfirmForm | None = None
    withdraw: WithdrawForm | None = None
    refusal: HotlineError | None = None


def seen_article(code: str) -> Article:
    """Return an article if the person signed in may see anything of it. Raises `NotFoundError`."""
    article = articles.get(code)
    if not seen_revisions(article):
        raise NotFoundError
    return article


def seen_revisions(article: Article) -> list[ArticleRevision]:
    """Return the revisions the person signed in may read, the newest first."""
    person = current_staff()
    return [one for one in reversed(article.revisions) if rights.may_see(person, one)]


def revision_of(article: Article, number: int | None) -> ArticleRevision:
    """Return the revision asked for, by default the one in use. Raises `NotFoundError`."""
    seen = seen_revisions(article)
    if number is None:
        return article.published or seen[0]
    found = next((one for one in seen if one.number == number), None)
    if found is None:
        raise NotFoundError
    return found


def article_page(
    article: Article, revision: ArticleRevision, sent_back: SentBack | None = None
) -> ResponseReturnValue:
    """Return the page of one revision of an article."""
    person, now = current_staff(), utc_now()
    back = sent_back or SentBack()
    citations = queries.citations_of(article)
    settles = rights.may_settle(person, revision)
    remarks = queries.remarks_on(article)
    page = render_template(
        "knowledge/show.html",
        **facts_of(revision),
        article=article,
        revisions=seen_revisions(article),
        is_current=revision is (article.published or seen_revisions(article)[0]),
        trouble=_trouble(revision, now),
        citations=citations,
        citation_count=sum(citations.values()),
        last_cited_at=queries.last_cited_at(article),
        remarks=remarks,
        is_review_due=revision.review_on is not None and revision.review_on <= _today(now),
        may_edit=rights.may_edit(person),
        may_report=rights.may_report(person, revision),
        may_settle=settles,
        report_form=back.report or ReportForm(formdata=None),
        settle_forms=_settle_forms(remarks, back),
        confirm_form=back.confirm or ConfirmForm(formdata=None, data={"next_on": _next_review(now)}),
        withdraw_form=back.withdraw or WithdrawForm(formdata=None, data={"seen": stamp_of(revision)}),
        sent_back=back,
        tabs=rights.tabs(person),
    )
    return page, 422 if sent_back else 200


def settle_prefix(remark_id: int) -> str:
    """Return what tells the form of one remark from that of the next on the same page."""
    return f"remark-{remark_id}-"


def facts_of(revision: ArticleRevision) -> dict[str, Any]:
    """Return what every page showing a revision needs."""
    return {
        "revision": revision,
        "body": markdown.html(revision.body),
        "words": snippets.plain(revision.body),
        "class_path": names.class_path,
        "last_day": last_day(revision.valid_until),
    }


def _settle_forms(remarks: Sequence[ArticleFeedback], back: SentBack) -> dict[int, SettleForm]:
    """Return a form for every remark still to be settled, the one that was refused as it was sent."""
    forms = {
        one.id: SettleForm(formdata=None, prefix=settle_prefix(one.id))
        for one in remarks
        if one.settled_at is None
    }
    if back.settle is not None and back.settle_id is not None:
        forms[back.settle_id] = back.settle
    return forms


def _trouble(revision: ArticleRevision, now: dt.datetime) -> HotlineError | None:
    """Return why a revision cannot answer callers now, if it cannot."""
    try:
        answering.refuse_unanswerable(revision, now=now)
    except HotlineError as error:
        return error
    return None


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(LOCAL_ZONE).date()


def _next_review(now: dt.datetime) -> dt.date:
    return _today(now) + dt.timedelta(days=catalogue.desk().knowledge.review_after_days)
