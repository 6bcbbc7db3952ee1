"""Staff accounts, for administrators: who works here, in which roles, and who may work alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.account.reach_form import ReachForm
from blueprints.navigation import DESK
from blueprints.people import queries
from blueprints.people.forms import AddForm, EditForm, PasswordForm, ReasonForm
from blueprints.refusals import put_beside_field
from blueprints.session import signing
from hotline.audit import journal
from hotline.audit.models import Act, Subject
from hotline.db import transaction, utc_now
from hotline.delivery import pushing
from hotline.errors import HotlineError
from hotline.people import departments, independence, second_factors, sessions, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.staff import StaffRefusedError

bp = Blueprint("people", __name__, url_prefix="/people")
access.only(bp, Role.ADMINISTRATOR)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the accounts."""
    wanted = _wanted()
    page = queries.page(wanted, request.args.get("after", ""))
    template = "people/_list.html" if request.headers.get("HX-Request") else "people/list.html"
    return render_template(
        template, page=page, wanted=wanted, roles=list(Role), departments=departments.active()
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Add a person."""
    form = AddForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = staff.add(
                    form.number.data,
                    form.name.data,
                    form.password.data,
                    roles=independence.held_to_examination(form.chosen_roles),
                    department=form.chosen_department,
                    now=utc_now(),
                )
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            flash(_("%(name)s was added.", name=person.name), "success")
            _say_trainee(person, form.chosen_roles)
            return redirect(url_for(".list_"), 303)
    return render_template("people/create.html", form=form), _code()


@bp.route("/<int:staff_id>", methods=["GET", "POST"])
def edit(staff_id: int) -> ResponseReturnValue:
    """Change an account."""
    person = staff.get(staff_id)
    form = EditForm(person)
    if form.validate_on_submit():
        try:
            was_trainee = person.roles & {Role.TRAINEE}
            with transaction():
                staff.change(
                    person,
                    name=form.name.data,
                    roles=independence.held_to_examination(form.chosen_roles, person) | was_trainee,
                    department=form.chosen_department,
                    is_active=form.is_active.data,
                )
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            flash(_("The account is changed."), "success")
            _say_trainee(person, form.chosen_roles | was_trainee)
            return redirect(url_for(".edit", staff_id=staff_id), 303)
    return _edit_page(staff.get(staff_id), form=form)


@bp.post("/<int:staff_id>/password")
def password(staff_id: int) -> ResponseReturnValue:
    """Give a person a new password."""
    person = staff.get(staff_id)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                staff.set_password(person, form.password.data)
                sessions.end_all(person, now=utc_now())
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            flash(_("The new password is set; the old one no longer works anywhere."), "success")
            return redirect(url_for(".edit", staff_id=staff_id), 303)
    return _edit_page(staff.get(staff_id), password_form=form)


@bp.post("/<int:staff_id>/sessions/end")
def end_sessions(staff_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    person, now = staff.get(staff_id), utc_now()
    with transaction():
        ended = sessions.end_all(person, now=now)
        journal.record(
            Act.SESSION_ENDED, Subject.STAFF, person.number, by=looking.actor(), now=now, sessions=ended
        )
    flash(_("The person is signed out everywhere."), "success")
    return redirect(url_for(".edit", staff_id=staff_id), 303)


@bp.post("/<int:staff_id>/second-factor/remove")
def remove_second_factor(staff_id: int) -> ResponseReturnValue:
    """Take the second factor away from somebody who lost telephone and recovery codes."""
    person, now = staff.get(staff_id), utc_now()
    with transaction():
        second_factors.remove(person)
        sessions.end_all(person, now=now)
        journal.record(Act.SECOND_FACTOR_REMOVED, Subject.STAFF, person.number, by=looking.actor(), now=now)
    flash(_("The second factor is taken away; the person sets up another one."), "success")
    return redirect(url_for(".edit", staff_id=staff_id), 303)


@bp.post("/<int:staff_id>/reach")
def reach(staff_id: int) -> ResponseReturnValue:
    """Set how notices reach a person outside the service."""
    person = staff.get(staff_id)
    form = ReachForm()
    if form.validate_on_submit():
        try:
            with transaction():
                pushing.set_reach(person, **form.values())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Where and when notices reach the person is saved."), "success")
            return redirect(url_for(".edit", staff_id=staff_id), 303)
    return _edit_page(staff.get(staff_id), reach_form=form)


@bp.post("/<int:staff_id>/independence")
def independence_(staff_id: int) -> ResponseReturnValue:
    """Release a trainee, or withdraw the release."""
    person = staff.get(staff_id)
    form = ReasonForm()
    decide = independence.release if request.form.get("decision") == "release" else independence.withdraw
    if form.validate_on_submit():
        try:
            with transaction():
                decide(person, reason=form.reason.data, by=current_staff(), now=utc_now())
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            flash(_("The decision is recorded."), "success")
            return redirect(url_for(".edit", staff_id=staff_id), 303)
    return _edit_page(staff.get(staff_id), reason_form=form)


def _say_trainee(person: Staff, chosen: frozenset[Role]) -> None:
    """Say that somebody became a trainee whom nobody made one."""
    if person.is_any(Role.TRAINEE) and Role.TRAINEE not in chosen:
        flash(
            _(
                "%(name)s is a trainee until a passed written examination is on record. See Qualifications.",
                name=person.name,
            ),
            "warning",
        )


def _edit_page(
    person: Staff,
    form: EditForm | None = None,
    password_form: PasswordForm | None = None,
    reason_form: ReasonForm | None = None,
    reach_form: ReachForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "people/edit.html",
        person=person,
        form=form or EditForm(person),
        password_form=password_form or PasswordForm(formdata=None),
        reason_form=reason_form or ReasonForm(formdata=None),
        reach_form=reach_form or ReachForm(formdata=None, obj=pushing.kept_or_usual(person)),
        is_trainee=person.is_any(Role.TRAINEE),
        takes_contacts=person.is_any(*DESK),
        decisions=independence.decisions_about(person),
        sessions=sessions.of(person, signing.limits(), now=utc_now()),
    )
    return page, _code()


def _wanted() -> queries.Wanted:
    role = request.args.get("role", "")
    return queries.Wanted(
        words=request.args.get("q", "").strip(),
        role=Role(role) if role in set(Role) else None,
        department_code=request.args.get("department", ""),
        is_active={"closed": False, "all": None}.get(request.args.get("state", ""), True),
    )


def _code() -> int:
    return 422 if request.method == "POST" else 200
