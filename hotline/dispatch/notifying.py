"""Whom a ticket's turns are told to: departments, shift leaders, the desk that owes an answer."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from hotline.categories.policy import Policy
from hotline.db import session
from hotline.delivery import notices, outbox
from hotline.delivery.models import OutboxMessage
from hotline.dispatch.models import Decision, Extension, Return, Supervision, Urge, UrgeOrigin
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.tickets import deadlines
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import N_

DEPARTMENT_DESK = (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER)
"""The clerk works on the ticket; the information officer follows the result (A1.10 opinion 3)."""


def department_told(part: Assignment, *, now: dt.datetime) -> None:
    """Tell a department's desk that a ticket was dispatched to it, unless it has signed for it already."""
    if part.acknowledged_at is not None or part.ended_at is not None:
        return
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


def _return_asked(message: OutboxMessage, now: dt.datetime) -> None:
    asked = session.get_one(Return, message.payload["return_id"])
    ticket = asked.assignment.ticket
    rule = deadlines.policy_of(ticket).returning
    notices.tell(
        people.holding(rule.ruled_by) if rule else (),
        "return_asked",
        N_("%(department)s asks to return ticket %(number)s. Please rule on it."),
        once=f"return_asked:{asked.id}",
        now=now,
        ticket_id=ticket.id,
        department=asked.assignment.department.names,
        number=ticket.number,
    )


def _return_decided(message: OutboxMessage, now: dt.datetime) -> None:
    asked = session.get_one(Return, message.payload["return_id"])
    ticket = asked.assignment.ticket
    sentence = (
        N_("Your return of ticket %(number)s was granted.")
        if asked.decision is Decision.GRANTED
        else N_("Your return of ticket %(number)s was refused. Your department handles it.")
    )
    notices.tell(
        people.of_department(asked.assignment.department_id, *DEPARTMENT_DESK),
        "return_decided",
        sentence,
        once=f"return_decided:{asked.id}",
        now=now,
        ticket_id=ticket.id,
        number=ticket.number,
    )


def _extension_asked(message: OutboxMessage, now: dt.datetime) -> None:
    asked = session.get_one(Extension, message.payload["extension_id"])
    ticket = asked.assignment.ticket
    rule = deadlines.policy_of(ticket).extension
    notices.tell(
        people.holding(rule.approved_by) if rule else (),
        "extension_asked",
        N_("%(department)s asks for more time for ticket %(number)s, due %(due)s."),
        once=f"extension_asked:{asked.id}",
        now=now,
        ticket_id=ticket.id,
        department=asked.assignment.department.names,
        number=ticket.number,
        due=asked.due_before,
    )


def _extension_decided(message: OutboxMessage, now: dt.datetime) -> None:
    asked = session.get_one(Extension, message.payload["extension_id"])
    ticket = asked.assignment.ticket
    is_granted = asked.decision is Decision.GRANTED
    notices.tell(
        people.of_department(asked.assignment.department_id, *DEPARTMENT_DESK),
        "extension_decided",
        N_("Ticket %(number)s was extended and is now due %(due)s.")
        if is_granted
        else N_("The extension of ticket %(number)s was refused; it stays due %(due)s."),
        once=f"extension_decided:{asked.id}",
        now=now,
        ticket_id=ticket.id,
        number=ticket.number,
        due=asked.due_after or asked.due_before,
    )
    if is_granted:
        notices.tell(
            [ticket.first_contact_owner],
            "extension_decided",
            N_("Ticket %(number)s was extended to %(due)s. Please tell the caller."),
            once=f"extension_to_tell:{asked.id}",
            now=now,
            ticket_id=ticket.id,
            number=ticket.number,
            due=asked.due_after,
        )


def _department_urged(message: OutboxMessage, now: dt.datetime) -> None:
    row = session.get_one(Urge, message.payload["urge_id"])
    if row.department_id is None:
        return
    sentences = {
        UrgeOrigin.CALLER: N_("The caller asked again about ticket %(number)s. Please answer soon."),
        UrgeOrigin.STAFF: N_("The hotline urges you to deal with ticket %(number)s."),
        UrgeOrigin.OVERDUE: N_("Urging notice %(notice)s: the limit of ticket %(number)s has passed."),
    }
    notices.tell(
        people.of_department(row.department_id, *DEPARTMENT_DESK, Role.DEPARTMENT_HEAD),
        "department_urged",
        sentences[row.origin],
        once=f"urged:{row.id}",
        now=now,
        ticket_id=row.ticket_id,
        number=row.ticket.number,
        notice=row.notice_number,
    )


def _supervision_opened(message: OutboxMessage, now: dt.datetime) -> None:
    row = session.get_one(Supervision, message.payload["supervision_id"])
    told = list(people.holding(Role.SERVICE_MANAGER))
    if row.department_id is not None:
        told += people.of_department(row.department_id, *DEPARTMENT_DESK, Role.DEPARTMENT_HEAD)
    notices.tell(
        told,
        "supervision_opened",
        N_("Ticket %(number)s was put under supervision."),
        once=f"supervised:{row.id}",
        now=now,
        ticket_id=row.ticket_id,
        number=row.ticket.number,
    )


def _reply_sent_back(message: OutboxMessage, now: dt.datetime) -> None:
    part = session.get_one(Assignment, message.payload["assignment_id"])
    notices.tell(
        people.of_department(part.department_id, *DEPARTMENT_DESK),
        "reply_sent_back",
        N_("Your reply to ticket %(number)s was sent back. Please complete it."),
        once=f"sent_back:{part.id}",
        now=now,
        ticket_id=part.ticket_id,
        number=part.ticket.number,
    )


HANDLERS: Mapping[str, outbox.Handler] = MappingProxyType(
    {
        "return_asked": _return_asked,
        "return_decided": _return_decided,
        "extension_asked": _extension_asked,
        "extension_decided": _extension_decided,
        "department_urged": _department_urged,
        "supervision_opened": _supervision_opened,
        "reply_sent_back": _reply_sent_back,
    }
)
"""What keeps the promises of the conversation with departments."""
