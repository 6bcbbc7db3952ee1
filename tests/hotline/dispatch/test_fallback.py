"""What no department accepts goes to the fallback department of the profile, by force (B1.3)."""

import pytest

from hotline.categories import profile_file
from hotline.categories.reader import ProfileRefusedError
from hotline.db import transaction
from hotline.dispatch import returning, sending
from hotline.people import departments
from hotline.people.models import Department
from hotline.tickets import closing, history
from hotline.tickets.states import TicketStatus
from tests.hotline.categories.small import SMALL, changed
from tests.matters import Desk, at


def unit(code: str) -> Department:
    found = departments.by_code(code)
    assert found is not None
    return found


def test_a_granted_return_may_go_to_the_fallback_department_which_may_not_return_it(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    assert ticket.lead is not None
    with transaction():
        asked = returning.ask(
            ticket.lead,
            reason="not_our_duty",
            grounds="Nobody's lamp",
            suggested=None,
            by=desk.clerk("urban_management"),
            now=at("2026-03-02 14:00"),
        )
    with transaction():
        returning.grant(
            asked,
            to=sending.fallback(ticket),
            ruling="Nobody's duty in particular",
            by=desk.leader,
            now=at("2026-03-02 15:00"),
        )
    lead = ticket.lead
    assert (lead.department.code, lead.may_return) == ("district_government", False)
    assert lead.route is not None
    assert (lead.route["rule"], lead.route["note"]["zh"][:4]) == ("fallback", "兜底单位")
    with pytest.raises(returning.NoRightOfReturnError):
        returning.rule_of(lead)


def test_a_ticket_that_came_back_to_review_is_forced_on_the_fallback_department(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        part = sending.send_to_fallback(ticket, by=desk.leader, now=at("2026-03-02 10:00"))
    assert (part.department.code, part.may_return, ticket.status) == (
        "district_government",
        False,
        TicketStatus.DISPATCHED,
    )


def test_a_tip_off_is_not_sent_to_a_fallback_department_that_takes_none(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", at("2026-03-02 09:00"))
    assert sending.fallback(ticket) is None
    with pytest.raises(sending.NoFallbackError):
        sending.send_to_fallback(ticket, by=desk.leader, now=at("2026-03-02 10:00"))


def test_help_sent_to_the_fallback_department_needs_its_opinions_too(desk: Desk) -> None:
    ticket = desk.ticket("help", at("2026-03-02 09:00"))
    with pytest.raises(sending.OpinionsMissingError), transaction():
        sending.send_to_fallback(ticket, opinions=["one"], by=desk.leader, now=at("2026-03-02 09:30"))


def test_a_fallback_department_that_is_retired_is_not_offered(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    unit("district_government").is_active = False
    assert sending.fallback(ticket) is None


def test_a_profile_whose_fallback_department_does_not_exist_is_refused() -> None:
    with pytest.raises(ProfileRefusedError) as refused:
        profile_file.parse(
            changed('fallback_department = "water"', 'fallback_department = "nobody"'), file="broken.toml"
        )
    assert "dispatch.fallback_department" in str(refused.value)


def test_a_profile_may_do_without_a_fallback_department() -> None:
    head, _, rest = SMALL.partition("[dispatch]")
    without = head + rest[rest.index("[board]") :]
    assert profile_file.parse(without, file="small.toml").desk.dispatch is None


def test_a_declined_ticket_is_not_forced_on_anybody(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        closing.decline(ticket, reason="litigation", route="", by=desk.leader, now=at("2026-03-02 09:30"))
    with pytest.raises(history.TransitionRefusedError):
        sending.send_to_fallback(ticket, by=desk.leader, now=at("2026-03-02 10:00"))
