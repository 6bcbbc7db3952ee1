"""What supervisors do about callbacks: batches, samples, rulings, reports, costs."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.callbacks.frame import bp
from blueprints.callbacks.managing_forms import (
    BatchForm,
    CostForm,
    DrawForm,
    ReportForm,
    ReviewForm,
    RulingForm,
)
from hotline.callbacks import allocating, assessing, queue, reporting, sampling
from hotline.callbacks.review_models import CallbackCost, CallbackObjection, CallbackReport, Ruling
from hotline.callbacks.sample_models import CallbackSample
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.wording import in_both

MANAGES = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)


@bp.get("/manage")
def manage() -> ResponseReturnValue:
    """Show who calls what, the samples drawn, and objections that wait for a ruling."""
    access.require(*MANAGES)
    return render_template(
        "callbacks/manage.html",
        loads=[(one, BatchForm.of(one)) for one in allocating.loads()],
        counts=queue.counts(current_staff(), now=utc_now()),
        samples=sampling.all_drawn(),
        draw=DrawForm(),
        objections=[(one, RulingForm(prefix=f"o{one.id}")) for one in assessing.pending(current_staff())],
        may_rule=current_staff().is_any(*assessing.RULES),
        stratum=stratum_name,
    )


@bp.post("/manage/allocate")
def allocate() -> ResponseReturnValue:
    """Give the free callbacks out now instead of within a minute."""
    access.require(*MANAGES)
    with transaction():
        given = allocating.allocate(now=utc_now())
    flash(_("%(count)s callbacks were given out.", count=given), "success")
    return redirect(url_for(".manage"), 303)


@bp.post("/manage/batches/<int:staff_id>")
def batch(staff_id: int) -> ResponseReturnValue:
    """Set what one person calls about, and how much; or free the whole batch."""
    access.require(*MANAGES)
    person = people.get(staff_id)
    form = BatchForm(prefix=f"b{staff_id}")
    if form.validate_on_submit():
        with transaction():
            allocating.set_up(
                people.get(staff_id),
                most_open=form.most_open.data,
                kinds=frozenset(CallbackKind(one) for one in form.kinds.data),
                is_present=form.is_present.data,
            )
            freed = allocating.release(person) if request.form.get("release") else 0
        flash(_("Saved. Callbacks put back: %(count)s.", count=freed), "success")
    else:
        flash(_("Give how many callbacks the batch holds."), "error")
    return redirect(url_for(".manage"), 303)


@bp.post("/manage/samples")
def draw() -> ResponseReturnValue:
    """Draw the sample of a level for a month."""
    access.require(Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
    form = DrawForm()
    if form.validate_on_submit():
        first: dt.date = form.month.data
        last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        try:
            with transaction():
                sample = sampling.draw(int(form.level.data), first, last, by=current_staff(), now=utc_now())
            flash(
                _(
                    "%(drawn)s of %(population)s were drawn.",
                    drawn=sample.drawn_count,
                    population=sample.population_count,
                ),
                "success",
            )
        except HotlineError as error:
            flash(error.say(), "error")
    return redirect(url_for(".manage"), 303)


@bp.post("/manage/samples/<int:sample_id>/check")
def check(sample_id: int) -> ResponseReturnValue:
    """Draw a kept sample again from its seed, and say whether it comes out the same."""
    access.require(*MANAGES)
    sample = session.get(CallbackSample, sample_id)
    if sample is None:
        raise NotFoundError
    if sampling.repeats(sample):
        flash(_("Drawn again from seed and population, the sample is the same."), "success")
    else:
        flash(_("Drawn again, the sample is not the same: somebody changed it."), "error")
    return redirect(url_for(".manage"), 303)


@bp.post("/manage/objections/<int:objection_id>")
def rule(objection_id: int) -> ResponseReturnValue:
    """Rule on a department's objection."""
    objection = session.get(CallbackObjection, objection_id)
    if objection is None:
        raise NotFoundError
    form = RulingForm(prefix=f"o{objection_id}")
    if not form.validate_on_submit():
        flash(_("Decide, and give the reason."), "error")
        return redirect(url_for(".manage"), 303)
    with transaction():
        assessing.rule(
            objection, Ruling(form.ruling.data), reason=form.reason.data, by=current_staff(), now=utc_now()
        )
    flash(_("The ruling is on record."), "success")
    return redirect(url_for(".manage"), 303)


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """Show my reports, and for supervisors those that wait."""
    person = current_staff()
    reviews = person.is_any(*reporting.REVIEWS)
    return render_template(
        "callbacks/reports.html",
        mine=reporting.of_person(person),
        waiting=reporting.waiting() if reviews else None,
    )


