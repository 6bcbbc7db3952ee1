"""Limits as profile data writes them: so much time, on one of four clocks."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Self

from hotline.errors import HotlineError
from hotline.wording import N_, Labelled, say

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
LONGEST = dt.timedelta(days=3650)
"""No rule gives ten years; a longer limit is a slip of the pen, and would overrun the calendar."""


class LimitError(HotlineError):
    """A limit was written in a way no clock can follow."""

    sentence = N_(
        "“%(text)s” is not a limit. Write a whole number and one of: min, h, work_min, work_h, wd, nd – "
        "for example 10 min, 22 h, 7 work_h, 5 wd, 60 nd."
    )


class Clock(Labelled):
    """What makes a limit's time pass."""

    CLOCK_HOURS = "clock_hours", N_("Clock hours")
    WORKING_HOURS = "working_hours", N_("Working hours")
    WORKING_DAYS = "working_days", N_("Working days")
    NATURAL_DAYS = "natural_days", N_("Natural days")

    @property
    def counts_days(self) -> bool:
        """Tell whether this clock counts whole days rather than hours and minutes."""
        return self in (Clock.WORKING_DAYS, Clock.NATURAL_DAYS)


_UNITS: Mapping[str, tuple[Clock, dt.timedelta]] = MappingProxyType(
    {
        "min": (Clock.CLOCK_HOURS, MINUTE),
        "h": (Clock.CLOCK_HOURS, HOUR),
        "work_min": (Clock.WORKING_HOURS, MINUTE),
        "work_h": (Clock.WORKING_HOURS, HOUR),
        "wd": (Clock.WORKING_DAYS, dt.timedelta(days=1)),
        "nd": (Clock.NATURAL_DAYS, dt.timedelta(days=1)),
    }
)
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "minute": "min",
        "hour": "h",
        "working_minute": "work_min",
        "working_hour": "work_h",
        "working_day": "wd",
        "natural_day": "nd",
    }
)
_WRITTEN = re.compile(
    r"\s*(?P<number>\d{1,6}(?:\.\d{1,2})?)\s*(?P<unit>[a-z_]+)\s*", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time on one clock: a span for the hour clocks, a whole number for the day clocks.

    `0 wd` means by close of business of the same working day; every other limit is longer than nothing.
    Raises `LimitError` for an amount that its clock cannot count.
    """

    amount: dt.timedelta | int
    clock: Clock

    def __post_init__(self) -> None:
        if isinstance(self.amount, dt.timedelta):
            fits = (
                not self.clock.counts_days and not self.amount % MINUTE and MINUTE <= self.amount <= LONGEST
            )
        else:
            fewest = 0 if self.clock is Clock.WORKING_DAYS else 1
            fits = self.clock.counts_days and fewest <= self.amount <= LONGEST.days
        if not fits:
            raise LimitError(text=f"{self.amount} ({self.clock})")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10 min`, `22 h`, `7 work_h`, `5 wd`, `60 nd`, or the words in full: `5 working_days`.

        Raises `LimitError` naming what was written.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise LimitError(text=text)
        word = found["unit"].lower()
        unit = _UNITS.get(_SPELLINGS.get(word.removesuffix("s"), word))
        if unit is None:
            raise LimitError(text=text)
        clock, step = unit
        number = Decimal(found["number"])
        amount: dt.timedelta | int
        if clock.counts_days:
            if number % 1:
                raise LimitError(text=text)
            amount = int(number)
        else:
            amount = dt.timedelta(seconds=float(number * int(step.total_seconds())))
        try:
            return cls(amount, clock)
        except LimitError:
            raise LimitError(text=text) from None

    def __str__(self) -> str:
        """Return the limit as `parse` reads it."""
        return f"{self.count} {self._unit}"

    @property
    def span(self) -> dt.timedelta:
        """The time of an hour clock; days of a day clock have no fixed span and raise TypeError."""
        if not isinstance(self.amount, dt.timedelta):
            raise TypeError(f"{self} has no fixed span")
        return self.amount

    @property
    def days(self) -> int:
        """The days of a day clock; an hour clock raises TypeError."""
        if isinstance(self.amount, dt.timedelta):
            raise TypeError(f"{self} is not counted in days")
        return self.amount

    @property
    def count(self) -> int:
        """The number people read: days, hours, or minutes where the hours are not whole."""
        if not isinstance(self.amount, dt.timedelta):
            return self.amount
        return self.amount // (MINUTE if self.amount % HOUR else HOUR)

    @property
    def _unit(self) -> str:
        if self.clock is Clock.WORKING_DAYS:
            return "wd"
        if self.clock is Clock.NATURAL_DAYS:
            return "nd"
        unit = "min" if self.span % HOUR else "h"
        return unit if self.clock is Clock.CLOCK_HOURS else f"work_{unit}"

    def say(self) -> str:
        """Return the limit in the reader's language: `5 working days`."""
        one, several = _WORDS[self._unit]
        return say(one) if self.count == 1 else say(several, {"count": self.count})


_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "min": (N_("1 minute"), N_("%(count)s minutes")),
        "h": (N_("1 hour"), N_("%(count)s hours")),
        "work_min": (N_("1 working minute"), N_("%(count)s working minutes")),
        "work_h": (N_("1 working hour"), N_("%(count)s working hours")),
        "wd": (N_("1 working day"), N_("%(count)s working days")),
        "nd": (N_("1 natural day"), N_("%(count)s natural days")),
    }
)
