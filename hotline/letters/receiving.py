"""Opening an envelope: the checklist, what was stated against what was found, telling the sender (A4.2)."""

import datetime as dt
from collections.abc import Collection

from hotline.categories import catalogue
from hotline.categories.profile_parts import ListItem
from hotline.contacts.models import Letter
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError
from hotline.letters import rights
from hotline.letters.models import LetterReceipt
from hotline.people.models import Staff
from hotline.wording import N_

CHECKS = "receipt_check"
"""The checklist of the profile."""
LONGEST = 500
LONGEST_WAY = 300


class ContentsMissingError(HotlineError):
    """What was found is written down even where it is what was stated."""

    sentence = N_("Write down what was found in the envelope.")
    field = "found"


class DiscrepancyMissingError(HotlineError):
    """Something was not as it should be, and nobody says what."""

    sentence = N_("Something was not in order: say what, so that the sender can be asked.")
    field = "discrepancy"


class NothingToTellError(HotlineError):
    """There is no discrepancy of which the sender was not told yet."""

    sentence = N_("There is no discrepancy the sender has still to be told of.")


class WayMissingError(HotlineError):
    """That the sender was told is recorded with the way."""

    sentence = N_("Say how the sender was told, such as “by telephone, spoke to Ms Wang”.")
    field = "told_how"


class ToldAlreadyError(HotlineError):
    """What the sender was told of is not changed under them."""

    sentence = N_("The sender has been told of this check already; it stays as it is.")


def checks() -> tuple[ListItem, ...]:
    """Return what is checked on receipt; nothing where the profile has no list."""
    return catalogue.current().lists.get(CHECKS, ())


def of(letter: Letter) -> LetterReceipt | None:
    """Return the check of a letter, if it was made."""
    return session.get(LetterReceipt, letter.id)


def check(
    letter: Letter,
    *,
    stated: str,
    found: str,
    passed: Collection[str],
    discrepancy: str,
    by: Staff,
    now: dt.datetime,
) -> LetterReceipt:
    """Record what the envelope says it contains and what was in it; `passed` are codes of the checklist.

    Raises `ContentsMissingError`, `DiscrepancyMissingError`, `ToldAlreadyError`.
    """
    rights.require_work(by)
    stated, found = one_line(stated)[:LONGEST], one_line(found)[:LONGEST]
    discrepancy = one_line(discrepancy)[:LONGEST]
    failed = [one.code for one in checks() if one.code not in passed]
    if not found:
        raise ContentsMissingError
    if failed and not discrepancy:
        raise DiscrepancyMissingError
    receipt = of(letter) or LetterReceipt(letter_id=letter.id)
    if receipt.told_at is not None:
        raise ToldAlreadyError
    receipt.stated, receipt.found, receipt.failed = stated, found, failed
    receipt.discrepancy = discrepancy or None
    receipt.checked_by, receipt.checked_at = by, now
    session.add(receipt)
    session.flush()
    return receipt


def tell(letter: Letter, *, how: str, by: Staff, now: dt.datetime) -> LetterReceipt:
    """Record that the sender was told of the discrepancy. Raises `NothingToTellError`, `WayMissingError`."""
    rights.require_work(by)
    receipt = of(letter)
    if receipt is None or receipt.discrepancy is None or receipt.told_at is not None:
        raise NothingToTellError
    how = one_line(how)[:LONGEST_WAY]
    if not how:
        raise WayMissingError
    receipt.told_how, receipt.told_by, receipt.told_at = how, by, now
    session.flush()
    return receipt
