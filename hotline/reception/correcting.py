"""Correcting an entry of the reception register after it was saved."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hotline.contacts import correcting, intake
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.models import Visit
from hotline.db import session
from hotline.errors import NotAllowedError
from hotline.people.models import Staff
from hotline.tickets import history, merging
from hotline.tickets.states import OPEN

F = EntryField


def may_correct(visit: Visit, person: Staff) -> bool:
    """Tell whether `person` corrects the entry: who took the visit down, and who leads the shift."""
    return visit.recorded_by_id == person.id or person.is_any(*correcting.LEADS)


def require_open(visit: Visit) -> None:
    """Refuse to touch the entry of a matter that is closed. Raises `ClosedEntryError`."""
    ticket = merging.of_contact(visit)
    if ticket is not None and ticket.status not in OPEN:
        raise correcting.ClosedEntryError(number=ticket.number, status=ticket.status)


def correct(
    visit: Visit, wanted: Mapping[EntryField, Any], *, reason: str, by: Staff, now: dt.datetime
) -> list[EntryCorrection]:
    """Correct the entry of `visit`; what changed stays on record with what it was.

    Raises `NotAllowedError`, what `require_open` and `correcting.put_right` refuse, `ReceivedFixedError`,
    `ReceivedInFutureError`, `TooManyRepresentativesError`.
    """
    if not may_correct(visit, by):
        raise NotAllowedError
    require_open(visit)
    wanted = dict(wanted)
    ticket = merging.of_contact(visit)
    correcting.check_moment(visit, wanted, of_ticket=ticket.number if ticket else None, now=now)
    if visit.is_anonymous:
        wanted.pop(F.NAME, None)
    visitors = wanted.get(F.VISITOR_COUNT, visit.visitor_count)
    companions = wanted.get(F.COMPANIONS, visit.companions) or ""
    intake.refuse_many_representatives(visitors, len(companions.splitlines()))
    made = correcting.put_right(visit, wanted, reason=reason, by=by, now=now)
    visit.is_collective = intake.is_collective(visitors)
    if any(one.field is F.RECEIVED_AT for one in made):
        visit.arrived_at = visit.received_at
    if ticket is not None:
        ticket.is_collective = visit.is_collective
        history.note(ticket, "entry_corrected", by=by, now=now)
    session.flush()
    return made
