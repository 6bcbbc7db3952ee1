"""The callback queue, and one callback: script, history, attempts, what the caller said."""

import datetime as dt

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import looking
from blueprints.access import current_staff
from blueprints.callbacks import callers as about
from blueprints.callbacks.forms import AttemptForm, OutcomeForm, RevealForm
from blueprints.callbacks.frame import bp
from blueprints.callbacks.managing import MANAGES
from blueprints.callbacks.managing_forms import CostForm, LeaveOutForm
from hotline.audit.models import Sight
from hotline.callbacks import assessing, calling, customer_calls, customer_queue, links, queue, reporting
from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.categories.terms import Stage
from hotline.contacts import reveals
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.tickets import access as sight
from hotline.tickets import callers, deadlines, merging, notes
from hotline.wording import in_both

VIEWS = ("mine", "free", "overdue", "waiting", "all")


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the callbacks owed, due first."""
    person, now = current_staff(), utc_now()
    view = request.args.get("view", "")
    counts = queue.counts(person, now=now)
    without = customer_queue.batch_of(person)
    if view not in VIEWS:
        view = "mine" if counts.mine or without else "free"
    tasks = queue.listed(person, view=view, now=now, after=_after(request.args.get("after", "")))
    last = tasks[-1] if len(tasks) == queue.PAGE else None
    return render_template(
        "callbacks/list.html",
        view=view,
        tasks=tasks,
        sharing=queue.sharing(tasks),
        may_manage=person.is_any(*MANAGES),
        counts=counts,
        answered=len(links.unread(person)),
        customers=customer_calls.owed_count(),
        without=without,
        state_of=lambda task: due_state(task, now),
        may_call=lambda task: queue.may_call(task, person),
        categories=catalogue.current().policies,
        older_url=url_for(".list_", view=view, after=f"{last.due_at.isoformat()}~{last.id}") if last else "",
    )


@bp.post("/take")
def take() -> ResponseReturnValue:
    """Put the next free callbacks into my batch."""
    person, now = current_staff(), utc_now()
    with transaction():
        taken = queue.take(queue.listed(person, view="free", now=now, limit=10), person)
    flash(_("%(count)s callbacks are now in your batch.", count=taken), "success" if taken else "info")
    return redirect(url_for(".list_", view="mine"), 303)


@bp.get("/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """Show one callback with everything the caller may ask about."""
    task = queue.get(task_id, current_staff())
    looking.at(task.ticket, current_staff(), Sight.CALLBACK)
    return page(task)


@bp.post("/<int:task_id>/number")
def number(task_id: int) -> ResponseReturnValue:
    """Show the caller's number, for a reason that is written down (B1.19)."""
    task = queue.get(task_id, current_staff())
    person = current_staff()
    form = RevealForm()
    policy = deadlines.policy_of(task.ticket)
    if not _is_mine(task, person) or not sight.may_reveal(task.ticket, policy, person):
        raise NotAllowedError
    if not form.validate_on_submit():
        return page(task, reveal=form), 422
    try:
        with transaction():
            notes.reveal(
                task.ticket,
                task.requester,
                policy,
                reason=form.reason.data,
                by=person,
                now=utc_now(),
                address=looking.address(),
            )
    except (reveals.RevealReasonMissingError, reveals.TooManyRevealsError) as error:
        form.reason.errors = [error.say()]
        return page(queue.get(task_id, current_staff()), reveal=form), 422
    return page(task, is_revealed=True)


@bp.post("/<int:task_id>/answers")
def answers(task_id: int) -> ResponseReturnValue:
    """Write down what a caller who was reached said; the matter is closed or handled again."""
    task = queue.get(task_id, current_staff())
    form = OutcomeForm()
    if not form.validate_on_submit():
        return page(task, said=form), 422
    try:
        with transaction():
            calling.complete(
                task,
                AttemptResult.REACHED,
                form.outcome(),
                mode=CallbackMode(form.mode.data),
                by=current_staff(),
                now=utc_now(),
            )
    except HotlineError as error:
        return _sent_back(queue.get(task_id, current_staff()), error, said=form)
    return _onward(task)


@bp.post("/<int:task_id>/attempts")
def attempts(task_id: int) -> ResponseReturnValue:
    """Write down an attempt that led to no talk, or that the caller refuses to talk."""
    task = queue.get(task_id, current_staff())
    form = AttemptForm()
    if not form.validate_on_submit():
        return page(task, tried=form), 422
    result = AttemptResult(form.result.data)
    try:
        with transaction():
            if result is AttemptResult.REFUSED:
                said = calling.Outcome(opinion=form.note.data)
                calling.complete(task, result, said, by=current_staff(), now=utc_now())
            else:
                calling.record_attempt(
                    task,
                    result,
                    reason=form.reason.data,
                    note=form.note.data,
                    appointment=form.agreed,
                    by=current_staff(),
                    now=utc_now(),
                )
    except HotlineError as error:
        return _sent_back(queue.get(task_id, current_staff()), error, tried=form)
    return _onward(task)


