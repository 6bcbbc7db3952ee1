"""Persons who ask for what is held of them, or to have it erased (PIPL art. 45, 47)."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.data_requests.forms import DecideForm, FindForm, RequestForm
from blueprints.refusals import put_beside_field
from hotline.contacts import requesters
from hotline.contacts.models import Requester
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.retention import holdings, requests
from hotline.retention.models import Asked, RequestState
from hotline.wording import LOCAL_ZONE

bp = Blueprint("data_requests", __name__, url_prefix="/data-requests")
access.only(bp, *requests.ROLES)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show requests that wait, or all, and the way to a new one."""
    return _list(FindForm())


@bp.post("/find")
def find() -> ResponseReturnValue:
    """Find who is known under a number; the number stays out of the address."""
    form = FindForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        found = requesters.by_phone(form.phone.data)
    except HotlineError as error:
        put_beside_field(form, error)
        return _list(form), 422
    return _list(form, found=found)


@bp.post("")
def create() -> ResponseReturnValue:
    """Take a request."""
    form = RequestForm()
    chosen = form.requester_id.data or ""
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise NotFoundError
    requester = requesters.get(int(chosen))
    if form.validate_on_submit():
        try:
            with transaction():
                number = requests.receive(
                    requester,
                    Asked(form.asked.data),
                    identity_check=form.identity_check.data,
                    by=current_staff(),
                    now=utc_now(),
                ).number
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The request is taken."), "success")
            return redirect(url_for(".show", request_number=number), 303)
    return _list(FindForm(), found=[requester], request_form=form), 422


@bp.get("/<request_number>")
def show(request_number: str) -> ResponseReturnValue:
    """Show one request: what would go, what stays and why."""
    return _page(request_number)


@bp.post("/<request_number>/hand-out")
def hand_out(request_number: str) -> ResponseReturnValue:
    """Hand out what is held: a file for machines, or a page for people."""
    with transaction():
        held = requests.hand_out(
            requests.get(request_number), by=current_staff(), address=looking.address(), now=utc_now()
        )
    if request.form.get("format") == "page":
        return render_template("data_requests/held.html", held=held)
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{request_number}.json"'},
    )


@bp.post("/<request_number>/decide")
def decide(request_number: str) -> ResponseReturnValue:
    """Grant a request as far as the law allows, or refuse it."""
    form = DecideForm()
    if form.validate_on_submit():
        verb = requests.grant if form.decision.data == "grant" else requests.refuse
        try:
            with transaction():
                verb(
                    requests.get(request_number),
                    grounds=form.grounds.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except NotFoundError:
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The request is decided."), "success")
            return redirect(url_for(".show", request_number=request_number), 303)
    return _page(request_number, form), 422


def _list(
    form: FindForm, found: list[Requester] | None = None, request_form: RequestForm | None = None
) -> str:
    only_open = request.args.get("state", "") != "all"
    return render_template(
        "data_requests/list.html",
        requests=requests.listed(only_open=only_open),
        only_open=only_open,
        today=utc_now().astimezone(LOCAL_ZONE).date(),
        form=form,
        found=found,
        request_form=request_form,
        blank=RequestForm(formdata=None),
    )


def _page(number: str, form: DecideForm | None = None) -> str:
    found, person = requests.get(number), current_staff()
    is_erasure = found.asked is Asked.ERASURE
    is_open = found.state is RequestState.OPEN
    return render_template(
        "data_requests/show.html",
        asked=found,
        outlook=requests.outlook(found, person) if is_open else None,
        is_erasure=is_erasure,
        is_open=is_open,
        may_decide=is_open and (not is_erasure or found.received_by_id != person.id),
        today=utc_now().astimezone(LOCAL_ZONE).date(),
        form=form or DecideForm(),
        reasons={one.value: one for one in holdings.Stays},
    )
