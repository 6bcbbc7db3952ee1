"""Finding tickets by words and numbers: what is found, in which order, by whom."""

import pytest
import sqlalchemy as sa

from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import finding, registration, text_index
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.registration import Matter
from tests.matters import Desk, at, somebody

NINE = at("2026-03-02 09:00")


@pytest.fixture
def desk(app: object) -> Desk:
    """The people of a small hotline."""
    return Desk()


def told(desk: Desk, title: str, content: str = "详情", category: str = "complaint", **more: str) -> Ticket:
    """Open a ticket in these words."""
    with transaction():
        contact = desk.contact(category, NINE, phone=more.get("phone", "13812345678"))
        matter = Matter(category=category, title=title, content=content, place=more.get("place"))
        return registration.register(matter, contact, by=desk.operator, now=NINE)


def found(text: str, person: Staff, limit: int = 50, before: int | None = None) -> list[int]:
    """Return the ids of what somebody finds."""
    sought = finding.sought(text, person)
    return finding.newest(sought, person, sa.true(), before=before, limit=limit)


def test_the_newest_ticket_that_holds_every_word_comes_first(desk: Desk) -> None:
    first = told(desk, "人民路路灯不亮", "已经一周")
    told(desk, "人民路井盖缺失", "危险")
    last = told(desk, "解放街路灯不亮", "就在人民路口")
    assert found("路灯", desk.operator) == [last.id, first.id]
    assert found("路灯 人民路", desk.operator) == [last.id, first.id]
    assert found("路灯 一周", desk.operator) == [first.id]
    assert found("路灯", desk.operator, limit=1) == [last.id]
    assert found("路灯", desk.operator, before=last.id) == [first.id]
    assert found("翡翠", desk.operator) == []


@pytest.mark.parametrize("typed", ["lamp", "LAMP", "Ｌamp", "lam", "12路", "路燈", "灯"])
def test_words_are_found_however_they_are_written(desk: Desk, typed: str) -> None:
    ticket = told(desk, "路灯 12路 Lamp 3")
    assert found(typed, desk.operator) == [ticket.id]


@pytest.mark.parametrize("typed", ["", " ", "、", "'", '"', "路灯 & | ! ( ) :*", "NOT", "_d1", "\\", "%"])
def test_nothing_that_is_typed_is_taken_for_a_command(desk: Desk, typed: str) -> None:
    ticket = told(desk, "路灯不亮")
    assert found(typed, desk.operator) in ([], [ticket.id])


def test_what_is_written_otherwise_is_found_otherwise(desk: Desk) -> None:
    ticket = told(desk, "路灯不亮")
    with transaction():
        ticket.title = "井盖缺失"
    assert found("路灯", desk.operator) == []
    assert found("井盖", desk.operator) == [ticket.id]


def test_a_department_finds_what_it_has_and_nothing_else(desk: Desk) -> None:
    theirs, other = told(desk, "路灯不亮"), told(desk, "路灯不亮")
    desk.send(theirs, NINE)
    desk.send(other, NINE, "housing")
    assert found("路灯", desk.clerk("urban_management")) == [theirs.id]
    assert found("路灯", desk.operator) == [other.id, theirs.id]
    with transaction():
        theirs.title = "井盖缺失"
    assert found("井盖", desk.clerk("urban_management")) == [theirs.id]


def test_a_restricted_ticket_is_found_by_those_who_need_to_know(desk: Desk) -> None:
    ticket = told(desk, "举报某人路灯", category="tip_off")
    assert ticket.confidentiality is Confidentiality.RESTRICTED
    assert found("路灯", desk.leader) == [ticket.id]
    assert found("路灯", desk.operator) == []
    assert found(ticket.number, desk.operator) == []


def test_numbers_find_their_ticket_whole_from_their_day_and_by_their_end(desk: Desk) -> None:
    ticket = told(desk, "路灯不亮")
    for typed in (
        ticket.number,
        ticket.number[:6],
        ticket.number[:9],
        ticket.number[-5:],
        ticket.number[-4:],
    ):
        assert found(typed, desk.operator) == [ticket.id], typed
    assert found("260303", desk.operator) == []


def test_a_callers_number_finds_their_tickets_for_those_who_know_callers(desk: Desk) -> None:
    ticket = told(desk, "路灯不亮", phone="13912345678")
    told(desk, "井盖缺失", phone="13812345678")
    tip_off = told(desk, "举报", category="tip_off", phone="13912345678")
    assert found("139 1234 5678", desk.operator) == [ticket.id]
    assert tip_off.id not in found("13912345678", desk.leader)
    desk.send(ticket, NINE)
    assert found("13912345678", desk.clerk("urban_management")) == []
    assert found("13912345678", somebody(Role.INSPECTOR)) == []


def test_the_index_holds_no_name_and_no_number_of_a_caller(desk: Desk) -> None:
    with transaction():
        contact = desk.contact("complaint", NINE)
        said = Matter(
            category="complaint", title="Wang Fang 路灯", content="13812345678 或 340102199001011234"
        )
        ticket = registration.register(said, contact, by=desk.operator, now=NINE)
    kept = str(session.scalar(sa.select(TicketText.tokens).where(TicketText.ticket_id == ticket.id)))
    assert "wang" not in kept
    assert "13812345678" not in kept
    assert "340102199001011234" not in kept
    assert "路灯" in kept


@pytest.mark.parametrize("found", [[], [4_999_999]])
def test_old_tickets_are_found_behind_many_newer_ones(desk: Desk, found: list[int]) -> None:
    """PostgreSQL looks through stretches of tickets: what lies far back must not be lost between them."""
    assert told(desk, "路灯不亮").id < text_index.AREA
    stretches = list(finding._stretches(5_000_000, found))
    assert stretches[0][1] == 5_000_000
    assert all(low < high for low, high, _ in stretches)
    assert [low for low, _, _ in stretches[:-1]] == [high for _, high, _ in stretches[1:]]
    assert stretches[-1][0] == 0
    assert len(stretches) == (5 if found else 4)
