"""Refused numbers: turned away for a reason until a day, by the shift leader (B1.11)."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from blueprints.telephony.forms import RefuseForm
from blueprints.telephony.views import LEADS, bp
from hotline.categories import catalogue
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.telephony import refusing


@bp.get("/refused")
def refused() -> ResponseReturnValue:
    """Show the refused numbers, masked."""
    access.require(*LEADS)
    return _page(RefuseForm(None))


@bp.post("/refused")
def refuse() -> ResponseReturnValue:
    """Refuse a number."""
    access.require(*LEADS)
    form = RefuseForm()
    if form.validate():
        try:
            with transaction():
                refusing.refuse(
                    form.phone.data,
                    reason=form.reason.data,
                    until=form.end(),
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".refused"), 303)
    return _page(form), 422


@bp.post("/refused/<int:refused_id>/lift")
def lift(refused_id: int) -> ResponseReturnValue:
    """Take calls from a number again."""
    access.require(*LEADS)
    with transaction():
        refusing.lift(refused_id, by=current_staff(), now=utc_now())
    return redirect(url_for(".refused"), 303)


def _page(form: RefuseForm) -> str:
    return render_template(
        "telephony/refused.html",
        form=form,
        numbers=refusing.listed(),
        most_days=catalogue.desk().telephony.most_refused_days,
    )
