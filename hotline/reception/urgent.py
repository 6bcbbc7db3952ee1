"""Urgent matters: reported to the leaders in the same step as they are taken down (A5.3)."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.contacts.models import Contact
from hotline.contacts.written import cleaned
from hotline.db import Moment, session, unindexed
from hotline.delivery import notices
from hotline.errors import HotlineError, NotFoundError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception.models import UrgentReport
from hotline.tickets import access, history
from hotline.tickets.models import Ticket
from hotline.wording import N_

LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
"""Who reads urgent reports and says what is to be done."""
SHOWN = 100
LONGEST = 1000


class SeenAlreadyError(HotlineError):
    """One leader answers a report; whoever comes second reads what was said."""

    sentence = N_("%(name)s has taken note of this report already.")


def report(ticket: Ticket, contact: Contact, *, by: Staff, now: dt.datetime) -> UrgentReport:
    """Tell the leaders of an urgent matter at once, also in quiet hours; reporting again changes nothing."""
    known = of(ticket)
    if known is not None:
        return known
    made = UrgentReport(ticket=ticket, contact=contact, reported_by=by, reported_at=now)
    session.add(made)
    history.note(ticket, "urgent_reported", by=by, now=now)
    session.flush()
    told = staff.holding(*catalogue.desk().reception.urgent_to)
    notices.tell(
        [person for person in told if person.id != by.id and access.may_see(ticket, person)],
        "urgent_reported",
        N_("Urgent report: ticket %(number)s. Read it under Reception, Urgent reports."),
        once=f"urgent:{made.id}",
        now=now,
        ticket_id=ticket.id,
        is_urgent=True,
        number=ticket.number,
    )
    return made


def take_note(made: UrgentReport, *, instruction: str = "", by: Staff, now: dt.datetime) -> None:
    """Say that a leader has read the report, and what is to be done. Raises `SeenAlreadyError`."""
    if made.seen_by is not None:
        raise SeenAlreadyError(name=made.seen_by.name)
    made.seen_by, made.seen_at = by, now
    made.instruction = cleaned(instruction)[:LONGEST] or None
    history.note(made.ticket, "urgent_noted", by=by, now=now, note=made.instruction or "")
    session.flush()
    notices.tell(
        [made.reported_by],
        "urgent_noted",
        N_("Your urgent report on ticket %(number)s was read. See what is to be done."),
        once=f"urgent_noted:{made.id}",
        now=now,
        ticket_id=made.ticket_id,
        is_urgent=True,
        number=made.ticket.number,
    )


def of(ticket: Ticket) -> UrgentReport | None:
    """Return the urgent report of a ticket, if there is one."""
    return session.scalar(sa.select(UrgentReport).where(UrgentReport.ticket_id == ticket.id))


def get(report_id: int, person: Staff) -> UrgentReport:
    """Return a report for a leader or whoever made it. Raises `NotFoundError`."""
    found = session.get(UrgentReport, report_id)
    if found is None or not access.may_see(found.ticket, person):
        raise NotFoundError
    if not person.is_any(*LEADS) and found.reported_by_id != person.id:
        raise NotFoundError
    return found


def listed(person: Staff) -> list[UrgentReport]:
    """Return the reports `person` may read: those nobody has noted first, then the newest."""
    query = sa.select(UrgentReport).join(Ticket, Ticket.id == UrgentReport.ticket_id)
    query = query.where(access.visible(person))
    if not person.is_any(*LEADS):
        query = query.where(UrgentReport.reported_by_id == person.id)
    order = (UrgentReport.seen_at.is_not(None), UrgentReport.reported_at.desc(), UrgentReport.id)
    return list(session.scalars(query.order_by(*order).limit(SHOWN)))


def waiting_count(person: Staff, _now: Moment) -> sa.ScalarSelect[int]:
    """Return how many reports wait for a leader to take note, as a column of a query."""
    # SQLite would begin with all tickets where it never counted the reports, which are few.
    return (
        sa.select(sa.func.count())
        .select_from(UrgentReport)
        .join(Ticket, Ticket.id == unindexed(UrgentReport.ticket_id))
        .where(UrgentReport.seen_at.is_(None), access.visible(person))
        .scalar_subquery()
    )
