"""Small acts on a ticket that move nothing: notes, handing over, showing whom it comes from."""

import datetime as dt

from hotline.categories.policy import Policy
from hotline.contacts import reveals
from hotline.contacts.models import Requester
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access, history
from hotline.tickets.models import Ticket
from hotline.wording import N_


class NoteEmptyError(HotlineError):
    """A note needs words."""

    sentence = N_("Write the note first.")
    field = "note"


def add(ticket: Ticket, *, note: str, by: Staff, now: dt.datetime) -> None:
    """Put a note on the ticket. Raises `NoteEmptyError`."""
    if not note.strip():
        raise NoteEmptyError
    department = by.department if by.acts_for_department else None
    history.note(ticket, "note_added", by=by, now=now, department=department, note=note.strip())
    session.flush()


def may_own() -> list[Staff]:
    """Return the people who can answer for a matter."""
    return people.holding(Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


def hand_over(ticket: Ticket, *, to: Staff, by: Staff, now: dt.datetime) -> None:
    """Let another person answer for the matter from now on (A2.2)."""
    ticket.first_contact_owner = to
    history.note(ticket, "owner_changed", by=by, now=now, owner=f"{to.name} {to.number}")
    session.flush()


def reveal(
    ticket: Ticket,
    requester: Requester,
    policy: Policy,
    *,
    reason: str,
    by: Staff,
    now: dt.datetime,
    address: str = "",
) -> None:
    """Write down that `by` has whom a matter comes from shown in full, why and from where (B1.19).

    Raises `NotAllowedError`, `RevealReasonMissingError`, `TooManyRevealsError`.
    """
    if not access.may_reveal(ticket, policy, by):
        raise NotAllowedError
    line = reveals.reveal(requester, reason=reason, by=by, now=now, ticket_id=ticket.id, address=address)
    history.note(ticket, "contact_revealed", by=by, now=now, note=line.reason)
    session.flush()
