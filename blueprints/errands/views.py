"""What the desk owes people besides tickets: seeing it, passing it on, calling back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.errands.forms import AttemptForm, NoteForm, OutcomeForm
from blueprints.refusals import put_beside_field
from hotline.contacts import reveals
from hotline.db import transaction, utc_now
from hotline.errands import calls, owing
from hotline.errands.models import Errand, ErrandKind
from hotline.errors import HotlineError
from hotline.people.roles import DEPARTMENT_ROLES, Role

bp = Blueprint("errands", __name__, url_prefix="/errands")
access.only(bp, *(role for role in Role if role not in DEPARTMENT_ROLES))

RETURN_CALL = "return_call"
"""What calling back is written down as, among the profile's purposes."""
TAKES_NOTES = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.TRAINEE)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what is owed by the person, by everybody, or what was done."""
    return _list(NoteForm(None))


@bp.post("")
def create() -> ResponseReturnValue:
    """Note that somebody is to be called back."""
    access.require(*TAKES_NOTES)
    form = NoteForm()
    if form.validate():
        try:
            with transaction():
                _note(form)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            if form.kind.data == ErrandKind.MISSED_CALL:
                flash(_("The missed call stands with the callbacks, first in their list."), "success")
            return redirect(url_for(".list_"), 303)
    return _list(form), 422


def _note(form: NoteForm) -> None:
    phone, name, by, now = form.phone.data, form.name.data, current_staff(), utc_now()
    if form.kind.data == ErrandKind.MISSED_CALL:
        owing.note_missed_call(phone=phone, name=name, by=by, now=now)
    else:
        owing.note_call(phone=phone, name=name, words=form.words.data, by=by, now=now)


@bp.get("/<int:errand_id>")
def show(errand_id: int) -> ResponseReturnValue:
    """Show one errand, its number masked."""
    return _page(owing.get(errand_id, current_staff(), utc_now()))


@bp.post("/<int:errand_id>/number")
def number(errand_id: int) -> ResponseReturnValue:
    """Show the number to call; of somebody we know, who looked is written down (B1.19)."""
    with transaction():
        errand = owing.get(errand_id, current_staff(), utc_now())
        if errand.requester is not None:
            reveals.reveal(errand.requester, reason=_("Calling back"), by=current_staff(), now=utc_now())
    return _page(owing.get(errand_id, current_staff(), utc_now()), is_revealed=True)


@bp.post("/<int:errand_id>/take")
def take(errand_id: int) -> ResponseReturnValue:
    """Take on what is nobody's yet."""
    access.require(Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
    with transaction():
        owing.take(owing.get(errand_id, current_staff(), utc_now()), by=current_staff())
    return redirect(url_for(".show", errand_id=errand_id), 303)


@bp.post("/<int:errand_id>/deliver")
def deliver(errand_id: int) -> ResponseReturnValue:
    """Say that the colleague has the message."""
    with transaction():
        owing.deliver(owing.get(errand_id, current_staff(), utc_now()), by=current_staff(), now=utc_now())
    return redirect(url_for(".show", errand_id=errand_id), 303)


@bp.post("/<int:errand_id>/attempt")
def attempt(errand_id: int) -> ResponseReturnValue:
    """Write down that nobody was reached; it stays owed."""
    form, errand = AttemptForm(), owing.get(errand_id, current_staff(), utc_now())
    if not form.validate():
        return _page(errand, attempt_form=form), 422
    with transaction():
        _log(errand, is_reached=False, note=form.note.data)
    return redirect(url_for(".show", errand_id=errand_id), 303)


@bp.post("/<int:errand_id>/finish")
def finish(errand_id: int) -> ResponseReturnValue:
    """Say that it is done, and what came of it."""
    form, errand = OutcomeForm(), owing.get(errand_id, current_staff(), utc_now())
    if form.validate():
        try:
            with transaction():
                owing.finish(errand, outcome=form.outcome.data, by=current_staff(), now=utc_now())
                if "called" in request.form:
                    _log(errand, is_reached=True, note=form.outcome.data)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".list_"), 303)
    return _page(owing.get(errand_id, current_staff(), utc_now()), outcome_form=form), 422


def _log(errand: Errand, *, is_reached: bool, note: str) -> None:
    calls.log(
        phone=errand.phone or "",
        purpose=RETURN_CALL,
        is_reached=is_reached,
        note=note,
        errand=errand,
        by=current_staff(),
        now=utc_now(),
    )


def _list(form: NoteForm) -> str:
    person, view = current_staff(), request.args.get("view", "")
    return render_template(
        "errands/list.html",
        errands=owing.listed(person, done=view == "done", everybody=view in ("all", "done"), now=utc_now()),
        view=view,
        sees_all=person.is_any(*owing.SEES_ALL),
        takes_notes=person.is_any(*TAKES_NOTES),
        form=form,
    )


def _page(
    errand: Errand,
    *,
    outcome_form: OutcomeForm | None = None,
    attempt_form: AttemptForm | None = None,
    is_revealed: bool = False,
) -> str:
    return render_template(
        "errands/show.html",
        errand=errand,
        outcome_form=outcome_form or OutcomeForm(None),
        attempt_form=attempt_form or AttemptForm(None),
        is_revealed=is_revealed,
    )