@bp.post("/<int:task_id>/give-up")
def give_up(task_id: int) -> ResponseReturnValue:
    """End a callback whose caller could not be reached in all its attempts."""
    task = queue.get(task_id, current_staff())
    with transaction():
        calling.give_up(task, by=current_staff(), now=utc_now())
    return _onward(task)


def due_state(task: CallbackTask, now: dt.datetime) -> str:
    """Return how a callback lies: `met` when ended, `overdue`, `near` or `ok`."""
    if task.state is not CallbackState.OPEN:
        return "met" if task.completed_at is None or task.completed_at <= task.due_at else "overdue"
    if task.due_at < now:
        return "overdue"
    return "near" if task.due_at - now < catalogue.desk().board.callback_soon.span else "ok"


def _is_mine(task: CallbackTask, person: Staff) -> bool:
    """Tell whether a callback is still to be made, and `person` may make it."""
    return task.state is CallbackState.OPEN and queue.may_call(task, person)


def page(
    task: CallbackTask,
    *,
    leave_out: LeaveOutForm | None = None,
    said: OutcomeForm | None = None,
    tried: AttemptForm | None = None,
    reveal: RevealForm | None = None,
    refused: HotlineError | None = None,
    is_revealed: bool = False,
) -> str:
    """Return the page of one callback; a form that was refused comes back with its sentences."""
    person, now = current_staff(), utc_now()
    ticket = task.ticket
    others = [one for one in queue.of_ticket(ticket.id) if one.id != task.id]
    sharers = merging.callers_of(ticket)
    policy = deadlines.policy_of(ticket)
    desk = catalogue.desk()
    opening = next((one for one in desk.scripts if one.code == "callback_opening"), None)
    may_show = sight.shows_requester(ticket, policy, person) or sight.may_reveal(ticket, policy, person)
    return render_template(
        "callbacks/show.html",
        task=task,
        ticket=ticket,
        policy=policy,
        state=due_state(task, now),
        script=in_both(opening.text) % {"number": person.number} if opening else "",
        requester=task.requester if may_show else None,
        may_reveal=sight.may_reveal(ticket, policy, person),
        is_revealed=is_revealed,
        earlier=[one for one in others if one.requester_id == task.requester_id],
        beside=[one for one in others if one.requester_id != task.requester_id and one.round == task.round],
        known_as=next((one.ticket for one in sharers if one.requester.id == task.requester_id), ticket),
        promised=[one for one in ticket.deadlines if one.stage is Stage.PROMISED_REPLY],
        contacts=callers.earlier([task.requester], current_staff()) if may_show else [],
        reasons={one.code: one.names for one in catalogue.code_list("unreachable_reason")},
        terms=desk.callbacks,
        said=said or OutcomeForm(),
        tried=tried or AttemptForm(),
        reveal=reveal or RevealForm(),
        leave_out=leave_out or LeaveOutForm(None),
        may_leave_out=person.is_any(*assessing.RULES),
        refused=refused,
        is_mine=_is_mine(task, person),
        costs=reporting.costs_of(task),
        spent=reporting.spent(task),
        cost=CostForm(),
        may_sign=person.is_any(*reporting.REVIEWS),
        now=now,
        **about.extras(task, person),
    )


def _sent_back(
    task: CallbackTask,
    error: HotlineError,
    *,
    said: OutcomeForm | None = None,
    tried: AttemptForm | None = None,
) -> ResponseReturnValue:
    form = said or tried
    beside = getattr(form, error.field, None) if error.field else None
    if beside is not None:
        beside.errors = [*beside.errors, error.say()]
        return page(task, said=said, tried=tried), 422
    return page(task, said=said, tried=tried, refused=error), 409


def _onward(task: CallbackTask) -> Response:
    """Go on to the next callback of the batch, telling what became of this one."""
    match task.state:
        case CallbackState.DONE if task.rehandle_reason:
            words = _(
                "Ticket %(number)s is handled again, round %(round)s.",
                number=task.ticket.number,
                round=task.ticket.round,
            )
        case CallbackState.DONE | CallbackState.EXHAUSTED:
            words = _("The callback for ticket %(number)s is on record.", number=task.ticket.number)
        case _:
            words = _("The attempt for ticket %(number)s is on record.", number=task.ticket.number)
    flash(words, "success")
    person = current_staff()
    upcoming = queue.following(task, person, now=utc_now())
    without = customer_queue.batch_of(person, limit=1)
    if upcoming is not None:
        target = url_for(".show", task_id=upcoming.id)
    elif without:
        target = url_for(".customer", call_id=without[0].id)
    else:
        target = url_for(".list_")
    return redirect(target, 303)  # type: ignore[return-value] # werkzeug's response, which Flask's is one of


def _after(text: str) -> tuple[dt.datetime, int] | None:
    moment, _tilde, last_id = text.partition("~")
    try:
        found = dt.datetime.fromisoformat(moment)
        return (found, int(last_id)) if found.tzinfo else None
    except ValueError:
        return None
