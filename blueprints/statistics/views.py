"""Figures for supervisors: every number says what it counts and leads to its matters."""

import datetime as dt

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_staff
from blueprints.statistics import pictures
from blueprints.statistics.forms import ExportForm
from blueprints.statistics.frame import bp, choice_at, counts_of, divided, framed
from hotline.db import utc_now
from hotline.statistics import drilling, exports, figures, names
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.counts import COUNTS
from hotline.statistics.measures import Group
from hotline.statistics.periods import local_day

OF_DEPARTMENTS = (
    "dispatched",
    "department_on_time",
    "response_rate",
    "return_rate",
    "rehandle_rate",
    "solution_rate",
    "satisfaction_rate",
)
OF_CATEGORIES = (
    "contacts",
    "at_once_rate",
    "tickets",
    "front_desk_on_time",
    "overall_on_time",
    "solution_rate",
    "satisfaction_rate",
)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the main figures of a period."""
    now = utc_now()
    choice = choice_at(now)
    total = figures.sums(choice.period, now=now, scope=choice.scope)
    compared = choice.period.compared(local_day(now))
    before = figures.sums(compared, now=now, scope=choice.scope)
    by_department = divided(
        choice,
        "department",
        now,
        counts_of(OF_DEPARTMENTS, "callbacks_unreachable", "callbacks_refused"),
    )
    by_category = divided(choice, "category", now, counts_of(OF_CATEGORIES))
    return render_template(
        "statistics/show.html",
        **framed(choice, now, "show"),
        total=total,
        before=before,
        compared=compared,
        of_departments=OF_DEPARTMENTS,
        of_categories=OF_CATEGORIES,
        by_department=by_department,
        by_category=by_category,
        department_names=names.of_all("department", by_department.groups),
        received=pictures.by_channel(choice, now),
        steps=pictures.steps(total),
    )


@bp.get("/matters")
def matters() -> ResponseReturnValue:
    """Show the matters that a figure counts."""
    now = utc_now()
    choice = choice_at(now)
    codes = tuple(request.args.get("count", "").split(","))
    counts = drilling.counts_of(codes)
    axis, key = request.args.get("axis", ""), request.args.get("key", "")
    rows = drilling.rows(
        codes,
        choice.period,
        current_staff(),
        now=now,
        scope=choice.scope,
        axis=axis,
        key=key,
        after=_after(request.args.get("after", "")),
    )
    sums = figures.sums(choice.period, now=now, scope=choice.scope, by=axis, wanted=frozenset(codes))
    last = rows[-1] if len(rows) == drilling.PAGE else None
    more = {"count": ",".join(codes)} | ({"axis": axis, "key": key} if axis else {})
    return render_template(
        "statistics/matters.html",
        **framed(choice, now, "matters"),
        counts=counts,
        rows=rows,
        ticket_url=url_for("tickets.show", number=""),
        total=sum(sums.amount(code, key) for code in codes),
        group=names.of(axis, key) if axis else "",
        export_form=ExportForm(exports.remembered(current_staff())),
        export_url=choice.url(".export", **more),
        older_url=choice.url(".matters", **more, after=f"{last.moment.isoformat()}~{last.row_id}")
        if last
        else "",
    )


@bp.get("/measures")
def measures() -> ResponseReturnValue:
    """Show the catalogue: every measure, what it divides by what, its target and its source."""
    now = utc_now()
    return render_template(
        "statistics/measures.html",
        **framed(choice_at(now), now, "measures"),
        groups=[(group, [one for one in MEASURES.values() if one.group is group]) for group in Group],
        counts=COUNTS,
    )


def _after(text: str) -> tuple[dt.datetime, int] | None:
    moment, _tilde, row_id = text.partition("~")
    try:
        found = dt.datetime.fromisoformat(moment)
        return (found, int(row_id)) if found.tzinfo else None
    except ValueError:
        return None
