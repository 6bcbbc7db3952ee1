"""What bin/up says, in one sentence and before it starts anything, when it cannot start."""

import fcntl
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environment
import pytest
from environment import StartError, require_venv_module

UP = Path(__file__).parents[2] / "bin" / "up"


def refused(*options: str | Path, **settings: str) -> str:
    """What bin/up said when it refused to start."""
    environ = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "HOTLINE_DATA"}}
    answer = subprocess.run(
        [UP, *options],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        env={**environ, "PYTHON": sys.executable, **settings},
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    return answer.stderr.strip()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named(tmp_path: Path, taken_port: int) -> None:
    said = refused("--port", str(taken_port), "--data", tmp_path / "data")
    assert said == f"bin/up: Port {taken_port} is taken by another program: choose another with --port."


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０００", ""])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    said = refused(f"--port={port}", "--data", tmp_path / "data")
    assert said.endswith(f"a port is a number from 1 to 65535, not '{port}'.")
    assert not (tmp_path / "data").exists()


def test_an_unknown_option_is_refused() -> None:
    assert refused("--prot", "8000") == "bin/up: unrecognized arguments: --prot 8000."


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    said = refused("--data", file / "data")
    assert said == f"bin/up: The folder {file / 'data'} cannot be written to: Not a directory."


def test_a_second_start_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()
        said = refused("--data", tmp_path)
    assert said == f"bin/up: the service already runs with the data in {tmp_path} (process 4711)."


@pytest.mark.parametrize("url", ["unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0"])
def test_a_redis_that_does_not_answer_is_named(tmp_path: Path, url: str) -> None:
    said = refused("--data", tmp_path, REDIS_URL=url)
    assert said.startswith("bin/up: No Redis server answers at ")
    assert "where REDIS_URL points" in said


def test_an_old_python_is_told_its_version(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1;; *) echo 3.9.2;; esac\n')
    old.chmod(0o755)
    said = refused(PYTHON=str(old))
    assert said.startswith(f"Python 3.11 or later is needed: {old} is 3.9.2;")
    assert "apt-get install python3" in said


def test_no_python_at_all_is_told(tmp_path: Path) -> None:
    said = refused(PYTHON=str(tmp_path / "missing"))
    assert said.startswith("Python 3.11 or later is needed: none is installed;")


def test_a_python_without_venv_is_told_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "no-environment-yet")
    # Debian ships its Python like this; one cannot be made from here.
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(StartError, match=f"apt-get install python{version}-venv"):
        require_venv_module()
