"""What the desk sees of a caller: earlier contacts and open matters, sealed ones left out (B1.10)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.policy import Words
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Contact, Disposition, Requester
from hotline.contacts.written import shortened
from hotline.db import session
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, TicketStatus

GLIMPSE = 60
"""Characters of an earlier contact: one line on the card."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier contact, and the ticket it led to."""

    received_at: dt.datetime
    channel: Channel
    category: Words | None
    glimpse: str
    disposition: Disposition
    ticket_number: str | None
    status: TicketStatus | None
    due_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still owes the caller something about it."""
        return self.status in OPEN


def earlier(people: Sequence[Requester], limit: int = 6) -> list[Earlier]:
    """Return the newest contacts of `people` that may be seen at the desk.

    What came in as, or became, a restricted matter is not shown, nor counted: even that there was one
    would give the caller away.
    """
    query = (
        _visible(people)
        .add_columns(Ticket.number, Ticket.status, Ticket.next_due_at)
        .order_by(Contact.received_at.desc(), Contact.id.desc())
        .limit(limit)
    )
    policies = catalogue.current().policies
    return [
        Earlier(
            received_at=contact.received_at,
            channel=contact.channel,
            category=policies[contact.category].names if contact.category in policies else None,
            glimpse=shortened(contact.summary, GLIMPSE),
            disposition=contact.disposition,
            ticket_number=number,
            status=status,
            due_at=due_at,
        )
        for contact, number, status, due_at in session.execute(query).unique()
    ]


def count(people: Sequence[Requester]) -> int:
    """Return how many contacts of `people` may be seen at the desk."""
    visible = _visible(people).with_only_columns(Contact.id).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(visible)) or 0


def _visible(people: Sequence[Requester]) -> sa.Select[Contact]:
    sealed = [
        policy.code
        for policy in catalogue.current().policies.values()
        if policy.confidentiality is Confidentiality.RESTRICTED
    ]
    return (
        sa.select(Contact)
        .outerjoin(Ticket, Ticket.id == Contact.ticket_id)
        .where(
            Contact.requester_id.in_([person.id for person in people]),
            Contact.category.not_in(sealed),
            sa.or_(Ticket.id.is_(None), Ticket.confidentiality != Confidentiality.RESTRICTED),
        )
    )
