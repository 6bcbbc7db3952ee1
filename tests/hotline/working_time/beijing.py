"""Moments the way the tests write them: Beijing time, without saying so each time."""

import datetime as dt
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    """Return `2026-03-02 09:10` or `2026-03-02 17:30:01` as an aware moment."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def local(moment: dt.datetime) -> str:
    """Return a moment as Beijing time, seconds only where there are any."""
    clock = moment.astimezone(BEIJING)
    return clock.strftime("%Y-%m-%d %H:%M:%S" if clock.second else "%Y-%m-%d %H:%M")
