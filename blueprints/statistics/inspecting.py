"""Service-quality inspections: the sheet, what waits to be put right, and paper."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.statistics.forms import InspectionForm, VerifyForm
from blueprints.statistics.frame import HOTLINE, bp, choice_at, framed
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.statistics import inspections
from hotline.statistics.inspection_models import InspectionSheet


@bp.get("/inspections")
def inspection_list() -> ResponseReturnValue:
    """Show the latest sheets and what waits to be put right."""
    access.require(*HOTLINE)
    now = utc_now()
    return render_template(
        "statistics/inspections.html",
        **framed(choice_at(now), now, "inspections"),
        sheets=inspections.latest(),
        unsettled=inspections.unsettled(),
        whom=inspections.whom,
        item_name=inspections.name_of,
        may_inspect=current_staff().is_any(*inspections.INSPECTS),
    )


@bp.get("/inspections/new")
def new_inspection() -> ResponseReturnValue:
    """Show an empty sheet."""
    access.require(*inspections.INSPECTS)
    return _form_page(_form())


@bp.post("/inspections/new")
def inspect() -> ResponseReturnValue:
    """Write an inspection down."""
    access.require(*inspections.INSPECTS)
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form), 422
    kind, _colon, key = form.whom.data.partition(":")
    try:
        with transaction():
            sheet = inspections.inspect(
                staff=people.get(int(key)) if kind == "staff" else None,
                department=departments.get(int(key)) if kind == "department" else None,
                judged=form.judged(),
                remarks=form.remarks.data or "",
                by=current_staff(),
                now=utc_now(),
            )
    except HotlineError as error:
        form.form_errors.append(error.say())
        return _form_page(form), 422
    flash(_("The sheet is on record."), "success")
    return redirect(url_for(".inspection", sheet_id=sheet.id), 303)


@bp.get("/inspections/<int:sheet_id>")
def inspection(sheet_id: int) -> ResponseReturnValue:
    """Show one sheet; `?print=1` for paper."""
    access.require(*HOTLINE)
    return _page(inspections.get(sheet_id), "inspection_print" if request.args.get("print") else "inspection")


@bp.post("/inspections/findings/<int:finding_id>")
def verify(finding_id: int) -> ResponseReturnValue:
    """Write down that a problem was put right."""
    access.require(*inspections.INSPECTS)
    form = VerifyForm(prefix=f"f{finding_id}")
    sheet_id = inspections.finding(finding_id).sheet_id
    if not form.validate_on_submit():
        flash(_("Say what was put right."), "error")
    else:
        with transaction():
            inspections.verify(
                inspections.finding(finding_id),
                put_right=form.put_right.data,
                by=current_staff(),
                now=utc_now(),
            )
        flash(_("The finding is settled."), "success")
    return redirect(url_for(".inspection", sheet_id=sheet_id), 303)


def _form() -> InspectionForm:
    form = InspectionForm()
    staff = people.holding(Role.OPERATOR, Role.CALLBACK_AGENT, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
    form.offer([one for one in staff if one.id != current_staff().id], departments.active())
    return form


def _form_page(form: InspectionForm) -> str:
    now = utc_now()
    frame = framed(choice_at(now), now, "inspections")
    return render_template("statistics/inspection_new.html", **frame, form=form)


def _page(sheet: InspectionSheet, template: str) -> str:
    now = utc_now()
    person = current_staff()
    return render_template(
        f"statistics/{template}.html",
        **framed(choice_at(now), now, "inspections"),
        sheet=sheet,
        rows=[(one, VerifyForm(prefix=f"f{one.id}")) for one in sheet.findings],
        whom=inspections.whom(sheet),
        item_name=inspections.name_of,
        may_inspect=person.is_any(*inspections.INSPECTS) and sheet.staff_id != person.id,
    )
