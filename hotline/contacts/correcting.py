"""Putting right what was typed wrongly into a register: what it was and what it became, by whom and why."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts import changes, requesters
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.intake import CLOCKS_DIFFER, ReceivedInFutureError
from hotline.contacts.models import Contact, RequesterKind
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import LOCAL_ZONE, N_

LONGEST_REASON = 300
F = EntryField
LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
"""They correct what anybody of the shift has entered."""


class CorrectionReasonMissingError(HotlineError):
    """Somebody will ask later why the register says something else."""

    sentence = N_("Say why the entry is corrected, such as “misread the postmark”.")
    field = "reason"


class NothingCorrectedError(HotlineError):
    """What is there already is no correction."""

    sentence = N_("Nothing was changed: everything stands in the register like this already.")


class NameTakenOutError(HotlineError):
    """Who is known stays known."""

    sentence = N_("A name that is in the register can be corrected, not taken out.")
    field = "name"


class ClosedEntryError(HotlineError):
    """What a matter was closed on stays as it was."""

    sentence = N_("Ticket %(number)s is “%(status)s”: its register entry stays as it is.")


class ReceivedFixedError(HotlineError):
    """Limits run from when it came in; they are not moved by a correction."""

    sentence = N_("The limits of ticket %(number)s run from this moment; it stays as it is.")
    field = "received_at"


def check_moment(
    contact: Contact, wanted: dict[EntryField, Any], *, of_ticket: str | None, now: dt.datetime
) -> None:
    """Take the moment of receipt out of `wanted` where it stands like this already, to the minute.

    `of_ticket` is the number of the ticket whose limits run from it. Raises `ReceivedFixedError`,
    `ReceivedInFutureError`.
    """
    moment = wanted.get(F.RECEIVED_AT)
    if moment is None or moment == contact.received_at.replace(second=0, microsecond=0):
        wanted.pop(F.RECEIVED_AT, None)
    elif of_ticket is not None:
        raise ReceivedFixedError(number=of_ticket)
    elif moment > now + CLOCKS_DIFFER:
        raise ReceivedInFutureError


def put_right(
    contact: Contact, wanted: Mapping[EntryField, Any], *, reason: str, by: Staff, now: dt.datetime
) -> list[EntryCorrection]:
    """Give the columns of `contact` the values `wanted`, and write down each that was another.

    Name and address are the requester's and are corrected there too. Raises `CorrectionReasonMissingError`,
    `NothingCorrectedError`, `NameTakenOutError`.
    """
    reason = one_line(reason)[:LONGEST_REASON]
    if not reason:
        raise CorrectionReasonMissingError
    made = [
        EntryCorrection(
            contact=contact,
            field=field,
            was=_told(was),
            became=_told(became),
            reason=reason,
            corrected_by=by,
            corrected_at=now,
        )
        for field, was, became in _applied(contact, wanted, by, now)
    ]
    if not made:
        raise NothingCorrectedError
    session.add_all(made)
    session.flush()
    return made


def of(contact: Contact) -> list[EntryCorrection]:
    """Return what was corrected in an entry, the newest first."""
    query = sa.select(EntryCorrection).where(EntryCorrection.contact_id == contact.id)
    return list(
        session.scalars(
            query.options(joinedload(EntryCorrection.corrected_by)).order_by(EntryCorrection.id.desc())
        )
    )


def _applied(
    contact: Contact, wanted: Mapping[EntryField, Any], by: Staff, now: dt.datetime
) -> Iterator[tuple[EntryField, Any, Any]]:
    for field, value in wanted.items():
        if field in (F.NAME, F.ADDRESS):
            continue
        was = getattr(contact, field.value)
        if was != value:
            setattr(contact, field.value, value)
            yield field, was, value
    yield from _person(contact, wanted.get(F.NAME), wanted.get(F.ADDRESS), by, now)


def _person(
    contact: Contact, name: str | None, address: str | None, by: Staff, now: dt.datetime
) -> Iterator[tuple[EntryField, Any, Any]]:
    """Correct whom it is from; `None` leaves that alone, and an address left empty stays as it is."""
    person = contact.requester
    was_name, was_address = (person.name, person.address) if person else (None, None)
    if name == "" and was_name:
        raise NameTakenOutError
    is_other_name = bool(name) and name != was_name
    is_other_address = bool(address) and address != was_address
    if not (is_other_name or is_other_address):
        return
    if person is None:
        contact.requester = requesters.remember(
            name=name or None, phone=None, address=address or None, kind=RequesterKind.PERSON, now=now
        )
    else:
        changes.update(person, name=name or "", address=address or "", by=by, now=now)
    if is_other_name:
        yield F.NAME, was_name, name
    if is_other_address:
        yield F.ADDRESS, was_address, address


def _told(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case dt.datetime():
            return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
        case dt.date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
