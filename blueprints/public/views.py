"""How a matter stands, for whoever holds its number and query code, without an account."""

import hashlib

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import access, limits
from blueprints.public.forms import StatusForm
from blueprints.refusals import put_beside_field
from hotline.errors import HotlineError
from hotline.tickets import standing

bp = Blueprint("public", __name__)
access.public(bp)

ASKING = "10 per minute"
"""Of one address, right or wrong."""
GUESSING = "20 per hour"
"""Wrong codes for one number, from wherever they come: a code of six digits then holds for years."""


def _number_asked() -> str:
    return "status:" + hashlib.sha256(standing.digits(request.form.get("number", "")).encode()).hexdigest()


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == 422


@bp.get("/status")
def status() -> ResponseReturnValue:
    """Ask for number and query code."""
    return render_template("public/status.html", form=StatusForm(None), found=None)


@bp.post("/status")
@limits.LIMITER.limit(ASKING)
@limits.LIMITER.limit(GUESSING, key_func=_number_asked, deduct_when=_was_wrong)
def ask() -> ResponseReturnValue:
    """Tell how the matter stands; an unknown number and a wrong code sound the same."""
    form = StatusForm()
    found = None
    if form.validate():
        try:
            found = standing.standing(form.number.data, form.code.data)
        except HotlineError as error:
            put_beside_field(form, error)
    page = render_template("public/status.html", form=form, found=found, way=standing.WAY)
    return page, 200 if found else 422
