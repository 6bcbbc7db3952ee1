"""What the desk sees of a caller: earlier contacts and open matters, sealed ones left out (B1.10)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.policy import Words
from hotline.categories.terms import Confidentiality
from hotline.contacts import merging, requesters
from hotline.contacts.models import Contact, Disposition, Requester
from hotline.contacts.written import shortened
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access
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


def find(requester_id: int, person: Staff) -> Requester:
    """Return a requester of whom `person` may see at least one contact.

    Raises `NotFoundError`: to everybody else, whoever turned to the hotline with sealed matters only does
    not exist.
    """
    found = requesters.get(requester_id)
    known = _contacts if person.is_any(*access.NEED_TO_KNOW) else _visible
    contact = known([requester_id], person).with_only_columns(Contact.id).limit(1)
    if person.acts_for_department or session.scalar(contact) is None:
        raise NotFoundError
    return found


def asked_for_secrecy(requester: Requester) -> bool:
    """Tell whether the caller asked for secrecy with any of their contacts."""
    asked = sa.exists().where(Contact.requester_id == requester.id, Contact.secrecy_requested)
    return bool(session.scalar(sa.select(asked)))


def is_sealed(requester: Requester) -> bool:
    """Tell whether a requester is known from sealed matters only: then who it is, is shown to nobody here."""
    return count([requester]) == 0


def may_reveal(requester: Requester, person: Staff) -> bool:
    """Tell whether `person` may have a requester shown in full outside a ticket (B1.19)."""
    is_trusted = person.is_any(*access.REVEALS) and not person.is_any(Role.TRAINEE)
    return is_trusted and not is_sealed(requester)


def earlier(people: Sequence[Requester], reader: Staff, limit: int = 6) -> list[Earlier]:
    """Return the newest contacts of `people` that `reader` may see at the desk.

    What came in as, or became, a restricted matter is not shown, nor counted: even that there was one
    would give the caller away.
    """
    query = (
        _visible([person.id for person in people], reader)
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


def count(people: Sequence[Requester], reader: Staff | None = None) -> int:
    """Return how many contacts of `people` may be seen at the desk, by `reader` where one is named."""
    visible = _visible([person.id for person in people], reader).with_only_columns(Contact.id).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(visible)) or 0


def _contacts(requester_ids: Sequence[int], reader: Staff | None) -> sa.Select[Contact]:
    query = (
        sa.select(Contact)
        .outerjoin(Ticket, Ticket.id == Contact.ticket_id)
        .where(Contact.requester_id.in_(merging.family(requester_ids)))
    )
    if reader is None:
        return query
    return query.where(sa.or_(Ticket.id.is_(None), access.not_recused(reader)))


def _visible(requester_ids: Sequence[int], reader: Staff | None) -> sa.Select[Contact]:
    sealed = [
        policy.code
        for policy in catalogue.current().policies.values()
        if policy.confidentiality is Confidentiality.RESTRICTED
    ]
    return _contacts(requester_ids, reader).where(
        Contact.category.not_in(sealed),
        sa.or_(Ticket.id.is_(None), Ticket.confidentiality != Confidentiality.RESTRICTED),
    )
