"""Who waits at the reception desk: in order, called once, served also after closing (A6.9)."""

import datetime as dt

import pytest

from hotline.categories.channels import Channel
from hotline.contacts import intake, reception
from hotline.contacts.intake import Caller, VisitDetails
from hotline.contacts.models import Contact
from hotline.contacts.reception import CalledAlreadyError
from hotline.db import transaction
from hotline.people.roles import Role
from hotline.registers import reading
from hotline.registers.columns import Kind, columns
from hotline.wording import say
from tests.conftest import NOON
from tests.matters import Desk, at, somebody

pytestmark = pytest.mark.usefixtures("app")


def test_numbers_start_anew_each_day() -> None:
    with transaction():
        numbers = [
            reception.arrive(now=moment).number for moment in (NOON, NOON, NOON + dt.timedelta(days=1))
        ]
    assert numbers == [1, 2, 1]


def test_a_visitor_is_called_to_one_desk_and_served() -> None:
    desk = Desk()
    with transaction():
        first, second = reception.arrive(name="Zhou", now=NOON), reception.arrive(now=NOON)
        reception.call(first, key="key-1", by=desk.operator, now=NOON)
    with pytest.raises(CalledAlreadyError):
        reception.call(first, key="key-2", by=somebody(Role.OPERATOR), now=NOON)
    evening = at("2026-03-04 18:10")
    assert reception.waiting() == [first, second]
    with transaction():
        reception.call(first, key="key-3", by=desk.operator, now=evening)
        reception.served("key-1", desk.contact("complaint", evening, channel=Channel.LETTER), now=evening)
        reception.gone(second, now=evening)
    assert (first.submission_key, first.was_served, second.was_served) == ("key-1", True, False)
    assert reception.waiting() == []
    assert set(reception.done(dt.date(2026, 3, 4))) == {first, second}


def test_who_waited_too_long_is_marked_late_and_the_register_says_so() -> None:
    desk = Desk()
    noon = at("2026-03-04 10:00")
    with transaction():
        quick, slow, last = (reception.arrive(now=noon) for _ in range(3))
        reception.call(quick, key="key-1", by=desk.operator, now=noon + dt.timedelta(minutes=30))
        reception.call(slow, key="key-2", by=desk.operator, now=noon + dt.timedelta(minutes=31))
        reception.call(last, key="key-3", by=desk.operator, now=at("2026-03-04 17:40"))
    assert [reception.is_late(one, noon) for one in (quick, slow, last)] == [False, True, True]
    assert [reception.is_after_closing(one) for one in (quick, slow, last)] == [False, False, True]
    waiting = reception.arrive(now=noon)
    assert reception.waited(waiting, noon + dt.timedelta(minutes=7)) == dt.timedelta(minutes=7)
    with transaction():
        visits = [_visit(desk, key, noon) for key in ("key-1", "key-3")]
        for key, visit in zip(("key-1", "key-3"), visits, strict=True):
            reception.served(key, visit, now=noon)
    day = dt.date(2026, 3, 4)
    at_waited = [one.label for one in columns(Kind.VISITS)].index("Waited")
    lines = reading.page(reading.Asked(Kind.VISITS, day, day)).lines
    waited = {line.contact_id: line.cells[at_waited] for line in lines}
    marks = (say("late"), say("after closing"))
    assert [waited[visits[0].id].count(mark) for mark in marks] == [0, 0]
    assert [waited[visits[1].id].count(mark) for mark in marks] == [1, 1]
    assert (waited[visits[0].id][:2], waited[visits[1].id][:3]) == ("30", "460")


def _visit(desk: Desk, key: str, now: dt.datetime) -> Contact:
    return intake.record(
        VisitDetails(),
        Caller(name="Zhou"),
        category="consultation",
        content_class=None,
        summary="Opening hours",
        received_at=now,
        is_read_back=True,
        submission_key=key,
        by=desk.operator,
        now=now,
    )
