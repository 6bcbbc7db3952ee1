"""Watching over departments: what is under supervision, urging notices, counts for each department."""

import datetime as dt

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access, looking
from blueprints.access import current_staff
from hotline.audit.models import Act, Subject
from hotline.db import session, utc_now
from hotline.dispatch import asking, supervising
from hotline.dispatch.asking import Asked
from hotline.dispatch.models import Urge
from hotline.errors import NotFoundError
from hotline.people import departments
from hotline.people.models import Department
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.statistics import figures, periods
from hotline.tickets import access as ticket_access
from hotline.tickets import deadlines
from hotline.wording import LOCAL_ZONE

bp = Blueprint("supervision", __name__, url_prefix="/supervision")
WATCHES = (Role.OVERSIGHT_OFFICER, Role.SERVICE_MANAGER, Role.SHIFT_LEADER)
SENT = frozenset({"dispatched", "department_due", "department_in_time"})
"""The counts of the statistics that are shown beside what was asked and urged."""
access.only(bp, *WATCHES, *DEPARTMENT_ROLES, Role.OPERATOR)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what is under supervision and, for a month, how the conversation with each department went."""
    access.require(*WATCHES)
    now = utc_now()
    month = _month(request.args.get("month"), now)
    period = periods.month(month)
    tallies = asking.tallies(period.begins, period.ends)
    sums = figures.sums(period, now=now, by="department", wanted=SENT)
    everybody = session.scalars(sa.select(Department).order_by(Department.code))
    return render_template(
        "supervision/list.html",
        supervisions=supervising.all_running(current_staff()),
        notices=supervising.unanswered_notices(current_staff()),
        departments=[one for one in everybody if one.id in tallies or str(one.id) in sums.groups],
        tallies=tallies,
        sums=sums,
        month=month,
        kinds=list(Asked),
    )


@bp.get("/departments/<code>/<text>")
def asked(code: str, text: str) -> ResponseReturnValue:
    """Show the tickets behind one of a department's numbers."""
    access.require(*WATCHES)
    department = departments.by_code(code)
    kind = next((one for one in Asked if one.value == text), None)
    if department is None or kind is None:
        raise NotFoundError
    month = _month(request.args.get("month"), utc_now())
    period = periods.month(month)
    before = request.args.get("before", type=int)
    lines = asking.behind(kind, department.id, period.begins, period.ends, current_staff(), before=before)
    last = lines[-1] if len(lines) == asking.PAGE else None
    return render_template(
        "supervision/asked.html",
        department=department,
        asked=kind,
        month=month,
        lines=lines,
        older_url=url_for(".asked", code=code, text=text, month=f"{month:%Y-%m}", before=last.row_id)
        if last
        else "",
    )


@bp.get("/urges/<int:urge_id>")
def notice(urge_id: int) -> ResponseReturnValue:
    """Show the printable urging notice (催办通知书)."""
    person = current_staff()
    row = session.get(Urge, urge_id)
    if row is None or row.notice_number is None or not ticket_access.may_see(row.ticket, person):
        raise NotFoundError
    if person.acts_for_department and row.department_id != person.department_id:
        raise NotFoundError
    looking.handed_out(Act.PRINTED, Subject.NOTICE, row.notice_number)
    return render_template("supervision/notice.html", urge=row, policy=deadlines.policy_of(row.ticket))


def _month(text: str | None, now: dt.datetime) -> dt.date:
    """Return the first day of the month an address asks for, else of the present one."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return now.astimezone(LOCAL_ZONE).date().replace(day=1)
