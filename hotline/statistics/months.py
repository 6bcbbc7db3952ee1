"""Monthly reports: freezing the figures, showing what was corrected since, scores and signature."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue as rules
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Department, Staff
from hotline.people.roles import Role
from hotline.statistics import complaints, facts, figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Figure, Sums
from hotline.statistics.month_models import FrozenFigure, MonthReport, ScoreEvent
from hotline.statistics.periods import Period, local_day
from hotline.statistics.periods import month as month_of
from hotline.statistics.tallies import Scope
from hotline.wording import N_, in_both

DIVISIONS = ("", "department", "category", "channel")
WHOLE = Scope()
SIGNS = (Role.SERVICE_MANAGER, Role.SHIFT_LEADER)


class NotOverError(HotlineError):
    """A month that still runs has no report."""

    sentence = N_("%(month)s is not over yet.")


class FrozenBeforeError(HotlineError):
    """A report is made once; corrections are shown beside it."""

    sentence = N_("The report of %(month)s was made already.")


class StillCountingError(HotlineError):
    """Changes of that month have not been counted yet."""

    sentence = N_("Changes are still being counted. Try again in a minute.")


class SignedError(HotlineError):
    """What was signed stays as it is."""

    sentence = N_("The report was signed and cannot be changed any more.")


class ReasonNeededError(HotlineError):
    """Points have reasons (A6.4)."""

    sentence = N_("Give the points, other than none, and the reason.")
    field = "reason"


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that would come out differently today."""

    division: str
    group: str
    frozen: Figure
    present: Figure


def freeze(month: dt.date, *, by: Staff | None, now: dt.datetime) -> MonthReport:
    """Freeze the figures of the month of that day.

    Raises `NotOverError`, `FrozenBeforeError`, `StillCountingError`.
    """
    period = month_of(month)
    if period.last >= local_day(now):
        raise NotOverError(month=f"{period.first:%Y-%m}")
    if find(period.first) is not None:
        raise FrozenBeforeError(month=f"{period.first:%Y-%m}")
    if facts.is_waiting():
        raise StillCountingError
    report = MonthReport(month=period.first, frozen_at=now, frozen_by=by, summary="", problems="", actions="")
    session.add(report)
    session.flush()
    for division in DIVISIONS:
        sums = figures.sums(period, now=now, by=division)
        session.add_all(
            FrozenFigure(
                report_id=report.id,
                measure=figure.measure.code,
                division=division,
                group=group,
                numerator=figure.numerator,
                denominator=figure.denominator,
            )
            for group in (sums.groups if division else ("",))
            for figure in _figures(sums, group)
        )
    complaints.freeze(report.id, period)
    return report


def _figures(sums: Sums, group: str) -> list[Figure]:
    return [sums.figure(measure, group) for measure in MEASURES.values()]


def freeze_due(now: dt.datetime) -> MonthReport | None:
    """Freeze last month once its time has come; a job does this by rule."""
    today = local_day(now)
    last_month = month_of(today.replace(day=1) - dt.timedelta(days=1))
    if today.day < rules.desk().months.freeze_day or find(last_month.first) is not None or facts.is_waiting():
        return None
    return freeze(last_month.first, by=None, now=now)


def find(first: dt.date) -> MonthReport | None:
    """Return the report of the month that begins on that day, or `None`."""
    return session.scalar(sa.select(MonthReport).where(MonthReport.month == first))


def get(text: str) -> MonthReport:
    """Return the report of a month written `2026-03`. Raises `NotFoundError`."""
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFoundError from None
    found = find(first)
    if found is None:
        raise NotFoundError
    return found


def all_frozen() -> list[MonthReport]:
    """Return the reports, newest first."""
    query = sa.select(MonthReport).options(joinedload(MonthReport.signed_by))
    return list(session.scalars(query.order_by(MonthReport.month.desc()).limit(60)))


