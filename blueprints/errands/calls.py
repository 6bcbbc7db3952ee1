"""The calls the desk makes, each with its purpose."""

import datetime as dt

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.errands.forms import CallForm
from blueprints.errands.views import bp
from blueprints.refusals import put_beside_field
from hotline.db import transaction, utc_now
from hotline.errands import calls
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.tickets import access as ticket_access
from hotline.wording import LOCAL_ZONE

CALLS = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.CALLBACK_AGENT, Role.INSPECTOR)
WRITES = CALLS[:-1]


@bp.get("/calls")
def outbound() -> ResponseReturnValue:
    """Show the calls of a day."""
    access.require(*CALLS)
    form = CallForm(None)
    form.number.data = request.args.get("ticket", "")
    return _page(form)


@bp.post("/calls")
def log_outbound() -> ResponseReturnValue:
    """Write a call down."""
    access.require(*WRITES)
    form = CallForm()
    if form.validate():
        try:
            with transaction():
                wanted = form.number.data.replace(" ", "")
                calls.log(
                    phone=form.phone.data,
                    purpose=form.purpose.data,
                    is_reached=form.is_reached.data,
                    note=form.note.data,
                    ticket=ticket_access.find(wanted, current_staff()) if wanted else None,
                    by=current_staff(),
                    now=utc_now(),
                )
        except ticket_access.NoSuchTicketError as error:
            form.number.errors = [*form.number.errors, error.say()]
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".outbound"), 303)
    return _page(form), 422


def _page(form: CallForm) -> str:
    today = utc_now().astimezone(LOCAL_ZONE).date()
    try:
        day = min(dt.date.fromisoformat(request.args.get("day", "")), today)
    except ValueError:
        day = today
    return render_template(
        "errands/calls.html",
        calls=calls.listed(current_staff(), day),
        day=day,
        form=form,
        writes=current_staff().is_any(*WRITES),
        purposes=dict(form.purpose.choices),
    )
