"""A backup taken while people work, and restored into an empty place on either database."""

import dataclasses
import datetime as dt
import gzip
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from hotline.backup import reading, restoring, rows, writing
from hotline.backup.ciphering import CHUNK
from hotline.backup.errors import (
    BackupError,
    DamagedError,
    FileTakenError,
    LaterVersionError,
    NoBackupError,
    NotEmptyError,
    NotReadError,
    NotWrittenError,
    WrongBackupKeyError,
    WrongSealKeyError,
)
from hotline.backup.manifest import Manifest
from hotline.config import Settings
from hotline.contacts import requesters
from hotline.contacts.models import Requester
from hotline.db import db, session, transaction
from hotline.db import reading as only_reading
from hotline.tickets import files
from hotline.tickets.models import Ticket
from tests import places
from tests.matters import Desk, at
from wsgi import create_app

NOW = at("2026-03-04 12:00")
SECRET = "a key that only this test knows"
MIGRATIONS = Path(__file__).parents[3] / "hotline" / "migrations"
PHONE = "13812345678"


def quiet(_line: str) -> None:
    """Say nothing."""


def write(target: Path, settings: Settings, secret: str = "") -> Manifest:
    return writing.write(target, settings, secret=secret, written_at=NOW.isoformat(), tell=quiet)


