"""Figures as the chart component wants them: labels, and one list of values per line."""

import datetime as dt
from typing import Any

from blueprints.statistics.choices import Choice
from hotline.callbacks.models import Satisfaction
from hotline.statistics import figures, names
from hotline.statistics.callback_counts import rated_as
from hotline.statistics.figures import Sums
from hotline.statistics.periods import local_day
from hotline.wording import in_words

MOST_DAYS = 62
"""Longer periods are drawn by month."""

Picture = dict[str, Any]


def by_channel(choice: Choice, now: dt.datetime) -> Picture:
    """Return what was received per day or month, a line for each channel that had any."""
    unit = unit_of(choice)
    found = figures.series(choice.period, "contacts", "channel", unit=unit, now=now, scope=choice.scope)
    labels = _labels(choice, unit, now)
    return {
        "labels": [_short(label) for label in labels],
        "series": [
            {
                "name": names.of("channel", channel),
                "values": [found[channel].get(label, 0) for label in labels],
            }
            for channel in sorted(found)
        ],
    }


def steps(total: Sums) -> Picture:
    """Return how callers rated the handling, step by step."""
    return {
        "labels": [in_words(step) for step in Satisfaction],
        "values": [total.amount(rated_as(step)) for step in Satisfaction],
    }


def unit_of(choice: Choice) -> str:
    """Return `day`, or `month` for a long period."""
    return "day" if choice.period.days <= MOST_DAYS else "month"


def _labels(choice: Choice, unit: str, now: dt.datetime) -> list[str]:
    shown = choice.period.until(local_day(now))
    days = shown.each_day() if shown else ()
    texts = [day.isoformat() if unit == "day" else f"{day:%Y-%m}" for day in days]
    return list(dict.fromkeys(texts))


def _short(label: str) -> str:
    return label[5:] if len(label) == len("2026-03-04") else label
