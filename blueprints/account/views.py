"""My account: who I am here, my language, my password."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user

from blueprints import access
from blueprints.access import current_staff
from blueprints.account.forms import LanguageForm, PasswordForm
from blueprints.refusals import put_beside_field
from hotline.db import transaction
from hotline.people import staff
from hotline.people.staff import StaffRefusedError

bp = Blueprint("account", __name__, url_prefix="/account")
access.anybody_signed_in(bp)


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
        except StaffRefusedError as error:
            put_beside_field(form, error)
        else:
            login_user(current_staff())
            flash(_("Your password is changed. Other browsers were signed out."), "success")
            return redirect(url_for(".show"), 303)
    return _page(form, 422)


def _page(form: PasswordForm, code: int = 200) -> ResponseReturnValue:
    language_form = LanguageForm(formdata=None, locale=current_staff().locale or session.get("locale"))
    return render_template("account/show.html", form=form, language_form=language_form), code
