"""What came of a contact, as it is told to the caller."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from blueprints.access import current_staff
from hotline.categories import catalogue
from hotline.categories.policy import Policy
from hotline.categories.profile_parts import ListItem
from hotline.categories.terms import Dispatching
from hotline.contacts import phrases
from hotline.contacts.closing import DECLINE_REASONS
from hotline.contacts.models import Contact, Letter
from hotline.db import session
from hotline.errands.models import Errand
from hotline.errors import NotFoundError
from hotline.letters import rights
from hotline.people.roles import Role
from hotline.reception import urgent
from hotline.repeats.models import HotIssue, HotIssueTicket
from hotline.tickets import access, callers, deadlines
from hotline.tickets.models import Answer, Ticket
from hotline.wording import N_, in_both, in_words, say

SEES_ALL = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A saved contact with its ticket or its answer."""

    contact: Contact
    ticket: Ticket | None
    answer: Answer | None
    errand: Errand | None
    """What the desk owes besides a ticket: a message passed on, an answer promised."""
    issue: HotIssue | None

    @property
    def urgent(self) -> bool:
        """Tell whether the leaders were told of it as urgent."""
        return self.ticket is not None and urgent.of(self.ticket) is not None

    @property
    def goes_to_review(self) -> bool:
        """Tell whether the shift leader looks at the ticket before a department does."""
        return self._dispatching is Dispatching.AFTER_REVIEW

    @property
    def goes_by_rule(self) -> bool:
        """Tell whether the ticket goes to a department by itself."""
        return self._dispatching is Dispatching.BY_RULE

    @property
    def _dispatching(self) -> Dispatching | None:
        return deadlines.policy_of(self.ticket).dispatching if self.ticket else None

    @property
    def to_say(self) -> list[str]:
        """What is said to the caller about the ticket, filled in."""
        if self.ticket is None:
            return []
        requester, unit = self.contact.requester, self.ticket.lead_department
        values = {
            "caller": requester.name if requester and not self.contact.is_anonymous else None,
            "ticket": self.ticket.number,
            "deadline": in_words(self.answered_by) if self.answered_by else None,
            "department": in_both(unit.names) if unit else say(N_("the department in charge")),
        }
        return phrases.about_matter(current_staff(), values)

    @property
    def may_open_ticket(self) -> bool:
        """Tell whether this person may open the ticket: a tip-off's is closed to who took it down."""
        return self.ticket is not None and access.may_see(self.ticket, current_staff())

    @property
    def may_open_letter(self) -> bool:
        """Tell whether this person may open the letter: a tip-off's names who wrote it."""
        return isinstance(self.contact, Letter) and rights.may_see(self.contact, current_staff())

    @property
    def may_open_caller(self) -> bool:
        """Tell whether this person may open the caller's card: who is known from sealed matters has none."""
        requester = self.contact.requester
        try:
            return requester is not None and callers.find(requester.id, current_staff()) is requester
        except NotFoundError:
            return False

    @property
    def answered_by(self) -> dt.datetime | None:
        """When the caller will have been answered at the latest."""
        return self.ticket.overall_due_at if self.ticket and self.ticket.has_contact else None

    @property
    def declined(self) -> ListItem | None:
        """Why it was not taken up, with the way to tell instead."""
        reason = self.contact.decline_reason
        return catalogue.code_item(DECLINE_REASONS, reason) if reason else None

    @property
    def became(self) -> Policy | None:
        """What a request without a contact became (A1.9), if it did."""
        ticket = self.ticket
        if ticket is None or ticket.category == ticket.original_category:
            return None
        return catalogue.policy(ticket.category)


def outcome(contact_id: int) -> Outcome:
    """Return what came of a contact, for whoever took it and for those who lead the shift.

    Raises `NotFoundError`.
    """
    contact = session.get(Contact, contact_id)
    person = current_staff()
    if contact is None or not (contact.recorded_by_id == person.id or person.is_any(*SEES_ALL)):
        raise NotFoundError
    ticket = session.get(Ticket, contact.ticket_id) if contact.ticket_id else None
    if ticket is not None and contact.recorded_by_id != person.id and not access.may_see(ticket, person):
        raise NotFoundError
    counted = session.get(HotIssueTicket, contact.ticket_id) if contact.ticket_id else None
    return Outcome(
        contact=contact,
        errand=session.scalar(sa.select(Errand).where(Errand.contact_id == contact.id)),
        issue=counted.issue if counted else None,
        ticket=ticket,
        answer=session.scalar(sa.select(Answer).where(Answer.contact_id == contact.id)),
    )
