"""Who waits at the reception desk: in order, called once, served also after closing (A6.9)."""

import datetime as dt

import pytest

from hotline.categories.channels import Channel
from hotline.contacts import reception
from hotline.contacts.reception import CalledAlreadyError
from hotline.db import transaction
from hotline.people.roles import Role
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
