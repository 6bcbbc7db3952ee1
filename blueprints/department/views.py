"""A department's own tickets: the board by due time, signing for them, several at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.department import board
from hotline.db import transaction, utc_now
from hotline.dispatch import handling
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.wording import N_, say

bp = Blueprint("department", __name__, url_prefix="/department")
access.only(bp, Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD, Role.INFORMATION_OFFICER)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what the person's department has in hand, by what is due next."""
    wanted = board.shown_of(request.args.get("show"))
    return render_template("department/list.html", **board.read(current_staff(), wanted, utc_now()))


@bp.post("/acknowledge")
def acknowledge() -> ResponseReturnValue:
    """Sign for the chosen tickets, each in a transaction of its own; say which could not be signed for."""
    access.require(Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
    person, now = current_staff(), utc_now()
    chosen = [int(one) for one in request.form.getlist("part") if one.isascii() and one.isdigit()]
    done = 0
    for part_id in chosen[: board.MOST_SHOWN]:
        number = board.number_of(part_id, person)
        try:
            with transaction():
                handling.acknowledge(handling.part_for(part_id, person), by=person, now=now)
            done += 1
        except HotlineError as error:
            flash(f"{number} {error.say()}".strip(), "error")
    if done:
        flash(say(N_("Acknowledged: %(count)s."), {"count": done}), "success")
    elif not chosen:
        flash(say(N_("Choose the tickets to acknowledge first.")), "warning")
    return redirect(url_for(".list_", show=request.form.get("show") or None), 303)
