"""The service over several hosts, each in a network of its own, cut off one at a time while operators write.

    PYTHONPATH=bin python -m benchmarks.hosts [--operators 16] [--cut 15] [--between 20]

PostgreSQL and Redis on a host each, two web hosts, three hosts with a worker (a clock on two of them), joined
by a bridge; needs root and `ip`. Says what was written before anything was cut, with one web and one worker
host and with all, and afterwards what was tried, acknowledged and found. Ends with 1 where something was lost
or doubled.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from redis_server import find_redis_binary

from benchmarks import counting
from benchmarks.counting import Counted
from benchmarks.place import FLASK, PATIENCE, PYTHON, Kept, hire, prepared
from benchmarks.postgres_cluster import Postgres
from benchmarks.visitors import CALL_EVERY, Operator
from hotline.db import db, session

BRIDGE = "hotline0"
NETWORK = "10.77.0"
DATABASE, QUEUE = "db", "queue"
WEB = ("web1", "web2")
WORKERS = ("work1", "work2", "work3")
CLOCKS = ("work1", "work2")
HOSTS = (DATABASE, QUEUE, *WEB, *WORKERS)
PORT, DATABASE_PORT, QUEUE_PORT = 8000, 5432, 6379
PAGE_PATIENCE = 5.0
"""Seconds an operator's browser, or the proxy before it, waits for a host."""


def ip(*words: str) -> None:
    """Run `ip`, as root."""
    subprocess.run(["ip", *words], check=True)


@dataclass(frozen=True)
class Host:
    """One host: its place in the network, and what puts a program on it."""

    name: str

    @property
    def space(self) -> str:
        """Its network, as `ip netns` knows it."""
        return f"hotline-{self.name}"

    @property
    def link(self) -> str:
        """The bridge's end of its cable."""
        return f"hl-{self.name}"

    @property
    def address(self) -> str:
        """Where the others reach it."""
        return f"{NETWORK}.{10 + HOSTS.index(self.name)}"

    @property
    def within(self) -> list[str]:
        """What goes before a program that shall run on it."""
        return ["ip", "netns", "exec", self.space]

    def join(self) -> None:
        """Come up and plug its cable into the bridge."""
        ip("netns", "add", self.space)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("link", "set", self.link, "master", BRIDGE, "up")
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    def cut(self) -> None:
        """Pull its cable: nobody is told, packets are simply gone."""
        ip("link", "set", self.link, "down")

    def mend(self) -> None:
        """Plug it in again."""
        ip("link", "set", self.link, "up")


