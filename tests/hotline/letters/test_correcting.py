"""The entry of a letter corrected: as long as nothing rests on it, by who entered it or leads the shift."""

import datetime as dt

import pytest
from flask import Flask

from hotline.contacts import correcting as entries
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.models import Letter
from hotline.db import transaction
from hotline.errors import NotAllowedError
from hotline.letters import correcting, deciding, repeating, replying, rights
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.closing_needs import Fact
from hotline.tickets.registration import Matter
from tests.hotline.letters.conftest import MONDAY, Written
from tests.matters import Desk, at, somebody

TUESDAY = at("2026-03-03 10:00")
COMPLAINT = Matter(category="complaint", title="Noise", content="Every night", place="Lane 5")


def correct(letter: Letter, by: Staff, **wanted: object) -> list[EntryCorrection]:
    values = {EntryField(name): value for name, value in wanted.items()}
    with transaction():
        return correcting.correct(letter, values, reason="misread", by=by, now=TUESDAY)


def test_what_was_misread_is_put_right_and_stays_on_record(desk: Desk, letter: Written) -> None:
    one = letter(sender_number="A-7", postmark="Hefei")
    made = correct(
        one, desk.operator, sender_number="A-1", postmark=None, copies=2, name="Wang Fan", written_on=None
    )
    assert [(row.field.value, row.was, row.became) for row in made] == [
        ("sender_number", "A-7", "A-1"),
        ("postmark", "Hefei", None),
        ("copies", "1", "2"),
        ("name", "Wang Fang", "Wang Fan"),
    ]
    assert (one.sender_number, one.copies, one.postmark) == ("A-1", 2, None)


def test_a_letter_is_found_again_under_the_corrected_name(desk: Desk, letter: Written) -> None:
    one = letter(written_on=dt.date(2026, 2, 27))
    correct(one, desk.operator, name="Wu Fang")
    found = repeating.find(
        sender="Wu Fang",
        written_on=dt.date(2026, 2, 27),
        number="",
        title="",
        details="",
        person=desk.operator,
        now=TUESDAY,
    )
    assert [earlier.letter.id for earlier in found] == [one.id]


def test_only_who_entered_it_and_leaders_correct(desk: Desk, letter: Written) -> None:
    one = letter()
    for other in (somebody(Role.OPERATOR), somebody(Role.INSPECTOR)):
        with pytest.raises(NotAllowedError):
            correct(one, other, copies=2)
    correct(one, desk.leader, copies=2)
    assert one.copies == 2


def test_what_was_handed_over_stays_as_it_is(desk: Desk, letter: Written) -> None:
    one = letter("official_document")
    with transaction():
        deciding.hand_over(one, somebody(Role.ARCHIVIST), reason="", by=desk.operator, now=MONDAY)
    with pytest.raises(correcting.HandedOverEntryError):
        correct(one, desk.leader, copies=2)


def test_what_an_approved_reply_names_stays_as_it_is(desk: Desk, letter: Written) -> None:
    one = letter(written_on=dt.date(2026, 2, 27))
    with transaction():
        reply = replying.draft(one, "thanks", by=desk.operator, now=TUESDAY)
    correct(one, desk.operator, copies=2)
    with transaction():
        replying.write(
            reply,
            recipient="Wang",
            address="Lane 5",
            subject="Thanks",
            body="Ok",
            by=desk.operator,
            now=TUESDAY,
        )
        replying.submit(reply, by=desk.operator, now=TUESDAY)
        replying.approve(reply, by=desk.leader, now=TUESDAY)
    with pytest.raises(correcting.FrozenEntryError):
        correct(one, desk.operator, copies=3)


def test_a_ticket_is_told_of_a_correction_and_keeps_its_moment(desk: Desk, letter: Written) -> None:
    one = letter()
    with transaction():
        ticket = deciding.make_ticket(one, COMPLAINT, reason="Again", by=desk.operator, now=MONDAY)
    correct(one, desk.operator, envelope_number="E9")
    assert ticket.events[-1].kind == "entry_corrected"
    with pytest.raises(entries.ReceivedFixedError):
        correct(one, desk.operator, received_at=MONDAY - dt.timedelta(days=1))
    with pytest.raises(deciding.DecidedAlreadyError):
        correct(one, desk.operator, letter_class="praise")


def test_no_letter_comes_before_it_is_written(desk: Desk, letter: Written) -> None:
    with pytest.raises(correcting.WrittenLaterError):
        correct(letter(), desk.operator, written_on=dt.date(2026, 3, 3))


def test_a_state_secret_keeps_no_text_and_none_is_made_of_one_with_text(desk: Desk, letter: Written) -> None:
    with pytest.raises(correcting.SecretTooLateError):
        correct(letter(), desk.operator, secrecy="secret")
    bare = letter(summary="Noise")
    correct(bare, desk.operator, secrecy="secret")
    with pytest.raises(rights.StateSecretError):
        correct(bare, desk.operator, summary="Noise\nEvery night")


def test_matters_that_are_over_keep_their_entry(app: Flask, desk: Desk, letter: Written) -> None:
    one = letter("praise")
    praise = Matter(
        category="praise", title="Thanks", content="To Li", facts={"praised": "Li", "deed": "Help"}
    )
    with transaction():
        ticket = deciding.make_ticket(one, praise, reason="", by=desk.operator, now=MONDAY)
        for need in deciding.posted(ticket):
            fact = Fact(need=need, words="Board", happened_at=MONDAY)
            deciding.post(ticket, fact, by=desk.operator, now=MONDAY)
        deciding.close_posted(ticket, by=desk.leader, now=MONDAY)
    with pytest.raises(entries.ClosedEntryError):
        correct(one, desk.leader, copies=2)