@bp.get("/reports/<int:report_id>")
def report(report_id: int) -> ResponseReturnValue:
    """Show one report with its callbacks."""
    return _report_page(_report(report_id))


@bp.post("/reports/<int:report_id>")
def write_report(report_id: int) -> ResponseReturnValue:
    """Write a report."""
    found, form = _report(report_id), ReportForm()
    if not form.validate_on_submit():
        return _report_page(found, written=form), 422
    with transaction():
        reporting.write(found, summary=form.summary.data, by=current_staff(), now=utc_now())
    flash(_("The report is handed in."), "success")
    return redirect(url_for(".reports"), 303)


@bp.post("/reports/<int:report_id>/review")
def review(report_id: int) -> ResponseReturnValue:
    """Approve a report, or return it with guidance."""
    found, form = _report(report_id), ReviewForm()
    form.validate_on_submit()
    guidance = form.guidance.data or ""
    try:
        with transaction():
            if request.form.get("decision") == "return":
                reporting.send_back(found, guidance=guidance, by=current_staff(), now=utc_now())
            else:
                reporting.approve(found, guidance=guidance, by=current_staff(), now=utc_now())
    except reporting.GuidanceMissingError as error:
        form.guidance.errors = [error.say()]
        return _report_page(_report(report_id), review=form), 422
    return redirect(url_for(".reports"), 303)


@bp.post("/<int:task_id>/costs")
def spend(task_id: int) -> ResponseReturnValue:
    """Enter what a callback cost."""
    task, form = queue.get(task_id, current_staff()), CostForm()
    if not form.validate_on_submit():
        flash(_("Give what it was for, the voucher and the amount."), "error")
    else:
        try:
            with transaction():
                reporting.spend(
                    task,
                    what=form.what.data,
                    voucher=form.voucher.data,
                    amount_fen=int(form.amount.data * 100),
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            flash(error.say(), "error")
    return redirect(url_for(".show", task_id=task_id, _anchor="costs"), 303)


@bp.post("/costs/<int:cost_id>/sign")
def sign_cost(cost_id: int) -> ResponseReturnValue:
    """Sign a cost for reimbursement."""
    cost = session.get(CallbackCost, cost_id)
    if cost is None:
        raise NotFoundError
    task_id = cost.task_id
    with transaction():
        reporting.sign(cost, by=current_staff(), now=utc_now())
    return redirect(url_for(".show", task_id=task_id, _anchor="costs"), 303)


def stratum_name(stratum: str) -> str:
    """Return what a stratum is called: its category, and the topic or content class."""
    code, _colon, detail = stratum.partition(":")
    policy = catalogue.current().policies.get(code)
    topics = {
        item.code: in_both(item.names) for item in catalogue.current().lists.get("consultation_topic", ())
    }
    entry = catalogue.current().classes.get(detail)
    name = topics.get(detail) or (in_both(entry.names) if entry else "")
    category = in_both(policy.names) if policy else code
    return f"{category} · {name}" if name else category


def _report(report_id: int) -> CallbackReport:
    found = session.get(CallbackReport, report_id)
    person = current_staff()
    if found is None or (found.staff_id != person.id and not person.is_any(*reporting.REVIEWS)):
        raise NotFoundError
    return found


def _report_page(
    found: CallbackReport, *, written: ReportForm | None = None, review: ReviewForm | None = None
) -> str:
    return render_template(
        "callbacks/report.html",
        report=found,
        tasks=reporting.callbacks_of(found, current_staff()),
        written=written or ReportForm(obj=found),
        review=review or ReviewForm(),
        is_mine=found.staff_id == current_staff().id,
        may_review=current_staff().is_any(*reporting.REVIEWS) and found.staff_id != current_staff().id,
    )
