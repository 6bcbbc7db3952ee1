"""Mail and SMS: one message for many notices, quiet hours kept, urgent ones at once, nothing twice."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session, transaction
from hotline.delivery import notices, pushing
from hotline.delivery.models import Notice, OutboxMessage
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import N_
from tests.matters import at, somebody

SENTENCE = N_("Ticket %(number)s waits for your review.")


class Twin:
    """Keeps what it was given instead of sending it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []

    def send(self, *words: str, reference: str) -> None:
        """Keep one message."""
        self.sent.append(words)


@pytest.fixture
def mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Twin:
    """A twin of the mail sender, in the place the configuration gives it."""
    twin = Twin()
    monkeypatch.setitem(app.extensions, "mail", twin)
    monkeypatch.setitem(app.extensions, "sms", twin)
    return twin


@pytest.fixture
def leader(app: Flask) -> Staff:
    """A shift leader who is reached by mail and reads English."""
    person = somebody(Role.SHIFT_LEADER)
    with transaction():
        person.locale = "en"
        pushing.reach_of(person).mail = "leader@example.org"
    return person


def tell(person: Staff, number: int, moment: str, *, is_urgent: bool = False) -> None:
    with transaction():
        notices.tell(
            [person],
            "ticket_to_review",
            SENTENCE,
            once=f"review:{number}",
            now=at(moment),
            is_urgent=is_urgent,
            number=number,
        )


def promised() -> list[OutboxMessage]:
    query = sa.select(OutboxMessage).where(OutboxMessage.kind == "notices_to_push")
    return list(session.scalars(query.order_by(OutboxMessage.run_at)))


def test_many_notices_make_one_message(leader: Staff, mail: Twin) -> None:
    for number in range(25):
        tell(leader, number, "2026-03-04 10:01")
    [message] = promised()
    assert message.run_at == at("2026-03-04 10:05")
    with transaction():
        pushing.push(message, at("2026-03-04 10:05"))
        pushing.push(message, at("2026-03-04 10:05"))
    [(to, subject, text)] = mail.sent
    assert (to, subject) == ("leader@example.org", "25 notices of the hotline")
    assert text.count("waits for your review") == 20
    assert "and 5 more" in text


def test_the_night_is_quiet_for_people_and_urgent_matters_are_not(leader: Staff, mail: Twin) -> None:
    tell(leader, 1, "2026-03-04 22:00")
    tell(leader, 2, "2026-03-05 02:00")
    [message] = promised()
    assert message.run_at == at("2026-03-05 08:00")
    assert [one.created_at for one in session.scalars(sa.select(Notice).order_by(Notice.id))] == [
        at("2026-03-04 22:00"),
        at("2026-03-05 02:00"),
    ]
    tell(leader, 3, "2026-03-05 03:00", is_urgent=True)
    assert [one.run_at for one in promised()] == [at("2026-03-05 03:00"), at("2026-03-05 08:00")]


@pytest.mark.parametrize(
    ("starts", "ends", "moment", "expected"),
    [
        ("21:00", "08:00", "2026-03-04 20:59", "2026-03-04 20:59"),
        ("21:00", "08:00", "2026-03-04 21:00", "2026-03-05 08:00"),
        ("21:00", "08:00", "2026-03-05 07:59", "2026-03-05 08:00"),
        ("21:00", "08:00", "2026-03-05 08:00", "2026-03-05 08:00"),
        ("12:00", "14:00", "2026-03-05 12:30", "2026-03-05 14:00"),
        ("12:00", "14:00", "2026-03-05 11:30", "2026-03-05 11:30"),
        ("12:00", "12:00", "2026-03-05 12:00", "2026-03-05 12:00"),
    ],
)
def test_quiet_hours_end_when_they_say(
    leader: Staff, starts: str, ends: str, moment: str, expected: str
) -> None:
    reach = pushing.reach_of(leader)
    reach.quiet_from, reach.quiet_until = dt.time.fromisoformat(starts), dt.time.fromisoformat(ends)
    assert pushing.quiet_end(reach, at(moment)) == at(expected)
    session.rollback()


def test_what_was_read_meanwhile_is_not_sent(leader: Staff, mail: Twin) -> None:
    tell(leader, 1, "2026-03-04 10:01")
    with transaction():
        notices.mark_read(leader, now=at("2026-03-04 10:02"))
    [message] = promised()
    with transaction():
        pushing.push(message, at("2026-03-04 10:05"))
    assert mail.sent == []


def test_who_left_no_address_is_sent_nothing(app: Flask, mail: Twin) -> None:
    tell(somebody(Role.SHIFT_LEADER), 1, "2026-03-04 10:01")
    assert promised() == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


def test_an_address_is_sealed_in_the_database(leader: Staff) -> None:
    [stored] = session.execute(sa.text("SELECT mail FROM reach")).scalars()
    assert "example" not in stored
