"""The end of a round: closing, declining, terminating, and opening the next round."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality, RunsFrom, Stage
from hotline.contacts.models import Contact
from hotline.db import session
from hotline.delivery import outbox
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import (
    closing_needs,
    deadlines,
    history,
    reasons,
    recusing,
    registration,
    waiting,
)
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_

RESTRICTED = Confidentiality.RESTRICTED


class WithDepartmentError(HotlineError):
    """A department works under the limits of the present category."""

    sentence = N_("A department has this ticket. Take it back to review before changing its category.")


def finish(ticket: Ticket, *, by: Staff | None, now: dt.datetime) -> None:
    """End the round of an answered ticket: a callback is owed where policy draws it, else it is closed.

    The drawing itself is the callback plan's; this only says that the ticket is ready for it. Raises
    `NeedMissingError` while something the category wants on record is not.
    """
    closing_needs.require(ticket)
    outbox.promise("round_finished", once=f"{ticket.number}:{ticket.round}", now=now, ticket_id=ticket.id)
    history.note(ticket, "round_finished", by=by, now=now, round=ticket.round)
    session.flush()


def await_callback(ticket: Ticket, *, now: dt.datetime) -> None:
    """Keep the ticket open until its callback has been made."""
    history.move(ticket, TicketStatus.CALLBACK_DUE, "callback_planned", by=None, now=now)
    deadlines.start_from(ticket, RunsFrom.CLOSED, now)
    session.flush()


def close(ticket: Ticket, *, by: Staff | None, now: dt.datetime, **details: Any) -> None:
    """Close the ticket. Raises `TransitionRefusedError`."""
    history.move(ticket, TicketStatus.CLOSED, "ticket_closed", by=by, now=now, **details)
    ticket.closed_at = now
    deadlines.meet(ticket, Stage.CALLBACK, now=now)
    deadlines.cancel(ticket, now=now)
    session.flush()


def close_at_desk(ticket: Ticket, facts: Sequence[Fact], *, note: str, by: Staff, now: dt.datetime) -> None:
    """Close what goes to no department, with what its category wants on record.

    Raises `NeedMissingError`, `TransitionRefusedError`.
    """
    closing_needs.record(ticket, facts, by=by, now=now)
    closing_needs.require(ticket)
    close(ticket, by=by, now=now, note=note)


def decline(ticket: Ticket, *, reason: str, route: str, by: Staff, now: dt.datetime) -> None:
    """Not accept a ticket: `reason` is an item of the decline list, `route` where the caller was sent (B1.8).

    Raises `ReasonMissingError`, `TransitionRefusedError`.
    """
    reason = reasons.required(reason)
    history.move(
        ticket, TicketStatus.DECLINED, "ticket_declined", by=by, now=now, reason=reason, route_told=route
    )
    relieve_all(ticket, now)
    deadlines.meet(ticket, Stage.FRONT_DESK, Stage.TOLD, now=now)
    deadlines.cancel(ticket, now=now)
    session.flush()


def terminate(ticket: Ticket, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """End the handling of a ticket for good, after review (B1.8). Raises `ReasonMissingError`."""
    reason = reasons.required(reason)
    history.move(ticket, TicketStatus.TERMINATED, "ticket_terminated", by=by, now=now, reason_text=reason)
    relieve_all(ticket, now)
    deadlines.cancel(ticket, now=now)
    session.flush()


def relieve_all(ticket: Ticket, now: dt.datetime) -> None:
    """End whatever anybody still does with the ticket: parts of departments, waiting."""
    waiting.end(ticket, by=None, now=now)
    for part in ticket.assignments:
        part.ended_at = part.ended_at or now


def reclassify(
    ticket: Ticket,
    *,
    category: str,
    content_class: str | None,
    reason: str,
    by: Staff,
    now: dt.datetime,
) -> None:
    """Put a ticket that is not with a department yet into another category, with its reason (A1.1).

    Clocks of the old category stop; those of the new one run from the same receipt. The ticket becomes as
    confidential as the new category asks, never less than it was. Raises `ReasonMissingError`,
    `WithDepartmentError`, `UnknownCategoryError`.
    """
    if ticket.lead is not None:
        raise WithDepartmentError
    reason = reasons.required(reason)
    was, was_class, was_confidential = ticket.category, ticket.content_class, ticket.confidentiality
    ticket.content_class = content_class
    if category != was:
        ticket.policy_version = catalogue.policy_version(category)
        ticket.category = category
        policy = deadlines.policy_of(ticket)
        ticket.priority = policy.priority
        asks_secrecy = registration.origin_of(ticket).asks_secrecy
        ticket.confidentiality = registration.stricter(policy.confidentiality, was_confidential, asks_secrecy)
        if ticket.confidentiality is RESTRICTED:
            _relieve_unfit(ticket, now)
        deadlines.cancel(ticket, now=now)
        deadlines.start_from(ticket, RunsFrom.RECEIVED, ticket.received_at)
    recusing.keep_from_the_named(ticket, now=now)
    details: dict[str, Any] = {}
    if ticket.confidentiality is not was_confidential:
        details = {"was_confidentiality": was_confidential, "confidentiality": ticket.confidentiality}
    history.note(
        ticket,
        "ticket_reclassified",
        by=by,
        now=now,
        was=was,
        became=category,
        was_class=was_class,
        became_class=content_class,
        reason_text=reason,
        **details,
    )
    session.flush()


def _relieve_unfit(ticket: Ticket, now: dt.datetime) -> None:
    for part in ticket.assignments:
        if not part.department.takes_tip_offs:
            part.ended_at = part.ended_at or now


def add_contact(ticket: Ticket, contact: Contact, *, by: Staff, now: dt.datetime) -> None:
    """Put a further contact about the same matter to `ticket`."""
    contact.ticket_id = ticket.id
    session.flush()
    history.note(ticket, "contact_added", by=by, now=now, channel=contact.channel, contact_id=contact.id)
    session.flush()


def open_round(ticket: Ticket, *, reason: str, by: Staff | None, now: dt.datetime) -> None:
    """Start round N+1 of a ticket that was answered, but not well enough (B1.9).

    The first round's facts stay as they were; the new round has clocks of its own. Raises
    `TransitionRefusedError`, `ReasonMissingError`.
    """
    reason = reasons.required(reason)
    history.move(ticket, TicketStatus.REHANDLING, "round_opened", by=by, now=now, reason_text=reason)
    ticket.closed_at = None
    deadlines.meet(ticket, Stage.CALLBACK, now=now)
    deadlines.cancel(ticket, now=now)
    ticket.round += 1
    ticket.accepted_at = None
    ticket.resolved_at = None
    ticket.replied_at = None
    deadlines.start_from(ticket, RunsFrom.RECEIVED, now)
    history.move(ticket, TicketStatus.TO_REVIEW, "sent_to_review", by=by, now=now)
    outbox.promise("ticket_to_review", once=f"{ticket.number}:{ticket.round}", now=now, ticket_id=ticket.id)
    session.flush()
