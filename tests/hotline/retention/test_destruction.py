"""Destruction: by batch only, before two, and then it is gone from the bytes of the database."""

import datetime as dt
import io
import sqlite3
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from hotline.audit import chains, seals
from hotline.audit.findings import Fault
from hotline.audit.models import Act, ErasedRow, JournalLine
from hotline.categories.keeping import RetentionClass
from hotline.contacts import reveals
from hotline.contacts.models import Contact, Requester, RequesterPhone
from hotline.db import Base, db, session, transaction
from hotline.delivery.models import Notice
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.repeats import index as repeats
from hotline.retention import batches, certificates, erasing, filing
from hotline.retention.batches import (
    ApproverError,
    NothingDueError,
    NumberWrongError,
    StateError,
    WitnessError,
)
from hotline.retention.models import BatchState, DestructionBatch, Scope
from hotline.statistics import facts
from hotline.tickets import closing, files, notes
from hotline.tickets.models import Attachment, Ticket
from knowledge_base import gaps
from knowledge_base.gap_models import Gap
from tests.hotline.retention.conftest import LONG_AGO, NOW, end
from tests.matters import Desk, somebody

SECRETS = ("qxzebra", "斑马条纹灯", "Wang Fang", "13812345678")
MATTER = "The qxzebra lamp 斑马条纹灯 of Wang Fang, 13812345678"


@pytest.fixture
def full(desk: Desk, ended: Ticket) -> Ticket:
    """A matter with something written everywhere it can be."""
    ticket = session.get_one(Ticket, ended.id)
    with transaction():
        ticket.title, ticket.content, ticket.place = MATTER[:60], MATTER, "qxzebra lane"
        ticket.facts = {"suspect": "qxzebra"}
        ticket.answers[0].words = MATTER
        ticket.assignments[0].reply = MATTER
        ticket.contacts[0].summary = MATTER
        notes.add(ticket, note=MATTER, by=desk.operator, now=LONG_AGO)
        files.keep(
            ticket, io.BytesIO(b"qxzebra, a plain text\n"), "qxzebra.txt", by=desk.operator, now=LONG_AGO
        )
        gaps.file_gap("Where is the qxzebra lamp?", ticket, now=LONG_AGO)
        assert ticket.requester is not None
        reveals.reveal(
            ticket.requester, reason="asks for qxzebra", by=desk.operator, ticket_id=ticket.id, now=LONG_AGO
        )
        session.add(
            Notice(
                staff_id=desk.operator.id,
                kind="test",
                sentence="About %(title)s",
                params={"title": "qxzebra"},
                ticket_id=ticket.id,
                created_at=LONG_AGO,
                once_key="qxzebra",
            )
        )
        repeats.catch_up(LONG_AGO)
        seals.seal_due(LONG_AGO + dt.timedelta(days=3))
    return ticket


def carried_out(scope: Scope, archivist: Staff, manager: Staff, auditor: Staff) -> DestructionBatch:
    with transaction():
        batch = batches.prepare(scope, reason="Kept long enough", by=archivist, now=NOW)
    with transaction():
        batches.decide(batch, approve=True, note="", by=manager, now=NOW)
    with transaction():
        assert not batches.sign(batch, typed=batch.number, by=archivist, now=NOW)
    with transaction():
        assert batches.sign(batch, typed=batch.number.lower(), by=auditor, now=NOW)
    session.expire_all()
    return session.get_one(DestructionBatch, batch.id)


def test_nothing_of_a_destroyed_matter_is_left(
    app: Flask, desk: Desk, full: Ticket, archivist: Staff, auditor: Staff
) -> None:
    place = files.path_of(full.attachments[0].digest)
    assert place.exists()
    assert found_in_rows(), "the matter is in the database before"
    batch = carried_out(Scope.MATTERS, archivist, desk.manager, auditor)
    assert batch.state is BatchState.CARRIED_OUT
    assert found_in_rows() == []
    assert not place.exists()
    assert session.scalars(sa.select(Attachment)).all() == []
    assert session.scalars(sa.select(Gap.question)).all() == ["–"]
    if db.engine.dialect.name == "sqlite":
        assert found_in_bytes(app) == []


def found_in_rows() -> list[tuple[str, str, str]]:
    """Return every column in which one of the words still stands, sealed ones opened."""
    found = []
    for table in Base.metadata.sorted_tables:
        if table.name in {"destruction_batch", "staff"}:
            continue
        for row in session.execute(sa.select(table)).mappings():
            for name, value in row.items():
                found += [(table.name, name, one) for one in SECRETS if one in str(value)]
    session.rollback()
    return found


