"""What a department does with a ticket: acknowledge, reach the caller, report progress, reply."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from hotline.categories.terms import Stage
from hotline.db import session
from hotline.delivery import outbox
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.tickets import answering, closing_needs, deadlines, history, reasons, waiting
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Assignment, Part, Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


class NotYoursError(NotFoundError):
    """The part belongs to another department; its people are told no more than that it is not theirs."""

    sentence = N_("This ticket is not with your department.")


class PartEndedError(HotlineError):
    """The department is done with the ticket already."""

    sentence = N_("Your department's part in this ticket has ended.")


class AcknowledgeFirstError(HotlineError):
    """A department signs for a ticket before it works on it."""

    sentence = N_("Acknowledge the ticket first.")


class ReplyEmptyError(HotlineError):
    """A reply needs words a caller can be told."""

    sentence = N_("Write what the caller can be told.")
    field = "reply"


class AssistsOutstandingError(HotlineError):
    """The lead department closes last (主办最后办结)."""

    sentence = N_("The lead replies last: %(departments)s has not finished yet.")


def part_for(assignment_id: int, person: Staff) -> Assignment:
    """Return a running part for a person of its department. Raises `NotYoursError`, `PartEndedError`."""
    part = session.get(Assignment, assignment_id)
    if part is None or person.department_id != part.department_id:
        raise NotYoursError
    if part.ended_at is not None:
        raise PartEndedError
    return part


def acknowledge(part: Assignment, *, by: Staff, now: dt.datetime) -> None:
    """Sign for a ticket (签收). A part that was signed for stays as it is."""
    if part.acknowledged_at is not None:
        return
    part.acknowledged_at = now
    part.acknowledged_by_id = by.id
    if part.part is Part.LEAD:
        history.move(
            part.ticket,
            TicketStatus.ACKNOWLEDGED,
            "ticket_acknowledged",
            by=by,
            now=now,
            department=part.department,
        )
    else:
        history.note(part.ticket, "assist_acknowledged", by=by, now=now, department=part.department)
    deadlines.meet(part.ticket, Stage.ACKNOWLEDGE, now=now, assignment=part)
    session.flush()


def caller_contacted(part: Assignment, *, note: str, by: Staff, now: dt.datetime) -> None:
    """Record that the department has spoken to the caller (B1.5). Raises `AcknowledgeFirstError`."""
    _require_acknowledged(part)
    part.caller_contacted_at = part.caller_contacted_at or now
    deadlines.meet(part.ticket, Stage.CONTACT_CALLER, now=now, assignment=part)
    history.note(part.ticket, "caller_contacted", by=by, now=now, department=part.department, note=note)
    _begin(part, by, now)
    session.flush()


def report_progress(part: Assignment, *, note: str, by: Staff, now: dt.datetime) -> None:
    """Put a progress note on the ticket; the first one is the first report of an emergency.

    Raises `AcknowledgeFirstError`, `ReplyEmptyError`.
    """
    _require_acknowledged(part)
    if not note.strip():
        raise ReplyEmptyError
    deadlines.meet(part.ticket, Stage.FIRST_REPORT, now=now, assignment=part)
    history.note(
        part.ticket, "progress_reported", by=by, now=now, department=part.department, note=note.strip()
    )
    _begin(part, by, now)
    session.flush()


def arrived_on_site(part: Assignment, *, by: Staff, now: dt.datetime) -> None:
    """Record that the department's people are on site. Raises `AcknowledgeFirstError`."""
    _require_acknowledged(part)
    deadlines.meet(part.ticket, Stage.ON_SITE, now=now, assignment=part)
    history.note(part.ticket, "arrived_on_site", by=by, now=now, department=part.department)
    _begin(part, by, now)
    session.flush()


def reply(part: Assignment, *, text: str, facts: Sequence[Fact] = (), by: Staff, now: dt.datetime) -> None:
    """Give the department's reply; the lead's ends the department's handling of this round.

    With its reply the lead puts on record what the category wants known of the handling (`facts`). Raises
    `AcknowledgeFirstError`, `ReplyEmptyError`, `AssistsOutstandingError`, `NeedMissingError`.
    """
    _require_acknowledged(part)
    if not text.strip():
        raise ReplyEmptyError
    ticket = part.ticket
    waiting.end(ticket, by=by, now=now)
    if part.part is Part.LEAD:
        late = [one.department.names for one in ticket.assignments if _is_outstanding(one)]
        if late:
            raise AssistsOutstandingError(departments=late)
        closing_needs.record(ticket, facts, by=by, now=now)
        closing_needs.require(ticket, closing_needs.BY_DEPARTMENT)
        history.move(
            ticket, TicketStatus.REPLIED, "department_replied", by=by, now=now, department=part.department
        )
        ticket.replied_at = now
        outbox.promise("department_replied", once=str(part.id), now=now, assignment_id=part.id)
    else:
        history.note(ticket, "assist_replied", by=by, now=now, department=part.department)
    part.reply = text.strip()
    part.replied_at = now
    part.replied_by_id = by.id
    part.ended_at = now
    deadlines.meet(
        ticket,
        Stage.ACKNOWLEDGE,
        Stage.CONTACT_CALLER,
        Stage.ON_SITE,
        Stage.FIRST_REPORT,
        Stage.DEPARTMENT,
        now=now,
        assignment=part,
    )
    deadlines.cancel(ticket, now=now, assignment=part)
    session.flush()


def send_back(ticket: Ticket, *, reason: str, by: Staff, now: dt.datetime) -> Assignment:
    """Send a reply the caller cannot be told back to the department; what it wrote stays on record.

    The department's clocks start again under the overall limit. Raises `TransitionRefusedError`,
    `ReasonMissingError`.
    """
    reason = reasons.required(reason)
    replied = answering.replied_part(ticket)
    if replied is None:
        raise answering.NoReplyYetError
    history.move(
        ticket,
        TicketStatus.HANDLING,
        "reply_sent_back",
        by=by,
        now=now,
        department=replied.department,
        reason_text=reason,
    )
    ticket.replied_at = None
    again = Assignment(
        round=ticket.round,
        department=replied.department,
        part=Part.LEAD,
        dispatched_at=now,
        dispatched_by_id=by.id,
        opinions=[*replied.opinions, reason],
        may_return=False,
        acknowledged_at=now,
        acknowledged_by_id=replied.acknowledged_by_id,
        caller_contacted_at=replied.caller_contacted_at,
    )
    ticket.assignments.append(again)
    session.flush()
    deadlines.start_part(again, now=now)
    deadlines.meet(ticket, Stage.ACKNOWLEDGE, now=now, assignment=again)
    if again.caller_contacted_at is not None:
        deadlines.meet(ticket, Stage.CONTACT_CALLER, now=now, assignment=again)
    session.flush()
    outbox.promise("reply_sent_back", once=str(again.id), now=now, assignment_id=again.id)
    return again


def _is_outstanding(part: Assignment) -> bool:
    return part.part is Part.ASSIST and part.ended_at is None


def _begin(part: Assignment, by: Staff, now: dt.datetime) -> None:
    if part.part is Part.LEAD and part.ticket.status is TicketStatus.ACKNOWLEDGED:
        history.move(part.ticket, TicketStatus.HANDLING, "handling_begun", by=by, now=now)


def _require_acknowledged(part: Assignment) -> None:
    if part.acknowledged_at is None:
        raise AcknowledgeFirstError


def running_of(department_id: int) -> sa.Select[Assignment]:
    """Return the query for the running parts of a department."""
    return sa.select(Assignment).where(
        Assignment.department_id == department_id, Assignment.ended_at.is_(None)
    )
