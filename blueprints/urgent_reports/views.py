"""Urgent reports: those that wait for a leader, and what is to be done."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.reception import tabs
from blueprints.refusals import put_beside_field
from hotline.audit.models import Sight
from hotline.contacts.models import Visit
from hotline.contacts.written import cleaned
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.reception import urgent
from hotline.reception.models import UrgentReport

bp = Blueprint("urgent_reports", __name__, url_prefix="/urgent-reports")
access.only(bp, *DESK, Role.OVERSIGHT_OFFICER)


class NoteForm(FlaskForm):
    """What is to be done."""

    instruction = TextAreaField(
        _l("What is to be done"),
        filters=[cleaned],
        validators=[Length(max=urgent.LONGEST, message=_l("This is too long: at most %(max)d characters."))],
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the reports a person may read."""
    person = current_staff()
    return render_template("urgent_reports/list.html", reports=urgent.listed(person), tabs_of=tabs.of(person))


@bp.get("/<int:report_id>")
def show(report_id: int) -> ResponseReturnValue:
    """Show one report with its elements."""
    return _page(urgent.get(report_id, current_staff()), NoteForm(None))


@bp.post("/<int:report_id>")
def take_note(report_id: int) -> ResponseReturnValue:
    """Say that a leader has read it, and what is to be done."""
    access.require(*urgent.LEADS)
    form, report = NoteForm(), urgent.get(report_id, current_staff())
    if form.validate():
        try:
            with transaction():
                urgent.take_note(
                    report, instruction=form.instruction.data or "", by=current_staff(), now=utc_now()
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", report_id=report_id), 303)
    return _page(urgent.get(report_id, current_staff()), form), 422


def _page(report: UrgentReport, form: NoteForm) -> str:
    looking.at(report.ticket, current_staff(), Sight.PAGE)
    return render_template(
        "urgent_reports/show.html",
        report=report,
        visit=report.contact if isinstance(report.contact, Visit) else None,
        form=form,
        leads=current_staff().is_any(*urgent.LEADS),
    )
