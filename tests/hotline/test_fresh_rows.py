"""What is written without a unit of work is what a unit of work writes."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline import fresh_rows
from hotline.contacts.models import Call, Contact, Disposition, Requester, RequesterAddress, RequesterPhone
from hotline.db import Base, session, transaction
from hotline.tickets import registration
from hotline.tickets.models import Deadline, Ticket, TicketEvent
from hotline.tickets.registration import Matter
from tests.matters import Desk, at
from tests.statements import counted

NINE = at("2026-03-02 09:00")
KINDS: tuple[type[Base], ...] = (Requester, RequesterPhone, Call, Ticket, TicketEvent, Deadline)
DRAWN = {"number", "query_code", "submission_key", "digest", "last_four_digest", "chain_digest"}
"""Columns that no two rows share, keys aside."""


def household() -> Requester:
    """Return somebody with an address and a number, new in the session."""
    made = Requester(kind="person", name="Wang Fang", created_at=NINE, phones=[])
    made.phones.append(RequesterPhone(number="13812345678", digest="d" * 64, last_four_digest="f" * 64))
    made.addresses = [RequesterAddress(address="Lane 5")]
    session.add(made)
    return made


def told(kind: type[Base], key: int) -> dict[str, Any]:
    """Return a row as the database has it; of what only this one can have, whether it is there."""
    session.expire_all()
    row = session.get_one(kind, key)
    values = {one.key: getattr(row, one.key) for one in sa.inspect(kind).columns}
    return values | {one.key: values[one.key] is not None for one in sa.inspect(kind).columns if is_own(one)}


def is_own(column: sa.Column[Any]) -> bool:
    """Whether no other row of the kind has the same there: rows of one call point at one another."""
    within = {one.target_fullname for one in column.foreign_keys} - {"staff.id", "department.id"}
    return column.key in DRAWN or column.primary_key or bool(within)


def rows_of(kind: type[Base]) -> list[int]:
    return list(session.scalars(sa.select(sa.inspect(kind).primary_key[0]).order_by(sa.text("1"))))


def test_a_call_is_written_as_a_flush_would_write_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.ticket("complaint", NINE, phone="13812345678")
    monkeypatch.setattr(fresh_rows, "write", session.flush)
    desk.ticket("complaint", NINE, phone="13912345678")
    compared = 0
    for kind in KINDS:
        found = rows_of(kind)
        half = len(found) // 2
        for one, other in zip(found[:half], found[half:], strict=True):
            assert told(kind, one) == told(kind, other)
            compared += 1
    assert compared >= len(KINDS)


def test_no_rows_are_paired_by_a_table_of_their_own(app: Flask) -> None:
    """It would stay empty: nothing here writes one."""
    relations = [one for mapper in Base.registry.mappers for one in mapper.relationships]
    assert [str(one) for one in relations if one.secondary is not None] == []


def test_what_was_written_is_known_without_asking(app: Flask) -> None:
    with transaction():
        made = household()
        fresh_rows.write()
        with counted() as asked:
            assert made.id
            assert [phone.requester_id for phone in made.phones] == [made.id]
            assert [one.requester_id for one in made.addresses] == [made.id]
            assert made.id_type is None
        assert asked == []
        assert list(session.new) == []
        assert session.get(Requester, made.id) is made


def test_changes_after_it_are_flushed(app: Flask) -> None:
    with transaction():
        made = household()
        fresh_rows.write()
        made.name = "Wang Fan"
        made.addresses.append(RequesterAddress(address="Lane 6"))
    assert told(Requester, made.id)["name"] == "Wang Fan"
    assert sorted(one.address for one in made.addresses) == ["Lane 5", "Lane 6"]


def test_an_undone_transaction_leaves_nothing(app: Flask) -> None:
    made: list[Requester] = []

    def write_and_fail() -> None:
        with transaction():
            made.append(household())
            fresh_rows.write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert rows_of(Requester) == rows_of(RequesterPhone) == []
    assert sa.inspect(made[0]).transient


def test_rows_come_after_those_they_point_at_in_whatever_order_they_were_made(app: Flask) -> None:
    with transaction():
        made = household()
        current = session()
        first, *others = current._new
        assert first.obj() is made
        current._new = {row: row.obj() for row in (*others, first)}
        fresh_rows.write()
    assert [one.number for one in made.phones] == ["13812345678"]
    assert [one.address for one in made.addresses] == ["Lane 5"]


def test_a_row_that_was_there_hears_who_owns_it(app: Flask) -> None:
    with transaction():
        before = household()
    with transaction():
        after = Requester(kind="person", created_at=NINE, addresses=list(before.addresses))
        session.add(after)
        fresh_rows.write()
    session.expire_all()
    assert [one.address for one in after.addresses] == ["Lane 5"]
    assert before.addresses == []


def test_what_else_was_changed_is_written_too(app: Flask) -> None:
    desk = Desk()
    with transaction():
        contact = desk.contact("complaint", NINE)
    with transaction():
        matter = Matter(category="complaint", title="A lamp is out", content="It is dark.")
        opened = registration.register(matter, contact, by=desk.operator, now=NINE)
    with transaction():
        made, opened.place = household(), "Lane 6"
        fresh_rows.write()
        assert session.scalar(sa.text("SELECT place FROM ticket")) == "Lane 6"
    assert told(Requester, made.id)["name"] == "Wang Fang"
    assert told(Contact, contact.id)["disposition"] is Disposition.TICKET
    assert [one.id for one in opened.contacts] == [contact.id]


def test_rows_that_wait_for_one_another_are_refused(app: Flask) -> None:
    whole = Desk().ticket("complaint", NINE)
    names = [one.key for one in sa.inspect(Ticket).columns if not one.primary_key and one.key not in DRAWN]
    values = {name: getattr(whole, name) for name in names}
    one, other = (Ticket(**values, number=number) for number in "12")
    one.merged_into, other.split_from = other, one
    session.add_all([one, other])
    with pytest.raises(RuntimeError, match="wait for one another"):
        fresh_rows.write()
    session.rollback()
