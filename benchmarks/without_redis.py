"""Redis is gone for an hour while operators go on writing.

    PYTHONPATH=bin python -m benchmarks.without_redis [--minutes 60] [--operators 2] [--rest 4] [--postgres]

The service as it runs in earnest; Redis is killed and comes back after so many minutes, while a slow trickle
of calls and half-typed forms goes on before, meanwhile and after. Says what other pages answered in between,
how long the workers needed to catch up, and what was tried, acknowledged and found. Ends with 1 where
something was lost, doubled or left undone.
"""

import argparse
import shutil
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from benchmarks import counting
from benchmarks.counting import Counted
from benchmarks.place import Place
from benchmarks.postgres_cluster import Postgres
from benchmarks.visitors import Operator

PORT, POSTGRES_PORT = 8785, 8786
CALL_EVERY = 4
LOOK_EVERY = 10.0
LOOKED_AT = ("/healthz", "/readyz", "/sign-in")


def look(port: int, seconds: float) -> Counter[str]:
    """Ask the pages that need no account for so long; what they answered, by page and status."""
    seen: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path in LOOKED_AT:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                    seen[f"{path} {answer.status}"] += 1
            except urllib.error.HTTPError as refusal:
                refusal.close()
                seen[f"{path} {refusal.code}"] += 1
            except OSError as error:
                seen[f"{path} {type(error).__name__}"] += 1
        time.sleep(max(0.0, min(LOOK_EVERY, end - time.monotonic())))
    return seen


def acknowledged(people: list[Operator], since: float, until: float) -> int:
    """Return how many writes were acknowledged in that time."""
    return sum(since <= at < until for person in people for at in person.noted.answered)


def walk(
    place: Place, people: list[Operator], stop: threading.Event, *, minutes: float, around: float
) -> Counted:
    """Let them write before, meanwhile and after; say what came of each, and count in the end."""
    place.start()
    begun = time.time()
    for person in people:
        person.start()
    time.sleep(around)
    gone = time.time()
    place.redis.kill()
    seen = look(place.port, minutes * 60)
    back = time.time()
    place.redis.start()
    waiting, newest = counting.open_promises(place.app), counting.newest_promise(place.app)
    while time.time() < back + counting.SETTLE and counting.open_promises(place.app, newest):
        time.sleep(0.5)
    caught_up = time.time() - back
    time.sleep(around)
    stop.set()
    for person in people:
        person.join(60)
    ended = time.time()
    spans = ((begun, gone), (gone, back), (back, ended))
    before, without, after = (acknowledged(people, since, until) for since, until in spans)
    print(f"acknowledged  {before} before, {without} meanwhile, {after} after; {(back - gone) / 60:.1f} min")
    print(f"pages         {dict(sorted(seen.items()))}")
    print(f"promises      {waiting} waited when Redis came back, kept within {caught_up:.1f} s")
    found = Counted()
    counting.settle(place.app, found)
    counting.count(place.app, [person.noted for person in people], found)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long Redis is gone")
    parser.add_argument("--around", type=float, default=30, help="seconds written before and after")
    parser.add_argument("--operators", type=int, default=2)
    parser.add_argument("--rest", type=float, default=4, help="seconds between two writes of an operator")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="without-redis-"))
    folder.chmod(0o755)
    offset = folder / "offset"
    offset.write_text("0")
    postgres = None
    if given.postgres:
        postgres = Postgres(folder / "postgres", POSTGRES_PORT)
        postgres.create()
    place = Place(folder / "data", given.port, offset=offset, database_url=postgres.url if postgres else "")
    stop = threading.Event()
    people = [
        Operator(number, given.port, stop, call_every=CALL_EVERY, rest=given.rest)
        for number in place.hire(given.operators)
    ]
    try:
        found = walk(place, people, stop, minutes=given.minutes, around=given.around)
    finally:
        place.stop()
        if postgres is not None:
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{'PostgreSQL' if postgres else 'SQLite'}, Redis gone while {given.operators} operators write")
    found.tell()
    sys.exit(0 if found.is_clean else 1)


if __name__ == "__main__":
    main()
