"""Two records, one person; and taken apart again with nothing lost."""

from collections.abc import Callable

import pytest

from hotline.contacts import merging, requesters
from hotline.contacts.merging import MergeReasonMissingError, NotMergedError, SamePersonAlreadyError
from hotline.contacts.models import Requester, RequesterKind
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import callers
from tests.conftest import NOON
from tests.matters import Desk


@pytest.fixture
def operator(person: Callable[..., Staff]) -> Staff:
    return person(Role.OPERATOR)


def known(name: str | None, phone: str, address: str | None = None) -> Requester:
    with transaction():
        found = requesters.remember(
            name=name, phone=phone, address=address, kind=RequesterKind.PERSON, now=NOON
        )
    assert found is not None
    return found


def test_two_records_read_as_one_and_come_apart_whole(operator: Staff) -> None:
    desk = Desk()
    first, second = desk.ticket("complaint", NOON), desk.ticket("complaint", NOON, phone="13900000000")
    one, other = first.requester, second.requester
    assert one is not None
    assert other is not None
    with transaction():
        merging.merge(one, other, reason="named both numbers", by=operator, now=NOON)
    assert requesters.by_phone("13900000000") == [one]
    assert callers.count([one]) == 2
    with pytest.raises(SamePersonAlreadyError):
        merging.merge(other, one, reason="again", by=operator, now=NOON)
    with transaction():
        assert merging.unmerge(other, reason="a neighbour", by=operator, now=NOON) is one
    assert requesters.by_phone("13900000000") == [other]
    assert callers.count([one]) == callers.count([other]) == 1
    assert [line.is_undone for line in merging.history(one)] == [True, False]
    with pytest.raises(NotMergedError):
        merging.unmerge(other, reason="again", by=operator, now=NOON)


def test_three_records_joined_in_a_row_are_one(operator: Staff) -> None:
    people = [known(name, f"1390000000{number}") for number, name in enumerate(("Li", "Li Ming", "L. Ming"))]
    with transaction():
        merging.merge(people[1], people[2], reason="same", by=operator, now=NOON)
        merging.merge(people[0], people[1], reason="same", by=operator, now=NOON)
    assert merging.survivor(people[2]) is people[0]
    assert sorted(merging.family([people[0].id])) == sorted(one.id for one in people)
    assert requesters.by_phone("13900000002") == [people[0]]


def test_joining_says_how_one_knows(operator: Staff) -> None:
    one, other = known("Li", "13900000001"), known("Wang", "13900000001")
    assert merging.sharing_a_number(one) == [other]
    with pytest.raises(MergeReasonMissingError):
        merging.merge(one, other, reason=" ", by=operator, now=NOON)
    session.rollback()


@pytest.mark.usefixtures("app")
def test_an_earlier_address_is_kept() -> None:
    one = known("Li", "13900000001", "Lane 5")
    assert known("Li", "13900000001", "Lane 6") is one
    assert (one.address, [further.address for further in one.addresses]) == ("Lane 6", ["Lane 5"])
    known("Li", "13900000001", "Lane 5")
    assert (one.address, [further.address for further in one.addresses]) == ("Lane 5", ["Lane 6"])
    with transaction():
        requesters.add_address(one, "Lane 6")
    assert len(one.addresses) == 1
