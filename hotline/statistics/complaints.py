"""Why people complained, who is responsible and what it cost (A7.3, A7.4): complaints closed in a period."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from hotline.categories import catalogue
from hotline.categories.terms import ClosingNeed
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.statistics.complaint_models import ComplaintCost, FrozenCause
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from hotline.tickets import access
from hotline.tickets.models import ClosingRecord, Ticket
from hotline.wording import N_, in_both, say

ENTERS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.INSPECTOR)
REVIEWS = (Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
CAUSES, KINDS, BEARERS = "complaint_cause", "cost_kind", "cost_bearer"
NOT_RECORDED = ""
WHOLE = Scope()


class NotAComplaintError(HotlineError):
    """Costs are kept for complaints, the others have lines of their own."""

    sentence = N_("Ticket %(number)s is not of a category whose cause is recorded.")
    field = "number"


class ReviewedAlreadyError(HotlineError):
    """A cost is reviewed once."""

    sentence = N_("This cost was already reviewed by %(name)s.")


@dataclass(frozen=True, slots=True)
class Cause:
    """Complaints with one cause that one department led, and their costs."""

    cause: str
    department_id: int
    complaint_count: int
    cost_fen: int


def asked_for() -> list[str]:
    """Return the categories whose cause is put on record before they are closed."""
    policies = catalogue.current().policies.values()
    return [one.code for one in policies if ClosingNeed.CAUSE_RECORDED in one.closing]


def causes(period: Period, scope: Scope = WHOLE) -> list[Cause]:
    """Return the causes of the complaints closed in `period`, most frequent first; `scope` narrows them.

    A later record takes the place of an earlier one; closed without a record is a line of its own.
    """
    newest = (
        sa.select(sa.func.max(ClosingRecord.id))
        .where(ClosingRecord.ticket_id == Ticket.id, ClosingRecord.need == ClosingNeed.CAUSE_RECORDED)
        .correlate(Ticket)
        .scalar_subquery()
    )
    spent = (
        sa.select(sa.func.sum(ComplaintCost.amount_fen))
        .where(ComplaintCost.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    closed = (
        sa.select(
            sa.func.coalesce(ClosingRecord.choice, NOT_RECORDED).label("cause"),
            sa.func.coalesce(Ticket.lead_department_id, 0).label("department_id"),
            sa.func.coalesce(spent, 0).label("spent"),
        )
        .select_from(Ticket)
        .outerjoin(ClosingRecord, ClosingRecord.id == newest)
        .where(
            Ticket.closed_at >= period.begins,
            Ticket.closed_at < period.ends,
            Ticket.category.in_(asked_for()),
            *scope.conditions(Ticket.channel, Ticket.category, Ticket.lead_department_id),
        )
        .subquery()
    )
    rows = session.execute(
        sa.select(
            closed.c.cause, closed.c.department_id, sa.func.count(), sa.func.sum(closed.c.spent)
        ).group_by(closed.c.cause, closed.c.department_id)
    )
    found = [Cause(cause, department_id, count, int(fen)) for cause, department_id, count, fen in rows]
    return sorted(found, key=lambda one: (-one.complaint_count, one.cause, one.department_id))


def frozen(report_id: int) -> list[Cause]:
    """Return the causes as a report has them, most frequent first."""
    rows = session.scalars(sa.select(FrozenCause).where(FrozenCause.report_id == report_id))
    found = [Cause(one.cause, one.department_id, one.complaint_count, one.cost_fen) for one in rows]
    return sorted(found, key=lambda one: (-one.complaint_count, one.cause, one.department_id))


def freeze(report_id: int, period: Period) -> None:
    """Keep the causes of a period with a report."""
    session.add_all(
        FrozenCause(
            report_id=report_id,
            cause=one.cause,
            department_id=one.department_id,
            complaint_count=one.complaint_count,
            cost_fen=one.cost_fen,
        )
        for one in causes(period)
    )
    session.flush()


def changed(report_id: int, period: Period) -> dict[tuple[str, int], tuple[Cause, Cause]]:
    """Return the lines of a report that would be others today: as reported, and today."""
    was = {(one.cause, one.department_id): one for one in frozen(report_id)}
    present = {(one.cause, one.department_id): one for one in causes(period)}
    return {
        key: (was.get(key) or Cause(*key, 0, 0), present.get(key) or Cause(*key, 0, 0))
        for key in sorted({*was, *present})
        if was.get(key) != present.get(key)
    }


def by_bearer(period: Period) -> Mapping[str, int]:
    """Return in fen what the costs entered in `period` are for each who bears them."""
    rows = session.execute(
        sa.select(ComplaintCost.bearer, sa.func.sum(ComplaintCost.amount_fen))
        .where(ComplaintCost.entered_at >= period.begins, ComplaintCost.entered_at < period.ends)
        .group_by(ComplaintCost.bearer)
    )
    return {bearer: int(fen) for bearer, fen in rows}


def costs(period: Period, person: Staff, limit: int = 200) -> list[ComplaintCost]:
    """Return the costs entered in `period` for tickets that `person` may see, newest first."""
    query = (
        sa.select(ComplaintCost)
        .join(ComplaintCost.ticket)
        .where(
            ComplaintCost.entered_at >= period.begins,
            ComplaintCost.entered_at < period.ends,
            access.visible(person),
        )
        .options(
            contains_eager(ComplaintCost.ticket),
            joinedload(ComplaintCost.entered_by),
            joinedload(ComplaintCost.reviewed_by),
        )
        .order_by(ComplaintCost.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def spend(
    number: str, *, kind: str, bearer: str, amount_fen: int, note: str, by: Staff, now: dt.datetime
) -> ComplaintCost:
    """Enter what settling a complaint cost.

    Raises `NotAllowedError`, `NoSuchTicketError`, `NotAComplaintError`, `UnknownCodeError`.
    """
    if not by.is_any(*ENTERS):
        raise NotAllowedError
    ticket = access.find(number, by)
    if ticket.category not in asked_for():
        raise NotAComplaintError(number=ticket.number)
    catalogue.code_item(KINDS, kind)
    catalogue.code_item(BEARERS, bearer)
    cost = ComplaintCost(
        ticket=ticket,
        kind=kind,
        bearer=bearer,
        amount_fen=amount_fen,
        note=note.strip(),
        entered_by=by,
        entered_at=now,
    )
    session.add(cost)
    session.flush()
    return cost


def review(cost_id: int, *, by: Staff, now: dt.datetime) -> None:
    """Review a cost, as finance does; nobody reviews their own (A7.4).

    Raises `NotFoundError`, `NotAllowedError`, `ReviewedAlreadyError`.
    """
    cost = session.get(ComplaintCost, cost_id, with_for_update={"of": ComplaintCost})
    if cost is None:
        raise NotFoundError
    if not by.is_any(*REVIEWS) or by.id == cost.entered_by_id:
        raise NotAllowedError
    if cost.reviewed_by is not None:
        raise ReviewedAlreadyError(name=cost.reviewed_by.name)
    cost.reviewed_by, cost.reviewed_at = by, now
    session.flush()


def name_of(list_code: str, code: str) -> str:
    """Return what an entry of a code list is called, also where the profile has dropped it."""
    if code == NOT_RECORDED:
        return say(N_("No cause on record"))
    items = {one.code: one.names for one in catalogue.current().lists.get(list_code, ())}
    return in_both(items[code]) if code in items else code
