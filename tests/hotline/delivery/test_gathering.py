"""Many notices of one kind and day are one line, wherever they are read."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from hotline.db import session, transaction
from hotline.delivery import gathering, notices
from hotline.delivery.gathering import Gathered, Group
from hotline.delivery.models import Notice
from hotline.dispatch import sweep
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import N_
from tests.matters import Desk, at, somebody

NOW = at("2026-03-04 09:00")
SENTENCE = N_("Ticket %(number)s waits for your review.")


@pytest.fixture
def clerk(app: Flask) -> Staff:
    return somebody(Role.DEPARTMENT_CLERK, department="urban_management")


def tell(person: Staff, count: int, kind: Gathered | None, day: str = "2026-03-04", first: int = 0) -> None:
    with transaction():
        for number in range(first, first + count):
            notices.tell(
                [person],
                "deadline",
                SENTENCE,
                once=f"{kind}:{day}:{number}",
                now=NOW,
                ticket_id=number + 1,
                group=gathering.of_moment(kind, at(f"{day} 17:30")) if kind else None,
                number=number,
            )


def said(person: Staff, now: dt.datetime = NOW) -> list[str]:
    with force_locale("en"):
        return [one.in_words(now) for one in gathering.lines(person)]


def test_twelve_that_fall_due_today_are_one_line(clerk: Staff) -> None:
    tell(clerk, 12, Gathered.DUE)
    assert said(clerk) == ["12 tickets fall due today."]
    assert said(clerk, at("2026-03-05 09:00")) == ["12 tickets fall due on 2026-03-04."]
    [line] = gathering.lines(clerk)
    assert line.unread == 12


def test_two_are_told_one_by_one(clerk: Staff) -> None:
    tell(clerk, 2, Gathered.DUE)
    assert len(said(clerk)) == 2


def test_kinds_and_days_are_told_apart_and_other_notices_stand_between(clerk: Staff) -> None:
    tell(clerk, 3, Gathered.DUE)
    tell(clerk, 1, None)
    tell(clerk, 3, Gathered.OVERDUE)
    tell(clerk, 4, Gathered.DUE, "2026-03-05")
    assert said(clerk) == [
        "4 tickets fall due on 2026-03-05.",
        "3 tickets fell due today and are overdue.",
        "Ticket 0 waits for your review.",
        "3 tickets fall due today.",
    ]


def test_a_ticket_that_is_told_of_twice_counts_once(clerk: Staff) -> None:
    tell(clerk, 3, Gathered.DUE)
    with transaction():
        group = Group(Gathered.DUE, dt.date(2026, 3, 4))
        notices.tell([clerk], "deadline", SENTENCE, once="again", now=NOW, ticket_id=1, group=group, number=0)
    assert said(clerk) == ["3 tickets fall due today."]


def test_more_than_the_tray_looks_back_are_counted_all_the_same(
    clerk: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "SCANNED", 5)  # the number is a limit of reading, not a rule
    tell(clerk, 9, Gathered.DUE)
    assert said(clerk) == ["9 tickets fall due today."]


def test_a_short_tray_looks_further_back_where_a_heap_lies_on_top(clerk: Staff) -> None:
    tell(clerk, 1, None)
    tell(clerk, 2 * gathering.FIRST_LOOK + 1, Gathered.DUE)
    with force_locale("en"):
        assert [one.in_words(NOW) for one in gathering.lines(clerk, limit=2)] == [
            "9 tickets fall due today.",
            "Ticket 0 waits for your review.",
        ]


def test_marking_one_line_as_read_leaves_the_others(clerk: Staff) -> None:
    tell(clerk, 3, Gathered.DUE)
    tell(clerk, 3, Gathered.OVERDUE)
    with transaction():
        notices.mark_read(clerk, group=Group(Gathered.DUE, dt.date(2026, 3, 4)), now=NOW)
    assert [one.unread for one in gathering.lines(clerk)] == [3, 0]
    assert notices.unread_count(clerk) == 3


@pytest.mark.parametrize("key", [None, "", "due", "due:yesterday", "lost:2026-03-04", "due:2026-13-40"])
def test_what_is_no_key_names_no_group(key: str | None) -> None:
    assert gathering.read(key) is None


def test_the_sweep_gathers_what_it_tells(app: Flask) -> None:
    desk = Desk()
    clerk = desk.clerk("urban_management")
    for minute in (10, 20, 30):
        ticket = desk.ticket("complaint", at(f"2026-03-02 09:{minute}"))
        desk.send(ticket, at(f"2026-03-02 10:{minute}"))
    moment = at("2026-03-06 09:00")
    for _, deadline_id in sweep.due(moment):
        with transaction():
            sweep.look(deadline_id, now=moment)
    keys = set(session.scalars(sa.select(Notice.gather_key).where(Notice.staff_id == clerk.id)))
    assert keys >= {"due:2026-03-09"}
    with force_locale("en"):
        told = [one.in_words(moment) for one in gathering.lines(clerk)]
    assert "3 tickets fall due on 2026-03-09." in told
