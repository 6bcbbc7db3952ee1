"""Office hours: one or several slots a day, the same on every working day."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

from hotline.errors import HotlineError
from hotline.wording import N_

_WRITTEN = re.compile(r"\s*(\d{1,2}):(\d\d)\s*[-–—~]\s*(\d{1,2}):(\d\d)\s*", re.ASCII)


class OfficeHoursError(HotlineError):
    """Office hours were written in a way no day can follow."""

    sentence = N_(
        "“%(text)s” cannot be used as office hours. Write slots one after another within one day, "
        "for example 09:00-12:00, 13:30-17:30."
    )


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The slots of a working day, local time, in order and apart from one another."""

    slots: tuple[tuple[dt.time, dt.time], ...]
    seconds: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    """The same slots as seconds from midnight."""
    per_day: int = field(init=False, repr=False, compare=False)
    """Seconds of office time in a working day."""

    def __post_init__(self) -> None:
        seconds = tuple((_seconds(opens), _seconds(closes)) for opens, closes in self.slots)
        in_order = all(opens < closes for opens, closes in seconds)
        apart = all(before[1] <= after[0] for before, after in pairwise(seconds))
        if not (seconds and in_order and apart):
            raise OfficeHoursError(text=str(self))
        object.__setattr__(self, "seconds", seconds)
        object.__setattr__(self, "per_day", sum(closes - opens for opens, closes in seconds))

    @classmethod
    def parse(cls, slots: Iterable[str]) -> Self:
        """Read `["09:00-12:00", "13:30-17:30"]`. Raises `OfficeHoursError`."""
        return cls(tuple(_slot(text) for text in slots))

    @property
    def opens(self) -> dt.time:
        """When the working day begins."""
        return self.slots[0][0]

    @property
    def closes(self) -> dt.time:
        """Close of business."""
        return self.slots[-1][1]

    def written(self) -> list[str]:
        """Return the slots as `parse` reads them."""
        return [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in self.slots]

    def __str__(self) -> str:
        return ", ".join(self.written())


def _slot(text: str) -> tuple[dt.time, dt.time]:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise OfficeHoursError(text=text)
    open_hour, open_minute, close_hour, close_minute = map(int, found.groups())
    try:
        return dt.time(open_hour, open_minute), dt.time(close_hour, close_minute)
    except ValueError:
        raise OfficeHoursError(text=text) from None


def _seconds(moment: dt.time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