def found_in_bytes(app: Flask) -> list[str]:
    session.remove()
    app.test_cli_runner().invoke(args=["retention", "compact"], catch_exceptions=False)
    path = Path(db.engine.url.database or "")
    files = sorted(path.parent.glob(f"{path.name}*"))
    # In a process of its own: closing the files in this one would drop the locks SQLite holds on them.
    held = subprocess.run(["cat", *files], capture_output=True, check=True).stdout
    connection = sqlite3.connect(path)
    index = b"".join(row[0] for row in connection.execute("SELECT block FROM ticket_words_data"))
    connection.close()
    return [one for one in SECRETS if one.encode() in held or one.encode() in index]


def test_history_stays_whole_and_the_certificate_excuses_what_is_gone(
    desk: Desk, full: Ticket, archivist: Staff, auditor: Staff
) -> None:
    batch = carried_out(Scope.MATTERS, archivist, desk.manager, auditor)
    assert list(chains.check()) == []
    assert list(seals.check()) == []
    assert list(certificates.check()) == []
    assert session.scalars(sa.select(ErasedRow.stream)).all() == ["reveal"]
    content = batch.certificate or {}
    assert content["items"] == [{"number": full.number, "class": "years_10", "ended_on": "2015-03-02"}]
    assert [one["number"] for one in content["witnesses"]] == [archivist.number, auditor.number]
    assert content["approved"]["number"] == desk.manager.number
    assert content["persons"] == 1
    destroyed = session.scalars(sa.select(JournalLine).where(JournalLine.act == Act.DESTROYED)).one()
    assert destroyed.details["certificate"] == batch.certificate_digest


def test_a_certificate_written_by_hand_is_found(
    desk: Desk, full: Ticket, archivist: Staff, auditor: Staff
) -> None:
    batch = carried_out(Scope.MATTERS, archivist, desk.manager, auditor)
    with transaction():
        batch.certificate = {**(batch.certificate or {}), "items": []}
        batch.certificate_digest = certificates.digest(batch.certificate)
    assert [(one.fault, one.ticket) for one in certificates.check()] == [(Fault.CHANGED, batch.number)]


def test_a_row_excused_without_a_certificate_is_found(desk: Desk, full: Ticket) -> None:
    with transaction():
        session.add(ErasedRow(stream="reveal", row_id=1, digest="0" * 64, certificate="X2026-99999"))
    assert [(one.fault, one.ticket) for one in certificates.check()] == [(Fault.INSERTED, "X2026-99999")]


def test_figures_and_searches_after_a_destruction(
    desk: Desk, full: Ticket, archivist: Staff, auditor: Staff
) -> None:
    facts.catch_up(NOW)
    before = counted()
    carried_out(Scope.MATTERS, archivist, desk.manager, auditor)
    facts.catch_up(NOW)
    assert counted() == before
    assert session.scalar(sa.text("SELECT count(*) FROM ticket_text")) == 0


def counted() -> list[tuple[object, ...]]:
    rows = session.execute(sa.text("SELECT day, axis, counted, amount FROM daily_fact ORDER BY 1, 2, 3, 4"))
    return [tuple(row) for row in rows]


def test_each_step_is_somebody_else_s(desk: Desk, ended: Ticket, archivist: Staff, auditor: Staff) -> None:
    with transaction():
        batch = batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)
    with pytest.raises(StateError):
        batches.sign(batch, typed=batch.number, by=archivist, now=NOW)
    with pytest.raises(ApproverError):
        batches.decide(batch, approve=True, note="", by=archivist, now=NOW)
    with transaction():
        batches.decide(batch, approve=True, note="", by=desk.manager, now=NOW)
    with pytest.raises(WitnessError):
        batches.sign(batch, typed=batch.number, by=desk.manager, now=NOW)
    with pytest.raises(NumberWrongError):
        batches.sign(batch, typed="yes", by=archivist, now=NOW)
    with transaction():
        batches.sign(batch, typed=batch.number, by=archivist, now=NOW)
    with pytest.raises(WitnessError):
        batches.sign(batch, typed=batch.number, by=archivist, now=NOW)
    assert session.get_one(Ticket, ended.id).title == "A lamp is out"


def test_the_database_itself_refuses_one_person_for_two_steps(ended: Ticket, archivist: Staff) -> None:
    with transaction():
        batch = batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)
    batch.state, batch.decided_by, batch.decided_at = BatchState.APPROVED, archivist, NOW
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_what_is_kept_longer_is_in_no_batch(desk: Desk, archivist: Staff) -> None:
    end(desk, "complaint")
    with pytest.raises(NothingDueError):
        batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)


def test_a_permanent_matter_is_never_destroyed(desk: Desk, ended: Ticket, archivist: Staff) -> None:
    with transaction():
        filing.change(filing.find(ended), RetentionClass.PERMANENT, reason="Of note", by=archivist, now=NOW)
    with pytest.raises(NothingDueError):
        batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)


