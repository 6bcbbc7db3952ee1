"""Exchanges and their tokens, for administrators."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from blueprints.telephony.forms import TokenForm
from blueprints.telephony.views import bp
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.telephony import tokens


@bp.get("/exchange")
def exchange() -> ResponseReturnValue:
    """Show who may tell of calls."""
    access.require(Role.ADMINISTRATOR)
    return _page(TokenForm(None))


@bp.post("/exchange")
def issue() -> ResponseReturnValue:
    """Make a token, and show it this once."""
    access.require(Role.ADMINISTRATOR)
    form, made = TokenForm(), ""
    if form.validate():
        try:
            with transaction():
                _token, made = tokens.issue(form.name.data, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return _page(TokenForm(None), made)
    return _page(form), 422


@bp.post("/exchange/<int:token_id>/revoke")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token."""
    access.require(Role.ADMINISTRATOR)
    with transaction():
        tokens.revoke(token_id, now=utc_now())
    return redirect(url_for(".exchange"), 303)


def _page(form: TokenForm, made: str = "") -> str:
    return render_template(
        "telephony/exchange.html",
        form=form,
        tokens=tokens.listed(),
        made=made,
        address=url_for("telephony_api.create", _external=True, _scheme=request.scheme),
    )
