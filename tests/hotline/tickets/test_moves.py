"""The one table of moves and the one door: every pair is walked."""

import ast
from itertools import product
from pathlib import Path

import pytest

from hotline.db import session
from hotline.tickets import history
from hotline.tickets.history import TransitionRefusedError
from hotline.tickets.states import NEXT_STATUSES, OPEN, WITH_DEPARTMENT, TicketStatus
from tests.matters import Desk, at

ROOT = Path(__file__).parents[3]
MOMENT = at("2026-03-02 10:00")
PAIRS = list(product(TicketStatus, repeat=2))


def test_every_status_has_its_moves() -> None:
    assert set(NEXT_STATUSES) == set(TicketStatus)


def test_every_status_can_be_reached() -> None:
    reached = {TicketStatus.REGISTERED}
    while True:
        further = reached.union(*(NEXT_STATUSES[one] for one in reached))
        if further == reached:
            break
        reached = further
    assert reached == set(TicketStatus)


def test_what_is_with_a_department_is_open() -> None:
    assert WITH_DEPARTMENT < OPEN


def test_the_door_opens_for_the_pairs_of_the_table_and_no_other(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with session.no_autoflush:
        for before, wanted in PAIRS:
            ticket.status, events = before, ticket.event_count
            if wanted in NEXT_STATUSES[before]:
                history.move(ticket, wanted, "note_added", by=desk.leader, now=MOMENT)
                assert (ticket.status, ticket.event_count) == (wanted, events + 1)
            else:
                with pytest.raises(TransitionRefusedError):
                    history.move(ticket, wanted, "note_added", by=desk.leader, now=MOMENT)
                assert (ticket.status, ticket.event_count) == (before, events)
    session.rollback()


def test_nothing_but_the_door_changes_a_status() -> None:
    setting = [
        path.relative_to(ROOT).as_posix()
        for folder in ("hotline", "knowledge_base", "blueprints")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and any(ast.unparse(target) == "ticket.status" for target in node.targets)
    ]
    assert setting == ["hotline/tickets/history.py"]
