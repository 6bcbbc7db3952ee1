"""A month worked through by simulated staff: every measure again by another way of counting."""

import datetime as dt

import pytest
from flask import Flask

from hotline.statistics import facts, figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.counts import COUNTS
from hotline.statistics.periods import Period
from tests.hotline.statistics import slow
from tests.matters import at
from tests.working_month import Month, Pattern

FIRST = dt.date(2026, 3, 1)
MARCH = Period(FIRST, dt.date(2026, 3, 31))
NOW = at("2026-04-06 15:00")
COUNT = 300
SELDOM = {"declined", "callbacks_due_open", "callbacks_excluded", "supervised"}
"""What so few matters may be without."""
OF_AN_EXCHANGE = {code for code in COUNTS if code.startswith("phone_")}
"""None is connected in this month; tests/hotline/statistics/test_telephone_figures.py counts those anew."""


@pytest.mark.slow
def test_every_measure_of_a_month_equals_the_slow_count(app: Flask) -> None:
    month = Month(Pattern.own(), chunk=20)
    month.run(FIRST, 31, COUNT, NOW)
    assert month.done["arrives"] == COUNT
    facts.catch_up(NOW)
    rows = slow.counted(NOW)
    for by in ("", "department", "category", "channel"):
        assert slow.differences(rows, MARCH, NOW, by) == []
    total = figures.sums(MARCH, now=NOW)
    assert {code for code in COUNTS if not total.amount(code)} <= SELDOM | OF_AN_EXCHANGE, (
        "every kind of matter was there"
    )
    assert total.figure(MEASURES["contacts"]).numerator == COUNT
