"""Recording a contact: one entry for each call, visit and letter, whatever comes of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import requesters, series
from hotline.contacts.identity import Sex
from hotline.contacts.models import Call, Contact, Disposition, Letter, RequesterKind, Visit
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.wording import N_


class ReadBackMissingError(HotlineError):
    """What was written down has not been read back to the caller (A2.7)."""

    sentence = N_("Read the record back to the caller and tick that it was confirmed.")
    field = "readback"


class ReceivedInFutureError(HotlineError):
    """Nothing can have come in later than now."""

    sentence = N_("This cannot have come in later than now.")
    field = "received_at"


class NothingWrittenError(HotlineError):
    """A record says what it is about."""

    sentence = N_("Write down what this is about.")
    field = "title"


class TooManyRepresentativesError(HotlineError):
    """A common matter is put forward by few (B3.3)."""

    sentence = N_("At most %(most)s people may speak for a collective visit; %(count)s are named.")
    field = "companions"


class ExplanationMissingError(HotlineError):
    """A caller who leaves no contact must hear what follows from it (A1.9)."""

    sentence = N_(
        "Without a contact number the matter can only be passed on as a suggestion. "
        "Tell the caller so and tick that you did."
    )
    field = "contact_refused"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """What the person said of themselves; everything may be missing."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    id_type: str | None = None
    id_number: str | None = None
    kind: RequesterKind = RequesterKind.PERSON
    is_anonymous: bool = False
    contact_refused: bool = False
    secrecy_requested: bool = False
    reply_wanted: bool = True


@dataclass(frozen=True, kw_only=True)
class CallDetails:
    """What only a call has."""

    ring_count: int | None = None
    talk_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class VisitDetails:
    """What only a visit has."""

    arrived_at: dt.datetime | None = None
    visitor_count: int = 1
    people_concerned: int | None = None
    is_first_visit: bool = True
    purpose: str | None = None
    companions: tuple[str, ...] = ()
    """Names of those who came along, or of their representatives only."""
    born_on: dt.date | None = None
    sex: Sex | None = None
    """Both as on a paper that is no identity card; of a card they are read from its number."""
    elements: Mapping[str, str] = field(default_factory=dict)
    """Further elements of the registration form, by code; no personal data."""


@dataclass(frozen=True, kw_only=True)
class LetterDetails:
    """What only a letter has."""

    letter_class: str
    written_on: dt.date | None = None
    copies: int = 1
    envelope_number: str | None = None
    sender_number: str | None = None
    secrecy: str | None = None
    postmark: str | None = None
    earlier_id: int | None = None
    """The letter this one repeats."""


CLOCKS_DIFFER = dt.timedelta(minutes=1)
"""How far a desk's clock may be ahead of ours."""

Details = CallDetails | VisitDetails | LetterDetails | Contact
"""What only one kind of contact has, or the row itself where a channel keeps rows of its own."""


def already_recorded(submission_key: str) -> Contact | None:
    """Return the contact that was recorded from the same form or row before."""
    known = session.scalar(_OF_FORM, {"submission_key": submission_key})
    return None if known is None else session.get(Contact, known)


_CONTACTS = cast(sa.Table, Contact.__table__)
_OF_FORM = sa.select(_CONTACTS.c.id).where(_CONTACTS.c.submission_key == sa.bindparam("submission_key"))
"""No more than the id, as nearly every form is new."""


def record(
    details: Details,
    caller: Caller,
    *,
    category: str,
    content_class: str | None,
    summary: str,
    received_at: dt.datetime,
    is_read_back: bool | None,
    submission_key: str,
    by: Staff,
    now: dt.datetime,
) -> Contact:
    """Record that somebody turned to us; it is written with what comes of it.

    `received_at` and `now` are aware moments. A call or visit must have been read back (A2.7); `None` for
    what was taken down elsewhere, before us, when there is nobody to ask. Raises
    `TraineeRefusedError` (A3.7), `ReadBackMissingError`, `ReceivedInFutureError`,
    `NothingWrittenError`, `PhoneNotUnderstoodError`, `TooManyRepresentativesError`.
    """
    if isinstance(details, CallDetails):
        people.require_independent(by)
    if is_read_back is False and not isinstance(details, LetterDetails):
        raise ReadBackMissingError
    if isinstance(details, VisitDetails):
        refuse_many_representatives(details.visitor_count, len(details.companions))
    if received_at > now + CLOCKS_DIFFER:
        raise ReceivedInFutureError
    if not summary.strip():
        raise NothingWrittenError
    requester = requesters.remember(
        # Who wishes to stay unnamed is not named, even if the name was let slip.
        name=None if caller.is_anonymous else caller.name,
        phone=caller.phone,
        address=caller.address,
        kind=caller.kind,
        now=now,
    )
    if requester is not None and caller.id_number:
        requester.id_type, requester.id_number = caller.id_type, caller.id_number
    contact = _made(details, now)
    contact.received_at = received_at
    contact.recorded_at = now
    contact.recorded_by = by
    contact.requester = requester
    contact.category = category
    contact.content_class = content_class
    contact.summary = summary
    contact.readback_confirmed_at = now if is_read_back else None
    contact.is_anonymous = caller.is_anonymous
    contact.contact_refused = caller.contact_refused
    contact.secrecy_requested = caller.secrecy_requested
    contact.reply_wanted = caller.reply_wanted
    contact.submission_key = submission_key
    if isinstance(contact, Letter) and caller.name and not caller.is_anonymous:
        contact.sender_digest = requesters.name_digests(caller.name)[0]
    contact.disposition = Disposition.OPEN
    session.add(contact)
    return contact


def is_late_answer(ring_count: int | None) -> bool:
    """Tell whether a call that rang so often was picked up too late (A2.3, scenario 8)."""
    return ring_count is not None and ring_count > catalogue.desk().targets.most_rings


def is_collective(visitor_count: int) -> bool:
    """Tell whether so many visitors make a collective visit (A5.2, scenario 16)."""
    return visitor_count >= catalogue.desk().visits.collective_from


def refuse_many_representatives(visitor_count: int, named: int) -> None:
    """Refuse more names than may speak for a collective visit. Raises `TooManyRepresentativesError`."""
    most = catalogue.desk().visits.most_representatives
    if is_collective(visitor_count) and named > most:
        raise TooManyRepresentativesError(most=most, count=named)


def _made(details: Details, now: dt.datetime) -> Contact:
    match details:
        case CallDetails():
            return Call(
                channel=Channel.CALL,
                ring_count=details.ring_count,
                is_answered_late=is_late_answer(details.ring_count),
                talk_seconds=details.talk_seconds,
            )
        case VisitDetails():
            return Visit(
                channel=Channel.VISIT,
                arrived_at=details.arrived_at,
                visitor_count=details.visitor_count,
                is_collective=is_collective(details.visitor_count),
                people_concerned=details.people_concerned,
                is_first_visit=details.is_first_visit,
                purpose=details.purpose,
                elements=dict(details.elements),
                companions="\n".join(details.companions) or None,
                born_on=details.born_on.isoformat() if details.born_on else None,
                sex=details.sex.value if details.sex else None,
            )
        case LetterDetails():
            return Letter(
                channel=Channel.LETTER,
                register_number=series.register_number("letter", "L", now),
                letter_class=details.letter_class,
                written_on=details.written_on,
                copies=details.copies,
                envelope_number=details.envelope_number,
                sender_number=details.sender_number,
                secrecy=details.secrecy,
                postmark=details.postmark,
                earlier_id=details.earlier_id,
            )
        case Contact():
            return details
