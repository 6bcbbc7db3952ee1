"""Shifts handed over: giving, taking, and what was open at each."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from hotline.contacts.written import cleaned
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.shifts import handing
from hotline.shifts.models import ShiftHandover

bp = Blueprint("shifts", __name__, url_prefix="/shifts")
access.only(bp, *handing.LEADS)


class GiveForm(FlaskForm):
    """What the next shift must know."""

    notes = TextAreaField(
        _l("What the next shift must know, tools and things handed over"),
        filters=[cleaned],
        validators=[Length(max=handing.LONGEST)],
    )


class TakeForm(FlaskForm):
    """What the next shift asked."""

    doubts = TextAreaField(
        _l("Questions asked, and what was answered"),
        filters=[cleaned],
        validators=[Length(max=handing.LONGEST)],
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what is open now, and the hand-overs so far."""
    return _page(GiveForm(None))


@bp.post("")
def give() -> ResponseReturnValue:
    """Hand the shift over, signed."""
    form = GiveForm()
    if form.validate():
        try:
            with transaction():
                made = handing.give(notes=form.notes.data or "", by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", handover_id=made.id), 303)
    return _page(form), 422


@bp.get("/<int:handover_id>")
def show(handover_id: int) -> ResponseReturnValue:
    """Show one hand-over."""
    return _one(handing.get(handover_id), TakeForm(None))


@bp.post("/<int:handover_id>/take")
def take(handover_id: int) -> ResponseReturnValue:
    """Take the shift over, signed."""
    handover, form = handing.get(handover_id), TakeForm()
    if form.validate():
        try:
            with transaction():
                handing.take(handover, doubts=form.doubts.data or "", by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", handover_id=handover_id), 303)
    return _one(handing.get(handover_id), form), 422


def _page(form: GiveForm) -> str:
    return render_template(
        "shifts/list.html",
        matters=handing.open_now(utc_now()),
        to_take=handing.to_take(),
        handovers=handing.listed(),
        form=form,
    )


def _one(handover: ShiftHandover, form: TakeForm) -> str:
    return render_template(
        "shifts/show.html", handover=handover, matters=handing.handed_over(handover), form=form
    )
