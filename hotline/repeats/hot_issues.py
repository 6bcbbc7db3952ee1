"""Hot issues: many callers about one matter, under one answer, each with ticket, count and callback."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Contact
from hotline.contacts.written import LONGEST_TITLE, one_line
from hotline.db import session
from hotline.dispatch import handling
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.repeats.models import HotIssue, HotIssueTicket
from hotline.tickets import answering
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, WITH_DEPARTMENT
from hotline.wording import LOCAL_ZONE, N_

GROWTH_DAYS = 14
MOST_PLACES = 8


class TitleMissingError(HotlineError):
    """A hot issue has a name people know it by."""

    sentence = N_("Give the hot issue a short name.")
    field = "title"


class OtherIssueError(HotlineError):
    """A ticket is counted under one hot issue."""

    sentence = N_("Ticket %(number)s belongs to the hot issue “%(title)s” already.")
    field = "number"


class IssueClosedError(HotlineError):
    """Nothing more is gathered under what is over."""

    sentence = N_("This hot issue is closed.")


class SealedMatterError(HotlineError):
    """A sealed matter is seen by few; a group would show it to many (B1.10)."""

    sentence = N_("A matter whose caller is sealed is not put under a hot issue.")
    field = "number"


class NoReplyToShareError(HotlineError):
    """The one answer is a department's, given to one of the tickets (A1.2)."""

    sentence = N_("No department has replied to ticket %(number)s yet, so there is no answer to share.")
    field = "number"


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a hot issue reaches, and how fast it grows."""

    tickets: int
    contacts: int
    callers: int
    open_tickets: int
    days: Sequence[tuple[dt.date, int]]
    """Contacts on each of the last days, the earliest first."""
    places: Sequence[tuple[str, int]]
    departments: Sequence[tuple[dict[str, str], int]]

    @property
    def today(self) -> int:
        """Contacts of the last day."""
        return self.days[-1][1]

    @property
    def day_before(self) -> int:
        """Contacts of the day before it."""
        return self.days[-2][1]


def get(issue_id: int) -> HotIssue:
    """Return a hot issue. Raises `NotFoundError`."""
    found = session.get(HotIssue, issue_id)
    if found is None:
        raise NotFoundError
    return found


def listed(*, closed: bool = False) -> list[HotIssue]:
    """Return the hot issues that run, or those that are over, newest first."""
    over = HotIssue.closed_at.is_not(None) if closed else HotIssue.closed_at.is_(None)
    query = sa.select(HotIssue).where(over).options(joinedload(HotIssue.opened_by))
    return list(session.scalars(query.order_by(HotIssue.opened_at.desc()).limit(100)))


def open_issue(title: str, *, by: Staff, now: dt.datetime) -> HotIssue:
    """Open a hot issue. Raises `TitleMissingError`."""
    title = one_line(title)[:LONGEST_TITLE]
    if not title:
        raise TitleMissingError
    issue = HotIssue(title=title, opened_by=by, opened_at=now, members=[])
    session.add(issue)
    session.flush()
    return issue


def add(issue: HotIssue, ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Count `ticket` under `issue`; once more changes nothing.

    Raises `IssueClosedError`, `OtherIssueError`, `SealedMatterError`.
    """
    if issue.closed_at is not None:
        raise IssueClosedError
    if ticket.confidentiality is Confidentiality.RESTRICTED:
        raise SealedMatterError
    known = session.get(HotIssueTicket, ticket.id)
    if known is not None and known.hot_issue_id != issue.id:
        raise OtherIssueError(number=ticket.number, title=known.issue.title)
    if known is None:
        issue.members.append(HotIssueTicket(ticket=ticket, added_by_id=by.id, added_at=now))
        session.flush()


def link(ticket: Ticket, to: Ticket, *, by: Staff, now: dt.datetime) -> HotIssue:
    """Put a new ticket beside one about the same matter, under the hot issue both now share."""
    known = session.get(HotIssueTicket, to.id)
    issue = known.issue if known is not None and known.issue.closed_at is None else None
    if issue is None:
        if known is not None:
            session.delete(known)
            session.flush()
        issue = open_issue(to.title, by=by, now=now)
        add(issue, to, by=by, now=now)
    add(issue, ticket, by=by, now=now)
    return issue


