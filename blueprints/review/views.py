"""The shift leader's review: the queue, and one ticket with the order made ready."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from blueprints.review import queue
from blueprints.review.forms import DispatchForm, fresh
from blueprints.tickets import page
from hotline.audit.models import Sight
from hotline.categories.routing import Route
from hotline.db import transaction, utc_now
from hotline.dispatch import actions, sending
from hotline.dispatch.actions import Action
from hotline.dispatch.models import Decision
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.people.models import Department
from hotline.people.roles import Role
from hotline.tickets import deadlines
from hotline.wording import N_, say

bp = Blueprint("review", __name__, url_prefix="/review")
access.only(bp, Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what waits for the shift leader: tickets to dispatch, returns to rule on, time asked for."""
    return render_template("review/list.html", **queue.read(current_staff(), utc_now()))


@bp.route("/<number>", methods=["GET", "POST"])
def show(number: str) -> ResponseReturnValue:
    """Show one ticket with its order made ready; dispatch it."""
    person, now = current_staff(), utc_now()
    at = actions.standing(looking.find(number, person))
    if not actions.RULES[Action.REVIEW](at, person):
        return redirect(url_for("tickets.show", number=number), 303)
    found = sending.suggested(at.ticket)
    form = DispatchForm() if request.method == "POST" else fresh(at.policy)
    form.offer(at.ticket, at.policy, found[0].code if found else "")
    fallback = sending.fallback(at.ticket)
    if fallback is not None and form.to_fallback.data:
        form.lead.data = fallback.code
    if form.validate_on_submit():
        try:
            with transaction():
                opinions = [text for text in form.opinions.data if text or at.policy.opinions]
                if form.to_fallback.data:
                    sending.send_to_fallback(at.ticket, opinions=opinions, by=person, now=now)
                else:
                    sending.send(at.ticket, _order(form, found, opinions), by=person, now=now)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(say(N_("Ticket %(number)s is dispatched."), {"number": number}), "success")
            return redirect(url_for(".list_"), 303)
    shown = page.parts(looking.find(number, person, Sight.REVIEW), person, now)
    return render_template(
        "review/show.html",
        form=form,
        suggested=found,
        fallback=fallback,
        returned=[one for one in at.returns if one.decision is Decision.GRANTED],
        would_be_due=queue.would_be_due(at.ticket, deadlines.policy_of(at.ticket), now),
        **shown,
    ), 422 if request.method == "POST" else 200


def _order(form: DispatchForm, found: tuple[Department, Route] | None, opinions: list[str]) -> sending.Order:
    lead = departments.by_code(form.lead.data)
    assert lead is not None  # the form offers departments that exist
    return sending.Order(
        lead=lead,
        assists=[one for code in form.assists.data if (one := departments.by_code(code))],
        opinions=opinions,
        route=found[1] if found and found[0] is lead else None,
        may_return=not form.may_not_return.data,
    )
