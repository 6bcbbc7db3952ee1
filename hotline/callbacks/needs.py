"""New needs that callers raise at a callback: taken in like any other, and found again from the callback."""

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from hotline.callbacks.customer_models import CallbackNeed
from hotline.callbacks.models import CallbackTask
from hotline.categories.channels import Channel
from hotline.contacts import drafts
from hotline.contacts.models import Contact
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
    key = str(uuid4())
    caller = task.requester
    known = {"phone": caller.phone, "name": caller.name, "address": caller.address} if with_caller else {}
    typed = {name: value for name, value in known.items() if value}
    if task.ticket.place:
        typed["place"] = task.ticket.place
    drafts.keep(by, Channel.CALL, key, typed, started_at=now, now=now)
    session.add(CallbackNeed(task=task, submission_key=key, raised_by=by, raised_at=now))
    history.note(task.ticket, "callback_need_raised", by=by, now=now)
    session.flush()
    return key


def of_ticket(ticket_id: int) -> list[Need]:
    """Return the needs raised at the callbacks of a ticket, oldest first."""
    query = (
        sa.select(CallbackNeed, Ticket.number, Contact.id)
        .join(CallbackNeed.task)
        .outerjoin(Contact, Contact.submission_key == CallbackNeed.submission_key)
        .outerjoin(Ticket, Ticket.id == Contact.ticket_id)
        .where(CallbackTask.ticket_id == ticket_id)
        .order_by(CallbackNeed.id)
    )
    return [
        Need(need.raised_at, need.raised_by.name, number, contact_id is not None)
        for need, number, contact_id in session.execute(query)
    ]
