"""Examinations: the score register, releasing a trainee, withdrawing a qualification."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Length

from blueprints import access
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from hotline.categories import catalogue
from hotline.contacts.written import one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.people import independence, staff
from hotline.people.models import Staff
from hotline.people.qualification_models import Exam
from hotline.people.roles import Role
from hotline.shifts import qualifying
from hotline.wording import in_words

bp = Blueprint("qualifications", __name__, url_prefix="/qualifications")
access.only(bp, *DESK)
TOO_LONG = _l("This is too long: at most %(max)d characters.")


class ExamForm(FlaskForm):
    """One examination."""

    course = StringField(
        _l("Course"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Write down which course it was.")),
            Length(max=qualifying.LONGEST_COURSE, message=TOO_LONG),
        ],
    )
    course_ended_on = DateField(
        _l("Course ended on"), validators=[InputRequired(_l("Say when the course ended."))]
    )
    exam = RadioField(_l("Examination"), default=Exam.WRITTEN.value)
    taken_on = DateField(_l("Taken on"), validators=[InputRequired(_l("Say when the examination was."))])
    score = IntegerField(_l("Score"), validators=[InputRequired(_l("Write down the score."))])
    paper_filed = StringField(
        _l("Paper kept at"),
        filters=[one_line],
        validators=[Length(max=qualifying.LONGEST_COURSE, message=TOO_LONG)],
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.exam.choices = [(one.value, in_words(one)) for one in Exam]


class ReasonForm(FlaskForm):
    """Why a qualification is withdrawn."""

    reason = StringField(
        _l("Withdrawn, because"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Say why the qualification is withdrawn.")),
            Length(max=qualifying.LONGEST_REASON, message=TOO_LONG),
        ],
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the people of the desk with what lets them work alone; who does not lead sees themselves."""
    person = current_staff()
    if not person.is_any(*qualifying.LEADS):
        return redirect(url_for(".show", staff_id=person.id))
    return render_template(
        "qualifications/list.html", people=qualifying.people(), qualified=qualifying.qualified()
    )


@bp.get("/<int:staff_id>")
def show(staff_id: int) -> ResponseReturnValue:
    """Show one person's examinations, and what was decided about them."""
    return _page(_person(staff_id))


@bp.post("/<int:staff_id>")
def record(staff_id: int) -> ResponseReturnValue:
    """Write an examination down."""
    access.require(*qualifying.LEADS)
    person, form = _person(staff_id), ExamForm()
    if form.validate():
        try:
            with transaction():
                qualifying.record(
                    person,
                    course=form.course.data,
                    course_ended_on=form.course_ended_on.data,
                    exam=Exam(form.exam.data),
                    taken_on=form.taken_on.data,
                    score=form.score.data,
                    paper_filed=form.paper_filed.data or "",
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", staff_id=staff_id), 303)
    return _page(_person(staff_id), exam_form=form), 422


@bp.post("/<int:staff_id>/release")
def release(staff_id: int) -> ResponseReturnValue:
    """Let a trainee work alone."""
    access.require(*qualifying.LEADS)
    with transaction():
        qualifying.release(_person(staff_id), by=current_staff(), now=utc_now())
    return redirect(url_for(".show", staff_id=staff_id), 303)


@bp.post("/records/<int:record_id>/withdraw")
def withdraw(record_id: int) -> ResponseReturnValue:
    """Withdraw a qualification; its holder is a trainee again."""
    access.require(*qualifying.LEADS)
    found, form = qualifying.get(record_id), ReasonForm()
    if form.validate():
        try:
            with transaction():
                qualifying.withdraw(found, reason=form.reason.data, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", staff_id=found.staff_id), 303)
    return _page(_person(found.staff_id), reason_form=form), 422


def _person(staff_id: int) -> Staff:
    """Return somebody of the desk; who does not lead finds nobody but themselves."""
    me = current_staff()
    found = staff.get(staff_id)
    if (me.id != found.id and not me.is_any(*qualifying.LEADS)) or not found.is_any(*DESK):
        raise NotFoundError
    return found


def _page(person: Staff, *, exam_form: ExamForm | None = None, reason_form: ReasonForm | None = None) -> str:
    return render_template(
        "qualifications/show.html",
        person=person,
        is_trainee=person.is_any(Role.TRAINEE),
        qualification=independence.qualification_of(person),
        records=qualifying.records_of(person),
        decisions=independence.decisions_about(person),
        terms=catalogue.desk().roster,
        exam_form=exam_form or ExamForm(None),
        reason_form=reason_form or ReasonForm(None),
        leads=current_staff().is_any(*qualifying.LEADS) and person.id != current_staff().id,
    )
