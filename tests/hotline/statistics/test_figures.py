"""Figures against a second way of counting, and what must never change them."""

import datetime as dt
import random
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import calling
from hotline.callbacks.calling import Outcome
from hotline.callbacks.models import BAD, AttemptResult, CallbackTask, Satisfaction
from hotline.categories.channels import Channel
from hotline.db import session, transaction
from hotline.dispatch import urging
from hotline.dispatch.models import UrgeChannel
from hotline.statistics import facts, figures, periods
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.counts import COUNTS
from hotline.statistics.figures import Figure, Sums
from hotline.statistics.models import ChangedMatter, DailyFact
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from hotline.tickets.models import Ticket
from tests.hotline.statistics import slow
from tests.hotline.statistics.ringing import take_calls
from tests.matters import Desk, at
from tests.statements import counted

NOW = at("2026-03-31 15:00")
MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
DEPARTMENTS = ("urban_management", "water_group", "housing")


@pytest.fixture
def worked(app: Flask) -> Desk:
    """A month of matters of every outcome."""
    return _work(60)


@pytest.fixture
def few(app: Flask) -> Desk:
    """Enough matters to see a change in the figures."""
    return _work(14)


def _work(count: int) -> Desk:
    """Take matters in and work them through by the verbs, the same each time."""
    desk = Desk()
    take_calls(at("2026-03-01 08:00"), 24 * 30, count)
    chance = random.Random(20260331)
    for number in range(count):
        received = at("2026-03-01 08:00") + dt.timedelta(hours=chance.uniform(0, 24 * 30))
        if number % 4 == 0:
            desk.answered_at_once(received)
            continue
        _one(desk, chance, received, number)
    return desk


def _one(desk: Desk, chance: random.Random, received: dt.datetime, number: int) -> None:
    category = chance.choice(["help", "complaint", "complaint", "consultation", "suggestion"])
    channel = Channel.LETTER if number % 9 == 0 else Channel.CALL
    ticket = desk.ticket(
        category, received, channel=channel, rings=chance.randint(1, 5), talk=chance.randint(30, 300)
    )
    moment = received + dt.timedelta(hours=chance.choice([0.2, 1, 3, 6]))
    if moment > NOW:
        return
    desk.send(ticket, moment, chance.choice(DEPARTMENTS))
    if number % 10 == 1:
        with transaction():
            urging.urge(
                ticket,
                reason="The caller waits",
                channel=UrgeChannel.PHONE,
                by=desk.leader,
                now=moment + dt.timedelta(minutes=5),
            )
    moment += dt.timedelta(hours=chance.choice([2, 20, 30, 100, 150]))
    if moment > NOW:
        return
    desk.reply(ticket, moment)
    moment += dt.timedelta(hours=1)
    if moment > NOW:
        return
    task = desk.answer(ticket, moment)
    called = moment.replace(hour=2) + dt.timedelta(days=chance.choice([1, 3, 9]))
    if task is not None and called < NOW:
        _call(desk, chance, task, called)


def _call(desk: Desk, chance: random.Random, task: CallbackTask, moment: dt.datetime) -> None:
    with transaction():
        match chance.randrange(6):
            case 0:
                calling.complete(task, AttemptResult.REFUSED, Outcome(), by=desk.agent, now=moment)
            case 1:
                for hours in (0, 3, 6):
                    calling.record_attempt(
                        task,
                        AttemptResult.UNREACHABLE,
                        by=desk.agent,
                        now=moment.replace(hour=0) + dt.timedelta(hours=hours * 1.0 if hours < 6 else 6),
                    )
                calling.give_up(task, by=desk.agent, now=moment.replace(hour=7))
            case _:
                step = chance.choice([*Satisfaction, None])
                said = Outcome(
                    was_contacted=chance.choice([True, False, None]),
                    is_truthful=chance.choice([True, None]),
                    is_solved=step not in BAD,
                    satisfaction=step,
                    attitude=chance.choice([*Satisfaction, None]),
                    rehandle_reason="Not mended" if step in BAD else None,
                )
                calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=moment)


def test_every_measure_equals_the_slow_count(worked: Desk) -> None:
    facts.catch_up(NOW)
    rows = slow.counted(NOW)
    for by in ("", "department", "category", "channel"):
        assert slow.differences(rows, MARCH, NOW, by) == []
    total = figures.sums(MARCH, now=NOW)
    never = {code for code in COUNTS if not total.amount(code)}
    assert not never & {
        "contacts",
        "rated",
        "urged",
        "department_in_time",
        "callbacks_unreachable",
        "rehandled",
    }


def test_a_rebuild_from_the_tickets_changes_nothing(worked: Desk) -> None:
    facts.catch_up(NOW)
    before = _kept()
    assert facts.rebuild(MARCH, now=NOW) == 30, "today is never kept"
    assert _kept() == before
    assert before


def test_today_is_counted_on_the_spot(few: Desk) -> None:
    facts.catch_up(NOW)
    was = figures.sums(MARCH, now=NOW).amount("contacts")
    few.answered_at_once(NOW - dt.timedelta(minutes=1))
    assert figures.sums(MARCH, now=NOW).amount("contacts") == was + 1
    assert (
        figures.sums(periods.day(dt.date(2026, 3, 31)), now=NOW, by="channel").amount("contacts", "call") >= 1
    )


