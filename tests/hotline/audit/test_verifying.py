"""Tampering by SQL, as somebody with the database's password could: what verification finds and names."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.audit import chains, journal, seals
from hotline.audit.findings import Fault, Finding
from hotline.audit.models import Act, Subject
from hotline.db import db, session, transaction
from hotline.tickets import history, notes
from hotline.tickets.models import Ticket
from tests.matters import Desk, at

MOMENT = at("2026-03-02 10:00")
LATER = at("2026-03-09 10:00")


@pytest.fixture
def tickets(desk: Desk) -> list[Ticket]:
    """Three complaints, each dispatched and noted upon, on one day."""
    made = [desk.ticket("complaint", at("2026-03-02 09:00")) for _ in range(3)]
    for ticket in made:
        desk.send(ticket, MOMENT)
        with transaction():
            notes.add(ticket, note="The caller waits", by=desk.operator, now=MOMENT)
    return made


@pytest.fixture
def sealed(tickets: list[Ticket]) -> list[Ticket]:
    with transaction():
        assert seals.seal_due(LATER) > 0
    return tickets


def tamper(statement: str, **values: object) -> int:
    with transaction():
        done = session.execute(sa.text(statement), values)
    session.expire_all()
    return int(done.rowcount)  # type: ignore[attr-defined] # there for what changes rows


def told(found: Iterator[Finding]) -> list[tuple[Fault, str, int | None]]:
    return [(one.fault, one.ticket, one.sequence) for one in found]


def test_what_nobody_touched_is_whole(sealed: list[Ticket]) -> None:
    assert list(chains.check()) == []
    assert list(seals.check()) == []


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'ticket_closed'",
        "by_id = NULL",
        "details = '{}'",
        "happened_at = '2026-03-02 01:00:00'",
        "to_status = 'closed'",
    ],
)
def test_a_changed_line_is_named(tickets: list[Ticket], change: str) -> None:
    ticket = tickets[1]
    assert tamper(f"UPDATE ticket_event SET {change} WHERE ticket_id = :t AND sequence = 2", t=ticket.id) == 1
    assert told(chains.check()) == [(Fault.CHANGED, ticket.number, 2)]


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_removed_line_is_named(tickets: list[Ticket], sequence: int) -> None:
    ticket = tickets[0]
    tamper("DELETE FROM ticket_event WHERE ticket_id = :t AND sequence = :s", t=ticket.id, s=sequence)
    assert told(chains.check()) == [(Fault.REMOVED, ticket.number, sequence)]


def test_a_history_cut_short_is_named(tickets: list[Ticket]) -> None:
    ticket = tickets[2]
    last = ticket.event_count
    words = "DELETE FROM event_words WHERE event_id IN (SELECT id FROM ticket_event WHERE ticket_id = :t)"
    tamper(words, t=ticket.id)
    tamper("DELETE FROM ticket_event WHERE ticket_id = :t AND sequence = :s", t=ticket.id, s=last)
    assert told(chains.check()) == [(Fault.REMOVED, ticket.number, last)]


def test_a_history_taken_away_whole_is_named(tickets: list[Ticket]) -> None:
    ticket = tickets[2]
    count = ticket.event_count
    words = "DELETE FROM event_words WHERE event_id IN (SELECT id FROM ticket_event WHERE ticket_id = :t)"
    tamper(words, t=ticket.id)
    tamper("DELETE FROM ticket_event WHERE ticket_id = :t", t=ticket.id)
    expected = [(Fault.REMOVED, ticket.number, number) for number in range(1, count + 1)]
    assert told(chains.check()) == expected


def test_an_inserted_line_is_named(tickets: list[Ticket]) -> None:
    ticket = tickets[0]
    new = ticket.event_count + 1
    tamper(
        "INSERT INTO ticket_event (ticket_id, sequence, kind, happened_at, details, digest)"
        " SELECT ticket_id, :n, kind, happened_at, details, digest FROM ticket_event"
        " WHERE ticket_id = :t AND sequence = 1",
        t=ticket.id,
        n=new,
    )
    assert told(chains.check()) == [(Fault.INSERTED, ticket.number, new)]


def test_changed_and_removed_words_are_named(tickets: list[Ticket]) -> None:
    changed, removed = tickets[0], tickets[1]
    rows = "(SELECT id FROM ticket_event WHERE ticket_id = :t AND kind = 'note_added')"
    with transaction():
        row = next(one for one in changed.events if one.kind == "note_added").words
        assert row is not None
        row.said = json.dumps({"note": "The caller withdrew"})
    tamper(f"DELETE FROM event_words WHERE event_id IN {rows}", t=removed.id)
    assert told(chains.check()) == [
        (Fault.WORDS_CHANGED, changed.number, changed.event_count),
        (Fault.WORDS_REMOVED, removed.number, removed.event_count),
    ]


def test_words_erased_behind_the_history_s_back_are_named(tickets: list[Ticket]) -> None:
    tamper("UPDATE event_words SET said = NULL, salt = '', erased_at = '2026-03-03 00:00:00'")
    assert {one.fault for one in chains.check()} == {Fault.ERASED_UNSAID}


def rewrite(ticket: Ticket) -> None:
    """Write a history anew with every digest right, as somebody who knows this code could."""
    previous = ""
    with transaction():
        for event in ticket.events:
            if event.sequence == 2:
                event.kind = "ticket_declined"
            event.digest = previous = history.digest(
                previous, ticket.number, event, by_id=event.by_id, department_id=event.department_id
            )
        ticket.chain_digest = previous
    session.expire_all()


def test_a_history_written_anew_is_found_by_its_day(sealed: list[Ticket]) -> None:
    ticket = sealed[1]
    rewrite(ticket)
    assert list(chains.check()) == []
    found = list(seals.check())
    assert {(one.fault, one.ticket) for one in found} == {(Fault.CHANGED, ticket.number)}
    assert [one.sequence for one in found] == list(range(2, ticket.event_count + 1))
    assert {one.day for one in found} == {dt.date(2026, 3, 2)}


def test_a_matter_that_never_was_is_found_by_its_day(desk: Desk, sealed: list[Ticket]) -> None:
    forged = desk.ticket("complaint", at("2026-03-02 09:30"))
    found = list(seals.check())
    assert {(one.fault, one.ticket) for one in found} == {(Fault.INSERTED, forged.number)}


def test_a_matter_made_to_vanish_is_found_by_its_day(sealed: list[Ticket]) -> None:
    victim = sealed[0]
    ids = [event.id for event in victim.events]
    if db.engine.dialect.name != "sqlite":
        tamper("SET session_replication_role = replica")
    else:
        session.execute(sa.text("PRAGMA defer_foreign_keys = on"))
    words = "DELETE FROM event_words WHERE event_id IN (SELECT id FROM ticket_event WHERE ticket_id = :t)"
    session.execute(sa.text(words), {"t": victim.id})
    session.execute(sa.text("DELETE FROM ticket_event WHERE ticket_id = :t"), {"t": victim.id})
    found = list(seals.check())
    assert [(one.fault, one.row_id) for one in found] == [(Fault.REMOVED, one) for one in ids]
    session.rollback()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE journal_line SET address = '10.9.9.9'", Fault.CHANGED),
        ("DELETE FROM journal_line", Fault.REMOVED),
    ],
)
def test_the_journal_is_sealed_too(desk: Desk, statement: str, fault: Fault) -> None:
    with transaction():
        session.execute(sa.text("DELETE FROM journal_line"))
        line = journal.record(
            Act.SIGNED_IN, Subject.STAFF, "1001", by=journal.Actor(desk.operator.id, "10.0.0.1"), now=MOMENT
        )
        row_id = line.id
    with transaction():
        seals.seal_due(LATER)
    assert list(seals.check()) == []
    tamper(statement)
    assert [(one.table, one.fault, one.row_id) for one in seals.check()] == [("journal_line", fault, row_id)]


def test_a_seal_that_was_changed_or_removed_is_named(sealed: list[Ticket]) -> None:
    tamper("UPDATE day_seal SET digest = :d WHERE stream = 'ticket_event' AND day = '2026-03-03'", d="0" * 64)
    assert [(one.fault, one.day) for one in seals.check()] == [
        (Fault.SEAL_CHANGED, dt.date(2026, 3, 3)),
        (Fault.SEAL_CHANGED, dt.date(2026, 3, 4)),
    ]
    tamper("DELETE FROM day_seal WHERE stream = 'ticket_event' AND day = '2026-03-03'")
    assert (Fault.SEAL_REMOVED, dt.date(2026, 3, 3)) in [(one.fault, one.day) for one in seals.check()]


def test_days_are_sealed_when_they_are_over_and_once(tickets: list[Ticket]) -> None:
    with transaction():
        assert seals.seal_due(at("2026-03-03 01:30")) == 0
        assert seals.seal_due(at("2026-03-03 02:00")) >= 1
    with transaction():
        assert seals.seal_due(at("2026-03-03 02:00")) == 0
        seals.seal_due(at("2026-03-05 09:00"))
    days = [day for table, day, _ in seals.newest() if table == "ticket_event"]
    assert days == [dt.date(2026, 3, 4)]


def test_the_command_names_what_it_found_and_fails(app: Flask, sealed: list[Ticket]) -> None:
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["audit", "verify", "--json"])
    assert whole.exit_code == 0
    noted = json.loads(whole.output)["newest_seals"]["ticket_event"][1]
    assert runner.invoke(args=["audit", "verify", "--noted", noted]).exit_code == 0
    assert runner.invoke(args=["audit", "verify", "--noted", "ab" * 32]).exit_code == 1
    ticket = sealed[0]
    number = ticket.number
    tamper("UPDATE ticket_event SET by_id = NULL WHERE ticket_id = :t AND sequence = 1", t=ticket.id)
    found = runner.invoke(args=["audit", "verify"])
    assert found.exit_code == 1
    assert number in found.output
    only = runner.invoke(args=["audit", "verify", "--ticket", sealed[1].number])
    assert only.exit_code == 0
