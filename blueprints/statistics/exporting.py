"""Exports: ask for a file, watch it being written, fetch it as often as wanted."""

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from blueprints import looking
from blueprints.access import current_staff
from blueprints.statistics.forms import ExportForm
from blueprints.statistics.frame import bp, choice_at, framed
from hotline.audit.models import Act, Subject
from hotline.db import transaction, utc_now
from hotline.statistics import exports
from hotline.statistics.export_models import ExportFormat


@bp.post("/exports")
def export() -> ResponseReturnValue:
    """Ask for a file of the matters on the page before; a worker writes it."""
    now = utc_now()
    choice = choice_at(now)
    form = ExportForm()
    back = choice.url(".matters", count=request.args.get("count", ""))
    if not form.validate_on_submit():
        flash(_("Choose at least one column and a kind of file."), "error")
        return redirect(back, 303)
    try:
        with transaction():
            exports.ask(
                tuple(request.args.get("count", "").split(",")),
                choice.period,
                choice.scope,
                axis=request.args.get("axis", ""),
                key=request.args.get("key", ""),
                format_=ExportFormat(form.format.data),
                chosen=form.columns.data,
                locale=str(get_locale()),
                by=current_staff(),
                now=now,
            )
    except exports.NoColumnsError as error:
        flash(error.say(), "error")
        return redirect(back, 303)
    return redirect(url_for(".export_list"), 303)


@bp.get("/exports")
def export_list() -> ResponseReturnValue:
    """Show my exports and how far they have come."""
    now = utc_now()
    mine = exports.of_person(current_staff())
    if request.headers.get("HX-Request"):
        return render_template("statistics/_exports.html", exports=mine)
    return render_template("statistics/exports.html", **framed(choice_at(now), now, "exports"), exports=mine)


@bp.get("/exports/<int:export_id>")
def export_file(export_id: int) -> ResponseReturnValue:
    """Return the file; a download that broke off goes on where it stopped (Range)."""
    found = exports.get(export_id, current_staff())
    path = exports.path_of(found)
    looking.handed_out(Act.EXPORT_FETCHED, Subject.EXPORT, str(found.id))
    return send_file(
        path, as_attachment=True, download_name=f"export-{found.id}{path.suffix}", conditional=True
    )
