"""A desk whose matters ended long ago."""

import datetime as dt

import pytest
from flask import Flask

from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import filing
from hotline.tickets import closing
from hotline.tickets.models import Ticket
from tests.matters import Desk, at, somebody

LONG_AGO = at("2015-03-02 09:00")
NOW = at("2026-03-04 12:00")
"""More than ten years later: what was to be kept for ten has been."""


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def archivist(app: Flask) -> Staff:
    return somebody(Role.ARCHIVIST)


@pytest.fixture
def auditor(app: Flask) -> Staff:
    return somebody(Role.AUDITOR)


@pytest.fixture
def ended(desk: Desk) -> Ticket:
    """A suggestion that was handled, answered and closed eleven years ago: ten years."""
    return end(desk, "suggestion")


def end(desk: Desk, category: str, received: dt.datetime = LONG_AGO) -> Ticket:
    """Work a matter through, close it and let the rule give it its class."""
    hour = dt.timedelta(hours=1)
    ticket = desk.ticket(category, received)
    desk.send(ticket, received + hour)
    desk.reply(ticket, received + 2 * hour)
    desk.answer(ticket, received + 3 * hour)
    ticket = session.get_one(Ticket, ticket.id)
    with transaction():
        if ticket.closed_at is None:
            closing.close(ticket, by=desk.leader, now=received + 4 * hour)
        filing.classify([ticket.id], now=NOW)
    return ticket
