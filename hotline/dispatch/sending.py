"""Sending a ticket to departments: by the worker's routing rule or by the shift leader's hand."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.categories import catalogue
from hotline.categories.policy import StageLimit
from hotline.categories.routing import Route
from hotline.categories.terms import Confidentiality, RunsFrom, Stage
from hotline.db import session
from hotline.delivery import outbox
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.tickets import deadlines, history, reasons, recusing
from hotline.tickets.models import Assignment, Part, Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


class OpinionsMissingError(HotlineError):
    """The shift leader's opinions belong on the order, every one of them (A1.10)."""

    sentence = N_("This order needs %(count)s opinions; one or more is empty.")
    field = "opinions"


class DepartmentRefusedError(HotlineError):
    """The department may not be sent this ticket."""

    sentence = N_("%(department)s cannot be sent this ticket.")
    field = "department"


class NobodyHasItError(HotlineError):
    """There is no department to take the ticket from."""

    sentence = N_("No department has this ticket.")


class NoFallbackError(HotlineError):
    """The profile names no department for what nobody accepts, or that one may not have this ticket."""

    sentence = N_("There is no fallback department that this ticket could be sent to.")


class DepartmentRecusedError(DepartmentRefusedError):
    """The matter is kept from the department (B1.10)."""

    sentence = N_("The matter is kept from %(department)s. Choose another department.")


class TipOffRefusedError(DepartmentRefusedError):
    """A tip-off goes to the discipline group alone, never to the unit complained of (B1.10)."""

    sentence = N_("A tip-off goes only to a department that takes tip-offs; %(department)s does not.")


FALLBACK = "fallback"
"""Stands in place of a rule of the catalogue where a ticket was forced on the fallback department."""


@dataclass(frozen=True, slots=True)
class Order:
    """What goes out with a ticket: to whom, with which opinions, and on whose ground."""

    lead: Department
    assists: Sequence[Department] = ()
    opinions: Sequence[str] = ()
    route: Route | None = None
    """Why this department, where the dispatch catalogue named it."""
    may_return: bool = True


def route(ticket: Ticket, *, now: dt.datetime) -> None:
    """Dispatch a registered ticket by the dispatch catalogue, or hand it to the shift leader's review.

    Safe to run twice: a ticket that has moved on is left alone.
    """
    if ticket.status is not TicketStatus.REGISTERED:
        return
    found = suggested(ticket)
    if found is None or deadlines.policy_of(ticket).opinions:
        history.move(ticket, TicketStatus.TO_REVIEW, "sent_to_review", by=None, now=now, why="no_route")
        outbox.promise(
            "ticket_to_review", once=f"{ticket.number}:{ticket.round}", now=now, ticket_id=ticket.id
        )
        session.flush()
        return
    department, rule = found
    send(ticket, Order(lead=department, route=rule), by=None, now=now)


def suggested(ticket: Ticket) -> tuple[Department, Route] | None:
    """Return the department the dispatch catalogue names for `ticket` and the rule, or `None`."""
    found = catalogue.route(
        ticket.category,
        ticket.content_class,
        ticket.place,
        f"{ticket.title}\n{ticket.content}",
        is_restricted=ticket.confidentiality is Confidentiality.RESTRICTED,
    )
    if found is None:
        return None
    department = departments.by_code(found.department_code)
    if department is None or not department.is_active or recusing.is_kept_from(ticket, department):
        return None
    return department, found


def send(ticket: Ticket, order: Order, *, by: Staff | None, now: dt.datetime) -> Assignment:
    """Send `ticket` to a lead department, and to departments that assist it.

    Starts the departments' clocks and stops the front desk's. The notice to the departments is promised,
    once per round and department. Raises `OpinionsMissingError`, `DepartmentRefusedError`,
    `TransitionRefusedError`.
    """
    policy = deadlines.policy_of(ticket)
    opinions = [text.strip() for text in order.opinions]
    if policy.opinions and (len(opinions) < len(policy.opinions) or not all(opinions)):
        raise OpinionsMissingError(count=len(policy.opinions))
    assists = [one for one in order.assists if one is not order.lead]
    for department in (order.lead, *assists):
        _refuse_unfit(ticket, department)
    was_with = ticket.lead
    if was_with is not None:
        relieve(was_with, now=now)
    history.move(
        ticket,
        TicketStatus.DISPATCHED,
        "ticket_dispatched",
        by=by,
        now=now,
        department=order.lead,
        route=order.route.rule if order.route else None,
        may_return=order.may_return,
        assists=[one.code for one in assists],
    )
    ticket.lead_department = order.lead
    ticket.dispatched_at = now
    deadlines.meet(ticket, Stage.FRONT_DESK, now=now)
    lead = _assign(ticket, order.lead, Part.LEAD, order, opinions, by, now)
    for department in assists:
        add_assist(ticket, department, opinions=opinions, by=by, now=now)
    session.flush()
    return lead