def frozen(report: MonthReport, division: str = "") -> dict[str, dict[str, Figure]]:
    """Return the figures as reported: by group, then by measure."""
    rows = session.scalars(
        sa.select(FrozenFigure).where(FrozenFigure.report_id == report.id, FrozenFigure.division == division)
    )
    found: dict[str, dict[str, Figure]] = {}
    for row in rows:
        if row.measure in MEASURES:
            figure = Figure(MEASURES[row.measure], row.numerator, row.denominator)
            found.setdefault(row.group, {})[row.measure] = figure
    return found


def apart(groups: dict[str, dict[str, Figure]], without: Container[str]) -> dict[str, dict[str, Figure]]:
    """Return figures by category with the categories that a reader does not see apart left out."""
    return {group: found for group, found in groups.items() if group not in without}


def corrections(report: MonthReport, *, now: dt.datetime, without: Container[str] = ()) -> list[Correction]:
    """Return what of the report would come out differently today, nothing of the categories `without`."""
    period = month_of(report.month)
    found = []
    for division in DIVISIONS:
        was = frozen(report, division)
        present = figures.sums(period, now=now, by=division)
        if division == "category":
            was, present = apart(was, without), present.without(without)
        for group in sorted({*was, *present.groups} if division else {""}):
            for measure in MEASURES.values():
                before = was.get(group, {}).get(measure.code) or Figure(
                    measure, 0, 0 if measure.denominator else None
                )
                after = present.figure(measure, group)
                if (before.numerator, before.denominator) != (after.numerator, after.denominator):
                    found.append(Correction(division, group, before, after))
    return found


def write(report: MonthReport, *, summary: str, problems: str, actions: str) -> None:
    """Write the words of a report. Raises `SignedError`."""
    if report.signed_at is not None:
        raise SignedError
    report.summary, report.problems, report.actions = summary.strip(), problems.strip(), actions.strip()
    session.flush()


def sign(report: MonthReport, *, by: Staff, now: dt.datetime) -> None:
    """Sign a report with its scores: nothing changes afterwards. Raises `NotAllowedError`, `SignedError`."""
    if not by.is_any(*SIGNS):
        raise NotAllowedError
    if report.signed_at is not None:
        raise SignedError
    report.signed_by, report.signed_at = by, now
    session.flush()


def score(
    month: dt.date,
    *,
    points: int,
    reason: str,
    staff: Staff | None = None,
    department: Department | None = None,
    by: Staff,
    now: dt.datetime,
) -> ScoreEvent:
    """Give or take points for a month, to a person or a department.

    Raises `ReasonNeededError`, `NotAllowedError`, `SignedError` once the month's report was signed.
    """
    if not by.is_any(*SIGNS, Role.INSPECTOR):
        raise NotAllowedError
    if not points or not reason.strip() or (staff is None) == (department is None):
        raise ReasonNeededError
    first = month.replace(day=1)
    report = find(first)
    if report is not None and report.signed_at is not None:
        raise SignedError
    event = ScoreEvent(
        month=first,
        staff=staff,
        department=department,
        points=points,
        reason=reason.strip(),
        entered_by=by,
        entered_at=now,
    )
    session.add(event)
    session.flush()
    return event


def scores(month: dt.date) -> list[ScoreEvent]:
    """Return the points of a month with their reasons, oldest first."""
    query = sa.select(ScoreEvent).where(ScoreEvent.month == month.replace(day=1))
    return list(session.scalars(query.order_by(ScoreEvent.id)))


def period_of(report: MonthReport) -> Period:
    """Return the month of a report."""
    return month_of(report.month)


def whom(event: ScoreEvent) -> str:
    """Return whom points are for, in words."""
    if event.staff is not None:
        return f"{event.staff.number} {event.staff.name}"
    return in_both(event.department.names) if event.department is not None else ""


def totals(month: dt.date) -> dict[str, int]:
    """Return the scores of a month by whom they are for, starting from the base of the profile (A6.4)."""
    base = rules.desk().months.base_score
    found: dict[str, int] = {}
    for event in scores(month):
        name = whom(event)
        found[name] = found.get(name, base) + event.points
    return found
