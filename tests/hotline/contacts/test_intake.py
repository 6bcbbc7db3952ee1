"""One entry for each call, visit and letter; who called, and who looked."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from hotline.categories.channels import Channel
from hotline.contacts import drafts, intake, requesters, reveals, series
from hotline.contacts.intake import CallDetails, Caller, Details, LetterDetails, VisitDetails
from hotline.contacts.models import Call, Contact, Letter, RequesterKind, Visit
from hotline.db import session, transaction
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.staff import TraineeRefusedError
from tests.conftest import NOON

LONG = "字" * 19_990 + "😀䶮㙍 مرحبا =1+1"


@pytest.fixture
def operator(person: Callable[..., Staff]) -> Staff:
    return person(Role.OPERATOR)


def record(
    by: Staff,
    details: Details | None = None,
    caller: Caller | None = None,
    *,
    key: str = "one",
    is_read_back: bool | None = True,
    received_at: dt.datetime = NOON,
    summary: str = "A lamp is out",
) -> Contact:
    with transaction():
        return intake.record(
            details or CallDetails(ring_count=2, talk_seconds=85),
            caller or Caller(name="Wang Fang", phone="13812345678"),
            category="complaint",
            content_class=None,
            summary=summary,
            received_at=received_at,
            is_read_back=is_read_back,
            submission_key=key,
            by=by,
            now=NOON,
        )


def test_a_trainee_cannot_save_a_call_but_can_register_a_letter(person: Callable[..., Staff]) -> None:
    trainee = person(Role.TRAINEE)
    with pytest.raises(TraineeRefusedError):
        record(trainee)
    assert isinstance(record(trainee, LetterDetails(letter_class="complaint"), is_read_back=False), Letter)


@pytest.mark.parametrize("details", [CallDetails(), VisitDetails()])
def test_what_is_said_must_be_read_back(operator: Staff, details: Details) -> None:
    with pytest.raises(intake.ReadBackMissingError):
        record(operator, details, is_read_back=False)
    assert record(operator, details, is_read_back=None).readback_confirmed_at is None


def test_a_late_answer_is_marked_from_the_fourth_ring(operator: Staff) -> None:
    calls = [record(operator, CallDetails(ring_count=rings), key=str(rings)) for rings in (3, 4)]
    assert [call.is_answered_late for call in calls if isinstance(call, Call)] == [False, True]


def test_five_visitors_are_a_collective_visit(operator: Staff) -> None:
    visits = [record(operator, VisitDetails(visitor_count=count), key=str(count)) for count in (4, 5)]
    assert [visit.is_collective for visit in visits if isinstance(visit, Visit)] == [False, True]


def test_letters_are_numbered_in_the_register_of_their_year(operator: Staff) -> None:
    letters = [record(operator, LetterDetails(letter_class="praise"), key=key) for key in "ab"]
    assert [one.register_number for one in letters if isinstance(one, Letter)] == [
        "L2026-00001",
        "L2026-00002",
    ]


def test_nothing_comes_in_later_than_now(operator: Staff) -> None:
    with pytest.raises(intake.ReceivedInFutureError):
        record(operator, received_at=NOON + dt.timedelta(minutes=2))


def test_a_record_says_what_it_is_about(operator: Staff) -> None:
    with pytest.raises(intake.NothingWrittenError):
        record(operator, summary="  ")


def test_the_longest_and_rarest_text_is_kept(operator: Staff) -> None:
    contact = record(operator, summary=LONG)
    session.expire_all()
    assert contact.summary == LONG


def test_who_wishes_to_stay_unnamed_is_not_named(operator: Staff) -> None:
    contact = record(operator, caller=Caller(name="Wang Fang", phone="13812345678", is_anonymous=True))
    assert contact.requester is not None
    assert contact.requester.name is None


def test_the_same_number_is_the_same_person_and_another_name_another(operator: Staff) -> None:
    first = record(operator, key="1")
    again = record(operator, caller=Caller(phone="+86 138-1234-5678"), key="2")
    other = record(operator, caller=Caller(name="Li Si", phone="13812345678"), key="3")
    assert first.requester_id == again.requester_id != other.requester_id
    assert {one.name for one in requesters.by_phone("138 1234 5678")} == {"Wang Fang", "Li Si"}


def test_names_and_numbers_are_sealed_in_the_database(operator: Staff, app: Flask) -> None:
    record(operator)
    kept = session.connection().exec_driver_sql("SELECT name FROM requester").scalar_one()
    number = session.connection().exec_driver_sql("SELECT number FROM requester_phone").scalar_one()
    assert "Wang" not in kept
    assert "1381234" not in number


def test_looking_behind_the_mask_needs_a_reason_and_leaves_a_line(operator: Staff) -> None:
    requester = record(operator).requester
    assert requester is not None
    with pytest.raises(reveals.RevealReasonMissingError):
        reveals.reveal(requester, reason="  ", by=operator, now=NOON)
    with transaction():
        reveals.reveal(requester, reason="calling back", by=operator, now=NOON)
    assert [(line.revealed_by, line.reason) for line in reveals.of(requester)] == [(operator, "calling back")]


def test_a_further_number_finds_the_person_too(operator: Staff) -> None:
    requester = record(operator).requester
    assert requester is not None
    with transaction():
        for _ in range(2):
            requesters.add_phone(requester, "0551-62345678")
    assert requesters.by_phone("055162345678") == [requester]
    assert len(requester.phones) == 2


def test_nobody_is_found_where_nobody_is(app: Flask) -> None:
    with pytest.raises(NotFoundError):
        requesters.get(404)
    assert (
        requesters.remember(name=None, phone=None, address=None, kind=RequesterKind.PERSON, now=NOON) is None
    )


def test_a_draft_collects_what_was_typed_and_is_its_writers_alone(
    operator: Staff, person: Callable[..., Staff]
) -> None:
    later = NOON + dt.timedelta(minutes=1)
    with transaction():
        drafts.keep(operator, Channel.CALL, "k", {"title": "lamp"}, started_at=NOON, now=NOON)
        drafts.keep(
            operator, Channel.CALL, "k", {"phone": "110", "title": "a lamp"}, started_at=later, now=later
        )
    draft = drafts.of(operator, "k")
    assert draft is not None
    assert draft.typed == {"title": "a lamp", "phone": "110"}
    assert draft.started_at == NOON
    assert drafts.of(person(Role.OPERATOR), "k") is None
    assert "lamp" not in session.connection().exec_driver_sql("SELECT fields FROM intake_draft").scalar_one()


def test_a_key_that_two_people_send_keeps_what_each_of_them_typed(
    operator: Staff, person: Callable[..., Staff]
) -> None:
    other = person(Role.OPERATOR)
    with transaction():
        drafts.keep(operator, Channel.CALL, "k", {"title": "lamp"}, started_at=NOON, now=NOON)
        drafts.keep(other, Channel.VISIT, "k", {"title": "water"}, started_at=NOON, now=NOON)
    typed = [draft.typed for draft in (drafts.of(operator, "k"), drafts.of(other, "k")) if draft]
    assert typed == [{"title": "lamp"}, {"title": "water"}]


def test_forgotten_drafts_go_when_a_new_one_is_begun(operator: Staff) -> None:
    after = NOON + drafts.KEPT_FOR + dt.timedelta(minutes=1)
    with transaction():
        drafts.keep(operator, Channel.CALL, "old", {"title": "x"}, started_at=NOON, now=NOON)
        drafts.keep(operator, Channel.CALL, "new", {"title": "y"}, started_at=after, now=after)
    assert [draft.submission_key for draft in drafts.parked(operator)] == ["new"]


def test_ticket_numbers_carry_a_check_digit(app: Flask) -> None:
    with transaction():
        number = series.ticket_number(NOON)
    assert series.is_ticket_number(number)
    swapped = number[:-2] + number[-1] + number[-2]
    assert swapped == number or not series.is_ticket_number(swapped)
