"""What only the form of a letter does: state secrets kept out, repeats shown first, filing with a reason."""

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from blueprints.access import current_staff
from blueprints.intake.forms import IntakeForm, LetterForm
from hotline.contacts import closing, drafts
from hotline.contacts.models import Contact, Letter
from hotline.db import utc_now
from hotline.letters import deciding, repeating, rights
from hotline.letters.repeating import Earlier
from hotline.people.models import Staff

KEPT_SECRET = ("register", "file")
"""The ends that keep nothing but the register entry."""


def check(form: LetterForm, action: enum.StrEnum, *, by: Staff, now: dt.datetime) -> None:
    """Refuse what may not be kept, and a letter that has its number already.

    Raises `StateSecretError`, `RegisteredBeforeError`, `NotFoundError` for a letter nobody can link to.
    """
    if rights.is_state_secret(form.secrecy.data) and (form.content.data or action not in KEPT_SECRET):
        rights.refuse_state_secret(form.secrecy.data)
    if form.earlier.data is not None:
        repeating.get(form.earlier.data, by)
    elif not form.not_repeat.data:
        for one in _earlier(form, by, now):
            if one.is_certain:
                raise repeating.RegisteredBeforeError(number=one.letter.register_number, because=one.because)


def file(contact: Contact, form: IntakeForm, *, by: Staff, now: dt.datetime) -> None:
    """Register a letter without a ticket, with the reason.

    Raises `OnlyLettersError`, `FilingReasonMissingError` and what deciding refuses.
    """
    letter = require_letter(form)
    if not letter.filed_because.data:
        raise closing.FilingReasonMissingError
    if isinstance(contact, Letter):
        deciding.file(contact, reason=letter.filed_because.data, by=by, now=now)


def require_letter(form: IntakeForm) -> LetterForm:
    """Return the form of a letter. Raises `OnlyLettersError`: who calls or comes is not merely registered."""
    if not isinstance(form, LetterForm):
        raise closing.OnlyLettersError
    return form


def earlier(form: IntakeForm) -> dict[str, Any]:
    """Return the letters registered before that this one may repeat."""
    if not isinstance(form, LetterForm):
        return {}
    return {"earlier_letters": _earlier(form, current_staff(), utc_now())}


def keeps_no_text(typed: Mapping[str, str], key: str) -> bool:
    """Tell whether the draft of a letter keeps no text, by the level just chosen or chosen before (B5)."""
    draft = drafts.of(current_staff(), key)
    return rights.is_state_secret(typed.get("secrecy") or (draft.typed.get("secrecy") if draft else None))


def _earlier(form: LetterForm, person: Staff, now: dt.datetime) -> list[Earlier]:
    is_secret = rights.is_state_secret(form.secrecy.data)
    return repeating.find(
        sender=form.name.data or "",
        written_on=form.written_on.data,
        number=form.sender_number.data or "",
        title=form.title.data or "",
        details="" if is_secret else form.content.data or "",
        person=person,
        now=now,
    )
