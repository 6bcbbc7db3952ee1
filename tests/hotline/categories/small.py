"""The smallest whole profile, and ways to change it."""

import datetime as dt
from pathlib import Path

SMALL = (Path(__file__).parent / "small.toml").read_text(encoding="utf-8")

NOON = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
"""Wednesday 2026-03-04 12:00 in Beijing."""


def changed(old: str, new: str) -> str:
    """Return the small profile with its one `old` replaced by `new`."""
    assert SMALL.count(old) == 1, f"{old!r} stands {SMALL.count(old)} times in small.toml"
    return SMALL.replace(old, new)


def line_with(text: str, wanted: str) -> int:
    """Return the number of the first line of `text` that contains `wanted`."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if wanted in line)
