"""Repeats of one matter made one ticket (并单): one handling, while every caller stays a caller."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from hotline.categories.terms import Confidentiality, RunsFrom, Stage
from hotline.contacts import merging as one_person
from hotline.contacts.models import Contact, Requester
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import closing, deadlines, history
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import N_

RESTRICTED = Confidentiality.RESTRICTED

TAKES_IN = OPEN - {TicketStatus.ANSWERED, TicketStatus.RESOLVED, TicketStatus.CALLBACK_DUE}
"""Once its callers have been answered, a ticket takes no further caller in: that one would hear nothing."""


class MergeRefusedError(HotlineError):
    """These two tickets cannot become one."""

    sentence = N_("Ticket %(number)s cannot take this one in: choose another open ticket.")
    field = "into"


class NobodyToAnswerError(MergeRefusedError):
    """The ticket that goes on would owe nobody an answer, though this one's caller waits for one."""

    sentence = N_(
        "Ticket %(number)s came in without a contact, and the caller of this one is owed an answer: "
        "merge that ticket into this one instead."
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who brought a matter to us, and the ticket they know it by."""

    requester: Requester
    ticket: Ticket
    wants_reply: bool
    last_heard_at: dt.datetime

    @property
    def can_be_reached(self) -> bool:
        """Tell whether they left a number or an address."""
        return self.requester.phone is not None or bool(self.requester.address)


def merge(ticket: Ticket, into: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Let `into` stand for `ticket`: one handling, while each caller keeps contact and callback (B1.12).

    Nobody is answered later for it: where `ticket` was to be answered earlier, `into` now is. A restricted
    matter and an open one stay apart: who may see the one would learn of the other. Raises
    `MergeRefusedError`, `TransitionRefusedError`.
    """
    if into is ticket or into.merged_into_id is not None or into.status not in TAKES_IN:
        raise MergeRefusedError(number=into.number)
    if (ticket.confidentiality is RESTRICTED) is not (into.confidentiality is RESTRICTED):
        raise MergeRefusedError(number=into.number)
    if ticket.has_contact and not into.has_contact:
        raise NobodyToAnswerError(number=into.number)
    history.move(ticket, TicketStatus.MERGED, "ticket_merged", by=by, now=now, into=into.number)
    ticket.merged_into = into
    history.note(into, "ticket_taken_in", by=by, now=now, taken_in=ticket.number)
    _keep_the_earlier_promise(ticket, into, by, now)
    closing.relieve_all(ticket, now)
    deadlines.cancel(ticket, now=now)
    session.flush()


def _keep_the_earlier_promise(ticket: Ticket, into: Ticket, by: Staff, now: dt.datetime) -> None:
    promised, clock = deadlines.running(ticket, Stage.OVERALL), deadlines.running(into, Stage.OVERALL)
    if promised is None or clock is None or promised.due_at >= clock.due_at:
        return
    was_due = clock.due_at
    deadlines.take_over(clock, promised, deadlines.policy_of(into), now=now)
    history.note(
        into,
        "deadline_taken_over",
        by=by,
        now=now,
        taken_in=ticket.number,
        due_at=clock.due_at,
        was_due=was_due,
    )


def unmerge(ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Take a merge back: the ticket is registered again and its clocks run from its first receipt.

    The ticket it had been merged into keeps its limits.
    """
    into = ticket.merged_into
    history.move(ticket, TicketStatus.REGISTERED, "merge_taken_back", by=by, now=now)
    ticket.merged_into = None
    if into is not None:
        history.note(into, "merge_taken_back", by=by, now=now, taken_out=ticket.number)
    deadlines.start_from(ticket, RunsFrom.RECEIVED, ticket.received_at)
    session.flush()


def taken_in(ticket: Ticket) -> list[Ticket]:
    """Return the tickets merged into `ticket`, and those merged into them before, oldest first."""
    found: list[int] = []
    above = [ticket.id]
    while above:
        above = list(session.scalars(_MERGED, {"into": above}))
        found += above
    if not found:  # as for most tickets
        return []
    return list(session.scalars(sa.select(Ticket).where(Ticket.id.in_(found)).order_by(Ticket.id)))


_MERGED = sa.select(Ticket.id).where(Ticket.merged_into_id.in_(sa.bindparam("into", expanding=True)))


def of_contact(contact: Contact) -> Ticket | None:
    """Return the ticket a contact's matter is handled in: the one its own was merged into, where it was."""
    ticket = session.get(Ticket, contact.ticket_id) if contact.ticket_id is not None else None
    while ticket is not None and ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def contacts_of(ticket: Ticket) -> Iterator[tuple[Ticket, Contact]]:
    """Yield every contact about a matter, with the ticket it was taken down on: its own come first."""
    for one in (ticket, *taken_in(ticket)):
        for contact in one.contacts:
            yield one, contact


def is_awaited(ticket: Ticket) -> bool:
    """Tell whether anybody waits for an answer: reachable, and not content to hear nothing."""
    return any(one.can_be_reached and one.wants_reply for one in callers_of(ticket))


def callers_of(ticket: Ticket) -> list[Caller]:
    """Return everybody who brought a matter to us, each once, whoever came first at the head.

    Two records that were found to be one person are one caller.
    """
    found: dict[int, Caller] = {}
    if ticket.requester is not None:  # a part that was split off has no contact of its own
        before_split = ticket.split_from.contacts if ticket.split_from is not None else []
        wants_reply = any(one.reply_wanted for one in before_split)
        _heard(found, ticket.requester, ticket, wants_reply, ticket.received_at)
    for known_as, contact in contacts_of(ticket):
        if contact.requester is not None:
            _heard(found, contact.requester, known_as, contact.reply_wanted, contact.received_at)
    return list(found.values())


def _heard(
    found: dict[int, Caller], record: Requester, known_as: Ticket, wants_reply: bool, heard_at: dt.datetime
) -> None:
    person = one_person.survivor(record)
    before = found.get(person.id)
    if before is None:
        found[person.id] = Caller(
            requester=person if person.phone is not None else record,
            ticket=known_as,
            wants_reply=wants_reply,
            last_heard_at=heard_at,
        )
        return
    found[person.id] = replace(
        before,
        wants_reply=before.wants_reply or wants_reply,
        last_heard_at=max(before.last_heard_at, heard_at),
    )
