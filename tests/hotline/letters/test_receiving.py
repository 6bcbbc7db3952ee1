"""Envelopes, scans and repeats: checked, kept in order, found again."""

import datetime as dt
import io

import pytest
from flask import Flask

from hotline.audit import key_rotation
from hotline.db import session, transaction
from hotline.errors import NotFoundError
from hotline.letters import receiving, repeating, rights, scans
from hotline.letters.repeating import Sameness
from hotline.sealing import Seal
from hotline.tickets import files
from tests.hotline.letters.conftest import MONDAY, Written
from tests.matters import Desk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
TIFF = b"II*\0" + b"\0" * 20
PDF = b"%PDF-1.7\n%%EOF"


def chosen(*contents: tuple[bytes, str]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for content, name in contents]


def test_a_discrepancy_is_written_down_and_told_once(desk: Desk, letter: Written) -> None:
    sent = letter()
    every = [one.code for one in receiving.checks()]
    assert len(every) == 6
    with pytest.raises(receiving.ContentsMissingError), transaction():
        receiving.check(
            sent, stated="2 pages", found=" ", passed=every, discrepancy="", by=desk.operator, now=MONDAY
        )
    with pytest.raises(receiving.DiscrepancyMissingError), transaction():
        receiving.check(
            sent, stated="2", found="1", passed=every[1:], discrepancy="", by=desk.operator, now=MONDAY
        )
    with pytest.raises(receiving.NothingToTellError), transaction():
        receiving.tell(sent, how="by telephone", by=desk.operator, now=MONDAY)
    with transaction():
        row = receiving.check(
            sent,
            stated="2",
            found="1",
            passed=every[1:],
            discrepancy="One page",
            by=desk.operator,
            now=MONDAY,
        )
        assert row.failed == every[:1]
    with pytest.raises(receiving.WayMissingError), transaction():
        receiving.tell(sent, how="", by=desk.operator, now=MONDAY)
    with transaction():
        receiving.tell(sent, how="by telephone", by=desk.operator, now=MONDAY)
    with pytest.raises(receiving.ToldAlreadyError), transaction():
        receiving.check(
            sent, stated="2", found="2", passed=every, discrepancy="", by=desk.operator, now=MONDAY
        )


def test_scans_are_kept_by_what_is_in_them_and_put_in_order(desk: Desk, letter: Written) -> None:
    sent = letter()
    with transaction():
        kept = scans.keep(
            sent,
            chosen((PNG, "one.jpg"), (JPEG, "two.png"), (TIFF, "three"), (PDF, "four.exe")),
            by=desk.operator,
            now=MONDAY,
        )
    assert [row.name for row in kept] == ["one.png", "two.jpg", "three.tif", "four.pdf"]
    with transaction():
        scans.move(sent, kept[1].id, scans.UP, by=desk.operator)
        scans.move(sent, kept[1].id, scans.UP, by=desk.operator)
        scans.move(sent, kept[3].id, scans.DOWN, by=desk.operator)
        scans.remove(sent, kept[2].id, by=desk.operator, now=MONDAY)
    assert [row.name for row in scans.of(sent)] == ["two.jpg", "one.png", "four.pdf"]
    with pytest.raises(NotFoundError):
        scans.get(sent, kept[2].id)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", files.FileEmptyError),
        (b"GIF89a" + b"\0" * 9, scans.NotAScanError),
        (b"MZ", files.FileKindRefusedError),
    ],
)
def test_what_no_scanner_writes_is_refused(
    desk: Desk, letter: Written, content: bytes, error: type[Exception]
) -> None:
    sent = letter()
    with pytest.raises(error), transaction():
        scans.keep(sent, chosen((PNG, "a.png"), (content, "b.png")), by=desk.operator, now=MONDAY)
    assert scans.of(sent) == []


def test_one_letter_has_only_so_many_files(
    desk: Desk, letter: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "MOST", 1)
    sent = letter()
    with pytest.raises(scans.NoFileChosenError), transaction():
        scans.keep(sent, [], by=desk.operator, now=MONDAY)
    with pytest.raises(scans.TooManyScansError), transaction():
        scans.keep(sent, chosen((PNG, "a"), (PNG, "b")), by=desk.operator, now=MONDAY)


@pytest.mark.parametrize("level", ["top_secret", "secret", "confidential"])
def test_nothing_of_a_state_secret_is_scanned(desk: Desk, letter: Written, level: str) -> None:
    sent = letter(secrecy=level)
    with pytest.raises(rights.StateSecretError), transaction():
        scans.keep(sent, chosen((PNG, "a.png")), by=desk.operator, now=MONDAY)


def test_a_letter_registered_before_is_found_again(desk: Desk, letter: Written) -> None:
    first = letter(
        written_on=dt.date(2026, 2, 27),
        sender_number="A-7",
        summary="小区北侧工地夜间施工\n连续两晚施工到凌晨",
    )
    letter(summary="感谢清洁工李师傅\n每天把楼道打扫得很干净")

    def found(**more: object) -> list[tuple[int, Sameness]]:
        asked = {"sender": "", "written_on": None, "number": "", "title": ""} | more
        rows = repeating.find(**asked, person=desk.operator, now=MONDAY)  # type: ignore[arg-type] # passed on
        return [(one.letter.id, one.because) for one in rows]

    assert found(sender=" wang  FANG", written_on=dt.date(2026, 2, 27)) == [
        (first.id, Sameness.SAME_SENDER_AND_DATE)
    ]
    assert found(sender="Wang Fang", written_on=dt.date(2026, 2, 26)) == []
    assert found(number="a-7") == [(first.id, Sameness.SAME_NUMBER)]
    assert found(title="工地夜间施工", details="北侧工地施工到凌晨") == [(first.id, Sameness.SAME_WORDS)]
    assert found(title="医保报销比例是多少") == []


def test_the_sender_is_found_again_after_the_key_was_changed(
    app: Flask, desk: Desk, letter: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "seal", Seal(("old",)))
    first = letter(written_on=dt.date(2026, 2, 27))
    monkeypatch.setitem(app.extensions, "seal", Seal(("another", "old")))
    list(key_rotation.run())
    monkeypatch.setitem(app.extensions, "seal", Seal(("another",)))
    session.expire_all()
    found = repeating.find(
        sender="Wang Fang",
        written_on=dt.date(2026, 2, 27),
        number="",
        title="",
        person=desk.operator,
        now=MONDAY,
    )
    assert [one.letter.id for one in found] == [first.id]
