"""A small hotline, and deadlines the way the tests write them."""

from collections.abc import Callable

import pytest
from flask import Flask

from hotline.categories.terms import Stage
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE
from tests.matters import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()


@pytest.fixture
def due() -> Callable[[Ticket, Stage], str]:
    """Return when a stage of a ticket's present round is due, in Beijing time; empty when it has no clock."""

    def of(ticket: Ticket, stage: Stage) -> str:
        clocks = [
            one
            for one in ticket.deadlines
            if one.stage is stage and one.round == ticket.round and one.cancelled_at is None
        ]
        if not clocks:
            return ""
        return clocks[-1].due_at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")

    return of
