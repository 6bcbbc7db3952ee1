"""Summaries per period: what the callbacks showed, with the figures as they were, filed for whoever asks."""

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.callbacks.frame import bp
from blueprints.callbacks.managing_forms import SummaryForm
from hotline.callbacks import reporting, summaries
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.statistics import figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Figure
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope

SHOWN = (
    "callback_coverage",
    "callbacks_on_time",
    "reach_rate",
    "unreachable_rate",
    "refusal_rate",
    "solution_rate",
    "satisfaction_rate",
    "callback_rehandle_rate",
)


@bp.get("/summaries")
def summary_list() -> ResponseReturnValue:
    """Show the summaries that were filed, and file another."""
    return _page(SummaryForm())


@bp.post("/summaries")
def file_summary() -> ResponseReturnValue:
    """File what a period showed."""
    access.require(*reporting.REVIEWS)
    form = SummaryForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        period = Period(form.first.data, form.last.data)
        with transaction():
            summaries.file(
                period.first,
                period.last,
                words=form.words.data,
                figures=[
                    (one.measure.code, one.numerator, one.denominator) for one in _figures(period, utc_now())
                ],
                by=current_staff(),
                now=utc_now(),
            )
    except HotlineError as error:
        form.form_errors.append(error.say())
        return _page(form), 422
    flash(_("The summary is filed."), "success")
    return redirect(url_for(".summary_list"), 303)


def _figures(period: Period, now: dt.datetime) -> list[Figure]:
    sums = figures.sums(period, now=now, by="", scope=Scope())
    return [sums.figure(MEASURES[code]) for code in SHOWN]


def _page(form: SummaryForm) -> str:
    return render_template(
        "callbacks/summaries.html",
        form=form,
        filed=[
            (one, [Figure(MEASURES[code], up, down) for code, up, down in one.figures if code in MEASURES])
            for one in summaries.filed()
        ],
        may_file=current_staff().is_any(*reporting.REVIEWS),
    )
