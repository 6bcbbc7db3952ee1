"""Operations, for administrators: does everything run, what was given up, try it again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.operations import queries
from blueprints.operations.words import span_in_words, work_in_words
from hotline.db import transaction, utc_now
from hotline.delivery import outbox
from hotline.people.roles import Role
from hotline.suggesting import fitting, suggesting

bp = Blueprint("operations", __name__, url_prefix="/operations")
access.only(bp, Role.ADMINISTRATOR)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the queue, the outbox and the periodic work."""
    now = utc_now()
    return render_template(
        "operations/show.html",
        queue=queries.queue_state(),
        promises=queries.promises(now),
        dead=queries.dead_promises(),
        work=queries.periodic_work(now),
        models=suggesting.versions(),
        can_train=fitting.is_installed(),
        work_in_words=work_in_words,
        span_in_words=span_in_words,
    )


@bp.post("/deliveries/<int:message_id>/retry")
def retry(message_id: int) -> ResponseReturnValue:
    """Try a delivery again that was given up."""
    with transaction():
        outbox.retry(queries.dead_promise(message_id), now=utc_now())
    flash(_("The delivery will be tried again within a minute."), "success")
    return redirect(url_for(".show"), 303)
