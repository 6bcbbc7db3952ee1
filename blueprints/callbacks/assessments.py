"""What callers said of a department: for the department to read, and to object to."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.callbacks.managing_forms import ObjectionForm
from hotline.callbacks import assessing
from hotline.db import transaction, utc_now
from hotline.people.roles import DEPARTMENT_ROLES

bp = Blueprint("assessments", __name__, url_prefix="/assessments")
access.only(bp, *DEPARTMENT_ROLES)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the latest answers about my department, the bad ones first to be seen."""
    return _page()


@bp.post("/<int:task_id>/objections")
def object_to(task_id: int) -> ResponseReturnValue:
    """Object to one answer."""
    form = ObjectionForm(prefix=f"t{task_id}")
    if not form.validate_on_submit():
        return _page(form, task_id), 422
    person = current_staff()
    with transaction():
        assessing.object_to(
            assessing.answer_about(person, task_id), grounds=form.grounds.data, by=person, now=utc_now()
        )
    flash(_("The objection is on record. The answer counts until the hotline has ruled."), "success")
    return redirect(url_for(".list_"), 303)


def _page(form: ObjectionForm | None = None, task_id: int = 0) -> str:
    answers = assessing.answers_about(current_staff())
    return render_template(
        "callbacks/assessments.html",
        rows=[
            (task, objection, form if form and task.id == task_id else ObjectionForm(prefix=f"t{task.id}"))
            for task, objection in answers
        ],
    )
