"""What must be on record before a ticket is closed, as the policy of its category says (DOMAIN C2)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hotline.categories import catalogue
from hotline.categories.terms import CHOSEN_FROM, ClosingNeed
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import deadlines, history, merging
from hotline.tickets.models import ClosingRecord, Ticket
from hotline.wording import N_

Need = ClosingNeed

BY_DEPARTMENT = frozenset(
    {Need.CAUSE_RECORDED, Need.ADOPTION_DECIDED, Need.COMPLETION_NOTED, Need.PRICE_CONSENTED}
)
"""What only the department that leads can know: asked for with its reply."""

TIMED = frozenset(
    {
        Need.PHONE_DISPATCH_RECORDED,
        Need.COMPLETION_NOTED,
        Need.ORIGINAL_POSTED,
        Need.COPY_POSTED,
        Need.MESSAGE_DELIVERED,
    }
)
"""What is put on record with the moment it was done."""

CLOCKS_DIFFER = dt.timedelta(minutes=1)
"""How far a desk's clock may be ahead of ours."""


class NeedMissingError(HotlineError):
    """The category is not closed without something that nobody has put on record."""

    sentence = N_("Not on record yet, and needed before this: %(needs)s.")


class NotYetDoneError(HotlineError):
    """What is put on record as done lies in the future."""

    sentence = N_("This cannot have been done later than now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing put on record, as somebody filled it in."""

    need: ClosingNeed
    words: str
    choice: str | None = None
    happened_at: dt.datetime | None = None


def needed(ticket: Ticket) -> tuple[ClosingNeed, ...]:
    """Return what the category wants on record at the end."""
    return deadlines.policy_of(ticket).closing_needs(ticket.channel)


def on_record(ticket: Ticket) -> dict[ClosingNeed, ClosingRecord]:
    """Return what is on record of the present round, the newest of each kind."""
    return {one.need: one for one in ticket.closing_records if one.round == ticket.round}


def missing(ticket: Ticket, among: Collection[ClosingNeed] = frozenset(ClosingNeed)) -> list[ClosingNeed]:
    """Return what is not on record yet, in the order of the policy."""
    there = on_record(ticket)
    return [
        need
        for need in needed(ticket)
        if need in among and (not _is_answered(ticket) if need is Need.REPLY_GIVEN else need not in there)
    ]


def _is_answered(ticket: Ticket) -> bool:
    told = any(answer.round == ticket.round for answer in ticket.answers)
    return told or not merging.is_awaited(ticket)


def record(ticket: Ticket, facts: Iterable[Fact], *, by: Staff, now: dt.datetime) -> None:
    """Put `facts` on record for the present round.

    Raises `NeedMissingError` for one that lacks its words, its choice or its moment, `NotYetDoneError`,
    `UnknownCodeError`.
    """
    for fact in facts:
        code_list = CHOSEN_FROM.get(fact.need)
        lacks_moment = fact.need in TIMED and fact.happened_at is None
        if not fact.words.strip() or lacks_moment or (code_list is not None and not fact.choice):
            raise NeedMissingError(needs=[fact.need])
        if fact.happened_at is not None and fact.happened_at > now + CLOCKS_DIFFER:
            raise NotYetDoneError
        choice = catalogue.code_item(code_list, fact.choice or "").code if code_list is not None else None
        ticket.closing_records.append(
            ClosingRecord(
                round=ticket.round,
                need=fact.need,
                choice=choice,
                happened_at=fact.happened_at,
                words=fact.words.strip(),
                recorded_by=by,
                recorded_at=now,
            )
        )
        department = by.department if by.acts_for_department else None
        history.note(ticket, "closing_recorded", by=by, now=now, department=department, need=fact.need)
    session.flush()


def require(ticket: Ticket, among: Collection[ClosingNeed] = frozenset(ClosingNeed)) -> None:
    """Refuse to go on while something is not on record. Raises `NeedMissingError`."""
    lacking = missing(ticket, among)
    if lacking:
        raise NeedMissingError(needs=lacking)