def fallback(ticket: Ticket) -> Department | None:
    """Return the department for what no department accepts (兜底单位, B1.3), if it may have `ticket`."""
    terms = catalogue.desk().dispatch
    found = departments.by_code(terms.fallback_department) if terms is not None else None
    if found is None or not found.is_active:
        return None
    is_sealed = ticket.confidentiality is Confidentiality.RESTRICTED
    is_fit = (found.takes_tip_offs or not is_sealed) and not recusing.is_kept_from(ticket, found)
    return found if is_fit else None


def send_to_fallback(
    ticket: Ticket, *, opinions: Sequence[str] = (), by: Staff, now: dt.datetime
) -> Assignment:
    """Send `ticket` to the fallback department, without right of return, because no other accepts it.

    Raises `NoFallbackError`, and what `send` raises.
    """
    department = fallback(ticket)
    if department is None:
        raise NoFallbackError
    return send(ticket, fallback_order(department, opinions), by=by, now=now)


def fallback_order(department: Department, opinions: Sequence[str]) -> Order:
    """Return the order to `department` as the fallback department: forced, and marked as such."""
    terms = catalogue.desk().dispatch
    if terms is None:
        raise NoFallbackError
    rule = Route(department.code, FALLBACK, terms.note, ())
    return Order(lead=department, opinions=opinions, route=rule, may_return=False)


def add_assist(
    ticket: Ticket,
    department: Department,
    *,
    opinions: Sequence[str] = (),
    by: Staff | None,
    now: dt.datetime,
) -> Assignment:
    """Ask a further department to assist the lead. Raises `DepartmentRefusedError`."""
    _refuse_unfit(ticket, department)
    running = [one for one in ticket.assignments if one.ended_at is None]
    if any(one.department_id == department.id for one in running):
        raise DepartmentRefusedError(department=department.names)
    part = _assign(ticket, department, Part.ASSIST, Order(lead=department), list(opinions), by, now)
    history.note(ticket, "assist_asked", by=by, now=now, department=department)
    session.flush()
    return part


def _assign(
    ticket: Ticket,
    department: Department,
    part: Part,
    order: Order,
    opinions: list[str],
    by: Staff | None,
    now: dt.datetime,
) -> Assignment:
    assignment = Assignment(
        round=ticket.round,
        department=department,
        part=part,
        dispatched_at=now,
        dispatched_by_id=by.id if by else None,
        route=_kept(order.route),
        opinions=opinions,
        may_return=order.may_return,
    )
    ticket.assignments.append(assignment)
    session.flush()
    deadlines.start_part(assignment, now=now)
    _open_return_window(assignment, now)
    session.flush()
    outbox.promise("ticket_dispatched", once=str(assignment.id), now=now, assignment_id=assignment.id)
    return assignment


def _open_return_window(part: Assignment, now: dt.datetime) -> None:
    rule = deadlines.policy_of(part.ticket).returning
    if part.may_return and rule is not None:
        limit = StageLimit(rule.limit, RunsFrom.DISPATCHED, rule.source)
        deadlines.start_limit(part.ticket, Stage.RETURN_WINDOW, limit, now, assignment=part)


def reassign(ticket: Ticket, to: Department, *, reason: str, by: Staff, now: dt.datetime) -> Assignment:
    """Take a ticket from the department that has it and send it to another, with the same opinions.

    Raises `NobodyHasItError`, `DepartmentRefusedError`, `ReasonMissingError`.
    """
    part = ticket.lead
    if part is None:
        raise NobodyHasItError
    if part.department is to:
        raise DepartmentRefusedError(department=to.names)
    history.note(
        ticket,
        "ticket_taken_away",
        by=by,
        now=now,
        department=part.department,
        reason_text=reasons.required(reason),
    )
    return send(ticket, Order(lead=to, opinions=part.opinions), by=by, now=now)


def _kept(found: Route | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "rule": found.rule,
        "note": dict(found.note),
        "because": [[why.value, what] for why, what in found.because],
    }


def relieve(part: Assignment, *, now: dt.datetime) -> None:
    """End a department's part without a reply: the matter goes to somebody else."""
    part.ended_at = now
    deadlines.cancel(part.ticket, now=now, assignment=part)
    session.flush()


def _refuse_unfit(ticket: Ticket, department: Department) -> None:
    if not department.is_active:
        raise DepartmentRefusedError(department=department.names)
    if ticket.confidentiality is Confidentiality.RESTRICTED and not department.takes_tip_offs:
        raise TipOffRefusedError(department=department.names)
    if recusing.is_kept_from(ticket, department):
        raise DepartmentRecusedError(department=department.names)
