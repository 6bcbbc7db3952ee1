"""Whom a ticket's turns are told to: departments, shift leaders, the desk that owes an answer."""

import datetime as dt

from hotline.categories.policy import Policy
from hotline.delivery import notices
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import N_

DEPARTMENT_DESK = (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER)
"""The clerk works on the ticket; the information officer follows the result (A1.10 opinion 3)."""


def department_told(part: Assignment, *, now: dt.datetime) -> None:
    """Tell a department's desk that a ticket was dispatched to it."""
    notices.tell(
        people.of_department(part.department_id, *DEPARTMENT_DESK),
        "ticket_dispatched",
        N_("Ticket %(number)s was dispatched to your department. Please acknowledge it."),
        once=f"dispatched:{part.id}",
        now=now,
        ticket_id=part.ticket_id,
        number=part.ticket.number,
    )


def reviewers_told(ticket: Ticket, *, now: dt.datetime) -> None:
    """Tell the shift leaders that a ticket waits for their review."""
    notices.tell(
        people.holding(Role.SHIFT_LEADER),
        "ticket_to_review",
        N_("Ticket %(number)s waits for your review."),
        once=f"review:{ticket.id}:{ticket.round}",
        now=now,
        ticket_id=ticket.id,
        number=ticket.number,
    )


def owner_told_of_reply(part: Assignment, *, now: dt.datetime) -> None:
    """Tell whoever took the first contact that there is a reply to read to the caller (A2.2)."""
    notices.tell(
        [part.ticket.first_contact_owner],
        "department_replied",
        N_("The department replied to ticket %(number)s. Please answer the caller."),
        once=f"replied:{part.id}",
        now=now,
        ticket_id=part.ticket_id,
        number=part.ticket.number,
    )


def superiors_told_at_intake(ticket: Ticket, policy: Policy, *, now: dt.datetime) -> None:
    """Tell the leaders who must know of such a ticket the moment it is saved."""
    if policy.told_at_intake:
        notices.tell(
            people.holding(*policy.told_at_intake),
            "ticket_registered",
            N_("%(category)s %(number)s was registered and needs your attention."),
            once=f"registered:{ticket.id}",
            now=now,
            ticket_id=ticket.id,
            category=dict(policy.names),
            number=ticket.number,
        )
