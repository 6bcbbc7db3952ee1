"""The waiting list of the reception desk, and the registration form of a visit on paper."""

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.intake import results
from blueprints.intake.visits import LISTS, TICKED, WRITTEN
from blueprints.navigation import DESK
from blueprints.reception import tabs
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCodeError
from hotline.categories.channels import Channel
from hotline.categories.terms import Stage
from hotline.contacts import drafts, identity, reception
from hotline.contacts.identity import Holder, IdNumberNotPossibleError, Sex
from hotline.contacts.models import Requester, Visit
from hotline.contacts.written import one_line
from hotline.db import transaction, utc_now
from hotline.errors import NotFoundError
from hotline.people.roles import Role
from hotline.reception import urgent
from hotline.tickets import deadlines
from hotline.tickets.models import AnswerSource, Ticket
from hotline.wording import LOCAL_ZONE, N_, in_both, say

bp = Blueprint("reception", __name__, url_prefix="/reception")
access.only(bp, *DESK)
SERVES = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


class ArrivalForm(FlaskForm):
    """Somebody who arrives; both may stay empty."""

    name = StringField(_l("Name"), filters=[one_line], validators=[Length(max=reception.LONGEST_NAME)])
    matter = StringField(
        _l("About what"), filters=[one_line], validators=[Length(max=reception.LONGEST_MATTER)]
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show who waits, and who was served today."""
    return _page(ArrivalForm(None))


@bp.post("")
def arrive() -> ResponseReturnValue:
    """Give whoever arrives the next number."""
    form = ArrivalForm()
    if not form.validate():
        return _page(form), 422
    with transaction():
        reception.arrive(name=form.name.data or "", matter=form.matter.data or "", now=utc_now())
    return redirect(url_for(".list_"), 303)


@bp.post("/<int:visitor_id>/call")
def call(visitor_id: int) -> ResponseReturnValue:
    """Call a visitor, and open the form of the visit with what they said on arrival."""
    access.require(*SERVES)
    person, now = current_staff(), utc_now()
    with transaction():
        visitor = reception.get(visitor_id)
        is_first = visitor.called_at is None
        reception.call(visitor, key=str(uuid4()), by=person, now=now)
        key = visitor.submission_key or ""
        if is_first:
            arrived = visitor.arrived_at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M")
            told = {"name": visitor.name or "", "title": visitor.matter, "received_at": arrived}
            drafts.keep(person, Channel.VISIT, key, told, started_at=now, now=now)
    return redirect(url_for("intake.visit", key=key), 303)


@bp.post("/<int:visitor_id>/gone")
def gone(visitor_id: int) -> ResponseReturnValue:
    """Write down that a visitor left before being served."""
    access.require(*SERVES)
    with transaction():
        reception.gone(reception.get(visitor_id), now=utc_now())
    return redirect(url_for(".list_"), 303)


@bp.get("/visits/<int:contact_id>/form")
def form(contact_id: int) -> ResponseReturnValue:
    """Show the registration form of a visit as it goes on paper (A5.2)."""
    found = results.outcome(contact_id)
    visit = found.contact
    if not isinstance(visit, Visit):
        raise NotFoundError
    looking.handed_out(Act.PRINTED, Subject.EXPORT, f"visit {visit.id}")
    return render_template(
        "reception/form.html",
        visit=visit,
        ticket=found.ticket,
        holder=_holder(visit.requester),
        id_type=_entry("id_type", visit.requester.id_type if visit.requester else None),
        purpose=_entry("purpose", visit.purpose),
        chosen={name: _entry(name, visit.elements.get(name)) for name in LISTS},
        written={name: visit.elements.get(name, "") for name in WRITTEN},
        ticked={name: name in visit.elements for name in TICKED},
        content_class=_content_class(visit.content_class),
        sex=Sex(visit.sex) if visit.sex else None,
        declined=found.declined,
        sent_to=found.answer.words if found.answer and found.answer.source is AnswerSource.REDIRECT else "",
        term=_term(found.ticket),
        report=urgent.of(found.ticket) if found.ticket else None,
    )


def _holder(requester: Requester | None) -> Holder | None:
    """Return what an identity card says of its holder: birth date and sex."""
    if requester is None or requester.id_type != identity.RESIDENT_ID or not requester.id_number:
        return None
    try:
        return identity.read(requester.id_number)
    except IdNumberNotPossibleError:
        return None


def _entry(code_list: str, code: str | None) -> str:
    if not code:
        return ""
    try:
        return in_both(catalogue.code_item(code_list, code).names)
    except UnknownCodeError:
        return code


def _term(ticket: Ticket | None) -> str:
    """Return the limit a petition has once it is accepted (A5.2 (23))."""
    if ticket is None:
        return ""
    months = ticket.facts.get(deadlines.TERM_MONTHS)
    if months:
        return say(N_("%(count)s months"), {"count": months})
    limit = deadlines.policy_of(ticket).limit(Stage.OVERALL)
    return limit.say() if limit else ""


def _content_class(code: str | None) -> str:
    names = []
    classes = catalogue.current().classes
    while code and code in classes:
        names.append(in_both(classes[code].names))
        code = classes[code].parent
    return " / ".join(reversed(names))


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody waits or waited, in minutes, and whether that is too long."""

    minutes: int
    is_late: bool
    is_after_closing: bool


def _wait(visitor: reception.WaitingVisitor, now: dt.datetime) -> Wait:
    return Wait(
        minutes=int(reception.waited(visitor, now).total_seconds() // 60),
        is_late=reception.is_late(visitor, now),
        is_after_closing=reception.is_after_closing(visitor),
    )


def _page(form: ArrivalForm) -> str:
    now = utc_now()
    waiting, done = reception.waiting(), reception.done(now.astimezone(LOCAL_ZONE).date())
    return render_template(
        "reception/list.html",
        waiting=waiting,
        done=done,
        waits={one.id: _wait(one, now) for one in (*waiting, *done)},
        form=form,
        serves=current_staff().is_any(*SERVES),
        leads=current_staff().is_any(*results.SEES_ALL),
        tabs_of=tabs.of(current_staff()),
    )
