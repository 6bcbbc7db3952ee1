"""What a profile says of the telephone: how long one ring is, how long a number may be refused."""

import datetime as dt
from dataclasses import dataclass

from hotline.categories.reader import Doubts, Table


@dataclass(frozen=True, slots=True)
class TelephonyTerms:
    """How calls of an exchange are counted and turned away (A2.3, B1.11)."""

    ring: dt.timedelta
    """From the beginning of one ring to the next: rings are counted by it where the exchange tells none."""
    most_refused_days: int
    """The longest that a number may be refused at a time."""
    unheard_after: dt.timedelta
    """A call whose end was not told for so long is taken to have ended."""
    source: str


def read_telephony(table: Table | None) -> TelephonyTerms:
    """Return what the table `[telephony]` says; whatever it leaves out has the usual value."""
    read = table or Table({}, ("telephony",), Doubts())
    terms = TelephonyTerms(
        ring=dt.timedelta(seconds=read.whole_or_none("ring_seconds", 1, 20) or 5),
        most_refused_days=read.whole_or_none("most_refused_days", 1, 366) or 90,
        unheard_after=dt.timedelta(hours=read.whole_or_none("unheard_after_hours", 1, 48) or 4),
        source=read.text_or_none("source") or "",
    )
    read.finish()
    return terms