def take_out(issue: HotIssue, ticket: Ticket) -> None:
    """Count `ticket` under `issue` no longer."""
    issue.members = [one for one in issue.members if one.ticket_id != ticket.id]
    session.flush()


def close(issue: HotIssue, *, now: dt.datetime) -> None:
    """Say that a hot issue is over; its tickets go their own way on."""
    issue.closed_at = issue.closed_at or now
    session.flush()


def answer_with(issue: HotIssue, ticket: Ticket, *, now: dt.datetime) -> None:
    """Make a department's reply to one of its tickets what every caller is told.

    Raises `NoReplyToShareError`.
    """
    part = answering.replied_part(ticket)
    is_member = any(one.ticket_id == ticket.id for one in issue.members)
    if part is None or part.reply is None or not is_member:
        raise NoReplyToShareError(number=ticket.number)
    issue.answer, issue.answer_ticket, issue.answered_at = part.reply, ticket, now
    session.flush()


def waiting_for_answer(issue: HotIssue) -> list[Ticket]:
    """Return the tickets that the department that gave the answer still has to reply to."""
    source = answering.replied_part(issue.answer_ticket) if issue.answer_ticket else None
    if source is None:
        return []
    return [
        one.ticket
        for one in issue.members
        if one.ticket.status in WITH_DEPARTMENT
        and one.ticket.lead is not None
        and one.ticket.lead.department_id == source.department_id
        and one.ticket.lead.acknowledged_at is not None
    ]


def share_answer(issue: HotIssue, *, by: Staff, now: dt.datetime) -> int:
    """Take the department's answer over as its reply to each ticket it still has; return to how many.

    Each caller is then answered, counted and called back on their own. Raises what a reply raises.
    """
    waiting = waiting_for_answer(issue)
    for ticket in waiting:
        assert ticket.lead is not None  # those that wait have one
        handling.reply(ticket.lead, text=issue.answer or "", by=by, now=now)
    return len(waiting)


def counts(issues: Sequence[HotIssue]) -> dict[int, tuple[int, int]]:
    """Return for each hot issue its tickets and its contacts, in one query."""
    rows = session.execute(
        sa.select(
            HotIssueTicket.hot_issue_id,
            sa.func.count(sa.distinct(HotIssueTicket.ticket_id)),
            sa.func.count(Contact.id),
        )
        .outerjoin(Contact, Contact.ticket_id == HotIssueTicket.ticket_id)
        .where(HotIssueTicket.hot_issue_id.in_([one.id for one in issues]))
        .group_by(HotIssueTicket.hot_issue_id)
    )
    return {issue_id: (tickets, contacts) for issue_id, tickets, contacts in rows}


def spread(issue: HotIssue, *, now: dt.datetime) -> Spread:
    """Return how far a hot issue reaches and how it grew over the last days."""
    tickets = [one.ticket for one in issue.members]
    contacts = session.execute(
        sa.select(Contact.received_at, Contact.requester_id).where(
            Contact.ticket_id.in_([ticket.id for ticket in tickets])
        )
    ).all()
    per_day = Counter(received.astimezone(LOCAL_ZONE).date() for received, _ in contacts)
    today = now.astimezone(LOCAL_ZONE).date()
    days = [today - dt.timedelta(days=back) for back in reversed(range(GROWTH_DAYS))]
    places = Counter(ticket.place for ticket in tickets if ticket.place)
    departments = Counter(ticket.lead_department_id for ticket in tickets if ticket.lead_department_id)
    names = {one.lead_department_id: one.lead_department.names for one in tickets if one.lead_department}
    known = {requester for _, requester in contacts if requester is not None}
    unknown = sum(1 for _, requester in contacts if requester is None)
    return Spread(
        tickets=len(tickets),
        contacts=len(contacts),
        callers=len(known) + unknown,
        open_tickets=sum(ticket.status in OPEN for ticket in tickets),
        days=[(day, per_day[day]) for day in days],
        places=[(place or "", count) for place, count in places.most_common(MOST_PLACES)],
        departments=[(names[one], count) for one, count in departments.most_common()],
    )
