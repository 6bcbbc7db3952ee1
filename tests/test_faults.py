"""Everything around the service breaks while people write: nothing is lost, nothing doubled.

The short form of `benchmarks/chaos.py`, which says what breaks and what is counted.
"""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from benchmarks import chaos

SECONDS = float(os.environ.get("HOTLINE_FAULT_SECONDS", "20"))
FAULTS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.slow
def test_whatever_breaks_nothing_is_lost_and_nothing_doubled() -> None:
    wanted = chaos.Wanted(
        seconds=SECONDS,
        fault_count=FAULTS,
        operators=3,
        call_every=4,
        postgres="TEST_DATABASE_URL" in os.environ,
        port=free_port(),
        postgres_port=free_port(),
    )
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        found = chaos.run(wanted, Path(folder))
    assert sum(found.faults.values()) == FAULTS
    assert found.calls > 0
    assert (found.lost, found.doubled, found.undone) == (0, 0, 0), found
