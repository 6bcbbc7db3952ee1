"""Keeps a handful of programs running, and leaves none of them behind."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tether import tethered

POLL = 0.1  # seconds between two looks at the children
LARGEST_LOG = 10 * 1024 * 1024  # bytes; a larger one is set aside before the child's next start
STEADY = 60.0  # seconds after which a child counts as running well, and its back-off begins anew


class StoppedError(Exception):
    """Somebody asked us to stop while we were waiting for something."""


class ChildEndedError(Exception):
    """A child ended while we were waiting for it to become ready."""


@dataclass
class Child:
    """One program to keep running; what it prints goes to its log."""

    name: str
    argv: Sequence[str]
    outlives_others: bool = False  # stopped only after the rest: they need it to finish their work
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float | None = None
    sessions: set[int] = field(default_factory=set)


def pause(failures: int, *, first: float, longest: float) -> float:
    """Seconds to wait before starting a child again that has failed this many times in a row."""
    return min(longest, first * 2.0 ** (failures - 1))


def members(session: int) -> Iterator[int]:
    """Process ids in a session. A child's own children may change groups, but they stay in its session."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we were looking
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            yield int(entry.name)


def signal_session(session: int, number: signal.Signals) -> None:
    for process in members(session):
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(process, number)


def last_lines(log: Path, count: int) -> list[str]:
    """The end of a log, without reading more than a little of it."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 8192))
        return stream.read().decode(errors="replace").splitlines()[-count:]


class Supervisor:
    """Starts children, starts them again when they end, and stops them and theirs when a signal asks."""

    def __init__(
        self,
        logs: Path,
        *,
        cwd: Path,
        environ: Mapping[str, str],
        say: Callable[[str], None],
        first_pause: float = 1.0,
        longest_pause: float = 30.0,
        patience: float = 25.0,
    ) -> None:
        """`patience`: seconds a child gets to finish after SIGTERM, before SIGKILL."""
        self.logs = logs
        self.cwd = cwd
        self.environ = dict(environ)
        self.say = say
        self.first_pause = first_pause
        self.longest_pause = longest_pause
        self.patience = patience
        self.children: list[Child] = []
        self.stops_asked = 0

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if (
                signal.getsignal(number) is not signal.SIG_IGN or number == signal.SIGTERM
            ):  # nohup ignores SIGHUP
                signal.signal(number, self._note_signal)

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def run_to_end(self, name: str, argv: Sequence[str], *, on_wait: Callable[[], None] | None = None) -> int:
        """Run a program once, logged under its name, for its exit code. Raises StoppedError when asked to."""
        step = Child(name, argv)
        process = self._spawn(step)
        try:
            while (code := process.poll()) is None:
                if self.stops_asked:
                    raise StoppedError
                if on_wait:
                    on_wait()
                time.sleep(POLL)
            return code
        finally:
            self._stop([step])

    def start(self, child: Child) -> None:
        self.children.append(child)
        self._spawn(child)

    def wait_until(self, is_ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
        """Wait for a child just started. Raises ChildEndedError, StoppedError or TimeoutError."""
        end = time.monotonic() + seconds
        while not is_ready():
            if self.stops_asked:
                raise StoppedError
            if child.process is None or child.process.poll() is not None:
                raise ChildEndedError(child.name)
            if time.monotonic() > end:
                raise TimeoutError(child.name)
            time.sleep(POLL)

    def forget(self, child: Child) -> None:
        """Stop one child for good."""
        self._stop([child])
        self.children.remove(child)

    def run(self) -> None:
        """Keep all children running until asked to stop."""
        while not self.stops_asked:
            for child in self.children:
                self._look_after(child)
            time.sleep(POLL)

    def stop(self) -> None:
        """Stop all children; those that the others need come last."""
        self._stop([child for child in self.children if not child.outlives_others])
        self._stop([child for child in self.children if child.outlives_others])
        self.children.clear()

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        log = self.log_of(child.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as stream:
            now = dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds")
            stream.write(f"--- {now} {child.name} starts\n".encode())
            stream.flush()
            child.process = subprocess.Popen(
                tethered(child.argv),
                cwd=self.cwd,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C reaches us alone, and theirs can be found
            )
        # A child that ended may have left work running that finishes by itself; it is stopped with the rest.
        child.sessions = {old for old in child.sessions if any(members(old))} | {child.process.pid}
        child.started = time.monotonic()
        child.restart_at = None
        return child.process

    def _look_after(self, child: Child) -> None:
        if child.restart_at is not None:
            if time.monotonic() >= child.restart_at:
                self._spawn(child)
            return
        if child.process is None or (code := child.process.poll()) is None:
            return
        if time.monotonic() - child.started > STEADY:
            child.failures = 0
        child.failures += 1
        wait = pause(child.failures, first=self.first_pause, longest=self.longest_pause)
        child.restart_at = time.monotonic() + wait
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        self.say(f"{child.name} {how}; starting it again in {wait:g} s. {self.log_of(child.name)} ends:")
        for line in last_lines(self.log_of(child.name), 5):
            self.say(f"    {line}")

    def _stop(self, children: Sequence[Child]) -> None:
        asked_before = self.stops_asked
        for child in children:
            child.restart_at = None
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()  # it tells its own children, and lets them finish
        end = time.monotonic() + self.patience
        while any(child.process is not None and child.process.poll() is None for child in children):
            if time.monotonic() > end or self.stops_asked > max(asked_before, 1):  # asked again: at once
                break
            time.sleep(POLL)
        sessions = {session for child in children for session in child.sessions}
        for number, wait in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0)):
            for session in sessions:
                signal_session(session, number)
            end = time.monotonic() + wait
            while time.monotonic() < end and any(any(members(session)) for session in sessions):
                time.sleep(0.02)
        for child in children:
            if child.process is not None:
                child.process.wait()
                child.process = None
            child.sessions.clear()