def restore(source: Path, settings: Settings, secret: str = "") -> Manifest:
    return restoring.restore(source, settings, secret=secret, migrations=MIGRATIONS, tell=quiet)


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    """A desk with a ticket, its requester, a file and an answered question."""
    desk = Desk()
    ticket = desk.ticket("complaint", NOW)
    desk.answered_at_once(NOW)
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(3 * CHUNK // 2))
    with transaction(), picture.open("rb") as opened:
        files.keep(ticket, opened, "picture.png", by=desk.operator, now=NOW)
    return desk


@pytest.fixture(params=places.DATABASES)
def place(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty place with the same keys: SQLite always, PostgreSQL where the tests have a server."""
    environ = {
        "HOTLINE_DATA": str(tmp_path / "fresh"),
        "SECRET_KEY": "tests",
        "HOTLINE_SEAL_KEY": ",".join(settings.seal_secrets),
    }
    with places.empty(request.param, environ) as found:
        yield found


@pytest.fixture
def fresh(place: Settings) -> Iterator[Flask]:
    """The application at the empty place, without tables."""
    app = create_app(place)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def is_whole(ticket: Ticket) -> bool:
    """Return whether the history counts as many lines as it says, and ends as it says."""
    return (len(ticket.events), ticket.events[-1].digest) == (ticket.event_count, ticket.chain_digest)


def lines() -> dict[str, list[bytes]]:
    """Return every row of the database at hand, as a backup writes it."""
    with only_reading():
        connection = session.connection()
        return {table.name: sorted(rows.read(connection, table)) for table in rows.tables(connection)}


def test_everything_is_the_same_after_a_restore(
    desk: Desk, settings: Settings, fresh: Flask, place: Settings, tmp_path: Path
) -> None:
    before = lines()
    made = write(tmp_path / "desk.backup", settings)
    with fresh.app_context():
        found = restore(tmp_path / "desk.backup", place)
        assert found == made
        after = lines()
        assert {name for name in before if before[name] != after[name]} <= tables_with_json(before)
        assert {name: len(found) for name, found in before.items()} == {
            name: len(found) for name, found in after.items()
        }
        ticket = session.scalars(sa.select(Ticket).where(Ticket.number.is_not(None))).first()
        assert ticket is not None
        assert is_whole(ticket)
        assert [one.phone for one in requesters.by_phone(PHONE)][:1] == [PHONE]
        assert files.stored(ticket.attachments[0]).stat().st_size > CHUNK


def tables_with_json(found: dict[str, list[bytes]]) -> set[str]:
    """Return the tables whose rows hold JSON: PostgreSQL writes the same value with other blanks."""
    with only_reading():
        return {
            table.name
            for table in rows.tables(session.connection())
            if any(isinstance(column.type, sa.JSON) for column in table.columns) and found[table.name]
        }


def test_a_restored_desk_goes_on_working(
    desk: Desk, settings: Settings, fresh: Flask, place: Settings, tmp_path: Path
) -> None:
    """New rows get numbers of their own: counters stand behind what was put in."""
    write(tmp_path / "desk.backup", settings)
    with fresh.app_context():
        restore(tmp_path / "desk.backup", place)
        before = session.scalar(sa.select(sa.func.max(Ticket.id))) or 0
        session.rollback()
        assert Desk().ticket("complaint", NOW).id > before


def test_a_backup_taken_while_people_write_shows_one_moment(
    desk: Desk, app: Flask, settings: Settings, fresh: Flask, place: Settings, tmp_path: Path
) -> None:
    stop, written, failed = threading.Event(), [], []

    def work(number: int) -> None:
        with app.app_context():
            try:
                mine = Desk()
                while not stop.is_set():
                    written.append(mine.ticket("complaint", NOW + dt.timedelta(seconds=number)).number)
            except Exception as error:  # shown by the assertion below, whatever it is
                failed.append(error)
            finally:
                session.remove()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        while len(written) < 5 and not failed:
            stop.wait(0.05)
        before = set(written)
        write(tmp_path / "desk.backup", settings)
        after = len(written)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed
    assert after > len(before), "nobody could write meanwhile"
    with fresh.app_context():
        restore(tmp_path / "desk.backup", place)
        tickets = session.scalars(sa.select(Ticket)).all()
        assert before <= {ticket.number for ticket in tickets}
        assert [ticket.number for ticket in tickets if not is_whole(ticket)] == []
        assert [ticket.number for ticket in tickets if not ticket.contacts or not ticket.deadlines] == []


@pytest.mark.parametrize("secret", ["", SECRET])
def test_nothing_personal_stands_in_the_file(
    desk: Desk, settings: Settings, tmp_path: Path, secret: str
) -> None:
    target = tmp_path / "desk.backup"
    write(target, settings, secret)
    content = target.read_bytes()
    if not secret:
        content = gzip.decompress(content)
    assert session.scalar(sa.select(sa.func.count(Requester.id)))
    for private in (PHONE, PHONE[-8:], "Wang Fang"):
        assert private.encode() not in content
    assert (b"A lamp is out" in content) is (not secret)
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("secret", ["", SECRET])
def test_a_changed_or_shortened_file_is_found_out(
    desk: Desk, settings: Settings, tmp_path: Path, secret: str
) -> None:
    target = tmp_path / "desk.backup"
    made = write(target, settings, secret)
    assert reading.verify(target, secret) == made
    whole = target.read_bytes()
    for place in range(100, len(whole), len(whole) // 7):
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedError):
            reading.verify(target, secret)
    for length in (len(whole) - 1, len(whole) // 2, 60):
        target.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            reading.verify(target, secret)


def test_keys_are_asked_for_by_name(
    desk: Desk, settings: Settings, fresh: Flask, place: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "desk.backup"
    write(target, settings, SECRET)
    for wrong in ("", "another key"):
        with pytest.raises(WrongBackupKeyError):
            reading.verify(target, wrong)
    foreign = dataclasses.replace(place, seal_secrets=("not the key",))
    with fresh.app_context():
        with pytest.raises(WrongSealKeyError):
            restore(target, foreign, SECRET)
        with only_reading():
            assert rows.tables(session.connection()) == []
        assert restore(target, place, SECRET).row_count > 0


def test_a_backup_is_not_restored_over_data(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    write(target, settings)
    with pytest.raises(NotEmptyError):
        restore(target, settings)


def test_what_cannot_be_done_is_refused_in_one_sentence(
    desk: Desk, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "desk.backup"
    write(target, settings)

    def refused(error: type[BackupError], act: Callable[[], object]) -> None:
        with pytest.raises(error) as caught:
            act()
        assert caught.value.say()

    refused(FileTakenError, lambda: write(target, settings))
    refused(NotWrittenError, lambda: write(tmp_path / "nowhere" / "desk.backup", settings))
    refused(NotReadError, lambda: reading.verify(tmp_path / "none", ""))
    (tmp_path / "other").write_text("another file")
    refused(NoBackupError, lambda: reading.verify(tmp_path / "other", ""))
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_require_empty", lambda: None)
        (tmp_path / "empty").mkdir()
        refused(
            LaterVersionError,
            lambda: restoring.restore(
                target, settings, secret="", migrations=unknown_to(tmp_path / "empty"), tell=quiet
            ),
        )


def unknown_to(folder: Path) -> Path:
    """Return a folder of migrations that knows no version yet."""
    (folder / "versions").mkdir()
    (folder / "env.py").write_text("")
    return folder


def test_an_attachment_that_is_gone_is_named_and_does_not_stop_the_backup(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    attachment = session.scalars(sa.select(Ticket)).first().attachments[0]  # type: ignore[union-attr] # the desk has one
    files.stored(attachment).unlink()
    session.rollback()
    assert write(tmp_path / "desk.backup", settings).missing_files == [attachment.digest]


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """Run a command in English."""
    runner = FlaskCliRunner(app)
    return lambda *words: runner.invoke(args=list(words))


def test_the_commands(desk: Desk, run: Callable[..., Result], settings: Settings, tmp_path: Path) -> None:
    session.rollback()
    target = tmp_path / "desk.backup"
    made = run("backup", str(target), "--encrypt", "--verbose")
    assert made.exit_code == 0, made.output
    assert "HOTLINE_SEAL_KEY" in made.output
    assert "ticket: " in made.output
    assert (settings.data / "backup_key").stat().st_mode & 0o777 == 0o600
    checked = run("backup", "verify", str(target))
    assert checked.exit_code == 0, checked.output
    again = run("backup", str(target))
    assert again.exit_code == 1
    assert str(target) in again.output
    assert run("restore", str(target)).exit_code == 1
    (settings.data / "backup_key").unlink()
    assert run("backup", "verify", str(target)).exit_code == 1
