"""New needs that callers raise at a callback: taken in like any other, and found again from the callback."""

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from hotline.callbacks.customer_models import CallbackNeed, CustomerCall, CustomerCallNeed
from hotline.callbacks.models import CallbackTask
from hotline.categories.channels import Channel
from hotline.contacts import drafts
from hotline.contacts.models import Contact, Requester
from hotline.db import session
from hotline.people.models import Staff
from hotline.tickets import history
from hotline.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Need:
    """A need that was raised, and what has become of it."""

    raised_at: dt.datetime
    raised_by: str
    ticket_number: str | None
    is_recorded: bool


def raise_(task: CallbackTask, *, with_caller: bool, by: Staff, now: dt.datetime) -> str:
    """Begin the intake of a new need of the caller; return the key of its form.

    `with_caller`: the person may see who the caller is, so name and number are filled in.
    """
    typed = _known_of(task.requester) if with_caller else {}
    if task.ticket.place:
        typed["place"] = task.ticket.place
    key = _begun(typed, by, now)
    session.add(CallbackNeed(task=task, submission_key=key, raised_by=by, raised_at=now))
    history.note(task.ticket, "callback_need_raised", by=by, now=now)
    session.flush()
    return key


def raise_without_ticket(call: CustomerCall, *, with_caller: bool, by: Staff, now: dt.datetime) -> str:
    """Begin the intake of a new need raised at a callback without a ticket; return the key of its form."""
    typed: dict[str, str] = {}
    if with_caller and call.requester is not None:
        typed = _known_of(call.requester)
    elif with_caller:
        typed = {name: value for name, value in (("phone", call.phone), ("name", call.name)) if value}
    key = _begun(typed, by, now)
    session.add(CustomerCallNeed(call=call, submission_key=key, raised_by=by, raised_at=now))
    session.flush()
    return key


def _known_of(caller: Requester) -> dict[str, str]:
    known = {"phone": caller.phone, "name": caller.name, "address": caller.address}
    return {name: value for name, value in known.items() if value}


def _begun(typed: dict[str, str], by: Staff, now: dt.datetime) -> str:
    key = str(uuid4())
    drafts.keep(by, Channel.CALL, key, typed, started_at=now, now=now)
    return key


def was_raised_by(person: Staff, key: str) -> bool:
    """Tell whether this person began the form of that key at a callback."""
    return any(
        session.scalar(
            sa.select(sa.exists().where(kind.submission_key == key, kind.raised_by_id == person.id))
        )
        for kind in (CallbackNeed, CustomerCallNeed)
    )


def of_ticket(ticket_id: int) -> list[Need]:
    """Return the needs raised at the callbacks of a ticket, oldest first."""
    return _found(CallbackNeed, CallbackNeed.task.has(CallbackTask.ticket_id == ticket_id))


def of_call(call_id: int) -> list[Need]:
    """Return the needs raised at a callback without a ticket, oldest first."""
    return _found(CustomerCallNeed, CustomerCallNeed.call_id == call_id)


def _found(kind: type[CallbackNeed | CustomerCallNeed], condition: sa.ColumnElement[bool]) -> list[Need]:
    query = (
        sa.select(kind.raised_at, Staff.name, Ticket.number, Contact.id)
        .join(kind.raised_by)
        .outerjoin(Contact, Contact.submission_key == kind.submission_key)
        .outerjoin(Ticket, Ticket.id == Contact.ticket_id)
        .where(condition)
        .order_by(kind.id)
    )
    return [
        Need(raised_at, name, number, contact_id is not None)
        for raised_at, name, number, contact_id in session.execute(query)
    ]
