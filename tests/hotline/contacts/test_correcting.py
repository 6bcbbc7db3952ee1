"""Entries typed wrongly: what they said stays on record, and nothing is moved that something rests on."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.contacts import changes, correcting, intake
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.intake import Caller, VisitDetails
from hotline.contacts.models import Visit
from hotline.db import session, transaction
from hotline.errors import NotAllowedError
from hotline.people.roles import Role
from hotline.reception import correcting as visits
from hotline.tickets import registration
from hotline.tickets.registration import Matter
from tests.matters import Desk, at, somebody

MONDAY = at("2026-03-02 10:00")
LATER = at("2026-03-02 11:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def visit(desk: Desk, **more: object) -> Visit:
    with transaction():
        contact = intake.record(
            VisitDetails(visitor_count=2, companions=("Li Na",)),
            Caller(name="Wang Fang", phone="13812345678", address="Lane 5", **more),  # type: ignore[arg-type]
            category="complaint",
            content_class="130101",
            summary="Noise\nEvery night",
            received_at=MONDAY,
            is_read_back=True,
            submission_key="visit-1",
            by=desk.operator,
            now=MONDAY,
        )
    assert isinstance(contact, Visit)
    return contact


def correct(one: Visit, desk: Desk, **wanted: object) -> list[EntryCorrection]:
    values = {EntryField(name): value for name, value in wanted.items()}
    with transaction():
        return visits.correct(one, values, reason="typed wrongly", by=desk.operator, now=LATER)


def test_what_an_entry_said_stays_on_record(desk: Desk) -> None:
    one = visit(desk)
    made = correct(one, desk, name="Wang Fan", summary="Noise\nAt weekends", visitor_count=2)
    assert [(row.field.value, row.was, row.became) for row in made] == [
        ("summary", "Noise\nEvery night", "Noise\nAt weekends"),
        ("name", "Wang Fang", "Wang Fan"),
    ]
    assert one.summary == "Noise\nAt weekends"
    assert one.requester is not None
    assert one.requester.name == "Wang Fan"
    assert [row.was for row in changes.of(one.requester)] == ["Wang Fang"]
    assert [row.id for row in correcting.of(one)] == [row.id for row in reversed(made)]


def test_corrected_words_are_sealed_in_the_database(desk: Desk) -> None:
    correct(visit(desk), desk, name="Wang Fan")
    stored = session.execute(sa.text("SELECT was, became FROM entry_correction")).one()
    assert "Wang" not in "".join(stored)


def test_a_fifth_visitor_makes_the_visit_a_collective_one(desk: Desk) -> None:
    one = visit(desk)
    correct(one, desk, visitor_count=5)
    assert one.is_collective
    with pytest.raises(intake.TooManyRepresentativesError):
        correct(one, desk, companions="A\nB\nC\nD\nE\nF")


def test_what_says_nothing_new_is_refused(desk: Desk) -> None:
    one = visit(desk)
    with pytest.raises(correcting.NothingCorrectedError):
        correct(one, desk, name="Wang Fang", summary="Noise\nEvery night", received_at=MONDAY)
    with pytest.raises(correcting.NameTakenOutError):
        correct(one, desk, name="")
    with pytest.raises(correcting.CorrectionReasonMissingError):
        visits.correct(one, {EntryField.NAME: "Wu"}, reason=" ", by=desk.operator, now=LATER)
    assert correcting.of(one) == []


def test_an_anonymous_visitor_gets_no_name_by_correction(desk: Desk) -> None:
    one = visit(desk, is_anonymous=True)
    with pytest.raises(correcting.NothingCorrectedError):
        correct(one, desk, name="Wang Fang")


def test_the_moment_stays_once_limits_run_from_it(desk: Desk) -> None:
    one = visit(desk)
    earlier = MONDAY - dt.timedelta(hours=1)
    correct(one, desk, received_at=earlier)
    assert one.received_at == earlier
    with pytest.raises(intake.ReceivedInFutureError):
        correct(one, desk, received_at=LATER + dt.timedelta(hours=1))
    with transaction():
        matter = Matter(
            category="complaint", title="Noise", content="Noise", content_class="130101", facts={}
        )
        ticket = registration.register(matter, one, by=desk.operator, now=LATER)
    with pytest.raises(correcting.ReceivedFixedError):
        correct(one, desk, received_at=MONDAY)
    correct(one, desk, summary="Noise at weekends")
    assert ticket.events[-1].kind == "entry_corrected"


def test_only_who_took_it_down_and_leaders_correct(desk: Desk) -> None:
    one = visit(desk)
    wanted = {EntryField.SUMMARY: "Other words"}
    with pytest.raises(NotAllowedError):
        visits.correct(one, wanted, reason="typed wrongly", by=somebody(Role.OPERATOR), now=LATER)
    with transaction():
        visits.correct(one, wanted, reason="typed wrongly", by=desk.leader, now=LATER)
    assert one.summary == "Other words"
