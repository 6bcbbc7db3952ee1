"""Correcting the register entry of a letter after it was saved, as long as nothing rests on it yet."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hotline.contacts import correcting, requesters
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.models import Letter
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError
from hotline.letters import deciding, handing, replying, rights, scans
from hotline.people.models import Staff
from hotline.tickets import history, merging
from hotline.tickets.states import OPEN
from hotline.wording import LOCAL_ZONE, N_

F = EntryField


class HandedOverEntryError(HotlineError):
    """What somebody signs for is what was handed to them."""

    sentence = N_("Letter %(number)s was handed over to %(name)s: its entry stays as it is.")


class FrozenEntryError(HotlineError):
    """An approved reply names this letter as it stands in the register."""

    sentence = N_("Reply letter %(number)s was approved on this entry: it stays as it is.")


class SecretTooLateError(HotlineError):
    """There is more of the letter on this network than may be (B5)."""

    sentence = N_(
        "There are scans, a ticket, a reply letter or a text of this letter here already. Tell the secrecy "
        "officer; the level cannot simply be changed."
    )
    field = "secrecy"


class WrittenLaterError(HotlineError):
    """No letter arrives before it is written."""

    sentence = N_("The letter cannot be written after it was received.")
    field = "written_on"


def may_correct(letter: Letter, person: Staff) -> bool:
    """Tell whether `person` corrects entries like this: who entered it, and who leads the shift."""
    is_own = letter.recorded_by_id == person.id and rights.may_work(person)
    return is_own or person.is_any(*correcting.LEADS)


def require_open(letter: Letter) -> None:
    """Refuse to touch an entry that something rests on.

    Raises `HandedOverEntryError`, `FrozenEntryError`, `ClosedEntryError`.
    """
    handed = handing.of(letter)
    if handed is not None:
        raise HandedOverEntryError(number=letter.register_number, name=handed.receiver.name)
    frozen = next((one for one in replying.of(letter) if one.number is not None), None)
    if frozen is not None:
        raise FrozenEntryError(number=frozen.number)
    ticket = merging.of_contact(letter)
    if ticket is not None and ticket.status not in OPEN:
        raise correcting.ClosedEntryError(number=ticket.number, status=ticket.status)


def correct(
    letter: Letter, wanted: Mapping[EntryField, Any], *, reason: str, by: Staff, now: dt.datetime
) -> list[EntryCorrection]:
    """Correct the entry of `letter`; what changed stays on record with what it was.

    Raises `NotAllowedError`, what `require_open` and `correcting.put_right` refuse, `ReceivedFixedError`,
    `ReceivedInFutureError`, `WrittenLaterError`, `SecretTooLateError`, `StateSecretError`.
    """
    if not may_correct(letter, by):
        raise NotAllowedError
    require_open(letter)
    wanted = dict(wanted)
    ticket = rights.ticket_of(letter)
    correcting.check_moment(letter, wanted, of_ticket=ticket.number if ticket else None, now=now)
    written_on = wanted.get(F.WRITTEN_ON)
    received_on = wanted.get(F.RECEIVED_AT, letter.received_at).astimezone(LOCAL_ZONE).date()
    if written_on is not None and written_on > received_on:
        raise WrittenLaterError
    _require_level(letter, wanted)
    if letter.is_anonymous:
        wanted.pop(F.NAME, None)
    if wanted.get(F.LETTER_CLASS, letter.letter_class) != letter.letter_class and not deciding.is_open(
        letter
    ):
        raise deciding.DecidedAlreadyError
    made = correcting.put_right(letter, wanted, reason=reason, by=by, now=now)
    if any(one.field is F.NAME for one in made):
        letter.sender_digest = requesters.name_digests(wanted[F.NAME])[0]
    if ticket is not None:
        history.note(ticket, "entry_corrected", by=by, now=now)
    session.flush()
    return made


def _require_level(letter: Letter, wanted: Mapping[EntryField, Any]) -> None:
    level = wanted.get(F.SECRECY, letter.secrecy)
    if not rights.is_state_secret(level):
        return
    text = wanted.get(F.SUMMARY, letter.summary)
    if level != letter.secrecy:
        if letter.ticket_id is not None or scans.of(letter) or replying.of(letter) or "\n" in letter.summary:
            raise SecretTooLateError
    elif "\n" in text:
        rights.refuse_state_secret(level)
