"""Callback reports: written the day after, reviewed by a supervisor with guidance (A8.6, A8.7)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.callbacks.models import CallbackTask
from hotline.callbacks.review_models import CallbackCost, CallbackReport, ReportState
from hotline.categories import catalogue
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import access
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import due, load, office_hours

REVIEWS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


class SummaryMissingError(HotlineError):
    """A report says something."""

    sentence = N_("Write what the callbacks showed and what should become better.")
    field = "summary"


class GuidanceMissingError(HotlineError):
    """A report goes back with words that help."""

    sentence = N_("Write what is to be done better.")
    field = "guidance"


class NotForReviewError(HotlineError):
    """The report is not waiting for a review."""

    sentence = N_("This report is not waiting for a review: %(state)s.")


class OverCapError(HotlineError):
    """Callbacks may cost only so much (A8.7)."""

    sentence = N_("Together this is more than the %(cap)s yuan that one callback may cost.")
    field = "amount"


class CostsRefusedError(HotlineError):
    """The profile foresees no costs."""

    sentence = N_("Callbacks have no costs here.")
    field = "amount"


class SignedAlreadyError(HotlineError):
    """A cost is reimbursed once, on one signature."""

    sentence = N_("This cost was already signed by %(name)s.")


def owe(person: Staff, *, now: dt.datetime) -> CallbackReport:
    """Return the report that `person` owes for the callbacks of this day, made with the first of them."""
    day = now.astimezone(LOCAL_ZONE).date()
    query = sa.select(CallbackReport).where(CallbackReport.staff_id == person.id, CallbackReport.day == day)
    found = session.scalar(query)
    if found is None:
        limit = catalogue.desk().callbacks.report_within
        due_at = due(now, limit, load(), office_hours()).at
        found = CallbackReport(staff=person, day=day, due_at=due_at, state=ReportState.OWED)
        session.add(found)
        session.flush()
    return found


def write(report: CallbackReport, *, summary: str, by: Staff, now: dt.datetime) -> None:
    """Write a report, or write it anew after it was returned.

    Raises `NotAllowedError`, `SummaryMissingError`, `NotForReviewError` when it is approved already.
    """
    if report.staff_id != by.id:
        raise NotAllowedError
    if report.state is ReportState.APPROVED:
        raise NotForReviewError(state=report.state)
    if not summary.strip():
        raise SummaryMissingError
    report.summary = summary.strip()
    report.written_at = now
    report.state = ReportState.WRITTEN
    session.flush()


def approve(report: CallbackReport, *, guidance: str = "", by: Staff, now: dt.datetime) -> None:
    """Approve a report; guidance may go with it. Raises `NotAllowedError`, `NotForReviewError`."""
    _review(report, ReportState.APPROVED, guidance, by, now)


def send_back(report: CallbackReport, *, guidance: str, by: Staff, now: dt.datetime) -> None:
    """Return a report with guidance. Raises `GuidanceMissingError` and as `approve` does."""
    if not guidance.strip():
        raise GuidanceMissingError
    _review(report, ReportState.RETURNED, guidance, by, now)


def _review(report: CallbackReport, state: ReportState, guidance: str, by: Staff, now: dt.datetime) -> None:
    if not by.is_any(*REVIEWS) or by.id == report.staff_id:
        raise NotAllowedError
    if report.state is not ReportState.WRITTEN:
        raise NotForReviewError(state=report.state)
    report.state = state
    report.guidance = guidance.strip() or None
    report.reviewed_by = by
    report.reviewed_at = now
    session.flush()


def of_person(person: Staff, limit: int = 30) -> list[CallbackReport]:
    """Return the reports of one person, newest first."""
    query = sa.select(CallbackReport).where(CallbackReport.staff_id == person.id)
    return list(session.scalars(query.order_by(CallbackReport.day.desc()).limit(limit)))


def waiting(limit: int = 100) -> list[CallbackReport]:
    """Return the reports that wait for a review or are owed, due first."""
    query = (
        sa.select(CallbackReport)
        .where(CallbackReport.state != ReportState.APPROVED)
        .options(joinedload(CallbackReport.staff))
        .order_by(CallbackReport.due_at, CallbackReport.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def callbacks_of(report: CallbackReport, reader: Staff) -> list[CallbackTask]:
    """Return the callbacks a report is about, as far as `reader` may know of them: those ended that day."""
    begins = dt.datetime.combine(report.day, dt.time(), LOCAL_ZONE)
    query = (
        sa.select(CallbackTask)
        .where(
            CallbackTask.completed_by_id == report.staff_id,
            CallbackTask.completed_at >= begins,
            CallbackTask.completed_at < begins + dt.timedelta(days=1),
            access.visible(reader),
        )
        .join(CallbackTask.ticket)
        .options(joinedload(CallbackTask.ticket), joinedload(CallbackTask.department))
        .order_by(CallbackTask.completed_at)
    )
    return list(session.scalars(query))


def spend(
    task: CallbackTask, *, what: str, voucher: str, amount_fen: int, by: Staff, now: dt.datetime
) -> CallbackCost:
    """Enter what a callback cost. Raises `CostsRefusedError`, `OverCapError`."""
    cap = catalogue.desk().callbacks.cost_cap
    if cap is None or amount_fen <= 0:
        raise CostsRefusedError
    if spent(task) + amount_fen > cap * 100:
        raise OverCapError(cap=cap)
    cost = CallbackCost(
        task=task,
        what=what.strip(),
        voucher=voucher.strip(),
        amount_fen=amount_fen,
        entered_by=by,
        entered_at=now,
    )
    session.add(cost)
    session.flush()
    return cost


def sign(cost: CallbackCost, *, by: Staff, now: dt.datetime) -> None:
    """Sign a cost for reimbursement, once; nobody signs their own.

    Raises `NotAllowedError`, `SignedAlreadyError`.
    """
    if not by.is_any(*REVIEWS) or by.id == cost.entered_by_id:
        raise NotAllowedError
    # Held until the commit: of two who sign at once, the second finds the first one's name.
    session.refresh(cost, with_for_update={"of": CallbackCost})
    if cost.signed_by is not None:
        raise SignedAlreadyError(name=cost.signed_by.name)
    cost.signed_by, cost.signed_at = by, now
    session.flush()


def spent(task: CallbackTask) -> int:
    """Return what a callback has cost so far, in fen."""
    total = sa.select(sa.func.sum(CallbackCost.amount_fen)).where(CallbackCost.task_id == task.id)
    return session.scalar(total) or 0


def costs_of(task: CallbackTask) -> list[CallbackCost]:
    """Return the costs of a callback, oldest first."""
    query = sa.select(CallbackCost).where(CallbackCost.task_id == task.id).order_by(CallbackCost.id)
    return list(session.scalars(query))
