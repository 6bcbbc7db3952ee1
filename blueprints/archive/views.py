"""The archive: how long ended matters are kept, and where they are filed (A4.15)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.archive.forms import ClassForm, FileForm
from blueprints.refusals import put_beside_field
from hotline.audit.models import Sight
from hotline.categories.keeping import RetentionClass
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.retention import filing
from hotline.tickets.models import Ticket

bp = Blueprint("archive", __name__, url_prefix="/archive")
access.only(bp, Role.ARCHIVIST, Role.OVERSIGHT_OFFICER)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show ended matters that are not filed yet, or those that are."""
    filed = request.args.get("state", "") == "filed"
    chosen = request.args.get("class", "")
    after = request.args.get("after", "")
    number = request.args.get("number", "").strip()[:40]
    found = filing.listed(
        current_staff(),
        filed=filed,
        retention=RetentionClass(chosen) if chosen in set(RetentionClass) else None,
        number=number,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
    )
    shown = found[: filing.PAGE]
    kept: dict[str, Any] = {
        "state": "filed" if filed else None,
        "class": chosen or None,
        "number": number or None,
    }
    return render_template(
        "archive/list.html",
        records=shown,
        filed=filed,
        chosen=chosen,
        number=number,
        classes=list(RetentionClass),
        older_url=url_for(".list_", **kept, after=shown[-1].ticket_id) if len(found) > filing.PAGE else "",
    )


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show how long one matter is kept, and where it is."""
    return _page(looking.find(number, current_staff(), Sight.PAGE))


@bp.post("/<number>/class")
def change(number: str) -> ResponseReturnValue:
    """Keep a matter for another time, with a reason."""
    ticket, form = looking.find(number, current_staff()), ClassForm()
    if form.validate_on_submit():
        try:
            with transaction():
                filing.change(
                    filing.find(ticket),
                    RetentionClass(form.retention.data),
                    reason=form.reason.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The matter is kept for another time."), "success")
            return redirect(url_for(".show", number=number), 303)
    return _page(looking.find(number, current_staff(), Sight.PAGE), class_form=form), 422


@bp.post("/<number>/file")
def file_(number: str) -> ResponseReturnValue:
    """File a matter."""
    ticket, form = looking.find(number, current_staff()), FileForm()
    if form.validate_on_submit():
        try:
            with transaction():
                filing.archive(
                    filing.find(ticket),
                    file_number=form.file_number.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The matter is filed."), "success")
            return redirect(url_for(".show", number=number), 303)
    return _page(looking.find(number, current_staff(), Sight.PAGE), file_form=form), 422


def _page(ticket: Ticket, class_form: ClassForm | None = None, file_form: FileForm | None = None) -> str:
    record = filing.find(ticket)
    if class_form is None:
        class_form = ClassForm()
        class_form.retention.data = record.retention.value
    return render_template(
        "archive/show.html",
        ticket=ticket,
        record=record,
        class_form=class_form,
        file_form=file_form or FileForm(),
    )
