"""Making a ticket out of a contact."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hotline import fresh_rows
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.policy import Policy
from hotline.categories.terms import Confidentiality, ContactNeed, Dispatching, RunsFrom, Urgency
from hotline.contacts import series
from hotline.contacts.intake import ExplanationMissingError
from hotline.contacts.models import Contact, Disposition, Requester
from hotline.db import session
from hotline.delivery import outbox
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import deadlines, history, recusing
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


class ContactNeededError(HotlineError):
    """The category owes the caller a reply, so there must be a way to reach them (DOMAIN C2)."""

    sentence = N_("This category needs a contact number, because the caller is owed a reply.")
    field = "phone"


class NoTicketError(HotlineError):
    """The category is settled at the desk and opens no ticket."""

    sentence = N_("“%(category)s” is settled at the desk; it opens no ticket.")
    field = "category"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a contact is about, as it was written down."""

    category: str
    title: str
    content: str
    content_class: str | None = None
    place: str | None = None
    area: str | None = None
    urgency: Urgency = Urgency.NORMAL
    kind: str | None = None
    is_collective: bool = False
    confidentiality: Confidentiality | None = None
    """Stricter than the category's own where the caller asks for it; never laxer."""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How a matter came in, and from whom."""

    channel: Channel
    received_at: dt.datetime
    requester: Requester | None
    has_contact: bool
    asks_secrecy: bool
    contact: Contact | None = None
    """What the ticket is opened for, if it is."""
    limits_from: dt.datetime | None = None
    """Where limits do not run from receipt: a message imported long after it was written."""


def register(
    matter: Matter, contact: Contact, *, by: Staff, now: dt.datetime, limits_from: dt.datetime | None = None
) -> Ticket:
    """Open a ticket for `contact` and start the clocks that run from receipt.

    `limits_from` is another moment for them to run from, where the contact reached us long after receipt.
    A help request whose caller refuses contact becomes a suggestion, with its first category kept (A1.9).
    Raises `UnknownCategoryError`, `NoTicketError`, `ContactNeededError`, `ExplanationMissingError`.
    """
    has_contact = contact.requester is not None and contact.requester.phone is not None
    has_address = contact.requester is not None and bool(contact.requester.address)
    policy = catalogue.policy(matter.category)
    if not policy.opens_ticket:
        raise NoTicketError(category=dict(policy.names))
    original = matter.category
    if not (has_contact or has_address):
        matter, policy = _without_contact(matter, policy, contact)
    origin = Origin(
        channel=contact.channel,
        received_at=contact.received_at,
        requester=contact.requester,
        has_contact=has_contact or has_address,
        asks_secrecy=contact.secrecy_requested,
        contact=contact,
        limits_from=limits_from,
    )
    return open_ticket(matter, origin, owner=by, by=by, now=now, original=original)


def open_ticket(
    matter: Matter, origin: Origin, *, owner: Staff, by: Staff, now: dt.datetime, original: str = ""
) -> Ticket:
    """Open a ticket for `matter` as it came in by `origin`, and start the clocks that run from receipt.

    `original` is the category it was first put in, where that was another.
    """
    policy = catalogue.policy(matter.category).under(
        urgency=matter.urgency,
        kind=matter.kind,
        is_collective=matter.is_collective,
        has_contact=origin.has_contact,
    )
    if not policy.opens_ticket:
        raise NoTicketError(category=dict(policy.names))
    original = original or matter.category
    ticket = Ticket(
        query_code=series.query_code(),
        status=TicketStatus.REGISTERED,
        round=1,
        channel=origin.channel,
        category=matter.category,
        original_category=original,
        policy_version=catalogue.policy_version(matter.category),
        content_class=matter.content_class,
        title=matter.title,
        content=matter.content,
        place=matter.place,
        area=matter.area,
        kind=matter.kind,
        is_collective=matter.is_collective,
        has_contact=origin.has_contact,
        facts=dict(matter.facts),
        urgency=matter.urgency,
        priority=policy.priority,
        confidentiality=stricter(policy.confidentiality, matter.confidentiality, origin.asks_secrecy),
        received_at=origin.received_at,
        registered_at=now,
        requester=origin.requester,
        first_contact_owner=owner,
        event_count=0,
        chain_digest="",
        contacts=[origin.contact] if origin.contact else [],
        # Empty, as nothing can hang from it yet: reading that out of the database would be a question each.
        deadlines=[],
        waitings=[],
    )
    if origin.contact is not None:
        origin.contact.disposition = Disposition.TICKET
    with session.no_autoflush:  # written once, when all of it is there
        session.add(ticket)
        deadlines.start_from(ticket, RunsFrom.RECEIVED, origin.limits_from or origin.received_at)
        # From here on others wait to write.
        ticket.number = series.ticket_number(now)
        history.note(ticket, "ticket_registered", by=by, now=now, category=original, channel=origin.channel)
        if matter.category != original:
            history.note(ticket, "category_converted", by=by, now=now, was=original, became=matter.category)
        recusing.keep_from_the_named(ticket, now=now)
    fresh_rows.write()
    return ticket


def origin_of(ticket: Ticket) -> Origin:
    """Return how the matter of `ticket` came in, for a further ticket of the same matter."""
    return Origin(
        channel=ticket.channel,
        received_at=ticket.received_at,
        requester=ticket.requester,
        has_contact=ticket.has_contact,
        asks_secrecy=any(contact.secrecy_requested for contact in ticket.contacts),
    )


def send_on(ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Send a registered ticket the way its policy says: the worker's routing or the shift leader's review."""
    match deadlines.policy_of(ticket).dispatching:
        case Dispatching.BY_RULE:
            kind = "ticket_to_route"
        case Dispatching.AFTER_REVIEW:
            history.move(ticket, TicketStatus.TO_REVIEW, "sent_to_review", by=by, now=now)
            kind = "ticket_to_review"
        case Dispatching.NONE:
            kind = "ticket_to_index"
    # Whichever it is: the worker that keeps it lets the ticket be found as likely the same, too.
    outbox.promise(kind, once=f"{ticket.number}:{ticket.round}", now=now, ticket_id=ticket.id)


def _without_contact(matter: Matter, policy: Policy, contact: Contact) -> tuple[Matter, Policy]:
    if policy.without_contact is not None:
        if not contact.contact_refused:
            raise ExplanationMissingError
        return replace(matter, category=policy.without_contact), catalogue.policy(policy.without_contact)
    if policy.contact is ContactNeed.REQUIRED or (
        policy.contact is ContactNeed.WHEN_REPLY_OWED and contact.reply_wanted
    ):
        raise ContactNeededError
    return matter, policy


_STRICTNESS = (Confidentiality.NORMAL, Confidentiality.CONTACT_HIDDEN, Confidentiality.RESTRICTED)


def stricter(ruled: Confidentiality, wished: Confidentiality | None, asks_secrecy: bool) -> Confidentiality:
    """Return the strictest of what policy rules, what was wished or held before, and what the caller asks."""
    asked = Confidentiality.CONTACT_HIDDEN if asks_secrecy else Confidentiality.NORMAL
    return max((ruled, wished or Confidentiality.NORMAL, asked), key=_STRICTNESS.index)
