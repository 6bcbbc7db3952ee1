"""Does anything get lost or doubled while everything around breaks?

    PYTHONPATH=bin python -m benchmarks.chaos [--minutes 10] [--faults 50] [--writes 20000] [--operators 8]
        [--postgres]

Operators write through the real web server while web, workers, clock, Redis and the database are killed
at random, the disk is filled, and the clock is set back an hour. In the end every acknowledged write must be
there, once, and every effect of a ticket exactly once. Prints the counts; exit code 1 when something was lost
or doubled.
"""

import argparse
import itertools
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import counting
from benchmarks.counting import Counted
from benchmarks.place import Place
from benchmarks.postgres_cluster import Postgres
from benchmarks.visitors import Operator

DISK = "400m"
PORT = 8765
POSTGRES_PORT = 8766
QUIET_START = 3.0


@dataclass(frozen=True)
class Wanted:
    """What is to be done to which service."""

    seconds: float
    fault_count: int
    operators: int = 8
    postgres: bool = False
    full_disk: bool = False
    """On a small disk of its own, which needs the right to mount one."""
    seed: int = 12345
    port: int = PORT
    postgres_port: int = POSTGRES_PORT
    call_every: int = 8
    writes: int = 0
    """Go on, and go on breaking things, until so many are acknowledged; for twice the time at most."""


class Chaos:
    """One service and what breaks around it."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        self.wanted, self.folder = wanted, folder
        self.dice = random.Random(wanted.seed)
        self.offset = folder / "offset"
        self.disk = folder / "disk"
        self.disk.mkdir()
        if wanted.full_disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", self.disk], check=True)
        self.postgres: Postgres | None = None
        if wanted.postgres:
            self.postgres = Postgres(self.disk / "postgres", wanted.postgres_port, max_wal_size="128MB")
            self.postgres.create()
        self.offset.write_text("0")
        url = self.postgres.url if self.postgres else ""
        self.place = Place(self.disk / "data", wanted.port, database_url=url, offset=self.offset)
        self.counted = Counted()

    def close(self) -> None:
        """Stop everything and leave nothing mounted."""
        self.place.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self.wanted.full_disk:
            subprocess.run(["umount", "-l", self.disk], check=True)

    def run(self) -> Counted:
        """Let operators write while things break, wait until everything is settled, and count."""
        stop = threading.Event()
        people = [
            Operator(number, self.wanted.port, stop, call_every=self.wanted.call_every)
            for number in self.place.hire(self.wanted.operators)
        ]
        self.place.start()
        for person in people:
            person.start()
        try:
            self._break_things(lambda: sum(len(person.noted.answered) for person in people))
        finally:
            stop.set()
            for person in people:
                person.join(60)
        counting.settle(self.place.app, self.counted)
        counting.count(self.place.app, [person.noted for person in people], self.counted)
        return self.counted

    def _break_things(self, acknowledged: Callable[[], int]) -> None:
        begun = time.monotonic()
        time.sleep(min(QUIET_START, self.wanted.seconds / 4))
        every = (self.wanted.seconds - QUIET_START) / max(1, self.wanted.fault_count)
        faults = self._faults()
        for number in itertools.count():
            is_late = time.monotonic() > begun + 2 * self.wanted.seconds
            if number >= self.wanted.fault_count and (is_late or acknowledged() >= self.wanted.writes):
                break
            # Each kind in turn, so that a short run meets them all; the moment within is chance.
            if number % len(faults) == 0:
                self.dice.shuffle(faults)
            name, act = faults[number % len(faults)]
            due = begun + QUIET_START + every * (number + 0.3 * self.dice.random())
            time.sleep(max(0.0, due - time.monotonic()))
            print(f"{time.monotonic() - begun:7.1f} s  {name}", file=sys.stderr, flush=True)
            act()
            self.counted.faults[name] += 1
        time.sleep(max(0.0, begun + self.wanted.seconds - time.monotonic()))
        self.counted.lasted = time.monotonic() - begun

    def _faults(self) -> list[tuple[str, Callable[[], None]]]:
        found: list[tuple[str, Callable[[], None]]] = [
            ("web killed", self.place.web.kill),
            ("one web process killed", self.place.web.kill_one_child),
            ("worker killed", lambda: self.dice.choice(self.place.workers).kill()),
            ("worker killed at its work", lambda: self.dice.choice(self.place.workers).kill_one_child()),
            ("clock killed", self.place.clock.kill),
            ("Redis killed", self._kill_redis),
            ("Redis emptied", self._empty_redis),
            ("Redis gone for a while", self._miss_redis),
            ("clock set back an hour", self._set_clock_back),
        ]
        if self.postgres is None:
            found.append(("database locked by another program", self._lock_database))
        else:
            found.append(("database killed and started again", self._restart_database))
        if self.wanted.full_disk:
            found.append(("disk full", self._fill_disk))
        return found

    def _kill_redis(self) -> None:
        self.place.redis.kill()
        self.place.redis.start()

    def _empty_redis(self) -> None:
        self.place.app.extensions["queue"].connection.flushall()

    def _miss_redis(self) -> None:
        self.place.redis.kill()
        time.sleep(self._while(20))
        self.place.redis.start()

    def _restart_database(self) -> None:
        assert self.postgres is not None
        self.postgres.kill()
        time.sleep(self._while(3))
        self.postgres.start()

    def _lock_database(self) -> None:
        file = self.place.folder / "hotline.db"
        # Writers who stand in line leave one who only looks now and then few gaps.
        with sqlite3.connect(file, isolation_level=None, timeout=120) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(self._while(5))
            connection.execute("ROLLBACK")
        connection.close()

    def _fill_disk(self) -> None:
        ballast = self.disk / "ballast"
        try:
            with ballast.open("wb") as file:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
        except OSError:
            time.sleep(self._while(4))
        ballast.unlink()
        if self.postgres is not None and not self.postgres.answers():
            time.sleep(2)
            if not self.postgres.answers():
                self.postgres.kill()
                self.postgres.start()

    def _set_clock_back(self) -> None:
        self.offset.write_text("-3600")
        time.sleep(self._while(10))
        self.offset.write_text("0")

    def _while(self, seconds: float) -> float:
        """How long a fault lasts: never so long that a short run is nothing else."""
        return min(seconds, 0.06 * self.wanted.seconds)


def run(wanted: Wanted, folder: Path) -> Counted:
    """Do it once and clear up."""
    chaos = Chaos(wanted, folder)
    try:
        return chaos.run()
    finally:
        chaos.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--faults", type=int, default=50)
    parser.add_argument("--writes", type=int, default=0, help="go on until so many are acknowledged")
    parser.add_argument("--operators", type=int, default=8)
    parser.add_argument("--call-every", type=int, default=8, help="one of so many writes becomes a ticket")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--full-disk", action="store_true", help="fill a small disk of its own; needs root")
    parser.add_argument("--seed", type=int, default=12345)
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o755)
    wanted = Wanted(
        seconds=given.minutes * 60,
        fault_count=given.faults,
        operators=given.operators,
        postgres=given.postgres,
        full_disk=given.full_disk,
        seed=given.seed,
        port=given.port,
        call_every=given.call_every,
        writes=given.writes,
    )
    try:
        found = run(wanted, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kind = "PostgreSQL" if given.postgres else "SQLite"
    print(f"{kind}, {found.lasted / 60:.1f} min, {given.operators} operators")
    print(
        f"faults        {sum(found.faults.values())}: "
        + ", ".join(f"{n}× {k}" for k, n in found.faults.items())
    )
    found.tell()
    sys.exit(0 if found.is_clean else 1)


if __name__ == "__main__":
    main()
