"""A5.3: an urgent matter is reported to the leaders at once, who take note and say what is to be done."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import NotFoundError
from hotline.people.recusal_models import RecusalGround
from hotline.people.roles import Role
from hotline.reception import urgent
from hotline.tickets import recusing
from tests.matters import Desk, at, somebody

NOW = at("2026-03-04 23:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_the_leaders_are_told_once_and_one_takes_note(desk: Desk) -> None:
    ticket = desk.ticket("complaint", NOW)
    for _ in range(2):
        with transaction():
            made = urgent.report(ticket, ticket.contacts[0], by=desk.operator, now=NOW)
    told = sa.select(Notice.staff_id).where(Notice.kind == "urgent_reported")
    assert set(session.scalars(told)) == {desk.leader.id, desk.manager.id}
    assert session.scalar(sa.select(urgent.waiting_count(desk.leader, NOW))) == 1
    assert urgent.listed(desk.operator) == [made]
    assert urgent.listed(somebody(Role.OPERATOR)) == []
    with pytest.raises(NotFoundError):
        urgent.get(made.id, somebody(Role.OPERATOR))
    with transaction():
        urgent.take_note(made, instruction="Send the police", by=desk.leader, now=NOW)
    with pytest.raises(urgent.SeenAlreadyError):
        urgent.take_note(made, by=desk.manager, now=NOW)
    kinds = [event.kind for event in ticket.events]
    assert kinds.count("urgent_reported") == 1
    assert "urgent_noted" in kinds
    assert session.scalar(sa.select(urgent.waiting_count(desk.leader, NOW))) == 0
    own = sa.select(Notice.kind).where(Notice.staff_id == desk.operator.id).order_by(Notice.id)
    assert "urgent_noted" in session.scalars(own).all()


def test_who_may_not_see_a_sealed_matter_hears_nothing_of_it(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", NOW)
    with transaction():
        recusing.keep_from(ticket, person=desk.manager, ground=RecusalGround.NAMED, by=desk.leader, now=NOW)
        urgent.report(ticket, ticket.contacts[0], by=desk.operator, now=NOW)
    told = session.scalars(sa.select(Notice.staff_id).where(Notice.kind == "urgent_reported")).all()
    assert told == [desk.leader.id]
    assert urgent.listed(desk.manager) == urgent.listed(somebody(Role.OPERATOR)) == []
