"""Signing in and out, and choosing a language."""

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user

from blueprints import access, limits
from blueprints.session.forms import SignInForm
from hotline.config import LOCALES
from hotline.errors import HotlineError
from hotline.people import staff

bp = Blueprint("session", __name__)
access.public(bp)

UNPROCESSABLE = 422
GUESSING = "10 per 15 minutes"
"""Wrong passwords for one number from one address: a guesser is stopped, its owner elsewhere is not."""


def _number_from_here() -> str:
    tried = f"{get_remote_address()} {request.form.get('number', '').strip()}"
    return "sign-in:" + hashlib.sha256(tried.encode()).hexdigest()


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == UNPROCESSABLE


@bp.route("/sign-in", methods=["GET", "POST"])
@limits.LIMITER.limit(GUESSING, methods=["POST"], key_func=_number_from_here, deduct_when=_was_wrong)
def sign_in() -> ResponseReturnValue:
    """Ask who it is; bring them to where they wanted to go."""
    form = SignInForm()
    refused = None
    if form.validate_on_submit():
        try:
            person = staff.sign_in(form.number.data.strip(), form.password.data)
        except HotlineError as error:
            refused = error
        else:
            chosen = session.get("locale") or person.locale
            session.clear()
            if chosen:
                session["locale"] = chosen
            login_user(person)
            return redirect(inside(request.args.get("next")), 303)
    page = render_template("session/sign_in.html", form=form, refused=refused)
    return page, UNPROCESSABLE if request.method == "POST" else 200


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session; the language stays."""
    logout_user()
    return redirect(url_for(".sign_in"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Read on in the chosen language."""
    wanted = request.form.get("language")
    if wanted in LOCALES:
        session["locale"] = wanted
    return redirect(inside(request.form.get("next")), 303)


def inside(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the desk: never send anybody elsewhere."""
    parts = urlsplit(target or "")
    is_path = target is not None and target.startswith("/") and not target.startswith(("//", "/\\"))
    if is_path and not parts.scheme and not parts.netloc:
        return target or ""
    return url_for("desk.show")
