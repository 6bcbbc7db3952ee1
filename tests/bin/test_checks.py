"""What bin/test tells the tests and the reader about the machine it runs on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from checks import find_chromium, run, tell_what_is_missing, told_counts
from environment import clean_environ
from supervisor import StoppedError, Supervisor


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, with nothing in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put_program(folder: Path, name: str, code: int) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)


def test_a_browser_that_only_asks_for_another_package_does_not_count(bare_path: Path) -> None:
    put_program(bare_path, "chromium", 1)
    assert find_chromium() is None
    put_program(bare_path, "chromium-browser", 0)
    assert find_chromium() == bare_path / "chromium-browser"


@pytest.mark.usefixtures("bare_path")
def test_a_missing_browser_is_told_to_the_tests_with_the_reason() -> None:
    environ: dict[str, str] = {}
    sentences = tell_what_is_missing(environ, "not installed, for a reason")
    assert environ["HOTLINE_TEST_CHROMIUM_REASON"] == "Chromium is not installed, for a reason"
    assert "HOTLINE_TEST_CHROMIUM" not in environ
    assert environ["HOTLINE_TEST_CHROMIUM_REASON"] in sentences


def test_the_browser_found_is_told_to_the_tests(bare_path: Path) -> None:
    put_program(bare_path, "chromium", 0)
    environ: dict[str, str] = {}
    tell_what_is_missing(environ, "")
    assert environ["HOTLINE_TEST_CHROMIUM"] == str(bare_path / "chromium")
    assert "HOTLINE_TEST_CHROMIUM_REASON" not in environ


def test_a_postgresql_of_ones_own_is_never_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql+psycopg://tester@/tests")
    environ: dict[str, str] = {}
    tell_what_is_missing(environ, "")
    assert "HOTLINE_TEST_POSTGRES_REASON" not in environ


def test_the_counts_are_those_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_three.py").write_text(
        "import pytest\n"
        "def test_one(): pass\n"
        "def test_two(): assert 0\n"
        "@pytest.mark.skip(reason='not here')\n"
        "def test_three(): pass\n"
    )
    counts = tmp_path / "counts.xml"
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={counts}"]
    subprocess.run([*pytest_command, "--rootdir", tmp_path, tmp_path], check=False, capture_output=True)
    assert told_counts(counts) == "3 tests, 1 failures, 0 errors, 1 skipped"


def test_settings_of_the_application_do_not_reach_the_tests() -> None:
    environ = clean_environ({"DATABASE_URL": "sqlite:///mine.db", "LANG": "C"}, without=["DATABASE_URL"])
    assert "DATABASE_URL" not in environ
    assert environ["LANG"] == "C"
    assert environ["TZ"] == "Asia/Shanghai"


def test_a_check_asked_to_stop_may_close_what_it_opened(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, cwd=tmp_path, environ=os.environ, say=print)
    bash = shutil.which("bash")
    assert bash is not None
    script = (
        f"trap 'echo closed > {tmp_path}/closed; exit' INT; kill -INT $PPID; while :; do sleep 0.05; done"
    )
    before = signal.getsignal(signal.SIGINT)
    supervisor.listen_to_signals()
    try:
        began = time.monotonic()
        with pytest.raises(StoppedError):
            run(supervisor, [bash, "-c", script])
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    assert (tmp_path / "closed").read_text() == "closed\n"
    assert time.monotonic() - began < 10
