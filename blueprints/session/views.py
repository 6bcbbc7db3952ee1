"""Signing in and out, and choosing a language."""

import hashlib
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from blueprints import access, limits
from blueprints.refusals import put_beside_field
from blueprints.session import openid, signing
from blueprints.session.forms import CodeForm, SignInForm
from hotline.audit import journal
from hotline.audit.journal import Actor
from hotline.audit.models import Act, Subject
from hotline.config import LOCALES
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import directories, second_factors, staff
from hotline.people.models import Staff
from hotline.people.second_factors import CodeWrongError

bp = Blueprint("session", __name__)
access.public(bp)

UNPROCESSABLE = 422
GUESSING = "10 per 15 minutes"
"""Wrong passwords for one number from one address: a guesser is stopped, its owner elsewhere is not."""
TRYING = "100 per 15 minutes"
"""Wrong passwords from one address for whatever number; a whole office behind one mistypes less often."""
CODE_WITHIN = 300
"""Seconds between the password and the code."""


def _number_from_here() -> str:
    tried = f"{get_remote_address()} {request.form.get('number', '').strip()}"
    return "sign-in:" + hashlib.sha256(tried.encode()).hexdigest()


def _half_from_here() -> str:
    tried = f"{get_remote_address()} {session.get(signing.HALF, {}).get('id')}"
    return "code:" + hashlib.sha256(tried.encode()).hexdigest()


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == UNPROCESSABLE


@bp.route("/sign-in", methods=["GET", "POST"])
@limits.LIMITER.limit(GUESSING, methods=["POST"], key_func=_number_from_here, deduct_when=_was_wrong)
@limits.LIMITER.limit(TRYING, methods=["POST"], deduct_when=_was_wrong)
def sign_in() -> ResponseReturnValue:
    """Ask who it is; bring them to where they wanted to go."""
    form = SignInForm()
    refused = None
    if form.validate_on_submit():
        number = form.number.data.strip()
        try:
            person = directories.sign_in(number, form.password.data)
        except HotlineError as error:
            refused = error
            signing.refused(number if staff.by_number(number) else "")
        else:
            return _go_on(person, request.args.get("next"))
    page = _sign_in_page(form, refused)
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _sign_in_page(form: SignInForm, refused: HotlineError | None) -> str:
    return render_template(
        "session/sign_in.html",
        form=form,
        refused=refused,
        has_openid=openid.is_configured(),
        openid_name=openid.button(),
        has_directory=current_app.extensions.get(directories.DIRECTORY) is not None,
    )


def _go_on(person: Staff, wanted: str | None) -> ResponseReturnValue:
    """Begin the session of a person who is known, or ask for the code of their telephone first."""
    if person.has_second_factor:
        _half_way(person)
        return redirect(url_for(".code", next=wanted), 303)
    signing.begin(person)
    return redirect(inside(wanted), 303)


@bp.get("/sign-in/openid")
@limits.LIMITER.limit(TRYING)
def openid_begin() -> ResponseReturnValue:
    """Go to the provider and come back."""
    if not openid.is_configured():
        abort(404)
    try:
        return openid.begin(request.args.get("next"))
    except HotlineError as error:
        return _sign_in_page(SignInForm(), error), 503


@bp.get("/sign-in/openid/back")
@limits.LIMITER.limit(TRYING, deduct_when=_was_wrong)
def openid_back() -> ResponseReturnValue:
    """Sign in whom the provider names."""
    if not openid.is_configured():
        abort(404)
    wanted = openid.wanted_next()
    try:
        person = openid.finish()
    except HotlineError as error:
        signing.refused("")
        return _sign_in_page(SignInForm(), error), UNPROCESSABLE
    return _go_on(person, wanted)


def _half_way(person: Staff) -> None:
    chosen = session.get("locale")
    session.clear()
    if chosen:
        session["locale"] = chosen
    session[signing.HALF] = {"id": person.id, "as": person.get_id(), "at": int(utc_now().timestamp())}


@bp.route("/sign-in/code", methods=["GET", "POST"])
@limits.LIMITER.limit(GUESSING, methods=["POST"], key_func=_half_from_here, deduct_when=_was_wrong)
def code() -> ResponseReturnValue:
    """Ask for the code of the telephone, after the password."""
    person = _half_signed_in()
    if person is None:
        session.pop(signing.HALF, None)
        return redirect(url_for(".sign_in", next=request.args.get("next")), 303)
    form = CodeForm()
    if form.validate_on_submit():
        number = person.number
        try:
            with transaction():
                if second_factors.check(person, form.code.data, now=utc_now()):
                    by = Actor(person.id, get_remote_address())
                    journal.record(Act.RECOVERY_CODE_USED, Subject.STAFF, number, by=by, now=utc_now())
        except CodeWrongError as error:
            put_beside_field(form, error)
            signing.refused(number)
        else:
            signing.begin(person)
            return redirect(inside(request.args.get("next")), 303)
    page = render_template("session/code.html", form=form)
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _half_signed_in() -> Staff | None:
    half = session.get(signing.HALF)
    if not isinstance(half, dict) or utc_now().timestamp() - half["at"] > CODE_WITHIN:
        return None
    person = staff.get(half["id"])
    return person if person.is_active and person.get_id() == half["as"] else None


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session; the language stays."""
    return signing.end()


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
