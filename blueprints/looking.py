"""Finding a ticket for a person who opens it, and writing down that they looked where it must be known."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypedDict

import sqlalchemy as sa
from flask import Response, g, has_request_context, request

from hotline.audit import journal, viewings
from hotline.audit.journal import NOBODY, Actor
from hotline.audit.models import Act, Sight, Subject
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Requester
from hotline.db import utc_now, write_aside
from hotline.people.models import Staff
from hotline.tickets import access, callers
from hotline.tickets.access import NoSuchTicketError
from hotline.tickets.models import Ticket

DIGITS = 13
"""Of a ticket's number."""
NUMBERS_ONLY = bytes(byte if byte in b"0123456789" else ord(" ") for byte in range(256))
"""Leaves the digits of a page and blanks the rest: a tenth of the time that a pattern takes."""


def actor() -> Actor:
    """Return who is at work in the running request, without asking the database."""
    if not has_request_context():
        return NOBODY
    person = g.get("_login_user")
    identity = sa.inspect(person).identity if isinstance(person, Staff) else None
    return Actor(identity[0] if identity else None, address())


def address() -> str:
    """Return from where the request comes, as the proxy in front says."""
    return (request.remote_addr or "")[:45]


def find(number: str, person: Staff, sight: Sight | None = None) -> Ticket:
    """Return the ticket of that number for `person`, and write down that they see it as `sight`.

    Raises `NoSuchTicketError`; that somebody asked for a matter kept from them is written down too.
    """
    try:
        ticket = access.find(number, person)
    except NoSuchTicketError:
        kept = access.kept_id(number, person)
        if kept is not None:
            write_aside(viewings.insertion(Sight.REFUSED, ticket_id=kept, **_who(person)))
        raise
    if sight is not None:
        at(ticket, person, sight)
    return ticket


def at(ticket: Ticket, person: Staff, sight: Sight) -> None:
    """Write down that `person` is about to see `ticket`, where that must be known (B1.19)."""
    _known().add(ticket.number)
    if access.is_watched(ticket):
        write_aside(viewings.insertion(sight, ticket_id=ticket.id, **_who(person)))


class Shown(Protocol):
    """A ticket as a page shows it."""

    @property
    def number(self) -> str: ...

    @property
    def confidentiality(self) -> Confidentiality: ...


def not_restricted(tickets: Iterable[Shown]) -> None:
    """Spare `at_lists` the question which of these tickets are restricted: they were read with the answer."""
    _known().update(one.number for one in tickets if one.confidentiality is not Confidentiality.RESTRICTED)


def _known() -> set[str]:
    """Return the tickets of the running request that `at_lists` need not look after."""
    known: set[str] = g.setdefault("looked_at", set())
    return known


def at_lists(response: Response) -> Response:
    """Write down which restricted matters a page shows beside its own, in one row, before it is sent.

    Whatever page it is: the ticket numbers are read out of what goes to the browser.
    """
    person = g.get("_login_user")
    is_page = response.mimetype == "text/html" and not response.is_streamed and response.status_code == 200
    if not is_page or not isinstance(person, Staff) or g.get("is_error"):
        return response
    numbers = response.get_data().translate(NUMBERS_ONLY).split()
    shown = {one.decode() for one in numbers if len(one) == DIGITS}
    shown -= _known() | {str(one) for one in (request.view_args or {}).values()}
    restricted = viewings.restricted_among(shown) if shown else []
    if restricted:
        endpoint, now = request.endpoint or "", utc_now()
        statement = viewings.list_insertion(
            restricted, staff_id=person.id, page=endpoint, address=address(), now=now
        )
        if statement is not None:
            write_aside(statement)
    return response


def at_caller(requester: Requester, person: Staff) -> None:
    """Write down that `person` is about to see a caller who once asked for secrecy."""
    if callers.asked_for_secrecy(requester):
        write_aside(viewings.insertion(Sight.CALLER, requester_id=requester.id, **_who(person)))


def handed_out(act: Act, subject: Subject, about: str) -> None:
    """Write down that something leaves the service: a print page, a file, an export."""
    write_aside(journal.insertion(act, subject, about, by=actor(), now=utc_now()))


class _Who(TypedDict):
    staff_id: int
    address: str
    now: dt.datetime


def _who(person: Staff) -> _Who:
    return {"staff_id": person.id, "address": address(), "now": utc_now()}
