"""Why people complained: causes with the responsible department, costs with who bears them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from blueprints.statistics.forms import ComplaintCostForm
from blueprints.statistics.frame import HOTLINE, bp, choice_at, framed
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.statistics import complaints, names


@bp.get("/complaints")
def complaint_causes() -> ResponseReturnValue:
    """Show the causes and costs of the complaints closed in a period."""
    access.require(*HOTLINE)
    return _page(ComplaintCostForm())


@bp.post("/complaints")
def complaint_cost() -> ResponseReturnValue:
    """Enter what settling a complaint cost."""
    access.require(*complaints.ENTERS)
    form = ComplaintCostForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction():
            complaints.spend(
                form.number.data.strip(),
                kind=form.kind.data,
                bearer=form.bearer.data,
                amount_fen=int(form.amount.data * 100),
                note=form.note.data or "",
                by=current_staff(),
                now=utc_now(),
            )
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(form), 422
    flash(_("The cost is on record."), "success")
    return redirect(url_for(".complaint_causes"), 303)


@bp.post("/complaints/costs/<int:cost_id>")
def complaint_cost_review(cost_id: int) -> ResponseReturnValue:
    """Review a cost."""
    access.require(*complaints.REVIEWS)
    with transaction():
        complaints.review(cost_id, by=current_staff(), now=utc_now())
    return redirect(url_for(".complaint_causes"), 303)


def _page(form: ComplaintCostForm) -> str:
    now, person = utc_now(), current_staff()
    choice = choice_at(now)
    found = complaints.causes(choice.period, choice.scope)
    return render_template(
        "statistics/complaints.html",
        **framed(choice, now, "complaints"),
        causes=found,
        department_names=names.of_all("department", tuple(sorted({str(one.department_id) for one in found}))),
        costs=complaints.costs(choice.period, person),
        by_bearer=complaints.by_bearer(choice.period),
        name_of=complaints.name_of,
        form=form,
        may_enter=person.is_any(*complaints.ENTERS),
        may_review=person.is_any(*complaints.REVIEWS),
    )
