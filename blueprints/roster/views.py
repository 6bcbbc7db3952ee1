"""The roster: a week of shifts, putting people on them, leave with a stand-in."""

import datetime as dt

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.validators import InputRequired, Length

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from hotline.contacts.written import one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import absences
from hotline.people.absence_models import Absence
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.shifts import rostering
from hotline.wording import LOCAL_ZONE, in_both

bp = Blueprint("roster", __name__, url_prefix="/roster")
access.only(bp, *(role for role in Role if role not in DEPARTMENT_ROLES))
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
ONE_WEEK = dt.timedelta(days=rostering.DAYS)


class DutyForm(FlaskForm):
    """Who is on which shift."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    slot = SelectField(_l("Shift"), validators=[InputRequired(_l("Choose a shift."))], default="")
    staff = SelectField(_l("On duty"), validators=[InputRequired(_l("Choose who is on duty."))], default="")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, prefix="duty", **options)
        self.slot.choices = [("", ""), *((one.code, in_both(one.names)) for one in rostering.slots())]
        self.staff.choices = _people(rostering.candidates())


class LeaveForm(FlaskForm):
    """Who is away when, and who stands in."""

    staff = SelectField(_l("Away"), validators=[InputRequired(_l("Choose who is away."))], default="")
    from_at = DateTimeLocalField(
        _l("Away from"), format=FORMATS, validators=[InputRequired(_l("Say from when."))]
    )
    until_at = DateTimeLocalField(
        _l("Away until"), format=FORMATS, validators=[InputRequired(_l("Say until when."))]
    )
    stand_in = SelectField(
        _l("Stands in"),
        validators=[
            InputRequired(_l("Name the colleague who stands in. Without a stand-in there is no leave."))
        ],
        default="",
    )
    reason = StringField(
        _l("Reason"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Say why.")),
            Length(
                max=absences.LONGEST_REASON,
                message=_l("This is too long: at most %(max)d characters."),
            ),
        ],
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        me = current_staff()
        leads = me.is_any(*absences.LEADS)
        self.staff.choices = _people(rostering.candidates()) if leads else _people([me])[1:]
        self.stand_in.choices = _people(rostering.candidates() if leads else absences.can_stand_in(me))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show a week of shifts, who is on duty now, and the leave that is to come."""
    return _page(DutyForm(None), LeaveForm(None))


@bp.post("/duties")
def arrange() -> ResponseReturnValue:
    """Put somebody on a shift."""
    access.require(*rostering.LEADS)
    form = DutyForm()
    if form.validate():
        try:
            with transaction():
                rostering.arrange(
                    form.day.data,
                    form.slot.data,
                    _one(rostering.candidates(), form.staff.data),
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", week=form.day.data.isoformat()), 303)
    return _page(form, LeaveForm(None)), 422


@bp.post("/duties/<int:duty_id>/remove")
def take_off(duty_id: int) -> ResponseReturnValue:
    """Take somebody off a shift."""
    access.require(*rostering.LEADS)
    with transaction():
        rostering.take_off(duty_id, by=current_staff())
    return redirect(url_for(".show", week=request.form.get("week") or None), 303)


@bp.post("/leave")
def ask() -> ResponseReturnValue:
    """Ask for leave, or enter a colleague's."""
    form = LeaveForm()
    if form.validate():
        try:
            with transaction():
                absences.ask(
                    _one([*rostering.candidates(), current_staff()], form.staff.data) or current_staff(),
                    _one(rostering.candidates(), form.stand_in.data),
                    from_at=form.from_at.data.replace(tzinfo=LOCAL_ZONE),
                    until_at=form.until_at.data.replace(tzinfo=LOCAL_ZONE),
                    reason=form.reason.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show"), 303)
    return _page(DutyForm(None), form), 422


@bp.post("/leave/<int:absence_id>/decide")
def decide(absence_id: int) -> ResponseReturnValue:
    """Approve leave or refuse it."""
    access.require(*absences.LEADS)
    with transaction():
        absences.decide(
            absences.get(absence_id),
            is_approved=request.form.get("decision") == "approve",
            by=current_staff(),
            now=utc_now(),
        )
    return redirect(url_for(".show"), 303)


@bp.post("/leave/<int:absence_id>/cancel")
def cancel(absence_id: int) -> ResponseReturnValue:
    """Take leave back, or end it early."""
    with transaction():
        absences.cancel(absences.get(absence_id), by=current_staff(), now=utc_now())
    return redirect(url_for(".show"), 303)


def _people(people: list[Staff]) -> list[tuple[str, str]]:
    return [("", ""), *((str(one.id), f"{one.name} {one.number}") for one in people)]


def _one(people: list[Staff], chosen: str) -> Staff | None:
    return next((one for one in people if str(one.id) == chosen), None)


def _first_day() -> dt.date:
    """Return the Monday of the week asked for, by default this one."""
    today = utc_now().astimezone(LOCAL_ZONE).date()
    try:
        day = dt.date.fromisoformat(request.values.get("week", ""))
    except ValueError:
        day = today
    if abs(day - today) > rostering.FURTHEST:
        day = today
    return day - dt.timedelta(days=day.weekday())


def _page(duty_form: DutyForm, leave_form: LeaveForm) -> str:
    person, now, first = current_staff(), utc_now(), _first_day()
    shifts = rostering.week(first)
    return render_template(
        "roster/show.html",
        days=[first + dt.timedelta(days=ahead) for ahead in range(rostering.DAYS)],
        slots=rostering.slots(),
        shifts={(one.day, one.slot.code): one for one in shifts},
        today=now.astimezone(LOCAL_ZONE).date(),
        before=(first - ONE_WEEK).isoformat(),
        after=(first + ONE_WEEK).isoformat(),
        on_duty=rostering.on_duty(now),
        leave=absences.listed(person, now=now),
        stands_in_for=[one for one in absences.listed(person, now=now) if _acts(one, person, now)],
        leads=person.is_any(*rostering.LEADS),
        duty_form=duty_form,
        leave_form=leave_form,
    )


def _acts(absence: Absence, person: Staff, now: dt.datetime) -> bool:
    return bool(absence.is_approved) and absence.stand_in_id == person.id and absence.from_at <= now
