"""The working calendar, for administrators and the service manager."""

import datetime as dt
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.calendar import months, rehearsals
from blueprints.calendar.forms import OFF, WORKED, DayForm, NoticeForm, RecomputeForm
from blueprints.refusals import put_beside_field
from hotline import working_time
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.tickets import recalculation
from hotline.tickets.access import may_see
from hotline.wording import LOCAL_ZONE
from hotline.working_time import days
from hotline.working_time.notices import YEARS, NoticeRow

VERSIONS_SHOWN = 10
CHANGES_SHOWN = 200

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
access.only(bp, Role.ADMINISTRATOR, Role.SERVICE_MANAGER)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show a year, and one of its days with the form that decides about it."""
    day = _day(request.args.get("day", ""))
    return _year_page(day.year if day else _year(), day)


@bp.post("/days")
def decide() -> ResponseReturnValue:
    """Decide for this hotline that a day is worked or not."""
    form = DayForm()
    if form.validate_on_submit():
        try:
            with transaction():
                days.override_day(
                    form.day.data,
                    is_working=form.state.data == WORKED,
                    name=form.names,
                    note=form.note.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The day is decided. Deadlines that were reckoned before stay as they are."), "success")
            return redirect(url_for(".deadlines"), 303)
    day = form.day.data or _today()
    return _year_page(day.year, day, form)


@bp.route("/import", methods=["GET", "POST"])
def import_() -> ResponseReturnValue:
    """Import the yearly notice: first show what it would change, then take it over."""
    form = NoticeForm()
    rehearsal = None
    if form.validate_on_submit():
        try:
            rows = working_time.read_notice(form.text.data)
            if request.form.get("step") == "import":
                return _imported(rows, form.source.data)
            rehearsal = rehearsals.rehearse(rows, now=utc_now())
        except working_time.NoticeError as error:
            form.text.errors = [*form.text.errors, *(problem.say() for problem in error.problems)]
    code = 422 if form.errors else 200
    return render_template("calendar/import.html", form=form, rehearsal=rehearsal), code


@bp.route("/deadlines", methods=["GET", "POST"])
def deadlines() -> ResponseReturnValue:
    """Show the running deadlines that today's calendar sees otherwise; move them when somebody says so."""
    form = RecomputeForm()
    if form.validate_on_submit():
        with transaction():
            moved, marked = recalculation.apply(
                recalculation.changes(), reason=form.reason.data, by=current_staff(), now=utc_now()
            )
        flash(
            _("%(moved)s deadlines moved, %(marked)s kept their moment.", moved=moved, marked=marked),
            "success",
        )
        return redirect(url_for(".deadlines"), 303)
    changes = list(recalculation.changes())
    page = render_template(
        "calendar/deadlines.html",
        form=form,
        changes=changes[:CHANGES_SHOWN],
        count=len(changes),
        moving_count=sum(1 for change in changes if change.moves),
        may_see=lambda ticket: may_see(ticket, current_staff()),
    )
    return page, 422 if form.errors else 200


def _imported(rows: Sequence[NoticeRow], source: str) -> ResponseReturnValue:
    with transaction():
        working_time.import_notice(rows, by=current_staff(), now=utc_now(), source=source)
    flash(_("The notice is imported and in force."), "success")
    return redirect(url_for(".deadlines"), 303)


def _year_page(year: int, day: dt.date | None, form: DayForm | None = None) -> ResponseReturnValue:
    calendar = working_time.load()
    laid_out = months.of_year(year, calendar)
    cell = months.cell_of(day, calendar) if day else None
    row = next(iter(days.between(day, day)), None) if day else None
    page = render_template(
        "calendar/show.html",
        year=year,
        years=YEARS,
        months=laid_out,
        working_day_count=sum(month.working_day_count for month in laid_out),
        is_uncertain=year in calendar.uncertain_years() or not days.of_year(year),
        cell=cell,
        note=row.note if row else "",
        form=form or DayForm(formdata=None, day=day, state=OFF if cell and cell.is_working else WORKED),
        hours=working_time.office_hours(),
        versions=days.versions(VERSIONS_SHOWN),
        today=_today(),
    )
    return page, 422 if form is not None else 200


def _today() -> dt.date:
    return utc_now().astimezone(LOCAL_ZONE).date()


def _year() -> int:
    year = request.args.get("year", _today().year, type=int)
    return min(max(year, YEARS.start), YEARS.stop - 1)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
