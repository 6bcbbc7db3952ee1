"""Handing a shift over: what is open, both signatures (A6.10, scenario 9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories.terms import Confidentiality
from hotline.contacts import reception
from hotline.contacts.reception import WaitingVisitor
from hotline.contacts.written import cleaned
from hotline.db import session
from hotline.delivery import notices
from hotline.errands.models import Errand
from hotline.errors import HotlineError, NotFoundError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception import suggestions
from hotline.reception.models import BookEntry
from hotline.shifts.models import ShiftHandover
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import N_

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
MOST_LISTED = 100
SHOWN = 50
LONGEST = 2000


class StillToTakeError(HotlineError):
    """One hand-over at a time: the last one must be taken first."""

    sentence = N_("The hand-over of %(given_at)s has not been taken yet. It must be taken first.")


class TakenAlreadyError(HotlineError):
    """A hand-over is taken once."""

    sentence = N_("This hand-over has been taken already.")


class OwnHandoverError(HotlineError):
    """Two people sign."""

    sentence = N_("You gave this shift; somebody else must take it.")


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What is open at the change of shifts."""

    errands: Sequence[Errand]
    to_review: Sequence[Ticket]
    overdue: Sequence[Ticket]
    visitors: Sequence[WaitingVisitor]
    """Who waits at the reception, or is being served."""
    suggestions: Sequence[BookEntry]
    """Entries of the suggestion book nobody has answered."""

    @property
    def count(self) -> int:
        """How many there are."""
        parts = (self.errands, self.to_review, self.overdue, self.visitors, self.suggestions)
        return sum(len(part) for part in parts)


def open_now(now: dt.datetime) -> OpenMatters:
    """Return what the desk owes, what waits for review, and what is overdue; sealed matters left out."""
    seen = sa.select(Ticket).where(
        Ticket.status.in_(sorted(OPEN)), Ticket.confidentiality != Confidentiality.RESTRICTED
    )
    errands = sa.select(Errand).where(Errand.done_at.is_(None)).options(joinedload(Errand.owner))
    return OpenMatters(
        errands=list(session.scalars(errands.order_by(Errand.due_at).limit(MOST_LISTED))),
        to_review=_first(seen.where(Ticket.status == TicketStatus.TO_REVIEW)),
        overdue=_first(seen.where(Ticket.next_due_at < now)),
        visitors=reception.waiting()[:MOST_LISTED],
        suggestions=suggestions.listed()[:MOST_LISTED],
    )


def handed_over(handover: ShiftHandover) -> OpenMatters:
    """Return what was open when a shift was handed over, as it stands now."""
    ids = handover.matters
    errands = sa.select(Errand).where(Errand.id.in_(ids["errands"])).options(joinedload(Errand.owner))
    # Hand-overs of earlier versions name neither visitors nor suggestions.
    visitors = sa.select(WaitingVisitor).where(WaitingVisitor.id.in_(ids.get("visitors", ())))
    entries = sa.select(BookEntry).where(BookEntry.id.in_(ids.get("suggestions", ())))
    return OpenMatters(
        errands=list(session.scalars(errands.order_by(Errand.due_at))),
        to_review=_first(sa.select(Ticket).where(Ticket.id.in_(ids["to_review"]))),
        overdue=_first(sa.select(Ticket).where(Ticket.id.in_(ids["overdue"]))),
        visitors=list(session.scalars(visitors.order_by(WaitingVisitor.arrived_at, WaitingVisitor.id))),
        suggestions=list(session.scalars(entries.order_by(BookEntry.due_at, BookEntry.id))),
    )


def give(*, notes: str, by: Staff, now: dt.datetime) -> ShiftHandover:
    """Hand the shift over as it stands, signed by who gives it. Raises `StillToTakeError`."""
    waiting = to_take()
    if waiting is not None:
        raise StillToTakeError(given_at=waiting.given_at)
    matters = open_now(now)
    made = ShiftHandover(
        given_by=by,
        given_at=now,
        notes=cleaned(notes)[:LONGEST],
        matters={
            "errands": [one.id for one in matters.errands],
            "to_review": [one.id for one in matters.to_review],
            "overdue": [one.id for one in matters.overdue],
            "visitors": [one.id for one in matters.visitors],
            "suggestions": [one.id for one in matters.suggestions],
        },
    )
    session.add(made)
    session.flush()
    notices.tell(
        [one for one in staff.holding(Role.SHIFT_LEADER) if one.id != by.id],
        "shift_given",
        N_("A shift was handed over with %(count)s open matters. Read and take it under Shifts."),
        once=f"shift:{made.id}",
        now=now,
        count=matters.count,
    )
    return made


def take(handover: ShiftHandover, *, doubts: str = "", by: Staff, now: dt.datetime) -> None:
    """Take the shift over, signed by who takes it. Raises `TakenAlreadyError`, `OwnHandoverError`."""
    if handover.taken_at is not None:
        raise TakenAlreadyError
    if handover.given_by_id == by.id:
        raise OwnHandoverError
    handover.taken_by, handover.taken_at = by, now
    handover.doubts = cleaned(doubts)[:LONGEST] or None
    session.flush()


def to_take() -> ShiftHandover | None:
    """Return the hand-over that waits for the next shift, if one does."""
    return session.scalar(sa.select(ShiftHandover).where(ShiftHandover.taken_at.is_(None)).limit(1))


def get(handover_id: int) -> ShiftHandover:
    """Return a hand-over. Raises `NotFoundError`."""
    found = session.get(ShiftHandover, handover_id)
    if found is None:
        raise NotFoundError
    return found


def listed() -> list[ShiftHandover]:
    """Return the last hand-overs, newest first."""
    query = sa.select(ShiftHandover).order_by(ShiftHandover.given_at.desc(), ShiftHandover.id.desc())
    return list(session.scalars(query.limit(SHOWN)))


def _first(query: sa.Select[Ticket]) -> list[Ticket]:
    return list(session.scalars(query.order_by(Ticket.next_due_at, Ticket.id).limit(MOST_LISTED)))
