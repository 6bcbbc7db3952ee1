"""The primary PostgreSQL server dies while operators write, and its standby takes over.

    PYTHONPATH=bin python -m benchmarks.failover [--operators 16] [--before 30] [--after 60] [--notice 2]

Says what was lost and how long nothing could be saved. Two servers on this machine, the second following the
first by streaming replication; a commit is acknowledged once both have it (synchronous_commit = on). The
service knows both by one address and is not restarted. The primary is killed as in a power cut, `--notice`
seconds later the standby is promoted, as a watchdog would.
"""

import argparse
import itertools
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks import counting
from benchmarks.counting import Counted
from benchmarks.place import Place
from benchmarks.postgres_cluster import DATABASE, ROLE, Postgres
from benchmarks.visitors import Operator

PORT, PRIMARY_PORT, STANDBY_PORT = 8775, 8776, 8777
CALL_EVERY = 20


def pair(folder: Path) -> tuple[Postgres, Postgres]:
    """Return a primary and the standby that every commit waits for."""
    primary = Postgres(folder / "primary", PRIMARY_PORT, wal_level="replica", max_wal_senders="4")
    primary.create()
    standby = Postgres(folder / "standby", STANDBY_PORT)
    standby.follow(primary)
    # Set after the copy was made: the standby must not wait for itself once it is the primary.
    primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    primary.ask("SELECT pg_reload_conf()")
    end = time.monotonic() + 30
    while primary.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1":
        if time.monotonic() > end:
            raise SystemExit("The standby does not follow.")
        time.sleep(0.2)
    return primary, standby


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operators", type=int, default=16)
    parser.add_argument("--before", type=float, default=30)
    parser.add_argument("--after", type=float, default=60)
    parser.add_argument("--notice", type=float, default=2)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="failover-"))
    folder.chmod(0o755)
    primary, standby = pair(folder)
    hosts = f"host=127.0.0.1:{PRIMARY_PORT}&host=127.0.0.1:{STANDBY_PORT}"
    url = f"postgresql://{ROLE}@/{DATABASE}?{hosts}&target_session_attrs=read-write"
    offset = folder / "offset"
    offset.write_text("0")
    place = Place(folder / "data", PORT, offset=offset, database_url=url)
    stop = threading.Event()
    people = [Operator(number, PORT, stop, call_every=CALL_EVERY) for number in place.hire(given.operators)]
    try:
        place.start()
        for person in people:
            person.start()
        time.sleep(given.before)
        killed_at = time.time()
        primary.kill()
        time.sleep(given.notice)
        standby.promote()
        promoted_at = time.time()
        time.sleep(given.after)
        stop.set()
        for person in people:
            person.join(60)
        found = Counted()
        counting.settle(place.app, found)
        counting.count(place.app, [person.noted for person in people], found)
    finally:
        place.stop()
        standby.stop()
        primary.stop()
        shutil.rmtree(folder, ignore_errors=True)
    answered = sorted(at for person in people for at in person.noted.answered)
    dark = max(b - a for a, b in itertools.pairwise(answered))
    back = min((at for at in answered if at > promoted_at), default=float("inf"))
    print(f"PostgreSQL, primary killed while {given.operators} operators write, standby promoted")
    found.tell()
    print(f"no write acknowledged for {dark:.1f} s; promoted {promoted_at - killed_at:.1f} s after the kill,")
    print(f"first write acknowledged {back - promoted_at:.1f} s after the promotion; nothing was restarted")
    sys.exit(0 if found.is_clean else 1)


if __name__ == "__main__":
    main()
