"""Splitting a mixed matter, a complaint that is half a tip-off: two tickets, handled apart (B1.20)."""

import datetime as dt

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import history, registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.wording import N_


class SplitIncompleteError(HotlineError):
    """Each half must say what it is about, so that neither gives the other away."""

    sentence = N_("Write what stays on this ticket and what goes to the new one.")
    field = "stays"


def split(
    ticket: Ticket, off: Matter, *, stays_title: str, stays: str, by: Staff, now: dt.datetime
) -> Ticket:
    """Make a ticket of its own of `off` and leave what `stays` on this one; return the new ticket.

    This one is given a new title too, `stays_title`. Both run from the same receipt. What the caller said
    in full stays with the contact, which departments do not see.

    Raises `SplitIncompleteError`, `UnknownCategoryError`, `NoTicketError`.
    """
    if not all(text.strip() for text in (stays_title, stays, off.title, off.content)):
        raise SplitIncompleteError
    part = registration.open_ticket(
        off, registration.origin_of(ticket), owner=ticket.first_contact_owner, by=by, now=now
    )
    part.split_from = ticket
    ticket.title = stays_title.strip()
    ticket.content = stays.strip()
    history.note(ticket, "ticket_split", by=by, now=now, split_off=part.number)
    history.note(part, "split_off", by=by, now=now, from_number=ticket.number)
    session.flush()
    registration.send_on(part, by=by, now=now)
    return part
