"""Destruction batches: prepared, approved by another, carried out before two witnesses (A4.17)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from blueprints import access, looking
from blueprints.access import current_staff, require
from blueprints.destruction.forms import DecideForm, PrepareForm, SignForm
from blueprints.refusals import put_beside_field
from hotline.audit.models import Act, Subject
from hotline.categories.keeping import RetentionClass
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotFoundError
from hotline.people.roles import Role
from hotline.retention import batches
from hotline.retention.models import BatchState, DestructionBatch, Scope

bp = Blueprint("destruction", __name__, url_prefix="/destruction")
access.only(
    bp, Role.ARCHIVIST, Role.OVERSIGHT_OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR
)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show batches, and prepare one."""
    return _list(PrepareForm())


@bp.post("")
def create() -> ResponseReturnValue:
    """Put what is due into a batch."""
    require(*batches.PREPARES)
    form = PrepareForm()
    if form.validate_on_submit():
        try:
            with transaction():
                number = batches.prepare(
                    Scope(form.scope.data), reason=form.reason.data, by=current_staff(), now=utc_now()
                ).number
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Batch %(number)s is prepared and waits for approval.", number=number), "success")
            return redirect(url_for(".show", batch=number), 303)
    return _list(form), 422


@bp.get("/<batch>")
def show(batch: str) -> ResponseReturnValue:
    """Show one batch and what is to be done with it."""
    return _page(batch)


@bp.post("/<batch>/decide")
def decide(batch: str) -> ResponseReturnValue:
    """Approve a batch, or not."""
    require(*batches.APPROVES)
    form = DecideForm()
    if form.validate_on_submit():
        try:
            with transaction():
                batches.decide(
                    batches.get(batch),
                    approve=form.decision.data == "approve",
                    note=form.reason.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except NotFoundError:
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("Your decision is kept."), "success")
            return redirect(url_for(".show", batch=batch), 303)
    return _page(batch, decide_form=form), 422


@bp.post("/<batch>/sign")
def sign(batch: str) -> ResponseReturnValue:
    """Sign as a witness; with the second signature it is carried out."""
    form = SignForm()
    if form.validate_on_submit():
        try:
            with transaction():
                is_done = batches.sign(
                    batches.get(batch), typed=form.typed.data, by=current_staff(), now=utc_now()
                )
        except NotFoundError:
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            words = _("Carried out. The certificate is kept.") if is_done else _("You signed as a witness.")
            flash(words, "success")
            return redirect(url_for(".show", batch=batch), 303)
    return _page(batch, sign_form=form), 422


@bp.get("/<batch>/certificate")
def certificate(batch: str) -> ResponseReturnValue:
    """Show the certificate on paper."""
    found = batches.get(batch)
    if found.state is not BatchState.CARRIED_OUT:
        raise NotFoundError
    looking.handed_out(Act.PRINTED, Subject.DESTRUCTION, found.number)
    return render_template("destruction/certificate.html", **_framed(found), classes=_classes())


def _classes() -> dict[str, RetentionClass]:
    return {one.value: one for one in RetentionClass}


def _list(form: PrepareForm) -> str:
    person, now = current_staff(), utc_now()
    may_prepare = person.is_any(*batches.PREPARES)
    return render_template(
        "destruction/list.html",
        batches=batches.listed(),
        form=form,
        may_prepare=may_prepare,
        due=[(scope, len(batches.due(scope, person, now=now))) for scope in Scope] if may_prepare else [],
    )


def _framed(found: DestructionBatch) -> dict[str, Any]:
    shown, kept = batches.items(found, current_staff())
    return {"batch": found, "items": shown, "kept": kept}


def _page(number: str, decide_form: FlaskForm | None = None, sign_form: FlaskForm | None = None) -> str:
    found, person = batches.get(number), current_staff()
    signed = {one.staff_id for one in found.witnesses}
    return render_template(
        "destruction/show.html",
        **_framed(found),
        decide_form=decide_form or DecideForm(),
        sign_form=sign_form or SignForm(),
        may_decide=found.state is BatchState.PREPARED
        and person.is_any(*batches.APPROVES)
        and found.prepared_by_id != person.id,
        may_sign=found.state is BatchState.APPROVED
        and person.id != found.decided_by_id
        and person.id not in signed,
        missing=batches.WITNESSES - len(signed),
    )
