"""What a callback brings besides its answer: the caller's data, their marks, new needs (A8.4, A8.5a)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_staff
from blueprints.callbacks.forms import CallerForm, LinkForm, MarksForm, SignOffForm
from blueprints.callbacks.frame import bp
from blueprints.navigation import DESK
from hotline.callbacks import links, needs, queue, tags
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.categories.terms import Confidentiality
from hotline.contacts import changes
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access as sight
from hotline.tickets import deadlines

TAKES_IN = (*DESK, Role.CALLBACK_AGENT)
"""Who takes in what a caller raises at a callback."""
MARKS = (Role.CALLBACK_AGENT, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


def extras(task: CallbackTask, person: Staff) -> dict[str, object]:
    """Return what the page of a callback shows around its answer."""
    may_change = may_change_caller(task, person)
    may_ask = task.state is CallbackState.OPEN and queue.may_call(task, person)
    return {
        "running_link": links.of_task(task),
        "may_ask": may_ask and task.ticket.confidentiality is not Confidentiality.RESTRICTED,
        "link_form": LinkForm(),
        "sign_off": SignOffForm(),
        "caller_form": CallerForm() if may_change else None,
        "changes": changes.of(task.requester) if may_change else [],
        "marks_form": MarksForm(tags.of(task.requester)) if may_change and person.is_any(*MARKS) else None,
        "needs": needs.of_ticket(task.ticket_id),
        "may_take_in": person.is_any(*TAKES_IN) and queue.may_call(task, person),
    }


def may_change_caller(task: CallbackTask, person: Staff) -> bool:
    """Tell whether `person` may update the caller's data: who may make the callback and see them."""
    policy = deadlines.policy_of(task.ticket)
    return (
        queue.may_call(task, person)
        and sight.may_reveal(task.ticket, policy, person)
        and task.ticket.confidentiality is not Confidentiality.RESTRICTED
    )


@bp.post("/<int:task_id>/caller")
def caller(task_id: int) -> ResponseReturnValue:
    """Bring the caller's data up to date; every change is kept with its author."""
    task, form = _changeable(task_id), CallerForm()
    form.validate()
    try:
        with transaction():
            made = changes.update(
                task.requester,
                name=form.name.data or "",
                address=form.address.data or "",
                phone=form.phone.data or "",
                by=current_staff(),
                now=utc_now(),
            )
        flash(_("Changed: %(count)s.", count=len(made)), "success" if made else "info")
    except HotlineError as error:
        flash(error.say(), "error")
    return redirect(url_for(".show", task_id=task_id, _anchor="caller"), 303)


@bp.post("/<int:task_id>/marks")
def marks(task_id: int) -> ResponseReturnValue:
    """Give and take the marks by which callers are always called back."""
    task, form = _changeable(task_id), MarksForm()
    if not current_staff().is_any(*MARKS):
        raise NotAllowedError
    if form.validate():
        wanted, had = set(form.marks.data or ()), tags.of(task.requester)
        with transaction():
            for tag in wanted - had:
                tags.give(task.requester, tag, by=current_staff(), now=utc_now())
            for tag in had - wanted:
                tags.take_away(task.requester, tag)
        flash(_("The marks are saved."), "success")
    return redirect(url_for(".show", task_id=task_id, _anchor="caller"), 303)


@bp.post("/<int:task_id>/needs")
def need(task_id: int) -> ResponseReturnValue:
    """Begin the intake of a new need, with what is known filled in."""
    task, person = queue.get(task_id, current_staff()), current_staff()
    if not person.is_any(*TAKES_IN) or not queue.may_call(task, person):
        raise NotAllowedError
    with transaction():
        key = needs.raise_(task, with_caller=may_change_caller(task, person), by=person, now=utc_now())
    return redirect(url_for("intake.call", key=key), 303)


def _changeable(task_id: int) -> CallbackTask:
    task = queue.get(task_id, current_staff())
    if not may_change_caller(task, current_staff()):
        raise NotAllowedError
    return task
