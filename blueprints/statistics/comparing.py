"""Figures beside one another: callbacks, timeliness, departments in order, hours and hot issues."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.statistics.frame import HOTLINE, bp, choice_at, counts_of, divided, framed
from hotline.db import utc_now
from hotline.statistics import comparisons, figures, names
from hotline.statistics.catalogue import MEASURES, measure
from hotline.statistics.periods import local_day
from hotline.wording import N_, say

BY_CALLBACK = ("department", "category")
SATISFACTION = ("satisfaction_rate", "satisfaction_of_rated", "satisfaction_of_all")
STAGES = ("front_desk_on_time", "department_on_time", "overall_on_time")
RANKED_BY = ("satisfaction_rate", "solution_rate", "response_rate", "department_on_time")
SHOWN_BY_CALLBACK = ("reach_rate", "solution_rate", "satisfaction_rate", "callback_rehandle_rate")
ENDED = ("callbacks_ended", "callbacks_unreachable", "callbacks_refused", "callbacks_excluded")
LIMITS = (
    "front_desk_on_time",
    "acknowledged_on_time",
    "department_on_time",
    "department_in_first_limit",
    "overall_on_time",
    "extension_rate",
    "urge_rate",
)
RANKED = (
    "response_rate",
    "solution_rate",
    "satisfaction_rate",
    "department_on_time",
    "return_rate",
    "rehandle_rate",
    "dispatched",
)
LEVELS = ("callbacks_due_made", "callbacks_due_given_up", "callbacks_due_open", "callbacks_due_in_time")
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@bp.get("/callbacks")
def callbacks() -> ResponseReturnValue:
    """Show how callbacks were made and what callers said, divided every way."""
    now = utc_now()
    choice = choice_at(now)
    today = local_day(now)
    month_before = choice.period.compared(today)
    year_before = choice.period.compared(today, with_last_year=True)
    by_level = counts_of(("callback_coverage", "callbacks_on_time"), *LEVELS)
    return render_template(
        "statistics/callbacks.html",
        **framed(choice, now, "callbacks"),
        total=figures.sums(choice.period, now=now, scope=choice.scope),
        before=figures.sums(month_before, now=now, scope=choice.scope),
        year_before=figures.sums(year_before, now=now, scope=choice.scope),
        compared=month_before,
        compared_year=year_before,
        by_level=figures.sums(choice.period, now=now, by="level", wanted=by_level)
        if choice.scope.is_whole
        else None,
        divided=[
            (by, found, names.of_all(by, found.groups))
            for by in (*BY_CALLBACK, *(("agent", "area") if choice.scope.is_whole else ()))
            if (found := divided(choice, by, now, counts_of(SHOWN_BY_CALLBACK, *ENDED)))
        ],
        trend=comparisons.trend(
            choice.period.last, now=now, scope=choice.scope, wanted=counts_of(SATISFACTION)
        ),
        variants=SATISFACTION,
        ended=ENDED,
        shown=SHOWN_BY_CALLBACK,
    )


@bp.get("/timeliness")
def timeliness() -> ResponseReturnValue:
    """Show what was on time: front desk, departments and the whole, apart."""
    now = utc_now()
    choice = choice_at(now)
    return render_template(
        "statistics/timeliness.html",
        **framed(choice, now, "timeliness"),
        total=figures.sums(choice.period, now=now, scope=choice.scope),
        before=figures.sums(choice.period.compared(local_day(now)), now=now, scope=choice.scope),
        compared=choice.period.compared(local_day(now)),
        divided=[
            (by, found, names.of_all(by, found.groups))
            for by in ("department", "category", "channel")
            if (found := divided(choice, by, now, counts_of(LIMITS)))
        ],
        trend=comparisons.trend(choice.period.last, now=now, scope=choice.scope, wanted=counts_of(STAGES)),
        stages=STAGES,
        shown=LIMITS,
    )


@bp.get("/ranking")
def ranking() -> ResponseReturnValue:
    """Show departments in the order of one rate, with the other rates beside it."""
    access.require(*HOTLINE)
    now = utc_now()
    choice = choice_at(now)
    code = request.args.get("by", RANKED_BY[0])
    by = measure(code if code in RANKED_BY else RANKED_BY[0])
    sums = figures.sums(
        choice.period, now=now, by="department", scope=figures.whole(choice.scope), wanted=counts_of(RANKED)
    )
    return render_template(
        "statistics/ranking.html",
        **framed(choice, now, "ranking"),
        sums=sums,
        ranked=comparisons.ranking(sums, by),
        ranked_by=by,
        shown=RANKED,
        ways=[MEASURES[one] for one in RANKED_BY],
        group_names=names.of_all("department", sums.groups),
    )


@bp.get("/patterns")
def patterns() -> ResponseReturnValue:
    """Show when people turn to the hotline, and about what."""
    access.require(*HOTLINE)
    now = utc_now()
    choice = choice_at(now)
    issues = comparisons.hot_issues(choice.period, now=now)
    return render_template(
        "statistics/patterns.html",
        **framed(choice, now, "patterns"),
        heat=comparisons.heat(choice.period, now=now),
        weekdays=[say(one) for one in WEEKDAYS],
        issues=issues,
        issue_names=names.of_all("content_class", tuple(one.code for one in issues)),
        compared=choice.period.compared(local_day(now)),
    )
