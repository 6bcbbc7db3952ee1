"""Who may see a letter, its scans and its replies, and who may work on it."""

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Letter
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.letters.models import LetterHandOver
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access, deadlines
from hotline.tickets.models import Ticket
from hotline.wording import N_

REGISTERS = frozenset({Role.TRAINEE, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER})
"""They open and enter the post."""

READS = REGISTERS | {Role.INSPECTOR, Role.OVERSIGHT_OFFICER}
"""They read the letters no ticket was made of."""


class StateSecretError(HotlineError):
    """Of a state secret nothing but the register entry is kept on this network (B5)."""

    sentence = N_(
        "This letter is marked “%(level)s”. Of state secrets only the register entry is kept here: "
        "no scan, no text, no ticket, no reply."
    )
    field = "secrecy"


def find(letter_id: int, person: Staff) -> Letter:
    """Return a letter for `person`. Raises `NotFoundError`: to everybody else there is no such letter."""
    letter = session.get(Letter, letter_id)
    if letter is None or not may_see(letter, person):
        raise NotFoundError
    return letter


def may_see(letter: Letter, person: Staff) -> bool:
    """Tell whether `person` may know of a letter.

    The paper names its sender, so one that belongs to a ticket is seen by whoever may see the ticket and
    whom it comes from; of a restricted matter by those who may have the identity shown. One without a
    ticket is the desk's, and the receiver's it was handed to.
    """
    ticket = ticket_of(letter)
    if ticket is not None:
        policy = deadlines.policy_of(ticket)
        is_sealed = ticket.confidentiality is Confidentiality.RESTRICTED
        names_sender = access.may_reveal if is_sealed else access.shows_requester
        return access.may_see(ticket, person) and names_sender(ticket, policy, person)
    if _is_receiver(letter, person):
        return True
    if letter.category in catalogue.restricted_categories():
        return person.is_any(*access.NEED_TO_KNOW)
    if person.acts_for_department:
        return False
    return person.is_any(*READS - {Role.TRAINEE}) or letter.recorded_by_id == person.id


def visible(person: Staff) -> sa.ColumnElement[bool]:
    """Return the condition that leaves of a query over letters, outer-joined with tickets, those to list."""
    is_free = sa.and_(Ticket.id.is_(None), Letter.category.not_in(catalogue.restricted_categories()))
    if person.is_any(*access.NEED_TO_KNOW):
        is_free = Ticket.id.is_(None)
    elif not person.is_any(*READS - {Role.TRAINEE}):
        is_free = sa.and_(is_free, Letter.recorded_by_id == person.id)
    is_shown = sa.and_(Ticket.id.is_not(None), access.visible(person))
    if not person.is_any(Role.OVERSIGHT_OFFICER):
        is_shown = sa.and_(is_shown, Ticket.confidentiality != Confidentiality.RESTRICTED)
    return sa.or_(is_free, is_shown)


def ticket_of(letter: Letter) -> Ticket | None:
    """Return the ticket a letter belongs to."""
    return session.get(Ticket, letter.ticket_id) if letter.ticket_id is not None else None


def may_work(person: Staff) -> bool:
    """Tell whether `person` enters post: checks it, scans it, drafts replies."""
    return person.is_any(*REGISTERS)


def may_decide(person: Staff) -> bool:
    """Tell whether `person` decides where letters go (A3.9)."""
    return person.is_any(*deciders())


def deciders() -> tuple[Role, ...]:
    """Return the roles that decide."""
    return catalogue.desk().letters.decided_by


def may_approve(person: Staff) -> bool:
    """Tell whether `person` approves reply letters, those of their own aside."""
    return person.is_any(*catalogue.desk().letters.approved_by)


def require_work(person: Staff) -> None:
    """Refuse who does not enter post. Raises `NotAllowedError`."""
    if not may_work(person):
        raise NotAllowedError


def is_state_secret(secrecy: str | None) -> bool:
    """Tell whether nothing but the register entry is kept of a letter of that level (B5)."""
    return secrecy in catalogue.desk().letters.state_secrets


def refuse_state_secret(secrecy: str | None) -> None:
    """Refuse contents for a letter of that level. Raises `StateSecretError`."""
    if is_state_secret(secrecy):
        raise StateSecretError(level=level_name(secrecy))


def level_name(secrecy: str | None) -> dict[str, str] | str:
    """Return the name of a secrecy level in both languages."""
    if secrecy is None:
        return ""
    items = catalogue.current().lists.get("secrecy_level", ())
    return next((dict(one.names) for one in items if one.code == secrecy), secrecy)


def _is_receiver(letter: Letter, person: Staff) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    LetterHandOver.letter_id == letter.id, LetterHandOver.receiver_id == person.id
                )
            )
        )
    )