def test_a_late_correction_flows_into_its_day(few: Desk) -> None:
    facts.catch_up(NOW)
    ticket = session.scalars(sa.select(Ticket).where(Ticket.category == "suggestion").limit(1)).one()
    was = figures.sums(MARCH, now=NOW, by="category")
    with transaction():
        ticket.category = "complaint"
    assert facts.is_waiting()
    facts.catch_up(NOW)
    assert not facts.is_waiting()
    now_are = figures.sums(MARCH, now=NOW, by="category")
    assert now_are.amount("tickets", "complaint") == was.amount("tickets", "complaint") + 1
    assert now_are.amount("tickets", "suggestion") == was.amount("tickets", "suggestion") - 1


def test_the_day_a_moment_leaves_is_counted_again_too(few: Desk) -> None:
    facts.catch_up(NOW)
    task = session.scalars(sa.select(CallbackTask).where(CallbackTask.due_at < NOW).limit(1)).one()
    with transaction():
        task.due_at -= dt.timedelta(days=3)
    facts.catch_up(NOW)
    before = _kept()
    facts.rebuild(MARCH, now=NOW)
    assert _kept() == before


def test_a_change_that_is_taken_back_leaves_no_mark(few: Desk) -> None:
    facts.catch_up(NOW)
    few.contact("consultation", NOW)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(ChangedMatter)) == 0


def test_what_is_due_later_today_does_not_count_yet(app: Flask) -> None:
    desk = Desk()
    desk.ticket("complaint", at("2026-03-31 09:00"))
    early, late = at("2026-03-31 12:59"), at("2026-03-31 13:01")
    assert figures.sums(MARCH, now=early).amount("front_desk_due") == 0
    assert figures.sums(MARCH, now=late).amount("front_desk_due") == 1
    assert figures.sums(MARCH, now=late).figure(MEASURES["front_desk_on_time"]).rate == 0


def test_a_scope_leaves_out_the_others(few: Desk) -> None:
    facts.catch_up(NOW)
    by_category = figures.sums(MARCH, now=NOW, by="category")
    only = figures.sums(MARCH, now=NOW, scope=Scope(category="help"))
    assert only.amount("tickets") == by_category.amount("tickets", "help")


def test_days_add_up_to_the_month(few: Desk) -> None:
    facts.catch_up(NOW)
    by_day = figures.sums(MARCH, now=NOW, by="day")
    total = figures.sums(MARCH, now=NOW)
    for code in COUNTS:
        assert sum(by_day.amount(code, day) for day in by_day.groups) == total.amount(code)
    by_agent = figures.sums(MARCH, now=NOW, by="agent")
    assert sum(by_agent.amount("contacts", one) for one in by_agent.groups) == total.amount("contacts")


def test_a_target_is_met_exactly_at_its_share() -> None:
    measure = MEASURES["handling_rate"]
    assert Figure(measure, 1, 0).rate is None
    assert Figure(measure, 3, 10).is_small


def _kept() -> list[tuple[object, ...]]:
    columns = list(DailyFact.__table__.columns)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns))]


def test_pages_of_the_next_moments_share_what_was_counted_of_the_running_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = replace(app.extensions["settings"], figures_hold=dt.timedelta(seconds=5))
    monkeypatch.setitem(app.extensions, "settings", held)
    desk, now = Desk(), NOW

    def received(moment: dt.datetime, by: str = "") -> int:
        session.info.clear()  # each request begins with an empty one
        sums = figures.sums(periods.day(dt.date(2026, 3, 31)), now=moment, by=by)
        return sum(sums.amount("contacts", group) for group in sums.groups)

    desk.answered_at_once(at("2026-03-31 09:00"))
    assert (received(now), received(now, "hour")) == (1, 1)
    desk.answered_at_once(at("2026-03-31 10:00"))
    assert received(now + dt.timedelta(seconds=5)) == 1
    assert received(now + dt.timedelta(seconds=6)) == 2
    assert received(now + dt.timedelta(seconds=7), "hour") == 2


def test_finished_days_are_read_once_until_one_is_counted_anew(
    app: Flask, few: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.catch_up(NOW)
    expected = {by: figures.sums(MARCH, now=NOW, by=by) for by in ("", "department", "month", "agent")}
    held = replace(app.extensions["settings"], figures_hold=dt.timedelta(seconds=5))
    monkeypatch.setitem(app.extensions, "settings", held)

    def read(by: str = "") -> Sums:
        session.info.clear()  # each request begins with an empty one
        return figures.sums(MARCH, now=NOW, by=by)

    assert {by: read(by) for by in expected} == expected
    with counted() as asked:
        assert read() == expected[""]
    assert len(asked) == 1, "how far the days are counted, and nothing else"
    few.answered_at_once(at("2026-03-04 09:00"))
    assert read() == expected[""]
    facts.catch_up(NOW)
    assert read().amount("contacts") == expected[""].amount("contacts") + 1
