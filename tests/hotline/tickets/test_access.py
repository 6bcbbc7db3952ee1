"""Who may see which ticket: the rule and the query say the same, for every role and kind of ticket."""

import pytest
import sqlalchemy as sa

from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction
from hotline.dispatch import returning
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.tickets import access, deadlines
from hotline.tickets.access import NoSuchTicketError
from hotline.tickets.models import Ticket
from tests.matters import Desk, at, somebody


@pytest.fixture
def tickets(desk: Desk) -> dict[str, Ticket]:
    """An ordinary complaint with one department, a tip-off with the discipline group, one with nobody."""
    complaint = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(complaint, at("2026-03-02 10:00"), "urban_management")
    tip_off = desk.ticket("tip_off", at("2026-03-02 09:00"))
    desk.send(tip_off, at("2026-03-02 10:00"), "discipline")
    return {
        "complaint": complaint,
        "tip_off": tip_off,
        "unsent": desk.ticket("complaint", at("2026-03-02 09:00")),
        "unsent_tip_off": desk.ticket("tip_off", at("2026-03-02 09:00")),
    }


SEEN = {role: {"complaint", "unsent"} for role in set(Role) - DEPARTMENT_ROLES}
SEEN |= {
    role: {"complaint", "tip_off", "unsent", "unsent_tip_off"}
    for role in (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
}


def seen_by(person: Staff, tickets: dict[str, Ticket]) -> set[str]:
    """Return what a person sees, after making sure that rule and query agree."""
    by_rule = {name for name, one in tickets.items() if access.may_see(one, person)}
    ids = set(session.scalars(sa.select(Ticket.id).where(access.visible(person))))
    assert {name for name, one in tickets.items() if one.id in ids} == by_rule
    return by_rule


@pytest.mark.parametrize("role", sorted(SEEN), ids=str)
def test_what_the_hotline_sees(desk: Desk, tickets: dict[str, Ticket], role: Role) -> None:
    assert seen_by(somebody(role), tickets) == SEEN[role]


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES), ids=str)
@pytest.mark.parametrize(
    ("department", "seen"),
    [("urban_management", {"complaint"}), ("discipline", {"tip_off"}), ("housing", set())],
)
def test_what_departments_see(
    desk: Desk, tickets: dict[str, Ticket], role: Role, department: str, seen: set[str]
) -> None:
    assert seen_by(somebody(role, department=department), tickets) == seen


def test_the_operator_who_took_a_tip_off_does_not_see_it_again(
    desk: Desk, tickets: dict[str, Ticket]
) -> None:
    with pytest.raises(NoSuchTicketError):
        access.find(tickets["tip_off"].number, desk.operator)


def test_a_department_relieved_of_an_ordinary_matter_still_sees_it(
    desk: Desk, tickets: dict[str, Ticket]
) -> None:
    part = tickets["complaint"].lead
    clerk = desk.clerk("urban_management")
    assert part is not None
    with transaction():
        asked = returning.ask(
            part, reason="other", grounds="No", suggested=None, by=clerk, now=at("2026-03-02 11:00")
        )
        returning.grant(asked, to=None, ruling="Right", by=desk.leader, now=at("2026-03-02 11:30"))
    assert seen_by(clerk, tickets) == {"complaint"}


def test_a_department_relieved_of_a_restricted_matter_no_longer_does(
    desk: Desk, tickets: dict[str, Ticket]
) -> None:
    part = tickets["tip_off"].lead
    assert part is not None
    with transaction():
        part.ended_at = at("2026-03-02 11:30")
    assert seen_by(desk.clerk("discipline"), tickets) == set()


def test_numbers_that_cannot_be_sound_like_numbers_that_are_not(desk: Desk) -> None:
    for number in ("", "nothing", "2603020000019", "9" * 13, "２６０３０２００００１１１"):
        with pytest.raises(NoSuchTicketError):
            access.find(number, desk.leader)


def shows(ticket: Ticket, person: Staff) -> bool:
    return access.shows_requester(ticket, deadlines.policy_of(ticket), person)


def reveals(ticket: Ticket, person: Staff) -> bool:
    return access.may_reveal(ticket, deadlines.policy_of(ticket), person)


def test_whom_a_matter_is_from(desk: Desk, tickets: dict[str, Ticket]) -> None:
    complaint, tip_off = tickets["complaint"], tickets["tip_off"]
    assert complaint.confidentiality is Confidentiality.CONTACT_HIDDEN
    assert shows(complaint, desk.operator)
    assert shows(complaint, desk.clerk("urban_management"))
    assert not shows(tip_off, desk.clerk("discipline"))
    assert not shows(tip_off, desk.leader)


def test_who_asks_for_secrecy_is_hidden_from_departments(desk: Desk, tickets: dict[str, Ticket]) -> None:
    complaint = tickets["complaint"]
    with transaction():
        complaint.contacts[0].secrecy_requested = True
    assert not shows(complaint, desk.clerk("urban_management"))
    assert shows(complaint, desk.operator)


def test_who_may_have_a_number_shown(desk: Desk, tickets: dict[str, Ticket]) -> None:
    complaint, tip_off = tickets["complaint"], tickets["tip_off"]
    officer = somebody(Role.OVERSIGHT_OFFICER)
    assert reveals(complaint, desk.operator)
    assert reveals(complaint, desk.clerk("urban_management"))
    assert not reveals(complaint, somebody(Role.TRAINEE))
    assert not reveals(complaint, somebody(Role.INSPECTOR))
    assert reveals(tip_off, officer)
    assert not reveals(tip_off, desk.leader)
    assert not reveals(tip_off, desk.clerk("discipline"))
