"""Reading one ticket in few statements: its row says at once which of its lists hold nothing.

Most tickets were never split, merged or kept from anybody. A statement for each list that turns out empty was
a quarter of what the page of a ticket cost.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, joinedload, lazyload, load_only
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from hotline.contacts.models import Contact, Requester
from hotline.db import session
from hotline.people.models import Staff
from hotline.tickets.models import Assignment, Deadline, Ticket, TicketEvent

SELDOM = (
    Ticket.answers,
    Ticket.attachments,
    Ticket.closing_records,
    Ticket.readers,
    Ticket.recusals,
    Ticket.waitings,
)
"""Lists that hold nothing on most tickets."""


def by_number(number: str) -> Ticket | None:
    """Return the ticket of that number, whoever may see it, with its contacts."""
    found = session.execute(_OF_NUMBER, {"number": number}).unique().first()
    if found is None:
        return None
    ticket: Ticket = found[0]
    for relation, holds_any in zip(SELDOM, found[1:], strict=True):
        if not holds_any:
            set_committed_value(ticket, relation.key, [])
    for name, query in _ALWAYS.items():
        set_committed_value(ticket, name, session.scalars(query, {"ticket_id": ticket.id}).all())
    return ticket


def events(ticket: Ticket) -> Sequence[TicketEvent]:
    """Return the history of `ticket` with the names of those who made it."""
    return session.scalars(_EVENTS, {"ticket_id": ticket.id}).all()


def _named(who: QueryableAttribute[Staff] | QueryableAttribute[Staff | None]) -> ORMOption:
    """Return the option that reads a person along, for their name alone."""
    return joinedload(who).options(
        load_only(Staff.name, Staff.number), lazyload(Staff.department), lazyload(Staff.posts)
    )


# Made once: making them takes as long as asking them.
_OF_NUMBER = (
    sa.select(Ticket, *(one.any() for one in SELDOM))
    .where(Ticket.number == sa.bindparam("number"))
    .options(
        _named(Ticket.first_contact_owner),
        joinedload(Ticket.contacts).options(
            lazyload(Contact.recorded_by), joinedload(Contact.requester).joinedload(Requester.phones)
        ),
    )
)
_ALWAYS: dict[str, sa.Select[Any]] = {
    "assignments": sa.select(Assignment)
    .where(Assignment.ticket_id == sa.bindparam("ticket_id"))
    .order_by(Assignment.id),
    "deadlines": sa.select(Deadline)
    .where(Deadline.ticket_id == sa.bindparam("ticket_id"))
    .order_by(Deadline.id),
}
_EVENTS = (
    sa.select(TicketEvent)
    .where(TicketEvent.ticket_id == sa.bindparam("ticket_id"))
    .order_by(TicketEvent.sequence)
    .options(_named(TicketEvent.by))
)