def test_what_stands_in_a_batch_keeps_its_class(ended: Ticket, archivist: Staff) -> None:
    with transaction():
        batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)
    with pytest.raises(filing.BeingDestroyedError):
        filing.change(filing.find(ended), RetentionClass.PERMANENT, reason="Of note", by=archivist, now=NOW)
    with pytest.raises(NothingDueError):
        batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)


def test_callers_data_goes_earlier_and_the_matter_stays(desk: Desk, archivist: Staff, auditor: Staff) -> None:
    ticket = end(desk, "complaint")
    with transaction():
        ticket = session.get_one(Ticket, ticket.id)
        ticket.content = "Wang Fang says at 13812345678 that the lamp is out"
        notes.add(ticket, note="Wang Fang rang again", by=desk.operator, now=LONG_AGO)
        notes.add(ticket, note="The lamp is old", by=desk.operator, now=LONG_AGO)
    carried_out(Scope.PERSON_DATA, archivist, desk.manager, auditor)
    ticket = session.get_one(Ticket, ticket.id)
    assert ticket.content == "＊＊＊ says at ＊＊＊ that the lamp is out"
    assert ticket.requester_id is None
    told = [one.words.said for one in ticket.events if one.words is not None]
    assert any(said and "The lamp is old" in said for said in told)
    assert not any(said and "Wang Fang" in said for said in told)
    assert {one.name for one in session.scalars(sa.select(Requester))} == {None}
    assert session.scalars(sa.select(RequesterPhone)).all() == []
    assert list(chains.check()) == []
    assert list(certificates.check()) == []
    assert filing.find(ticket).destroyed_at is None


def test_a_caller_with_another_matter_stays_known(
    desk: Desk, ended: Ticket, archivist: Staff, auditor: Staff
) -> None:
    desk.ticket("complaint", NOW)
    carried_out(Scope.MATTERS, archivist, desk.manager, auditor)
    assert {one.name for one in session.scalars(sa.select(Requester))} == {"Wang Fang", None}
    assert session.get_one(Ticket, ended.id).requester_id is None


def test_contacts_without_a_ticket_go_too(desk: Desk, archivist: Staff, auditor: Staff) -> None:
    contact = desk.answered_at_once(LONG_AGO)
    carried_out(Scope.CONTACTS, archivist, desk.manager, auditor)
    contact = session.get_one(Contact, contact.id)
    assert (contact.summary, contact.requester_id) == ("–", None)
    assert {one.name for one in session.scalars(sa.select(Requester))} == {None}


def test_what_is_opened_again_before_the_second_signature_stays(
    desk: Desk, ended: Ticket, archivist: Staff, auditor: Staff
) -> None:
    with transaction():
        batch = batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)
        batches.decide(batch, approve=True, note="", by=desk.manager, now=NOW)
        batches.sign(batch, typed=batch.number, by=archivist, now=NOW)
    with transaction():
        session.delete(filing.find(ended))
    with transaction():
        batches.sign(batch, typed=batch.number, by=auditor, now=NOW)
    assert (session.get_one(DestructionBatch, batch.id).certificate or {})["left_out"] == [ended.number]
    assert session.get_one(Ticket, ended.id).title == "A lamp is out"


def test_every_text_that_hangs_from_a_ticket_goes() -> None:
    """A table added later is emptied without anybody naming it: what stays is listed, and nothing else."""
    under = erasing.hanging_from({"ticket": sa.true(), "contact": sa.true()})
    staying = {
        (name, column.name)
        for name in under
        for column in Base.metadata.tables[name].columns
        if isinstance(column.type, sa.Text | sa.JSON)
        and not erasing.is_free(name, column)
        and not column.foreign_keys
    }
    assert staying <= erasing.STAY
    assert {"answer", "attachment", "contact", "urge", "callback_task", "gap_question"} <= under.keys()


def test_who_may_not_see_a_matter_does_not_see_it_in_a_batch(desk: Desk, archivist: Staff) -> None:
    with transaction():
        ticket = desk.ticket("tip_off", LONG_AGO)
    oversight = somebody(Role.OVERSIGHT_OFFICER)
    with transaction():
        ticket = session.get_one(Ticket, ticket.id)
        closing.terminate(ticket, reason="Unfounded", by=oversight, now=LONG_AGO)
        filing.classify([ticket.id], now=NOW)
    with pytest.raises(NothingDueError):
        batches.prepare(Scope.MATTERS, reason="Kept long enough", by=archivist, now=NOW)
    with transaction():
        batch = batches.prepare(Scope.MATTERS, reason="Kept long enough", by=oversight, now=NOW)
    assert batches.items(batch, archivist) == ([], 1)
    assert len(batches.items(batch, oversight)[0]) == 1
