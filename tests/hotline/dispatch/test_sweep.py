"""The sweep: what it says, to whom, and that it says it once however often and wherever it runs."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.categories.terms import Stage
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.dispatch import sweep
from hotline.dispatch.models import Urge
from hotline.people.roles import Role
from hotline.tickets.models import Deadline, Ticket, TicketEvent
from tests.matters import Desk, at, somebody


def swept(moment: dt.datetime) -> int:
    done, after = 0, None
    while batch := sweep.due(moment, after):
        for _, deadline_id in batch:
            with transaction():
                done += sweep.look(deadline_id, now=moment)
        after = batch[-1]
    return done


@pytest.fixture
def sent(desk: Desk) -> Ticket:
    """A complaint received Monday 2026-03-02, due Monday 2026-03-09, with the urban management bureau."""
    desk.clerk("urban_management")
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    return ticket


def told(kind: str = "deadline") -> list[tuple[str, int]]:
    rows = session.execute(
        sa.select(Notice.sentence, sa.func.count()).where(Notice.kind == kind).group_by(Notice.sentence)
    )
    return sorted((sentence, count) for sentence, count in rows)


def test_a_reminder_comes_a_working_day_before(desk: Desk, sent: Ticket) -> None:
    swept(at("2026-03-06 08:59"))
    assert sweep.REMINDER not in dict(told())
    swept(at("2026-03-06 09:00"))
    assert dict(told())[sweep.REMINDER] == 1


def test_running_again_says_nothing_again(desk: Desk, sent: Ticket) -> None:
    swept(at("2026-03-06 09:00"))
    before = told()
    for minutes in range(3):
        assert swept(at("2026-03-06 09:00") + dt.timedelta(minutes=minutes)) == 0
    assert told() == before


def test_the_due_second_is_in_time_and_the_next_is_not(desk: Desk, sent: Ticket) -> None:
    clock = next(one for one in sent.deadlines if one.stage is Stage.DEPARTMENT)
    swept(at("2026-03-09 17:30"))
    assert clock.breached_at is None
    swept(at("2026-03-09 17:30:01"))
    assert clock.breached_at == at("2026-03-09 17:30:01")


def test_levels_go_to_named_superiors(desk: Desk, sent: Ticket) -> None:
    head = somebody(Role.DEPARTMENT_HEAD, department="urban_management")
    officer = somebody(Role.OVERSIGHT_OFFICER)
    stranger = somebody(Role.DEPARTMENT_HEAD, department="housing")

    def heard(moment: str) -> set[int]:
        swept(at(moment))
        return set(session.scalars(sa.select(Notice.staff_id)))

    assert not {head.id, officer.id} & heard("2026-03-09 17:30")
    assert head.id in heard("2026-03-09 17:30:01")
    assert officer.id not in heard("2026-03-10 17:29:59")
    assert officer.id in heard("2026-03-10 17:30")
    assert stranger.id not in heard("2026-03-20 09:00")


def test_the_urging_notice_is_written_the_day_after_once(desk: Desk, sent: Ticket) -> None:
    swept(at("2026-03-09 18:00"))
    assert session.scalars(sa.select(Urge)).all() == []
    swept(at("2026-03-10 09:00"))
    swept(at("2026-03-10 09:01"))
    [notice] = session.scalars(sa.select(Urge)).all()
    assert notice.notice_number == "C2026-00001"


def test_after_an_hour_of_standstill_what_was_due_is_said_and_stale_reminders_are_not(
    desk: Desk, sent: Ticket
) -> None:
    swept(at("2026-03-10 10:00"))
    said = dict(told())
    assert sweep.REMINDER not in said
    assert said[sweep.BREACH] >= 1
    assert len(session.scalars(sa.select(Urge)).all()) == 1


def test_what_is_done_is_not_swept(desk: Desk, sent: Ticket) -> None:
    desk.reply(sent, at("2026-03-03 10:00"))
    desk.answer(sent, at("2026-03-03 11:00"))
    swept(at("2026-03-30 10:00"))
    running = session.scalars(sa.select(Deadline).where(Deadline.breached_at.is_not(None))).all()
    assert {one.stage for one in running} <= {Stage.CALLBACK}


def test_two_sweeps_at_once_say_everything_once(app: Flask, desk: Desk) -> None:
    for minute in range(6):
        ticket = desk.ticket("complaint", at("2026-03-02 09:00") + dt.timedelta(minutes=minute))
        desk.send(ticket, at("2026-03-02 10:00"))
    desk.clerk("urban_management")
    session.remove()
    moment = at("2026-03-10 10:00")
    failures: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                swept(moment)
            except BaseException as error:
                failures.append(error)
            finally:
                session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    swept(moment)
    assert failures == []
    repeated = session.execute(
        sa.select(Notice.staff_id, Notice.once_key)
        .group_by(Notice.staff_id, Notice.once_key)
        .having(sa.func.count() > 1)
    ).all()
    assert repeated == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Urge)) == 6
    breaches = sa.select(sa.func.count()).where(TicketEvent.kind == "deadline_breached")
    late = sa.select(sa.func.count()).where(Deadline.breached_at.is_not(None), Deadline.met_at.is_(None))
    assert session.scalar(breaches) == session.scalar(late)
