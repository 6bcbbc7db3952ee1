"""A shift goes to the next with what is open, and both sign (A6.10, scenario 9)."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.contacts import reception
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errands import owing
from hotline.people.roles import Role
from hotline.reception import suggestions
from hotline.shifts import handing
from hotline.shifts.handing import OwnHandoverError, StillToTakeError, TakenAlreadyError
from tests.conftest import NOON
from tests.matters import Desk, somebody

LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def test_what_is_open_goes_along_and_both_sign(desk: Desk) -> None:
    next_leader = somebody(Role.SHIFT_LEADER)
    with transaction():
        owed = owing.note_call(phone="13812345678", by=desk.operator, now=NOON)
    help_wanted, sealed = desk.ticket("help", NOON), desk.ticket("tip_off", NOON)
    with transaction():
        given = handing.give(notes="two sets of keys", by=desk.leader, now=LATER)
    matters = handing.handed_over(given)
    assert matters.errands == [owed]
    assert help_wanted in matters.overdue
    assert sealed not in [*matters.overdue, *matters.to_review]
    told = sa.select(Notice.kind).where(Notice.staff_id == next_leader.id).order_by(Notice.id)
    assert "shift_given" in session.scalars(told).all()
    with pytest.raises(OwnHandoverError):
        handing.take(given, by=desk.leader, now=LATER)
    with pytest.raises(StillToTakeError):
        handing.give(notes="", by=desk.leader, now=LATER)
    with transaction():
        handing.take(given, doubts="keys counted", by=next_leader, now=LATER)
    assert (handing.to_take(), given.taken_by, given.doubts) == (None, next_leader, "keys counted")
    with pytest.raises(TakenAlreadyError):
        handing.take(given, by=next_leader, now=LATER)
    with transaction():
        owing.finish(owed, outcome="called", by=desk.operator, now=LATER)
        second = handing.give(notes="", by=next_leader, now=LATER)
    assert handing.handed_over(second).errands == []
    assert handing.listed() == [second, given]


def test_visitors_still_here_and_suggestions_not_answered_go_along(desk: Desk) -> None:
    with transaction():
        waits, served, gone = (reception.arrive(name=name, now=NOON) for name in ("Zhao", "Qian", "Sun"))
        reception.call(served, key="form", by=desk.operator, now=NOON)
        reception.gone(gone, now=NOON)
        entry = suggestions.enter("More chairs", page="1", name="", by=desk.operator, now=NOON)
        given = handing.give(notes="", by=desk.leader, now=LATER)
    matters = handing.handed_over(given)
    assert (matters.visitors, matters.suggestions) == ([waits, served], [entry])
    assert matters.count == 3
    with transaction():
        reception.gone(waits, now=LATER)
    assert handing.handed_over(given).visitors == [waits, served], "what was handed over stays to be read"
    with transaction():
        kept = {name: ids for name, ids in given.matters.items() if name not in ("visitors", "suggestions")}
        given.matters = kept
    earlier = handing.handed_over(given)
    assert (earlier.visitors, earlier.suggestions) == ([], [])
