"""Runs one of the service's programs with a clock that can be set while it runs.

    CHAOS_OFFSET=FILE python -m benchmarks.set_back gunicorn …

The number in FILE, in seconds, is added to what the service takes for the present moment. It asks for that in
one place only (a house rule), so that is the place to turn.
"""

import datetime as dt
import os
import runpy
import sys
from pathlib import Path

from hotline import db

OFFSET = Path(os.environ["CHAOS_OFFSET"])


def wrong_now() -> dt.datetime:
    """Return the present moment as a clock shows it that was set wrong."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(OFFSET.read_text() or "0"))


if __name__ == "__main__":
    # Before anything else takes the function by its name.
    db.utc_now = wrong_now
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
