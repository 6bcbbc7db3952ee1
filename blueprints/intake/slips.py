"""The receipt slip (回执) of a letter or a visit: what came, who received it, until when to expect what."""

import datetime as dt

from flask import render_template, url_for

from blueprints import looking
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue
from hotline.contacts.models import Contact, Disposition, Letter
from hotline.db import session
from hotline.letters import receiving, rights, scans
from hotline.tickets.models import Ticket
from hotline.wording import N_, say
from hotline.working_time import due, load, office_hours


def page(contact: Contact, *, back_url: str) -> str:
    """Return the slip on paper; that it was printed is written down."""
    letter = contact if isinstance(contact, Letter) else None
    ticket = _matter(contact)
    is_secret = letter is not None and rights.is_state_secret(letter.secrecy)
    number = letter.register_number if letter else ticket.number if ticket else ""
    looking.handed_out(
        Act.PRINTED, Subject.ENTRY, letter.register_number if letter else f"visit {contact.id}"
    )
    return render_template(
        "intake/slip.html",
        contact=contact,
        letter=letter,
        ticket=ticket,
        number=number,
        matter="" if is_secret else contact.summary.partition("\n")[0],
        handed=_handed(letter) if letter else "",
        names=[one.name for one in ticket.attachments] if ticket else [],
        expected=_expected(contact, ticket),
        service=catalogue.desk().names,
        status_url=url_for("public.status", _external=True),
        back_url=back_url,
    )


def _matter(contact: Contact) -> Ticket | None:
    return session.get(Ticket, contact.ticket_id) if contact.ticket_id is not None else None


def _handed(letter: Letter) -> str:
    """Return what the letter brought: as it was checked on opening, else copies and scanned files."""
    receipt = receiving.of(letter)
    if receipt is not None:
        return receipt.found
    count = len(scans.of(letter))
    words = say(N_("Copies: %(count)s"), {"count": letter.copies})
    files = say(N_("Scanned files: %(count)s"), {"count": count})
    return f"{words} · {files}" if count else words


def _expected(contact: Contact, ticket: Ticket | None) -> tuple[str, dt.datetime | None]:
    """Return what is to come, and by when."""
    if ticket is not None:
        if ticket.has_contact and ticket.overall_due_at is not None:
            return say(N_("An answer")), ticket.overall_due_at
        return say(N_("No answer can be sent: no contact was left.")), None
    if isinstance(contact, Letter) and contact.disposition is Disposition.OPEN:
        limit = catalogue.desk().letters.classify
        at = due(contact.received_at, limit, load(), office_hours()).at
        return say(N_("The decision who deals with it")), at
    return say(N_("Nothing more is to come of it here.")), None
