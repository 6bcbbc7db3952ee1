"""Ending a contact at the desk without an answer and without a ticket: always with a reason."""

from hotline.categories import catalogue
from hotline.contacts.models import Contact, Disposition, Letter
from hotline.db import session
from hotline.errors import HotlineError
from hotline.wording import N_

DECLINE_REASONS = "decline_reason"
"""The code list of the profile; the note of each entry is the way to tell instead (B1.2, B1.8)."""
LONGEST_REASON = 300


class FilingReasonMissingError(HotlineError):
    """Whoever decides against a ticket says why (A3.9)."""

    sentence = N_("Say why no ticket is made, or to whom the letter is handed.")
    field = "filed_because"


class OnlyLettersError(HotlineError):
    """Nobody who calls or comes is merely filed."""

    sentence = N_("Only a letter can be registered without a ticket.")


def decline(contact: Contact, reason: str) -> None:
    """End `contact` as not taken up. Raises `UnknownCodeError` for a reason the profile does not know."""
    contact.decline_reason = catalogue.code_item(DECLINE_REASONS, reason).code
    contact.disposition = Disposition.DECLINED
    session.flush()


def file(contact: Contact, because: str) -> None:
    """End a letter as registered only. Raises `OnlyLettersError`, `FilingReasonMissingError`."""
    if not isinstance(contact, Letter):
        raise OnlyLettersError
    if not because.strip():
        raise FilingReasonMissingError
    contact.filed_because = because.strip()[:LONGEST_REASON]
    contact.disposition = Disposition.FILED
    session.flush()
