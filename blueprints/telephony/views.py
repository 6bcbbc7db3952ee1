"""The telephone page: my extension, the lines this minute, today's calls; and what rings for whom."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from blueprints.session.signing import EXTENSION
from blueprints.telephony.forms import ExtensionForm
from hotline.categories import catalogue
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.people.roles import Role
from hotline.telephony import agents, listing, recording

bp = Blueprint("telephony", __name__, url_prefix="/telephony")
access.only(bp, *DESK, Role.INSPECTOR, Role.ADMINISTRATOR)

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show my telephone, the lines, and today's calls."""
    access.require(*DESK)
    return _page(ExtensionForm(None))


@bp.post("/extension")
def sit_down() -> ResponseReturnValue:
    """Say at which extension I sit."""
    access.require(*DESK)
    form = ExtensionForm()
    if form.validate():
        try:
            with transaction():
                desk = agents.sit_at(form.extension.data, current_staff(), now=utc_now())
                cookie[EXTENSION] = desk.extension
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Calls for extension %(extension)s open here.", extension=desk.extension), "success")
            return redirect(url_for(".show"), 303)
    return _page(form), 422


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """Free my extension."""
    access.require(*DESK)
    with transaction():
        agents.leave(current_staff())
    cookie.pop(EXTENSION, None)
    return redirect(url_for(".show"), 303)


@bp.post("/ready")
def be_ready() -> ResponseReturnValue:
    """Say whether I take calls."""
    access.require(*DESK)
    with transaction():
        agents.be_ready(current_staff(), "ready" in request.form)
    return redirect(url_for(".show"), 303)


@bp.get("/now")
def now() -> ResponseReturnValue:
    """Say what rings at my telephone: asked by every desk more than once a second, so one row is read."""
    found = agents.ring(current_staff().id)
    if found is None:
        cookie.pop(EXTENSION, None)
        raise NotFoundError
    answer = {"state": found.state, "form": found.form_key}
    if found.form_key:
        answer["url"] = url_for("intake.call", key=found.form_key)
        answer["strip"] = url_for(".strip", key=found.form_key)
    return jsonify(answer)


@bp.get("/strip/<uuid:key>")
def strip(key: object) -> ResponseReturnValue:
    """Show how the call of a form stands: ringing, talking since when, ended."""
    leg = recording.of_form(str(key), current_staff())
    if leg is None:
        raise NotFoundError
    return render_template("telephony/_strip.html", leg=leg, desk=catalogue.desk(), now=utc_now())


now.asks_by_itself = True  # type: ignore[attr-defined] # read where sessions are found
strip.asks_by_itself = True  # type: ignore[attr-defined] # as above


def _page(form: ExtensionForm) -> str:
    person, moment = current_staff(), utc_now()
    leads = person.is_any(*LEADS)
    only_missed = leads and request.args.get("view") == "missed"
    return render_template(
        "telephony/show.html",
        form=form,
        mine=agents.of(person),
        lines=agents.lines(),
        calls=listing.today(None if leads else person, now=moment, only_missed=only_missed),
        leads=leads,
        only_missed=only_missed,
        states=agents.AgentState,
    )
