"""The whole service as bin/up runs it: started on an empty folder, looked at, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis_server import RedisServer
from supervisor import members

UP = Path(__file__).parents[2] / "bin" / "up"
LONGEST_START = 120.0  # seconds, on a machine that runs other tests beside it


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(parent: int) -> dict[int, str]:
    """Process ids and command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(stat[1]) == parent and stat[0] != "Z":
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    found[int(entry.name)] = b" ".join(words).decode()
            except OSError:  # it ended while we were looking
                continue
    return found


class Started:
    """A start of bin/up that has come to its end."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.said = ""
        names = {"REDIS_URL", "DATABASE_URL", "TEST_DATABASE_URL"}
        self.process = subprocess.Popen(
            [UP, "--no-demo", "--port", str(self.port), "--data", data],
            env={name: value for name, value in os.environ.items() if name not in names}
            | {"PYTHON": sys.executable},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        began = time.monotonic()
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                break
            assert time.monotonic() - began < LONGEST_START

    def stop(self) -> str:
        """What it says at its end."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    yield data
    lock = data / "up.lock"
    if lock.exists() and (left := children_of(int(lock.read_text() or "0"))):
        os.kill(int(lock.read_text()), signal.SIGKILL)
        pytest.fail(f"left running: {left}")


@pytest.mark.slow
def test_the_service_starts_comes_back_after_a_kill_and_leaves_nothing_running(data: Path) -> None:
    first = Started(data)
    assert f"http://127.0.0.1:{first.port}/" in first.said, first.said
    commands = children_of(first.process.pid)
    for part, count in (("redis", 1), ("-m service", 1)):
        assert sum(part in command for command in commands.values()) == count, commands
    with urllib.request.urlopen(f"http://127.0.0.1:{first.port}/", timeout=10) as page:
        assert page.status == 200
        assert "<html" in page.read().decode()
    queue = RedisServer(data / "redis")
    assert queue.answers()

    first.process.kill()  # as a power cut would, but for the processes it leaves
    first.process.communicate()
    second = Started(data)
    assert f"http://127.0.0.1:{second.port}/" in second.said, second.said
    children = children_of(second.process.pid)

    assert second.stop().endswith("Everything is stopped.\n")
    assert second.process.returncode == 0
    assert not [process for session in {*commands, *children} for process in members(session)]
    assert not queue.answers()


def answers(port: int) -> bool:
    """Whether a page comes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as page:
            return bool(page.status == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_pages_workers_and_clock_come_back_whichever_is_killed(data: Path) -> None:
    started = Started(data)
    (service,) = (one for one, command in children_of(started.process.pid).items() if "-m service" in command)
    parts = children_of(service)
    assert len(parts) == 4, "gunicorn, two workers, the clock"
    for part in parts:
        os.kill(part, signal.SIGKILL)
    end = time.monotonic() + LONGEST_START
    while len(now := children_of(service).keys() - parts.keys()) < len(parts) or not answers(started.port):
        assert time.monotonic() < end, f"{len(now)} came back"
        time.sleep(0.2)

    assert started.stop().endswith("Everything is stopped.\n")
    assert started.process.returncode == 0
    assert not list(members(service))
