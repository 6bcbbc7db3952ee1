"""The telephone's measures, by hand: who waited how long, who gave up, how long was talked."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from hotline.categories import catalogue
from hotline.db import transaction
from hotline.people.roles import Role
from hotline.statistics import board, facts, figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Figure, NotDividedError
from hotline.statistics.periods import Period
from hotline.telephony import agents, events
from hotline.telephony.events import Told
from hotline.telephony.models import EventKind
from tests.matters import at, somebody

NINE = at("2026-03-04 09:00")
NOW = at("2026-03-04 12:00")
TODAY = Period(dt.date(2026, 3, 4), dt.date(2026, 3, 4))


def tell(call: str, kind: EventKind, seconds: float, **more: Any) -> None:
    with transaction():
        events.take(Told(call_key=call, kind=kind, at=NINE + dt.timedelta(seconds=seconds), **more), now=NOW)


@pytest.fixture
def morning(app: Flask) -> None:
    """Three calls answered after 10, 15 and 30 seconds, one given up, one refused, one that waits."""
    with transaction():
        agents.sit_at("8001", somebody(Role.OPERATOR), now=NINE)
    for number, (waited, talked) in enumerate(((10, 60), (15, 90), (30, 150))):
        call = f"c{number}"
        tell(call, EventKind.NEW_CALL, 0)
        tell(call, EventKind.OFFER, 5, extension="8001")
        tell(call, EventKind.ANSWER, waited, extension="8001")
        tell(call, EventKind.HANGUP, waited + talked)
    tell("given up", EventKind.NEW_CALL, 0)
    tell("given up", EventKind.ABANDON, 40)
    tell("refused", EventKind.NEW_CALL, 0)
    tell("refused", EventKind.REJECT, 0)
    tell("waits", EventKind.NEW_CALL, 0)


def figure(code: str, now: dt.datetime = NOW) -> Figure:
    return figures.sums(TODAY, now=now).figure(MEASURES[code])


EXPECTED = [
    ("phone_answered", 3, None, "–"),
    ("phone_abandoned", 1, None, "–"),
    ("connection_rate", 3, 5, "60.0%"),
    ("quick_answer_rate", 2, 3, "66.7%"),
    ("phone_three_ring_rate", 2, 3, "66.7%"),
    ("average_wait", 55, 3, "18.3 s"),
    ("average_talk", 300, 3, "100.0 s"),
]


@pytest.mark.parametrize(("code", "numerator", "denominator", "shown"), EXPECTED)
def test_each_measure_is_what_one_counts_by_hand(
    morning: None, code: str, numerator: int, denominator: int | None, shown: str
) -> None:
    found = figure(code)
    assert (found.numerator, found.denominator, found.shown) == (numerator, denominator, shown)


def test_the_figures_stay_when_the_day_is_rolled_up(morning: None) -> None:
    tomorrow = NOW + dt.timedelta(days=1)
    facts.catch_up(tomorrow)
    for code, numerator, denominator, _shown in EXPECTED:
        found = figure(code, tomorrow)
        assert (found.numerator, found.denominator) == (numerator, denominator), code


def test_what_is_told_after_the_day_was_counted_is_counted_too(morning: None) -> None:
    tomorrow = NOW + dt.timedelta(days=1)
    facts.catch_up(tomorrow)
    tell("waits", EventKind.ANSWER, 12, extension="8001")
    facts.catch_up(tomorrow)
    assert figure("connection_rate", tomorrow).numerator == 4


def test_calls_have_no_category_and_no_department(morning: None) -> None:
    assert figures.sums(TODAY, now=NOW, by="category").groups == ()
    for by in ("category", "department"):
        with pytest.raises(NotDividedError):
            figures.divided(MEASURES["connection_rate"], by)
    assert figures.sums(TODAY, now=NOW, by="hour").amount("phone_offered", "09") == 5


def test_targets_come_from_the_profile(app: Flask) -> None:
    targets = catalogue.desk().targets
    assert MEASURES["connection_rate"].target == targets.connection_rate == 95
    assert MEASURES["quick_answer_rate"].target == targets.quick_answer_rate == 80
    assert MEASURES["average_wait"].target is None


def test_the_board_shows_the_lines(morning: None) -> None:
    seen = board.look(NOW)
    assert (seen.lines.waiting, seen.lines.talking, seen.lines.ready) == (1, 0, 1)
    assert seen.today.amount("phone_answered") == 3
