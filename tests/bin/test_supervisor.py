"""The supervisor on real processes: none is left behind, and a dead one comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from supervisor import Child, ChildEndedError, StoppedError, Supervisor, last_lines, members, pause

BIN = Path(__file__).parents[2] / "bin"
SERVICE = Path(__file__).with_name("supervised.py")


def eventually(is_so: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Service:
    """The small service, running in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def start(self, *programs: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, SERVICE, self.folder, *programs],
            env={**os.environ, "PYTHONPATH": str(BIN)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pids(self, name: str) -> list[int]:
        path = self.folder / name
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def output(self) -> str:
        """Wait for its end; all it said."""
        assert self.process is not None
        return self.process.communicate(timeout=15)[0]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    if service.process is not None:
        service.process.kill()
        service.process.communicate()


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(tmp_path, cwd=tmp_path, environ=os.environ, say=print, patience=1.0)


def sleeper(name: str) -> str:
    """A program that notes its own process id and that of a child of its own."""
    return f"sleep 300 & echo $$ $! > {name}; wait"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_children_and_grandchildren(service: Service, number: signal.Signals) -> None:
    service.start(sleeper("a"), sleeper("b"))
    assert eventually(lambda: len(service.pids("a") + service.pids("b")) == 4)
    pids = service.pids("a") + service.pids("b")
    assert all(is_alive(pid) for pid in pids)

    service.send(number)

    assert service.output().endswith("stopped\n")
    assert not any(is_alive(pid) for pid in pids)


def test_a_grandchild_in_a_process_group_of_its_own_is_stopped_too(service: Service) -> None:
    service.start("set -m; sleep 300 & echo $! > moved; wait")  # as rq starts the process of each job
    assert eventually(lambda: len(service.pids("moved")) == 1)
    (moved,) = service.pids("moved")
    assert os.getpgid(moved) == moved

    service.send(signal.SIGTERM)

    assert service.output().endswith("stopped\n")
    assert not is_alive(moved)


def test_a_child_deaf_to_sigterm_is_killed_after_the_patience(service: Service) -> None:
    service.start("trap '' TERM; echo $$ > deaf; while :; do sleep 0.1; done")
    assert eventually(lambda: len(service.pids("deaf")) == 1)
    began = time.monotonic()

    service.send(signal.SIGTERM)

    assert service.output().endswith("stopped\n")
    assert time.monotonic() - began >= 2.0
    assert not is_alive(service.pids("deaf")[0])


def test_the_child_that_others_need_is_stopped_after_them(service: Service) -> None:
    noting = "trap 'sleep {1}; echo {0} >> order; exit' TERM; echo $$ > {0}; while :; do sleep 0.05; done"
    service.start(noting.format("first", 0.5), noting.format("last", 0))
    assert eventually(lambda: bool(service.pids("first") and service.pids("last")))

    service.send(signal.SIGTERM)

    assert service.output().endswith("stopped\n")
    assert (service.folder / "order").read_text().split() == ["first", "last"]


def test_a_killed_child_is_started_again(service: Service) -> None:
    service.start("echo $$ >> starts; exec sleep 300")
    assert eventually(lambda: len(service.pids("starts")) == 1)

    os.kill(service.pids("starts")[0], signal.SIGKILL)

    assert eventually(lambda: len(service.pids("starts")) == 2)
    assert is_alive(service.pids("starts")[1])
    service.send(signal.SIGTERM)
    assert "child-1 was killed by signal 9; starting it again in 0.1 s" in service.output()


def test_a_child_that_keeps_failing_is_told_with_its_last_words_and_waited_for_longer(
    service: Service,
) -> None:
    service.start("echo $$ >> starts; echo no such table: tickets >&2; exit 3")
    assert eventually(lambda: len(service.pids("starts")) >= 4)
    service.send(signal.SIGTERM)
    said = service.output()
    for wait in ("0.1", "0.2", "0.4"):
        assert f"child-1 ended with code 3; starting it again in {wait} s" in said
    assert "    no such table: tickets" in said


def test_children_do_not_outlive_a_killed_supervisor(service: Service) -> None:
    service.start("echo $$ > a; exec sleep 300", "echo $$ > b; exec sleep 300")
    assert eventually(lambda: bool(service.pids("a") and service.pids("b")))

    service.send(signal.SIGKILL)

    assert eventually(lambda: not is_alive(service.pids("a")[0]) and not is_alive(service.pids("b")[0]))


def test_the_pause_doubles_up_to_its_limit() -> None:
    assert [pause(failures, first=1, longest=30) for failures in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_step_tells_its_exit_code_and_leaves_its_output_in_the_log(supervisor: Supervisor) -> None:
    assert supervisor.run_to_end("step", ["/bin/sh", "-c", "echo out; echo err >&2; exit 7"]) == 7
    assert last_lines(supervisor.log_of("step"), 2) == ["out", "err"]


def test_a_step_ends_when_somebody_asks_to_stop(supervisor: Supervisor) -> None:
    def ask() -> None:
        supervisor.stops_asked = 1

    began = time.monotonic()
    with pytest.raises(StoppedError):
        supervisor.run_to_end("step", ["sleep", "300"], on_wait=ask)
    assert time.monotonic() - began < 10


def test_waiting_for_a_child_ends_with_the_child(supervisor: Supervisor) -> None:
    child = Child("brief", ["true"])
    supervisor.start(child)
    with pytest.raises(ChildEndedError):
        supervisor.wait_until(lambda: False, child, seconds=10)
    supervisor.stop()


def test_waiting_for_a_child_does_not_last_for_ever(supervisor: Supervisor) -> None:
    child = Child("idle", ["sleep", "300"])
    supervisor.start(child)
    with pytest.raises(TimeoutError):
        supervisor.wait_until(lambda: False, child, seconds=0.2)
    assert child.process is not None
    session = child.process.pid
    supervisor.stop()
    assert not list(members(session))


def test_a_log_grown_too_large_is_set_aside(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervisor.LARGEST_LOG", 100)
    supervisor.run_to_end("step", ["seq", "100"])
    supervisor.run_to_end("step", ["echo", "anew"])
    assert "100" in (supervisor.logs / "step.log.1").read_text()
    assert "anew" in supervisor.log_of("step").read_text()
    assert "99" not in supervisor.log_of("step").read_text().splitlines()