class Network:
    """All hosts with what runs on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts = {name: Host(name) for name in HOSTS}
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for host in self.hosts.values():
            host.join()
        database = self.hosts[DATABASE]
        self.postgres = Postgres(
            folder / "postgres", DATABASE_PORT, host=database.address, within=database.within
        )
        self.postgres.create()
        self.log = folder / "hosts.log"
        self.queue = Kept("queue", self._redis(), os.environ, self.log)
        self.queue.start()
        own = {
            "HOTLINE_DATA": str(folder / "shared"),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": f"redis://{self.hosts[QUEUE].address}:{QUEUE_PORT}/0",
            "TZ": "Asia/Shanghai",
        }
        offset = folder / "offset"
        offset.write_text("0")
        self.app = prepared(own)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        self.environ = outside | own | {"CHAOS_OFFSET": str(offset)}
        self.web = [self._web(name) for name in WEB]
        self.workers = [self._kept(name, [*FLASK, "worker"]) for name in WORKERS]
        self.clocks = [self._kept(name, [*FLASK, "clock"]) for name in CLOCKS]

    def _redis(self) -> list[str]:
        binary = find_redis_binary()
        if binary is None:
            raise SystemExit("There is no redis-server on this machine.")
        host = self.hosts[QUEUE]
        (self.folder / "redis").mkdir()
        settings = {
            "bind": host.address,
            "port": str(QUEUE_PORT),
            "protected-mode": "no",
            "dir": str(self.folder / "redis"),
            "appendonly": "yes",
            "save": "",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [*host.within, str(binary), *words]

    def _kept(self, name: str, argv: list[str]) -> Kept:
        return Kept(name, [*self.hosts[name].within, *argv], self.environ, self.log)

    def _web(self, name: str) -> Kept:
        sizes = ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
        manners = ["--no-control-socket", "--log-level", "error"]
        bound = ["--bind", f"{self.hosts[name].address}:{PORT}"]
        return self._kept(name, [*PYTHON, "gunicorn", *sizes, *manners, *bound, "wsgi:create_app()"])

    def start(self, web: int, workers: int) -> None:
        """Run so many web hosts and worker hosts and return once pages are served."""
        for kept in (*self.web[:web], *self.workers[:workers], *self.clocks[:workers]):
            if not kept.is_wanted:
                kept.start()
        end = time.monotonic() + PATIENCE
        for name in WEB[:web]:
            while not self._answers(name):
                if time.monotonic() > end:
                    raise SystemExit(f"{name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.2)

    def _answers(self, name: str) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://{self.hosts[name].address}:{PORT}/readyz", timeout=5
            ) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return False
        except OSError:
            return False

    def stop(self) -> None:
        """End everything and take the hosts away."""
        for kept in (*self.web, *self.workers, *self.clocks):
            kept.stop()
        with self.app.app_context():
            session.remove()
            db.engine.dispose()
        self.queue.stop()
        self.postgres.stop()


def clear() -> None:
    """Take away what this or an earlier run left of the network."""
    for name in HOSTS:
        subprocess.run(["ip", "netns", "del", Host(name).space], check=False, capture_output=True)
    subprocess.run(["ip", "link", "del", BRIDGE], check=False, capture_output=True)


def crowd(
    network: Network, numbers: list[str], stop: threading.Event, hosts: tuple[str, ...], call_every: int
) -> list[Operator]:
    """Return operators spread over the web `hosts`; each goes to the next one where one does not answer."""
    addresses = [network.hosts[name].address for name in hosts]
    return [
        Operator(
            number,
            PORT,
            stop,
            hosts=addresses[place % len(addresses) :] + addresses[: place % len(addresses)],
            patience=PAGE_PATIENCE,
            call_every=call_every,
        )
        for place, number in enumerate(numbers)
    ]


def written(people: list[Operator], since: float, until: float) -> float:
    """Return how many writes were acknowledged in a second."""
    many = sum(since <= at < until for person in people for at in person.noted.answered)
    return many / (until - since)


def silence(people: list[Operator], since: float, until: float) -> float:
    """Return the longest time, in seconds, in which nothing was acknowledged."""
    moments = sorted(at for person in people for at in person.noted.answered if since <= at < until)
    return max(b - a for a, b in itertools.pairwise([since, *moments, until]))


def walk(network: Network, numbers: list[str], *, cut: float, between: float, call_every: int) -> Counted:
    """Write with few hosts, then with all, then cut one after the other; count in the end."""
    network.start(1, 1)
    stop = threading.Event()
    alone = crowd(network, numbers, stop, WEB[:1], call_every)
    for person in alone:
        person.start()
    time.sleep(between / 2)  # everybody signs in
    begun = time.time()
    time.sleep(between)
    print(f"one web host, one worker host     {written(alone, begun, time.time()):6.1f} writes/s", flush=True)
    stop.set()
    for person in alone:
        person.join(60)
    network.start(len(WEB), len(WORKERS))
    stop = threading.Event()
    people = crowd(network, numbers, stop, WEB, call_every)
    for person in people:
        person.start()
    time.sleep(between / 2)
    begun = time.time()
    time.sleep(between)
    print(
        f"two web hosts, three worker hosts {written(people, begun, time.time()):6.1f} writes/s", flush=True
    )
    for name in HOSTS:
        begun = time.time()
        network.hosts[name].cut()
        time.sleep(cut)
        network.hosts[name].mend()
        mended = time.time()
        time.sleep(between)
        print(
            f"{name:6} cut for {cut:.0f} s: {written(people, begun, mended):6.1f} writes/s meanwhile, "
            f"{written(people, mended, time.time()):6.1f} after; "
            f"longest silence {silence(people, begun, time.time()):.1f} s",
            flush=True,
        )
    stop.set()
    for person in people:
        person.join(60)
    found = Counted()
    counting.settle(network.app, found)
    counting.count(network.app, [person.noted for person in (*alone, *people)], found)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operators", type=int, default=16)
    parser.add_argument("--cut", type=float, default=15)
    parser.add_argument("--between", type=float, default=20)
    parser.add_argument("--call-every", type=int, default=CALL_EVERY, help="one of so many becomes a ticket")
    given = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise SystemExit("This needs root and the program `ip`.")
    clear()
    folder = Path(tempfile.mkdtemp(prefix="hosts-"))
    folder.chmod(0o755)
    network = None
    try:
        network = Network(folder)
        numbers = hire(network.app, given.operators)
        found = walk(network, numbers, cut=given.cut, between=given.between, call_every=given.call_every)
    finally:
        if network is not None:
            network.stop()
        clear()
        shutil.rmtree(folder, ignore_errors=True)
    found.tell()
    sys.exit(0 if found.is_clean else 1)


if __name__ == "__main__":
    main()
