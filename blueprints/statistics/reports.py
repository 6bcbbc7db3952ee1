"""Monthly reports: frozen figures with their corrections, words, scores, signature; on paper and in Excel."""

import io
from collections.abc import Iterable

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.statistics.choices import kept_back_from
from blueprints.statistics.forms import FreezeForm, ScoreForm, WordsForm
from blueprints.statistics.frame import HOTLINE, bp, choice_at, framed
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue as rules
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.statistics import comparisons, complaints, inspections, month_sheets, months, names
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.complaints import Cause
from hotline.statistics.measures import Group
from hotline.statistics.month_models import MonthReport

TREND = ("overall_on_time", "satisfaction_rate", "solution_rate")


@bp.get("/months")
def month_list() -> ResponseReturnValue:
    """Show the monthly reports there are, and freeze another."""
    access.require(*HOTLINE)
    now = utc_now()
    return render_template(
        "statistics/months.html",
        **framed(choice_at(now), now, "months"),
        reports=months.all_frozen(),
        form=FreezeForm(),
        may_sign=current_staff().is_any(*months.SIGNS),
    )


@bp.post("/months")
def freeze() -> ResponseReturnValue:
    """Freeze the figures of a month."""
    access.require(*months.SIGNS)
    form = FreezeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                report = months.freeze(form.month.data, by=current_staff(), now=utc_now())
            return redirect(url_for(".month", text=f"{report.month:%Y-%m}"), 303)
        except HotlineError as error:
            flash(error.say(), "error")
    return redirect(url_for(".month_list"), 303)


@bp.get("/months/<text>")
def month(text: str) -> ResponseReturnValue:
    """Show one monthly report; `?print=1` for paper."""
    access.require(*HOTLINE)
    report = months.get(text)
    if request.args.get("print"):
        looking.handed_out(Act.PRINTED, Subject.REPORT, f"{report.month:%Y-%m}")
        return _page(report, "month_print")
    return _page(report, "month")


@bp.get("/months/<text>.xlsx")
def month_sheet(text: str) -> ResponseReturnValue:
    """Return one monthly report as an Excel file with charts."""
    access.require(*HOTLINE)
    report = months.get(text)
    looking.handed_out(Act.EXPORT_FETCHED, Subject.REPORT, f"{report.month:%Y-%m}")
    file = io.BytesIO()
    month_sheets.write(file, report, now=utc_now(), without=kept_back_from(current_staff()))
    file.seek(0)
    return send_file(file, as_attachment=True, download_name=f"{report.month:%Y-%m}.xlsx")


@bp.post("/months/<text>/words")
def month_words(text: str) -> ResponseReturnValue:
    """Write the words of a report."""
    access.require(*months.SIGNS, Role.INSPECTOR)
    form = WordsForm()
    report = months.get(text)
    if not form.validate_on_submit():
        return _page(report, "month", words=form), 422
    with transaction():
        months.write(
            months.get(text),
            summary=form.summary.data or "",
            problems=form.problems.data or "",
            actions=form.actions.data or "",
        )
    flash(_("The report is saved."), "success")
    return redirect(url_for(".month", text=text), 303)


@bp.post("/months/<text>/scores")
def month_score(text: str) -> ResponseReturnValue:
    """Give or take points, with a reason."""
    access.require(*months.SIGNS, Role.INSPECTOR)
    report = months.get(text)
    form = _score_form()
    if not form.validate_on_submit():
        return _page(report, "month", points=form), 422
    kind, _colon, key = form.whom.data.partition(":")
    with transaction():
        months.score(
            months.get(text).month,
            points=form.points.data,
            reason=form.reason.data,
            staff=people.get(int(key)) if kind == "staff" else None,
            department=departments.get(int(key)) if kind == "department" else None,
            by=current_staff(),
            now=utc_now(),
        )
    return redirect(url_for(".month", text=text, _anchor="scores"), 303)


@bp.post("/months/<text>/sign")
def month_sign(text: str) -> ResponseReturnValue:
    """Sign a report with its scores."""
    access.require(*months.SIGNS)
    with transaction():
        months.sign(months.get(text), by=current_staff(), now=utc_now())
    flash(_("The report is signed."), "success")
    return redirect(url_for(".month", text=text), 303)


def _score_form() -> ScoreForm:
    form = ScoreForm()
    staff = people.holding(Role.OPERATOR, Role.CALLBACK_AGENT, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
    form.offer(staff, departments.active())
    return form


def _page(
    report: MonthReport, template: str, *, words: WordsForm | None = None, points: ScoreForm | None = None
) -> str:
    now = utc_now()
    wanted = frozenset(code for one in TREND for code in MEASURES[one].counts)
    by_department = months.frozen(report, "department")
    choice = choice_at(now)
    corrected = months.corrections(report, now=now, without=choice.kept_back)
    causes = complaints.frozen(report.id)
    causes_changed = complaints.changed(report.id, months.period_of(report))
    return render_template(
        f"statistics/{template}.html",
        **framed(choice, now, "months"),
        report=report,
        period=months.period_of(report),
        total=months.frozen(report).get("", {}),
        groups=[(group, [one for one in MEASURES.values() if one.group is group]) for group in Group],
        by_department=by_department,
        department_names=names.of_all("department", _departments(by_department, causes, causes_changed)),
        corrected=[
            (one, names.of(one.division, one.group) if one.division else "") for one in corrected[:200]
        ],
        corrected_count=len(corrected) + len(causes_changed),
        causes=causes,
        causes_changed=causes_changed,
        cause_name=complaints.name_of,
        sheets=inspections.of_month(report.month),
        inspected=inspections.whom,
        item_name=inspections.name_of,
        trend=comparisons.trend(report.month, now=now, scope=months.WHOLE, wanted=wanted),
        trend_of=TREND,
        scores=months.scores(report.month),
        base_score=rules.desk().months.base_score,
        score_totals=months.totals(report.month),
        words=words or WordsForm(obj=report),
        points=points or _score_form(),
        may_sign=current_staff().is_any(*months.SIGNS),
    )


def _departments(
    by_department: Iterable[str], causes: Iterable[Cause], changed: Iterable[tuple[str, int]]
) -> tuple[str, ...]:
    """Return the ids of every department the report names."""
    ids = {str(one.department_id) for one in causes} | {str(key[1]) for key in changed}
    return tuple(dict.fromkeys([*by_department, *sorted(ids)]))
