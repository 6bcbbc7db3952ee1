"""When a caller may be rung: the distance between attempts, and the hours in which nobody is called."""

import datetime as dt

from hotline.categories.desk import CallbackTerms
from hotline.wording import LOCAL_ZONE
from hotline.working_time import OfficeHours, due, load, office_hours

LAST_MINUTE = dt.time(23, 59)
"""How a quiet slot that lasts until midnight is written."""


def next_try(last: dt.datetime, terms: CallbackTerms) -> dt.datetime:
    """Return the earliest moment for another attempt after one at `last` that reached nobody (B6.3)."""
    return out_of_quiet(due(last, terms.attempt_gap, load(), office_hours()).at, terms.quiet)


def out_of_quiet(moment: dt.datetime, quiet: OfficeHours) -> dt.datetime:
    """Return `moment`, or the end of the quiet hours it falls into."""
    found = moment.astimezone(LOCAL_ZONE)
    while True:
        slot = next((one for one in quiet.slots if one[0] <= found.time() < _end(one[1])), None)
        if slot is None:
            return found.astimezone(dt.UTC)
        if slot[1] >= LAST_MINUTE:
            found = dt.datetime.combine(found.date() + dt.timedelta(days=1), dt.time(), LOCAL_ZONE)
        else:
            found = dt.datetime.combine(found.date(), slot[1], LOCAL_ZONE)


def is_quiet(moment: dt.datetime, quiet: OfficeHours) -> bool:
    """Tell whether nobody is to be called at `moment`."""
    return out_of_quiet(moment, quiet) != moment


def _end(closes: dt.time) -> dt.time:
    return dt.time.max if closes >= LAST_MINUTE else closes
