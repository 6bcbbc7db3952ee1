"""A person asks for what we hold of them: a copy, or to have it erased (PIPL art. 45, 47)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hotline.audit import journal
from hotline.audit.journal import Actor
from hotline.audit.models import Act, Subject
from hotline.contacts import merging, reveals, series
from hotline.contacts.models import Contact, Requester
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import callers, certificates, erasing, filing, holdings
from hotline.retention.holdings import Stays
from hotline.retention.models import Asked, DataRequest, RequestState
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_

ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.OVERSIGHT_OFFICER})
LONGEST = 1000


class IdentityUncheckedError(HotlineError):
    """Data is handed to nobody but its person."""

    sentence = N_("Say how you made sure that it is them, such as “called back on the known number”.")
    field = "identity_check"


class GroundsMissingError(HotlineError):
    """The person is told why."""

    sentence = N_("Write what the person is told.")
    field = "grounds"


class SameDeciderError(HotlineError):
    """What cannot be undone is seen by two."""

    sentence = N_("Somebody else decides about an erasure than who took the request.")


class DecidedError(HotlineError):
    """A decision stands."""

    sentence = N_("This request is decided already.")


class AllStaysError(HotlineError):
    """There is nothing to erase."""

    sentence = N_("The law lets nothing be erased now. Refuse the request with these reasons.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an erasure would take and leave."""

    goes: Sequence[Ticket]
    stays: Sequence[tuple[Ticket, Stays]]
    contacts: Sequence[Contact]
    owed: Sequence[Contact]
    apart: int
    """Matters that the reader may not know of."""

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing stays."""
        return not (self.stays or self.owed or self.apart)

    @property
    def has_any(self) -> bool:
        """Tell whether anything goes."""
        return self.is_whole or bool(self.goes or self.contacts)


def listed(*, only_open: bool, limit: int = 100) -> Sequence[DataRequest]:
    """Return requests, those due first."""
    query = sa.select(DataRequest).order_by(DataRequest.due_on, DataRequest.id).limit(limit)
    if only_open:
        query = query.where(DataRequest.state == RequestState.OPEN)
    else:
        query = query.order_by(None).order_by(DataRequest.id.desc())
    return session.scalars(query).all()


def get(number: str) -> DataRequest:
    """Return a request. Raises `NotFoundError`."""
    found = session.scalar(sa.select(DataRequest).where(DataRequest.number == number))
    if found is None:
        raise NotFoundError
    return found


def receive(
    requester: Requester, asked: Asked, *, identity_check: str, by: Staff, now: dt.datetime
) -> DataRequest:
    """Take a person's request. Raises `IdentityUncheckedError`, `NothingSaidError`."""
    checked = one_line(identity_check)[:300]
    if not checked:
        raise IdentityUncheckedError
    request = DataRequest(
        number=series.register_number("data_request", "P", now),
        requester=merging.survivor(requester),
        asked=asked,
        identity_check=checked,
        received_by=by,
        received_at=now,
        due_on=now.astimezone(LOCAL_ZONE).date() + dt.timedelta(days=filing.terms().answer_days),
        state=RequestState.OPEN,
    )
    session.add(request)
    session.flush()
    _told(Act.ADDED, request, by, now, asked=asked.value)
    return request


def outlook(request: DataRequest, reader: Staff) -> Outlook:
    """Return what an erasure would take and leave now, as far as `reader` may know."""
    people = holdings.everybody(request.requester)
    theirs, apart = holdings.tickets(people, reader)
    judged = [(one, holdings.why_it_stays(one)) for one in theirs]
    alone = [(one, holdings.why_contact_stays(one)) for one in holdings.contacts_alone(people)]
    return Outlook(
        goes=[one for one, why in judged if why is None],
        stays=[(one, why) for one, why in judged if why is not None],
        contacts=[one for one, why in alone if why is None],
        owed=[one for one, why in alone if why is not None],
        apart=apart,
    )


def hand_out(request: DataRequest, *, by: Staff, address: str, now: dt.datetime) -> dict[str, Any]:
    """Return what is held of the person, and write down that it was handed out."""
    reveals.reveal(request.requester, reason=request.number, by=by, now=now, address=address)
    held = holdings.gathered(request.requester, by)
    _told(Act.HANDED_OUT, request, by, now, total=len(held["tickets"]) + len(held["contacts"]))
    return {"request": request.number, "made_at": now.isoformat(timespec="seconds"), **held}


def grant(request: DataRequest, *, grounds: str, by: Staff, now: dt.datetime) -> None:
    """Grant a request as far as the law allows; what stays is recorded with its reason.

    Raises `DecidedError`, `GroundsMissingError`, `SameDeciderError`, `AllStaysError`.
    """
    told = _decidable(request, grounds, by)
    state, refused = RequestState.GRANTED, {}
    if request.asked is Asked.ERASURE:
        found = outlook(request, by)
        if not found.has_any:
            raise AllStaysError
        if not found.is_whole:
            state, refused = RequestState.PARTLY, _refused(found)
        _erase(request, found, by, now)
    _decide(request, state, told, refused, by, now)


def refuse(request: DataRequest, *, grounds: str, by: Staff, now: dt.datetime) -> None:
    """Refuse a request, with what the person is told. Raises as `grant` does."""
    told = _decidable(request, grounds, by)
    refused = _refused(outlook(request, by)) if request.asked is Asked.ERASURE else {}
    _decide(request, RequestState.REFUSED, told, refused, by, now)


def _decidable(request: DataRequest, grounds: str, by: Staff) -> str:
    if request.state is not RequestState.OPEN:
        raise DecidedError
    told = grounds.strip()[:LONGEST]
    if not told:
        raise GroundsMissingError
    if request.asked is Asked.ERASURE and request.received_by_id == by.id:
        raise SameDeciderError
    return told


def _refused(found: Outlook) -> dict[str, str]:
    reasons = {ticket.number: why.value for ticket, why in found.stays}
    reasons |= {f"C{contact.id}": Stays.PROMISED.value for contact in found.owed}
    return reasons | ({Stays.APART.value: str(found.apart)} if found.apart else {})


def _erase(request: DataRequest, found: Outlook, by: Staff, now: dt.datetime) -> None:
    number, people = request.number, holdings.everybody(request.requester)
    if found.goes:
        callers.strike([one.id for one in found.goes], certificate=number, by=by, now=now)
    if found.contacts:
        erasing.contacts([one.id for one in found.contacts], certificate=number, now=now)
    persons = callers.erase_the_left(people, certificate=number)
    journal.record(
        Act.DESTROYED,
        Subject.DATA_REQUEST,
        number,
        by=Actor(by.id),
        now=now,
        certificate=certificates.sealed_rows_digest(number),
        total=len(found.goes) + len(found.contacts),
        persons=persons,
    )


def _decide(
    request: DataRequest,
    state: RequestState,
    told: str,
    refused: dict[str, str],
    by: Staff,
    now: dt.datetime,
) -> None:
    request.state, request.decided_by, request.decided_at = state, by, now
    request.grounds, request.refused = told, refused or None
    session.flush()
    act = Act.REFUSED if state is RequestState.REFUSED else Act.APPROVED
    _told(act, request, by, now, state=state.value, refused=len(refused))


def _told(act: Act, request: DataRequest, by: Staff, now: dt.datetime, **details: object) -> None:
    journal.record(act, Subject.DATA_REQUEST, request.number, by=Actor(by.id), now=now, **details)
