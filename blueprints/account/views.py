"""My account: who I am here, my language, my password, how notices reach me."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user

from blueprints.access import current_staff
from blueprints.account.forms import LanguageForm, PasswordForm
from blueprints.account.frame import bp
from blueprints.account.reach_form import ReachForm
from blueprints.refusals import put_beside_field
from blueprints.session import signing
from hotline.db import transaction, utc_now
from hotline.delivery import pushing
from hotline.errors import HotlineError
from hotline.people import sessions, staff
from hotline.people.staff import StaffRefusedError


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the account of the person signed in."""
    return _page(PasswordForm())


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Read in another language, now and after every sign-in."""
    form = LanguageForm()
    if form.validate_on_submit():
        with transaction():
            staff.choose_locale(current_staff(), form.locale.data)
        session["locale"] = form.locale.data
    return redirect(url_for(".show"), 303)


@bp.post("/password")
def password() -> ResponseReturnValue:
    """Change one's own password; other browsers are signed out by it, this one stays."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                staff.change_password(current_staff(), form.old.data, form.password.data)
                sessions.end_all(current_staff(), but=signing.token(), now=utc_now())
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            login_user(current_staff())
            flash(_("Your password is changed. Other browsers were signed out."), "success")
            return redirect(url_for(".show"), 303)
    return _page(form, 422)


@bp.post("/reach")
def reach() -> ResponseReturnValue:
    """Set one's own mail address, mobile number and quiet hours."""
    form = ReachForm()
    if form.validate_on_submit():
        try:
            with transaction():
                pushing.set_reach(current_staff(), **form.values())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Where and when notices reach you is saved."), "success")
            return redirect(url_for(".show"), 303)
    return _page(PasswordForm(formdata=None), 422, reach_form=form)


def _page(form: PasswordForm, code: int = 200, *, reach_form: ReachForm | None = None) -> ResponseReturnValue:
    person = current_staff()
    language_form = LanguageForm(formdata=None, locale=person.locale or session.get("locale"))
    kept = pushing.kept_or_usual(person)
    page = render_template(
        "account/show.html",
        form=form,
        language_form=language_form,
        reach_form=reach_form or ReachForm(formdata=None, obj=kept),
    )
    return page, code
