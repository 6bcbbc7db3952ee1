"""What is held of a person: gathered for themselves, readable by machines and people."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from hotline.callbacks.models import CallbackTask
from hotline.categories.keeping import RetentionClass
from hotline.contacts import merging
from hotline.contacts.models import Contact, Requester, RequesterAddress
from hotline.db import session
from hotline.errands.models import Errand
from hotline.people.models import Staff
from hotline.retention import filing
from hotline.retention.models import RetentionRecord
from hotline.tickets import access
from hotline.tickets.models import Answer, Attachment, Ticket
from hotline.tickets.states import OPEN
from hotline.wording import N_, Labelled


class Stays(Labelled):
    """Why data is not erased though its person asks for it (PIPL art. 47)."""

    OPEN = "open", N_("The matter is still being handled")
    INVESTIGATED = "investigated", N_("A tip-off that is not filed yet")
    PERMANENT = "permanent", N_("The matter is kept for ever by the rules on archives")
    PROMISED = "promised", N_("Something promised to the caller is still owed")
    APART = "apart", N_("Kept apart: an oversight officer decides")


def everybody(requester: Requester) -> list[int]:
    """Return the ids of all records that are this person."""
    return merging.family([merging.survivor(requester).id])


def tickets(people: Collection[int], reader: Staff) -> tuple[list[Ticket], int]:
    """Return the person's matters that `reader` may see, and how many are kept from them."""
    contacts = sa.select(Contact.ticket_id).where(Contact.requester_id.in_(people))
    theirs = sa.or_(Ticket.requester_id.in_(people), Ticket.id.in_(contacts))
    seen = list(
        session.scalars(
            sa.select(Ticket).where(theirs, access.visible(reader)).order_by(Ticket.received_at.desc())
        ).unique()
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(theirs)) or 0
    return seen, total - len(seen)


def contacts_alone(people: Collection[int]) -> list[Contact]:
    """Return the person's contacts that belong to no ticket."""
    query = sa.select(Contact).where(Contact.requester_id.in_(people), Contact.ticket_id.is_(None))
    return list(session.scalars(query.order_by(Contact.received_at.desc())).unique())


def why_it_stays(ticket: Ticket) -> Stays | None:
    """Return why the caller's data in a matter stays; `None` where it may go."""
    record = session.get(RetentionRecord, ticket.id)
    if ticket.status in OPEN:
        return Stays.OPEN
    if ticket.category in filing.terms().investigated and (record is None or record.filed_on is None):
        return Stays.INVESTIGATED
    if record is not None and record.retention is RetentionClass.PERMANENT:
        return Stays.PERMANENT
    return None


def why_contact_stays(contact: Contact) -> Stays | None:
    """Return why a contact stays; `None` where it may go."""
    owed = sa.exists().where(Errand.contact_id == contact.id, Errand.done_at.is_(None))
    return Stays.PROMISED if session.scalar(sa.select(owed)) else None


def gathered(requester: Requester, reader: Staff) -> dict[str, Any]:
    """Return everything held of a person, as far as `reader` may hand it out."""
    people = everybody(requester)
    theirs, apart = tickets(people, reader)
    return {
        "persons": [_person(one) for one in _records(people)],
        "tickets": [_ticket(one, people) for one in theirs],
        "tickets_kept_apart": apart,
        "contacts": [_contact(one) for one in contacts_alone(people)],
        "promises": [
            {"created_at": _when(one.created_at), "words": one.words, "outcome": one.outcome}
            for one in session.scalars(sa.select(Errand).where(Errand.requester_id.in_(people)))
        ],
    }


def _records(people: Collection[int]) -> Iterable[Requester]:
    return session.scalars(sa.select(Requester).where(Requester.id.in_(people)).order_by(Requester.id))


def _person(one: Requester) -> dict[str, Any]:
    further = sa.select(RequesterAddress.address).where(RequesterAddress.requester_id == one.id)
    return {
        "kind": one.kind.value,
        "name": one.name,
        "phones": [phone.number for phone in one.phones],
        "addresses": [address for address in (one.address, *session.scalars(further)) if address],
        "id_type": one.id_type,
        "id_number": one.id_number,
        "known_since": _when(one.created_at),
    }


def _ticket(one: Ticket, people: Collection[int]) -> dict[str, Any]:
    answers = sa.select(Answer).where(Answer.ticket_id == one.id).order_by(Answer.id)
    names = sa.select(Attachment.name).where(Attachment.ticket_id == one.id).order_by(Attachment.id)
    callbacks = sa.select(CallbackTask).where(
        CallbackTask.ticket_id == one.id, CallbackTask.requester_id.in_(people)
    )
    return {
        "number": one.number,
        "category": one.category,
        "status": one.status.value,
        "received_at": _when(one.received_at),
        "closed_at": _when(one.closed_at),
        "title": one.title,
        "content": one.content,
        "place": one.place,
        "facts": one.facts,
        "contacts": [_contact(contact) for contact in one.contacts if contact.requester_id in people],
        "answers": [
            {"told_at": _when(told.told_at), "words": told.words} for told in session.scalars(answers)
        ],
        "files": list(session.scalars(names)),
        "callbacks": [
            {
                "completed_at": _when(task.completed_at),
                "satisfaction": task.satisfaction.value if task.satisfaction else None,
                "is_solved": task.is_solved,
                "opinion": task.opinion,
            }
            for task in session.scalars(callbacks)
        ],
    }


def _contact(one: Contact) -> dict[str, Any]:
    return {
        "received_at": _when(one.received_at),
        "channel": one.channel.value,
        "category": one.category,
        "summary": one.summary,
        "secrecy_requested": one.secrecy_requested,
    }


def _when(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
