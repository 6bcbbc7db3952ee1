"""The registers fill themselves, and the manager signs each day's ledger (A2.1, scenario 11)."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.categories.channels import Channel
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.registers import reading, reviewing
from hotline.registers.columns import Kind, columns
from hotline.registers.reading import Asked
from hotline.registers.reviewing import (
    CorrectedAlreadyError,
    CorrectionMissingError,
    DayNotOverError,
    RemarkMissingError,
    ReviewedAlreadyError,
)
from tests.matters import Desk, at, somebody

DAY = dt.date(2026, 3, 4)
NEXT = at("2026-03-05 10:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def told(person: Staff) -> list[str]:
    return list(
        session.scalars(sa.select(Notice.kind).where(Notice.staff_id == person.id).order_by(Notice.id))
    )


def cells(kind: Kind) -> list[list[str]]:
    return [list(line.cells) for line in reading.page(Asked(kind, DAY, DAY)).lines]


def test_every_answered_call_stands_in_the_telephone_register(desk: Desk) -> None:
    """A3.4: with a ticket or without."""
    desk.answered_at_once(at("2026-03-04 09:10"))
    ticket = desk.ticket("complaint", at("2026-03-04 09:30"))
    desk.ticket("complaint", at("2026-03-05 09:30"))
    lines = cells(Kind.CALLS)
    assert len(lines) == 2
    assert lines[0][0] == "2026-03-04 09:10"
    assert lines[0][1:3] == ["Wang Fang", "138****5678"]
    assert ticket.number in lines[1][-1]
    assert [line[0] for line in cells(Kind.COMPLAINTS)] == [ticket.number]
    assert cells(Kind.VISITS) == []


def test_a_letter_stands_under_its_number(desk: Desk) -> None:
    with transaction():
        desk.contact("suggestion", at("2026-03-04 10:00"), channel=Channel.LETTER)
    (line,) = cells(Kind.LETTERS)
    assert line[0].startswith("L2026-")
    assert line[1] == "2026-03-04"


def test_of_a_sealed_matter_only_that_somebody_called_is_told(desk: Desk) -> None:
    desk.ticket("tip_off", at("2026-03-04 09:30"))
    for kind in (Kind.CALLS, Kind.LEDGER):
        (line,) = cells(kind)
        assert "Wang Fang" not in line
        assert not any("lamp" in cell for cell in line)
        assert len(line) == len(columns(kind))
    assert cells(Kind.COMPLAINTS) == []


def test_days_asked_for_are_brought_in_order_and_never_too_many() -> None:
    asked = Asked(Kind.CALLS, dt.date(2026, 12, 1), dt.date(2020, 1, 1)).clipped(DAY)
    assert asked.first <= asked.last <= DAY
    assert asked.last - asked.first <= dt.timedelta(days=reading.LONGEST_DAYS)


def test_a_remark_is_corrected_by_whoever_made_the_entry(desk: Desk) -> None:
    with transaction():
        contact = desk.contact("complaint", at("2026-03-04 09:30"))
        with pytest.raises(RemarkMissingError):
            reviewing.remark(contact.id, words=" ", by=desk.manager, now=NEXT)
        one = reviewing.remark(contact.id, words="no place", by=desk.manager, now=NEXT)
    assert told(desk.operator) == ["ledger_remarked"]
    assert reviewing.to_correct(desk.operator) == [one]
    with pytest.raises(NotAllowedError):
        reviewing.correct(one.id, words="added", by=somebody(Role.OPERATOR), now=NEXT)
    with pytest.raises(CorrectionMissingError):
        reviewing.correct(one.id, words="", by=desk.operator, now=NEXT)
    with transaction():
        reviewing.correct(one.id, words="place added", by=desk.operator, now=NEXT)
    with pytest.raises(CorrectedAlreadyError):
        reviewing.correct(one.id, words="again", by=desk.operator, now=NEXT)
    assert reviewing.to_correct(desk.operator) == []
    assert cells(Kind.LEDGER)[0][-1] == "no place → place added"


def test_a_day_is_signed_once_and_not_before_it_is_over(desk: Desk) -> None:
    desk.ticket("complaint", at("2026-03-04 09:30"))
    with pytest.raises(DayNotOverError):
        reviewing.sign(DAY, comment="", by=desk.manager, now=at("2026-03-04 20:00"))
    with transaction():
        signed = reviewing.sign(DAY, comment="good", by=desk.manager, now=NEXT)
    assert (signed.entry_count, reviewing.remarks_of(DAY)) == (1, [])
    with pytest.raises(ReviewedAlreadyError):
        reviewing.sign(DAY, comment="", by=desk.manager, now=NEXT)


def test_a_ledger_nobody_reviewed_alarms_the_day_after_once(desk: Desk) -> None:
    """Scenario 11: due by close of business of the next working day."""
    desk.ticket("complaint", at("2026-03-04 09:30"))
    with transaction():
        assert reviewing.alarm(NEXT) == 0
        assert reviewing.alarm(at("2026-03-05 17:31")) == 1
        assert reviewing.alarm(at("2026-03-05 18:00")) == 0
    assert told(desk.manager) == ["ledger_not_reviewed"]
    with transaction():
        reviewing.sign(DAY, comment="", by=desk.manager, now=at("2026-03-05 18:00"))
    assert reviewing.not_reviewed(at("2026-03-05 19:00")) == []
