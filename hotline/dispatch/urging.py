"""Urging (催办): the caller asking again, the hotline pressing, the written notice the day after expiry."""

import datetime as dt

import sqlalchemy as sa

from hotline.contacts import series
from hotline.contacts.models import Contact, Disposition
from hotline.db import session
from hotline.delivery import outbox
from hotline.dispatch.models import Urge, UrgeChannel, UrgeOrigin
from hotline.errors import HotlineError
from hotline.people.models import Department, Staff
from hotline.tickets import closing, history, reasons
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.tickets.states import WITH_DEPARTMENT
from hotline.wording import N_, kept


class NobodyToUrgeError(HotlineError):
    """No department has the matter."""

    sentence = N_("No department has this ticket, so there is nobody to urge.")


class AlreadyAnsweredError(HotlineError):
    """An urging is answered once."""

    sentence = N_("This urging has been answered already.")


def urge(
    ticket: Ticket,
    *,
    channel: UrgeChannel,
    reason: str,
    by: Staff,
    now: dt.datetime,
    department: Department | None = None,
    answer: str = "",
) -> Urge:
    """Press a department for its answer, by default the lead; `answer` is what it said at once.

    Raises `NobodyToUrgeError`, `ReasonMissingError`.
    """
    part = _part_of(ticket, department)
    row = Urge(
        ticket=ticket,
        department=part.department,
        round=ticket.round,
        origin=UrgeOrigin.STAFF,
        channel=channel,
        urged_by=by,
        urged_at=now,
        reason=reasons.required(reason),
    )
    session.add(row)
    # What was said stays with the urging: the history is never altered, a caller's words can be erased.
    history.note(ticket, "department_urged", by=by, now=now, department=part.department, way=kept(channel))
    session.flush()
    if answer.strip():
        answered(row, answer=answer, by=by, now=now)
    outbox.promise("department_urged", once=str(row.id), now=now, urge_id=row.id)
    return row


def caller_asked_again(
    ticket: Ticket, contact: Contact, *, reason: str = "", by: Staff, now: dt.datetime
) -> Urge | None:
    """Put a further contact about the matter to `ticket`; a department that has it is urged by that.

    Returns the urging, or `None` where no department owes anything. Of a ticket that was merged, the one
    that took it in is meant.
    """
    ticket = ticket.merged_into or ticket
    closing.add_contact(ticket, contact, by=by, now=now)
    contact.disposition = Disposition.ADDED
    lead = ticket.lead
    if ticket.status not in WITH_DEPARTMENT or lead is None:
        session.flush()
        return None
    row = Urge(
        ticket=ticket,
        department=lead.department,
        round=ticket.round,
        origin=UrgeOrigin.CALLER,
        channel=UrgeChannel.SYSTEM,
        urged_by=by,
        urged_at=now,
        reason=reason.strip(),
    )
    session.add(row)
    history.note(ticket, "caller_urged", by=by, now=now, department=lead.department)
    session.flush()
    outbox.promise("department_urged", once=str(row.id), now=now, urge_id=row.id)
    return row


def issue_notice(clock: Deadline, *, now: dt.datetime) -> Urge | None:
    """Write the numbered notice (催办通知书) for a limit that has passed; once for each limit."""
    part = clock.assignment
    if part is None or session.scalar(sa.select(sa.exists().where(Urge.deadline_id == clock.id))):
        return None
    row = Urge(
        ticket=clock.ticket,
        department=part.department,
        round=clock.round,
        origin=UrgeOrigin.OVERDUE,
        channel=UrgeChannel.NOTICE,
        urged_at=now,
        deadline=clock,
        notice_number=series.register_number("urging_notice", "C", now),
    )
    session.add(row)
    history.note(
        clock.ticket,
        "urging_notice_issued",
        by=None,
        now=now,
        department=part.department,
        notice=row.notice_number,
    )
    session.flush()
    outbox.promise("department_urged", once=str(row.id), now=now, urge_id=row.id)
    return row


def answered(row: Urge, *, answer: str, by: Staff, now: dt.datetime) -> None:
    """Record what the department answered. Raises `AlreadyAnsweredError`, `ReasonMissingError`."""
    if row.answered_at is not None:
        raise AlreadyAnsweredError
    row.answer = reasons.required(answer)
    row.answered_at = now
    row.answered_by = by
    history.note(row.ticket, "urge_answered", by=by, now=now, department=row.department, answer=row.answer)
    session.flush()


def _part_of(ticket: Ticket, department: Department | None) -> Assignment:
    running = [part for part in ticket.assignments if part.ended_at is None]
    if department is not None:
        running = [part for part in running if part.department_id == department.id]
    elif ticket.lead is not None:
        return ticket.lead
    if not running:
        raise NobodyToUrgeError
    return running[0]
