"""What callers asked and no article answered: by count and by age, filled, joined or dismissed."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from blueprints import access
from blueprints.access import current_staff
from blueprints.knowledge import names, rights
from blueprints.knowledge.forms import DismissForm
from blueprints.knowledge.pages import bp
from blueprints.refusals import put_beside_field
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError
from knowledge_base import gaps as verbs
from knowledge_base import search
from knowledge_base.article_models import ArticleRevision
from knowledge_base.gap_models import Gap, GapQuestion
from knowledge_base.gaps import UNSETTLED

SHOWN = 50
EXAMPLES = 3
COMPARED = 200
LIKE_ENOUGH = 0.25
"""Below this likeness two gaps are not offered to be joined."""


@bp.get("/gaps")
def gaps() -> ResponseReturnValue:
    """Show the gaps, those most asked for first or the oldest."""
    access.require(*rights.OVERSEERS)
    person = current_staff()
    oldest_first = request.args.get("order") == "age"
    found = verbs.waiting(oldest_first=oldest_first, limit=SHOWN)
    return render_template(
        "knowledge/gaps.html",
        gaps=found,
        examples=_examples([one.id for one in found]),
        codes=_codes(found),
        oldest_first=oldest_first,
        class_name=names.class_name,
        may_edit=rights.may_edit(person),
        tabs=rights.tabs(person),
        days_ago=_days_ago,
    )


@bp.get("/gaps/<int:gap_id>")
def gap(gap_id: int) -> ResponseReturnValue:
    """Show one gap: every time it was asked, what is like it, what the search finds for it now."""
    access.require(*rights.OVERSEERS)
    return _page(verbs.get(gap_id))


@bp.post("/gaps/<int:gap_id>/dismiss")
def dismiss(gap_id: int) -> ResponseReturnValue:
    """Close a gap that needs no article."""
    access.require(*rights.EDITORS)
    found, form = verbs.get(gap_id), DismissForm()
    if form.validate_on_submit():
        try:
            with transaction():
                verbs.dismiss(found, reason=form.reason.data, now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The gap is dismissed."), "success")
            return redirect(url_for(".gaps"), 303)
    return _page(found, form)


@bp.post("/gaps/<int:gap_id>/join/<int:into_id>")
def join(gap_id: int, into_id: int) -> ResponseReturnValue:
    """Count a gap as the same question as another."""
    access.require(*rights.EDITORS)
    with transaction():
        verbs.merge(verbs.get(gap_id), verbs.get(into_id))
    flash(_("The two gaps are one now."), "success")
    return redirect(url_for(".gap", gap_id=into_id), 303)


def _page(found: Gap, form: DismissForm | None = None) -> ResponseReturnValue:
    is_open = found.status in UNSETTLED
    page = render_template(
        "knowledge/gap.html",
        gap=found,
        is_open=is_open,
        alike=_alike(found) if is_open else (),
        hits=search.search(found.question, limit=3, now=utc_now()) if is_open else (),
        class_path=names.class_path,
        may_edit=rights.may_edit(current_staff()),
        form=form or DismissForm(formdata=None),
        is_sent_back=form is not None,
        days_ago=_days_ago,
    )
    return page, 422 if form else 200


def _examples(gap_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return some wordings of each gap, the latest first."""
    place = sa.func.row_number().over(
        partition_by=GapQuestion.gap_id, order_by=sa.func.max(GapQuestion.id).desc()
    )
    wordings = (
        sa.select(GapQuestion.gap_id, GapQuestion.question, place.label("place"))
        .where(GapQuestion.gap_id.in_(gap_ids))
        .group_by(GapQuestion.gap_id, GapQuestion.question)
        .subquery()
    )
    found: dict[int, list[str]] = {}
    for gap_id, question in session.execute(
        sa.select(wordings.c.gap_id, wordings.c.question)
        .where(wordings.c.place <= EXAMPLES + 1)
        .order_by(wordings.c.gap_id, wordings.c.place)
    ):
        found.setdefault(gap_id, []).append(question)
    return found


def _codes(found: Sequence[Gap]) -> dict[int, str]:
    """Return the codes of the articles in the making for some gaps, by revision."""
    ids = [one.revision_id for one in found if one.revision_id is not None]
    revisions = session.scalars(
        sa.select(ArticleRevision)
        .where(ArticleRevision.id.in_(ids))
        .options(joinedload(ArticleRevision.article))
    )
    return {one.id: one.article.code for one in revisions}


def _alike(found: Gap) -> list[tuple[float, Gap]]:
    """Return the gaps most like one, which somebody may want to count together."""
    others = session.scalars(
        sa.select(Gap)
        .where(Gap.status.in_(UNSETTLED), Gap.id != found.id)
        .order_by(Gap.last_asked_at.desc(), Gap.id)
        .limit(COMPARED)
    )
    rated = [(verbs.likeness(found.question, other.question), other) for other in others]
    near = [one for one in rated if one[0] >= LIKE_ENOUGH]
    return sorted(near, key=lambda one: (-one[0], one[1].id))[:5]


def _days_ago(moment: dt.datetime) -> int:
    return (utc_now() - moment).days
