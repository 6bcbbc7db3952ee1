"""Returning a ticket as not one's own (退单), and the ruling on it; silence in the window is acceptance."""

import datetime as dt

from hotline.categories.policy import ReturnRule
from hotline.categories.terms import Stage
from hotline.db import session
from hotline.delivery import outbox
from hotline.dispatch import sending
from hotline.dispatch.models import Decision, Return
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Department, Staff
from hotline.tickets import deadlines, history, reasons
from hotline.tickets.models import Assignment, Part
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


class ReturnRefusedError(HotlineError):
    """The ticket cannot be returned."""

    sentence = N_("This ticket cannot be returned.")


class NoRightOfReturnError(ReturnRefusedError):
    """A department the hotline ruled upon handles the matter (B1.7)."""

    sentence = N_("The hotline has ruled on this ticket: your department handles it and may not return it.")


class ReturnTooLateError(ReturnRefusedError):
    """The window has passed; silence was acceptance (B1.13)."""

    sentence = N_("The time for returning this ticket has passed; it counts as accepted.")


class AlreadyRuledError(HotlineError):
    """Somebody ruled on this return a moment ago."""

    sentence = N_("This return has been ruled on already.")


class RulingMissingError(HotlineError):
    """A ruling says why."""

    sentence = N_("Give the grounds of the ruling.")
    field = "ruling"


def rule_of(part: Assignment) -> ReturnRule:
    """Return the rule a part may be returned by. Raises `ReturnRefusedError`, `NoRightOfReturnError`."""
    rule = deadlines.policy_of(part.ticket).returning
    if rule is None or part.ended_at is not None:
        raise ReturnRefusedError
    if not part.may_return:
        raise NoRightOfReturnError
    return rule


def ask(
    part: Assignment,
    *,
    reason: str,
    grounds: str,
    suggested: Department | None,
    by: Staff,
    now: dt.datetime,
) -> Return:
    """Give a ticket back: `reason` is an entry of the list of return reasons, `grounds` says it in words.

    The department's clocks run on until the ruling. Raises `ReturnRefusedError` and its kinds,
    `ReasonMissingError`, `TransitionRefusedError`.
    """
    rule_of(part)
    window = deadlines.running(part.ticket, Stage.RETURN_WINDOW, part)
    if window is None or now > window.due_at:
        raise ReturnTooLateError
    asked = Return(
        assignment=part,
        reason=reasons.required(reason),
        grounds=reasons.required(grounds),
        suggested_department=suggested,
        asked_by=by,
        asked_at=now,
        decision=Decision.PENDING,
    )
    session.add(asked)
    told = {"reason": reason, "grounds": asked.grounds}
    if part.part is Part.LEAD:
        history.move(
            part.ticket,
            TicketStatus.RETURNED,
            "return_asked",
            by=by,
            now=now,
            department=part.department,
            **told,
        )
    else:
        history.note(part.ticket, "return_asked", by=by, now=now, department=part.department, **told)
    deadlines.meet(part.ticket, Stage.RETURN_WINDOW, now=now, assignment=part)
    session.flush()
    outbox.promise("return_asked", once=str(asked.id), now=now, return_id=asked.id)
    return asked


def grant(
    asked: Return,
    *,
    to: Department | None,
    ruling: str,
    opinions: list[str] | None = None,
    by: Staff,
    now: dt.datetime,
) -> None:
    """Rule that the department was right; send the ticket `to` another, or back to review without one.

    The department that the ruling names may not return it again; the fallback department of the profile is
    named as what it is. Raises `NotAllowedError`,
    `AlreadyRuledError`, `RulingMissingError`, and what `sending.send` raises.
    """
    part, ticket = asked.assignment, asked.assignment.ticket
    rule = _decide(asked, Decision.GRANTED, ruling, by, now)
    history.note(ticket, "return_granted", by=by, now=now, department=part.department, ruling=asked.ruling)
    if part.part is Part.ASSIST:
        sending.relieve(part, now=now)
        if to is not None:
            sending.add_assist(ticket, to, opinions=part.opinions, by=by, now=now)
    elif to is None:
        sending.relieve(part, now=now)
        ticket.lead_department = None
        history.move(ticket, TicketStatus.TO_REVIEW, "sent_to_review", by=by, now=now)
        outbox.promise(
            "ticket_to_review", once=f"{ticket.number}:return:{asked.id}", now=now, ticket_id=ticket.id
        )
    else:
        if to is part.department:
            raise sending.DepartmentRefusedError(department=to.names)
        given = part.opinions if opinions is None else opinions
        order = sending.Order(lead=to, opinions=given, may_return=not rule.forced_has_no_return)
        if to is sending.fallback(ticket):
            order = sending.fallback_order(to, given)
        sending.send(ticket, order, by=by, now=now)
    session.flush()
    outbox.promise("return_decided", once=str(asked.id), now=now, return_id=asked.id)


def refuse(asked: Return, *, ruling: str, by: Staff, now: dt.datetime) -> None:
    """Rule that the department handles the ticket after all, without right of return (forced dispatch).

    Its limits stay as they were: a return buys no time. Raises `NotAllowedError`, `AlreadyRuledError`,
    `RulingMissingError`.
    """
    part, ticket = asked.assignment, asked.assignment.ticket
    rule = _decide(asked, Decision.REFUSED, ruling, by, now)
    if rule.forced_has_no_return:
        part.may_return = False
    if part.part is Part.LEAD:
        back = TicketStatus.DISPATCHED if part.acknowledged_at is None else TicketStatus.ACKNOWLEDGED
        history.move(
            ticket,
            back,
            "return_refused",
            by=by,
            now=now,
            department=part.department,
            ruling=asked.ruling,
        )
    else:
        history.note(
            ticket, "return_refused", by=by, now=now, department=part.department, ruling=asked.ruling
        )
    session.flush()
    outbox.promise("return_decided", once=str(asked.id), now=now, return_id=asked.id)


def _decide(asked: Return, decision: Decision, ruling: str, by: Staff, now: dt.datetime) -> ReturnRule:
    rule = deadlines.policy_of(asked.assignment.ticket).returning
    if rule is None or not by.is_any(rule.ruled_by):
        raise NotAllowedError
    if asked.decision is not Decision.PENDING:
        raise AlreadyRuledError
    if not ruling.strip():
        raise RulingMissingError
    asked.decision = decision
    asked.decided_by = by
    asked.decided_at = now
    asked.ruling = ruling.strip()
    return rule
