"""Who may see which ticket, and whom it comes from: the one place that decides (B1.10)."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from hotline.categories.policy import Policy
from hotline.categories.terms import Confidentiality
from hotline.contacts import series
from hotline.db import session, written_out
from hotline.errors import NotFoundError
from hotline.people import recusals, standing
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.tickets import reading
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import N_

HOTLINE_ROLES = frozenset(Role) - DEPARTMENT_ROLES
"""They see every ordinary ticket, whichever department has it."""

NEED_TO_KNOW = frozenset({Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER})
"""They see restricted tickets too, unless a list says who does; others are told there is no such ticket."""

REVEALS = frozenset(
    {
        Role.OPERATOR,
        Role.SHIFT_LEADER,
        Role.CALLBACK_AGENT,
        Role.SERVICE_MANAGER,
        Role.OVERSIGHT_OFFICER,
    }
)
"""They may have a masked number shown to them, for a reason that is written down."""


class NoSuchTicketError(NotFoundError):
    """There is no ticket of that number, or none for this person: both sound the same."""

    sentence = N_("There is no ticket %(number)s.")


@standing.kept
def visible(person: Staff) -> sa.ColumnElement[bool]:
    """Return the condition that leaves of a query over tickets those that `person` may see."""
    return sa.and_(not_recused(person), sa.or_(*_allowed(person)))


def not_recused(person: Staff) -> sa.ColumnElement[bool]:
    """Return the condition that leaves out the tickets kept from `person`, whatever their role (B1.10)."""
    return Ticket.id.not_in(recusals.kept_from(person))


def _allowed(person: Staff) -> list[sa.ColumnElement[bool]]:
    if person.is_any(Role.OVERSIGHT_OFFICER):
        return [sa.true()]
    is_restricted = written_out(Ticket.confidentiality, [Confidentiality.RESTRICTED])
    is_ordinary = sa.not_(is_restricted)
    allowed = [sa.and_(is_restricted, Ticket.id.in_(recusals.listed_for(person)))]
    if person.is_any(*NEED_TO_KNOW):
        allowed += [is_ordinary, Ticket.id.not_in(recusals.with_a_list())]
    elif person.is_any(*HOTLINE_ROLES) and not person.acts_for_department:
        allowed.append(is_ordinary)
    if person.department_id is not None and person.is_any(*DEPARTMENT_ROLES):
        part = aliased(Assignment)  # a name of its own: the query it goes into may be over parts, too
        theirs = sa.exists().where(part.ticket_id == Ticket.id, part.department_id == person.department_id)
        # A department that was relieved of a restricted matter has nothing to know of it any more; one
        # that takes no tip-offs had it while it was an ordinary one, and has nothing to know of it now.
        allowed.append(sa.and_(is_ordinary, theirs.correlate(Ticket)))
        if _takes_tip_offs(person):
            stays = theirs.where(sa.or_(part.ended_at.is_(None), part.replied_at.is_not(None)))
            allowed.append(stays.correlate(Ticket))
    return allowed


def may_see(ticket: Ticket, person: Staff) -> bool:
    """Tell whether `person` may know of `ticket`; says the same as `visible`."""
    if is_recused(ticket, person):
        return False
    if person.is_any(Role.OVERSIGHT_OFFICER):
        return True
    is_restricted = ticket.confidentiality is Confidentiality.RESTRICTED
    listed = {one.staff_id for one in ticket.readers if one.is_running} if is_restricted else set()
    if person.id in listed:
        return True
    if person.is_any(*NEED_TO_KNOW) and not listed:
        return True
    if person.is_any(*HOTLINE_ROLES) and not person.acts_for_department and not is_restricted:
        return True
    return person.is_any(*DEPARTMENT_ROLES) and any(
        not is_restricted
        or (_takes_tip_offs(person) and (part.ended_at is None or part.replied_at is not None))
        for part in ticket.assignments
        if part.department_id == person.department_id
    )


def is_recused(ticket: Ticket, person: Staff) -> bool:
    """Tell whether `ticket` is kept from `person`, whatever their role."""
    return any(one.meets(person) for one in ticket.recusals)


def is_watched(ticket: Ticket) -> bool:
    """Tell whether it is written down who looks: restricted matters, and callers who asked for secrecy."""
    return ticket.confidentiality is Confidentiality.RESTRICTED or any(
        one.secrecy_requested for one in ticket.contacts
    )


def _takes_tip_offs(person: Staff) -> bool:
    return person.department is not None and person.department.takes_tip_offs


def find(number: str, person: Staff) -> Ticket:
    """Return the ticket of that number for `person`. Raises `NoSuchTicketError`."""
    found = reading.by_number(number) if series.is_ticket_number(number) else None
    if found is None or not may_see(found, person):
        raise NoSuchTicketError(number=number[:20])
    return found


def kept_id(number: str, person: Staff) -> int | None:
    """Return the id of the ticket of that number if it is kept from `person`, else `None`."""
    if not series.is_ticket_number(number):
        return None
    return session.scalar(
        sa.select(Ticket.id).where(Ticket.number == number, Ticket.id.in_(recusals.kept_from(person)))
    )


def shows_requester(ticket: Ticket, policy: Policy, person: Staff) -> bool:
    """Tell whether `person` sees whom the matter comes from, the number masked.

    A restricted matter shows it to nobody. A department sees it where its category says so and the caller
    did not ask for secrecy.
    """
    if ticket.confidentiality is Confidentiality.RESTRICTED:
        return False
    if person.acts_for_department:
        return policy.shows_contact and not any(one.secrecy_requested for one in ticket.contacts)
    return True


def may_reveal(ticket: Ticket, policy: Policy, person: Staff) -> bool:
    """Tell whether `person` may have the caller's name and number shown in full, for a reason (B1.19)."""
    if ticket.confidentiality is Confidentiality.RESTRICTED:
        trusted = {Role.OVERSIGHT_OFFICER}
        if policy.callback is not None and policy.callback.only_with_consent:
            trusted.add(policy.callback.by_role)
        return person.is_any(*trusted)
    if person.acts_for_department:
        has_part = any(
            part.ended_at is None and part.department_id == person.department_id
            for part in ticket.assignments
        )
        return has_part and shows_requester(ticket, policy, person)
    return person.is_any(*REVEALS) and not person.is_any(Role.TRAINEE)
