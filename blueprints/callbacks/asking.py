"""Asking without a call: SMS and links, and signing off what callers answered through them."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_staff
from blueprints.callbacks.forms import LinkForm, SignOffForm
from blueprints.callbacks.frame import bp
from hotline.callbacks import links, queue
from hotline.callbacks.models import CallbackMode
from hotline.categories import catalogue
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError


@bp.get("/answered")
def answered() -> ResponseReturnValue:
    """Show what callers answered through links and nobody has read yet."""
    person = current_staff()
    return render_template(
        "callbacks/answered.html",
        links=links.unread(person),
        may_call=lambda task: queue.may_call(task, person),
        categories=catalogue.current().policies,
    )


@bp.post("/<int:task_id>/sms")
def sms(task_id: int) -> ResponseReturnValue:
    """Send the caller an SMS with a link of one vote."""
    task = queue.get(task_id, current_staff())
    try:
        with transaction():
            links.ask_by_sms(task, by=current_staff(), now=utc_now())
        flash(_("The message goes out. Whoever does not answer is still to be called."), "success")
    except HotlineError as error:
        flash(error.say(), "error")
    return redirect(url_for(".show", task_id=task_id, _anchor="link"), 303)


@bp.post("/<int:task_id>/link")
def link(task_id: int) -> ResponseReturnValue:
    """Make a link for the agent to hand over; its address is shown this once."""
    task, form = queue.get(task_id, current_staff()), LinkForm()
    if not form.validate():
        return redirect(url_for(".show", task_id=task_id, _anchor="link"), 303)
    try:
        with transaction():
            token = links.hand_over(task, CallbackMode(form.mode.data), by=current_staff(), now=utc_now())
    except HotlineError as error:
        flash(error.say(), "error")
        return redirect(url_for(".show", task_id=task_id, _anchor="link"), 303)
    has_address = bool(current_app.extensions["settings"].public_url)
    address = links.address_of(token) if has_address else f"{request.host_url.rstrip('/')}/v/{token}"
    return render_template("callbacks/link.html", task=task, address=address, running=links.of_task(task))


@bp.post("/<int:task_id>/sign-off")
def sign_off(task_id: int) -> ResponseReturnValue:
    """End a callback by what the caller answered through the link."""
    task, form = queue.get(task_id, current_staff()), SignOffForm()
    form.validate()
    try:
        with transaction():
            links.sign_off(
                task,
                rehandle_reason=form.rehandle_reason.data or "",
                by=current_staff(),
                now=utc_now(),
            )
    except HotlineError as error:
        flash(error.say(), "error")
        return redirect(url_for(".show", task_id=task_id, _anchor="link"), 303)
    number = task.ticket.number
    if task.rehandle_reason:
        flash(_("Signed off. Ticket %(number)s is handled again.", number=number), "success")
    else:
        flash(_("Signed off: the callback for ticket %(number)s is on record.", number=number), "success")
    return redirect(url_for(".answered"), 303)
