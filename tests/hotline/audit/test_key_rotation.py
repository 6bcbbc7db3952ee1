"""Another key while the service runs: everything sealed anew, found all the while, the old key dropped."""

import subprocess
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from flask import Flask

from hotline.audit import chains, key_rotation
from hotline.contacts import requesters
from hotline.contacts.models import RequesterKind, RequesterPhone
from hotline.db import Base, db, session, transaction
from hotline.sealing import Seal, SealedText
from hotline.tickets import notes
from tests.conftest import NOON
from tests.matters import Desk, at

NAME, NUMBER, ADDRESS = "欧阳小敏", "13987654321", "幸福路九十九号"


@pytest.fixture
def use(app: Flask) -> Iterator[object]:
    """Let the application use other keys, as after a restart with another HOTLINE_SEAL_KEY."""
    before = app.extensions["seal"]

    def other(*secrets: str) -> None:
        session.remove()
        app.extensions["seal"] = Seal(secrets)

    yield other
    app.extensions["seal"] = before


def remember() -> None:
    with transaction():
        requesters.remember(name=NAME, phone=NUMBER, address=ADDRESS, kind=RequesterKind.PERSON, now=NOON)


def test_everything_is_sealed_anew_and_found_before_during_and_after(app: Flask, use: object) -> None:
    assert callable(use)
    use("old")
    remember()
    desk = Desk()
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        notes.add(ticket, note="Waits at gate 9", by=desk.operator, now=NOON)
    ticket_id = ticket.id
    use("new", "old")
    assert [one.name for one in requesters.by_phone(NUMBER)] == [NAME]
    assert key_rotation.left() > 0
    assert sum(one.changed for one in key_rotation.run()) > 0
    assert key_rotation.left() == 0
    use("new")
    assert [one.name for one in requesters.by_phone(NUMBER)] == [NAME]
    assert list(chains.check(ticket_id)) == []
    use("old")
    with pytest.raises(InvalidToken):
        session.scalars(sa.select(RequesterPhone.number)).all()
    session.rollback()


def test_it_goes_on_where_it_was_stopped(app: Flask, use: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(use)
    monkeypatch.setattr(key_rotation, "BATCH", 2)  # five rows are several batches then
    use("old")
    for turn in range(5):
        with transaction():
            requesters.remember(
                name=f"{NAME}{turn}",
                phone=f"1398765432{turn}",
                address=None,
                kind=RequesterKind.PERSON,
                now=NOON,
            )
    use("new", "old")
    work = key_rotation.run()
    first = next(work)
    work.close()  # the process is stopped here
    assert (first.read, first.changed) == (2, 2)
    rest = list(key_rotation.run())
    assert sum(one.changed for one in rest if one.table == "requester") == 3
    assert sum(one.changed for one in key_rotation.run()) == 0


def test_the_command_says_when_the_old_key_can_go(app: Flask, use: object) -> None:
    assert callable(use)
    use("old")
    remember()
    use("new", "old")
    done = app.test_cli_runner().invoke(args=["seal", "rotate"])
    assert done.exit_code == 0, done.output
    assert "requester: 2" in done.output
    assert "0" in done.output.splitlines()[-1]


def test_neither_the_database_file_nor_its_log_holds_a_caller(app: Flask) -> None:
    """Both are searched as they lie on the disk, nothing written over from the log first."""
    remember()
    session.remove()
    if db.engine.dialect.name == "sqlite":
        file = str(db.engine.url.database)
        # In a process of its own: closing the file in this one would drop the locks SQLite holds on it.
        kept = b"".join(
            subprocess.run(["cat", one], capture_output=True, check=True).stdout
            for one in (file, f"{file}-wal")
        )
    else:
        with db.engine.connect() as connection:
            kept = b"".join(
                repr(connection.execute(sa.text(f'SELECT * FROM "{table.name}"')).all()).encode()
                for table in Base.metadata.sorted_tables
                if any(isinstance(column.type, SealedText) for column in table.columns)
            )
    assert b"requester" in kept or db.engine.dialect.name != "sqlite"
    for secret in (NAME, NUMBER, ADDRESS, NUMBER[-8:]):
        assert secret.encode() not in kept
