"""An answer that shall not count against a department, and one that shall count again."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.callbacks import views
from blueprints.callbacks.frame import bp
from blueprints.callbacks.managing_forms import LeaveOutForm
from blueprints.refusals import carried_out
from hotline.callbacks import assessing, queue
from hotline.db import transaction, utc_now


@bp.post("/<int:task_id>/leave-out")
def leave_out(task_id: int) -> ResponseReturnValue:
    """Leave an answer out of the assessment, with the grounds."""
    access.require(*assessing.RULES)
    task = queue.get(task_id, current_staff())
    form = LeaveOutForm()
    if carried_out(
        form, lambda: assessing.exclude(task, ground=form.grounds.data, by=current_staff(), now=utc_now())
    ):
        flash(_("The answer is left out of the assessment; the figures say how many are."), "success")
        return redirect(url_for(".show", task_id=task_id), 303)
    return views.page(queue.get(task_id, current_staff()), leave_out=form), 422


@bp.post("/<int:task_id>/count-again")
def count_again(task_id: int) -> ResponseReturnValue:
    """Let an answer count in the assessment again."""
    access.require(*assessing.RULES)
    with transaction():
        assessing.include(queue.get(task_id, current_staff()), by=current_staff(), now=utc_now())
    flash(_("The answer counts in the assessment again."), "success")
    return redirect(url_for(".show", task_id=task_id), 303)
