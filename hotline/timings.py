"""How long requests take: counted in each web process, added up over the processes of one machine.

Every process keeps a small file of its own and writes it once a second at most; what processes that ended
have counted is added up in one file, so that the sums never fall. Nothing here can fail a request.
"""

import fcntl
import json
import os
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

LIMITS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; a request is counted under the first it does not exceed."""
WRITE_EVERY = 1.0
ENDED = "ended.json"

Counts = defaultdict[str, float]
"""`endpoint|status|place`: how many took how long; `endpoint|status|seconds`: their sum."""


class Timings:
    """The counts of this process, and the way to those of the others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / socket.gethostname()
        self._counts: Counts = defaultdict(float)
        self._lock = threading.Lock()
        self._written_at = 0.0

    def count(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next((place for place, limit in enumerate(LIMITS) if seconds <= limit), len(LIMITS))
        with self._lock:
            self._counts[f"{endpoint}|{status}|{place}"] += 1
            self._counts[f"{endpoint}|{status}|seconds"] += seconds
            if time.monotonic() - self._written_at >= WRITE_EVERY:
                self._written_at = time.monotonic()
                self._write()

    def total(self) -> Counts:
        """Return the counts of all processes of this machine, those that ended included."""
        with self._lock:
            self._write()
        with self._alone():
            self._gather_ended()
            return _summed(self._folder.glob("*.json"))

    def _write(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = self._folder / f"{os.getpid()}.unfinished"
            unfinished.write_text(json.dumps(self._counts), encoding="ascii")
            unfinished.replace(self._folder / f"{os.getpid()}.json")
        except OSError:
            # A full disk is no reason to refuse a page; the next second tries again.
            self._written_at = time.monotonic()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _gather_ended(self) -> None:
        """Add up what processes counted that are no more, and remove their files."""
        gone = [
            path
            for path in self._folder.glob("*.json")
            if path.stem.isdigit() and not Path("/proc", path.stem).exists()
        ]
        if not gone:
            return
        sums = _summed([self._folder / ENDED, *gone])
        unfinished = self._folder / "ended.unfinished"
        unfinished.write_text(json.dumps(sums), encoding="ascii")
        unfinished.replace(self._folder / ENDED)
        for path in gone:
            path.unlink()


def _summed(paths: Iterable[Path]) -> Counts:
    sums: Counts = defaultdict(float)
    for path in paths:
        for key, value in _read(path).items():
            sums[key] += value
    return sums


def _read(path: Path) -> dict[str, float]:
    try:
        found: dict[str, float] = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        # Not there yet, or gone between looking and reading.
        return {}
    return found
