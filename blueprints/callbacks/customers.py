"""Callbacks without a ticket: missed calls, questionnaires, greetings, key customers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.callbacks.callers import TAKES_IN
from blueprints.callbacks.customer_forms import CampaignForm, CustomerOutcomeForm, MissedCallForm
from blueprints.callbacks.forms import RevealForm
from blueprints.callbacks.frame import bp
from blueprints.callbacks.managing import MANAGES
from blueprints.refusals import put_beside_field
from hotline.callbacks import customer_calls, customer_queue, needs
from hotline.callbacks.customer_models import CustomerCall
from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, Satisfaction
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind
from hotline.contacts import reveals
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.tickets import callers
from hotline.wording import LOCAL_ZONE
from hotline.working_time import Limit


@bp.get("/customers")
def customers() -> ResponseReturnValue:
    """Show the callbacks owed without a ticket, and plan a campaign."""
    return _list_page(CampaignForm())


@bp.post("/customers")
def campaign() -> ResponseReturnValue:
    """Owe everybody with a mark one callback."""
    access.require(*MANAGES)
    form = CampaignForm()
    if not form.validate_on_submit():
        return _list_page(form), 422
    with transaction():
        count = customer_calls.plan_for_tag(
            CallbackKind(form.kind.data),
            form.tag.data,
            purpose=form.purpose.data,
            campaign=f"{utc_now().astimezone(LOCAL_ZONE):%Y-%m-%d}:{form.purpose.data[:40]}",
            within=Limit.parse(f"{form.days.data} nd"),
            by=current_staff(),
            now=utc_now(),
        )
    flash(_("%(count)s callbacks were planned.", count=count), "success" if count else "info")
    return redirect(url_for(".customers"), 303)


@bp.post("/customers/missed")
def missed_call() -> ResponseReturnValue:
    """Owe a callback to a number that rang while nobody could take the call (A3.5)."""
    form, now = MissedCallForm(), utc_now()
    if not form.validate_on_submit():
        return _list_page(CampaignForm(), form), 422
    try:
        with transaction():
            call = customer_calls.plan_missed_call(
                phone=form.phone.data,
                name=form.name.data or None,
                once=f"{current_staff().id}:{now.timestamp():.0f}",
                by=current_staff(),
                now=now,
            )
    except HotlineError as error:
        put_beside_field(form, error)
        return _list_page(CampaignForm(), form), 422
    return redirect(url_for(".customer", call_id=call.id), 303)


@bp.get("/customers/<int:call_id>")
def customer(call_id: int) -> ResponseReturnValue:
    """Show one callback without a ticket."""
    return _page(customer_calls.get(call_id))


@bp.post("/customers/<int:call_id>/number")
def customer_number(call_id: int) -> ResponseReturnValue:
    """Show the number, for a reason that is written down where the customer is known (B1.19)."""
    call, form = customer_calls.get(call_id), RevealForm()
    if call.state is not CallbackState.OPEN or not form.validate_on_submit():
        return _page(call, reveal=form), 422
    try:
        with transaction():
            if call.requester is not None:
                reveals.reveal(call.requester, reason=form.reason.data, by=current_staff(), now=utc_now())
            number = customer_calls.number_of(call)
    except HotlineError as error:
        form.reason.errors = [error.say()]
        return _page(customer_calls.get(call_id), reveal=form), 422
    return _page(call, number=number)


@bp.post("/customers/<int:call_id>")
def customer_outcome(call_id: int) -> ResponseReturnValue:
    """Write down how it went."""
    call, form = customer_calls.get(call_id), CustomerOutcomeForm()
    if not form.validate_on_submit():
        return _page(call, form=form), 422
    result = AttemptResult(form.result.data)
    try:
        with transaction():
            if result in (AttemptResult.REACHED, AttemptResult.REFUSED):
                customer_calls.complete(
                    call,
                    result,
                    mode=CallbackMode(form.mode.data),
                    satisfaction=Satisfaction(form.satisfaction.data) if form.satisfaction.data else None,
                    opinion=form.opinion.data or "",
                    by=current_staff(),
                    now=utc_now(),
                )
            else:
                customer_calls.record_attempt(
                    call,
                    result,
                    note=form.opinion.data or "",
                    appointment=form.agreed,
                    by=current_staff(),
                    now=utc_now(),
                )
    except HotlineError as error:
        form.form_errors.append(error.say())
        return _page(customer_calls.get(call_id), form=form), 422
    return _onward(call)


@bp.post("/customers/<int:call_id>/give-up")
def customer_give_up(call_id: int) -> ResponseReturnValue:
    """End a callback whose customer could not be reached in all its attempts."""
    call = customer_calls.get(call_id)
    try:
        with transaction():
            customer_calls.give_up(call, by=current_staff(), now=utc_now())
    except HotlineError as error:
        flash(error.say(), "error")
        return redirect(url_for(".customer", call_id=call_id), 303)
    return _onward(call)


@bp.post("/customers/<int:call_id>/take")
def customer_take(call_id: int) -> ResponseReturnValue:
    """Put a callback that nobody has into my batch."""
    with transaction():
        customer_queue.take(customer_calls.get(call_id), current_staff())
    return redirect(url_for(".customer", call_id=call_id), 303)


@bp.post("/customers/<int:call_id>/needs")
def customer_need(call_id: int) -> ResponseReturnValue:
    """Begin the intake of a new need; the number that is filled in counts as shown."""
    call, person = customer_calls.get(call_id), current_staff()
    access.require(*TAKES_IN)
    is_shown = call.requester is None or callers.may_reveal(call.requester, person)
    try:
        with transaction():
            if call.requester is not None and is_shown:
                reveals.reveal(
                    call.requester, reason=_("New need raised at a callback"), by=person, now=utc_now()
                )
            key = needs.raise_without_ticket(call, with_caller=is_shown, by=person, now=utc_now())
    except HotlineError as error:
        flash(error.say(), "error")
        return redirect(url_for(".customer", call_id=call_id), 303)
    return redirect(url_for("intake.call", key=key), 303)


def _onward(call: CustomerCall) -> ResponseReturnValue:
    """Go on to the next of the batch."""
    flash(_("The callback is on record."), "success")
    upcoming = customer_queue.following(call, current_staff(), now=utc_now())
    target = url_for(".customer", call_id=upcoming.id) if upcoming else url_for(".list_", view="mine")
    return redirect(target, 303)


def _name_of(call: CustomerCall) -> str:
    if call.requester is None:
        return call.name or ""
    return "" if callers.is_sealed(call.requester) else call.requester.name or ""


def _list_page(form: CampaignForm, missed: MissedCallForm | None = None) -> str:
    return render_template(
        "callbacks/customers.html",
        owed=customer_calls.owed(),
        ended=customer_calls.ended(limit=20),
        form=form,
        missed=missed or MissedCallForm(),
        may_manage=current_staff().is_any(*MANAGES),
        now=utc_now(),
    )


def _page(
    call: CustomerCall,
    *,
    form: CustomerOutcomeForm | None = None,
    reveal: RevealForm | None = None,
    number: str = "",
) -> str:
    requester = call.requester
    return render_template(
        "callbacks/customer.html",
        call=call,
        form=form or CustomerOutcomeForm(),
        reveal=reveal or RevealForm(),
        number=number,
        masked=(requester.phone if requester else call.phone) or "",
        name=_name_of(call),
        contacts=callers.earlier([requester], current_staff()) if requester else [],
        terms=catalogue.desk().callbacks,
        needs=needs.of_call(call.id),
        may_take_in=current_staff().is_any(*TAKES_IN),
        now=utc_now(),
    )
