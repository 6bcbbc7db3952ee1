"""Personal data at rest: unreadable without the key, found without being stored."""

import subprocess

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask

from hotline.contacts import requesters
from hotline.contacts.models import RequesterKind
from hotline.db import db, session, transaction
from hotline.sealing import Seal
from tests.conftest import NOON


def test_what_is_sealed_can_be_opened_with_its_key_alone() -> None:
    sealed = Seal(("one",)).close("13800138000")
    assert "13800138000" not in sealed
    assert Seal(("one",)).open(sealed) == "13800138000"
    with pytest.raises(InvalidToken):
        Seal(("two",)).open(sealed)


def test_a_new_first_key_still_opens_and_finds_what_the_old_one_sealed() -> None:
    old, rotated = Seal(("old",)), Seal(("new", "old"))
    assert rotated.open(old.close("王敏")) == "王敏"
    assert old.digest("13800138000") in rotated.digests("13800138000")


def test_the_database_holds_no_caller_in_plain_text(app: Flask) -> None:
    with transaction():
        requesters.remember(
            name="欧阳小敏",
            phone="13987654321",
            address="幸福路九十九号",
            kind=RequesterKind.PERSON,
            now=NOON,
        )
    session.remove()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        # In a process of its own: closing the file in this one would drop the locks SQLite holds on it.
        kept = subprocess.run(["cat", str(db.engine.url.database)], capture_output=True, check=True).stdout
    else:
        with db.engine.connect() as connection:
            rows = [
                row
                for table in ("requester", "requester_phone")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            ]
        kept = repr(rows).encode()
    for secret in ("欧阳小敏", "13987654321", "幸福路九十九号"):
        assert secret.encode() not in kept


def test_a_caller_is_found_by_number_however_it_is_written(app: Flask) -> None:
    with transaction():
        requesters.remember(
            name="欧阳小敏", phone="+86 139 8765 4321", address=None, kind=RequesterKind.PERSON, now=NOON
        )
    assert [one.name for one in requesters.by_phone("１３９８７６５４３２１")] == ["欧阳小敏"]
