"""When limits end, reckoned in the slowest and plainest way: one step at a time, looking at every step.

Written from the rules' text alone and shared with nothing; the service's answer must be the same.
"""

import datetime as dt
from collections.abc import Collection, Sequence

Slots = Sequence[tuple[dt.time, dt.time]]
ONE_DAY = dt.timedelta(days=1)
ONE_SECOND = dt.timedelta(seconds=1)


def is_office_second(moment: dt.datetime, working: Collection[dt.date], slots: Slots) -> bool:
    """Tell whether the second that begins at `moment` is office time."""
    return moment.date() in working and any(opens <= moment.time() < closes for opens, closes in slots)


def working_hours(
    start: dt.datetime, seconds: int, working: Collection[dt.date], slots: Slots
) -> dt.datetime:
    """Let seconds go by until enough of them were office time."""
    moment = start
    while seconds:
        seconds -= is_office_second(moment, working, slots)
        moment += ONE_SECOND
    return moment


def working_days(
    start: dt.datetime, count: int, working: Collection[dt.date], slots: Slots, *, shifts: bool
) -> dt.datetime:
    """Cross off one day after another."""
    close = max(closes for _, closes in slots)
    day = start.date()
    is_late = day not in working or start.time() > close
    if is_late and (shifts or count == 0):
        day += ONE_DAY
        while day not in working:
            day += ONE_DAY
    while count:
        day += ONE_DAY
        if day in working:
            count -= 1
    return dt.datetime.combine(day, close)


def natural_days(start: dt.datetime, count: int, working: Collection[dt.date], slots: Slots) -> dt.datetime:
    """Cross off one day after another, then wait for somebody to be there."""
    day = start.date()
    for _ in range(count):
        day += ONE_DAY
    while day not in working:
        day += ONE_DAY
    return dt.datetime.combine(day, max(closes for _, closes in slots))
