"""bin/test: sets everything up and runs every check; what it tells the tests is described in bin/test."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from environment import (
    REPOSITORY,
    VENV,
    StartError,
    Steps,
    clean_environ,
    compile_translations,
    install_packages,
    make_venv,
    provide_redis,
    require_venv_module,
    say,
)
from postgres_server import PostgresError, PostgresServer, find_postgres_binaries
from supervisor import POLL, StoppedError, Supervisor, signal_session
from tether import tethered

TOOLS = VENV / "bin"
GATE = {
    "format": [str(TOOLS / "ruff"), "format", "--check", "."],
    "lint": [str(TOOLS / "ruff"), "check", "."],
    "types": [str(TOOLS / "mypy")],
    "layers": [str(TOOLS / "lint-imports"), "--no-logo"],
}
# The application's own settings must not reach the tests: they would work on somebody's data.
NOT_FOR_TESTS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "HOTLINE_DATA",
    "HOTLINE_LOCALE",
    "TEST_DATABASE_URL",
)
NO_TESTS_RAN = 5  # pytest's exit code
# Browsers are slow and see the database only through pages that the other tests cover on both.
ONCE_IS_ENOUGH = ("-m", "not browser or both_databases")
STOP_PATIENCE = 30.0  # seconds for pytest to close what it opened
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
APT = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]


def find_chromium() -> Path | None:
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        # Ubuntu's is a stub that asks for a snap: only one that runs counts.
        if found and subprocess.run([found, "--version"], check=False, capture_output=True).returncode == 0:
            return Path(found)
    return None


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], check=True, capture_output=True).stdout.strip())


def missing_packages() -> list[str]:
    """Debian packages that the tests want and the machine lacks."""
    missing = []
    if find_postgres_binaries() is None and not os.environ.get("TEST_DATABASE_URL"):
        missing.append("postgresql")
    if find_chromium() is None:
        missing.append("chromium")
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if find_slapd() is None:
        missing.append("slapd")
    return missing


def find_slapd() -> str | None:
    """OpenLDAP's server, which the tests of signing in with a directory start."""
    return shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def install_programs(steps: Steps) -> str:
    """Install what is missing where we may; why that was not possible, empty when nothing is missing."""
    steps.begin("PostgreSQL, Chromium, a Chinese font and slapd")
    missing = missing_packages()
    if not missing:
        steps.end("there already")
        return ""
    names = ", ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        steps.end(f"without {names}")
        return "not installed, and only root on Debian or Ubuntu can install it here"
    environ = steps.supervisor.environ
    environ["DEBIAN_FRONTEND"] = "noninteractive"
    steps.run_leniently("programs", [*APT, "update"])
    if "postgresql" in missing:
        keep_debian_from_making_a_cluster(steps)
    if "slapd" in missing:
        keep_debian_from_starting_a_directory()
    code = 0
    for name in missing:  # one by one: what can be had is not lost with what cannot
        code |= steps.run_leniently("programs", [*APT, "-y", "install", "--no-install-recommends", name])
    if code != 0:
        steps.end("not all of them")
        say(steps.failure_text("programs", f"apt-get could not install all of {names}."))
        return "not installed, and apt-get could not install it"
    steps.end(f"installed {names}")
    return ""


def keep_debian_from_starting_a_directory() -> None:
    """Without a configuration Debian's package starts no server; the tests write one of their own."""
    answer = b"slapd slapd/no_configuration boolean true\n"
    subprocess.run(["debconf-set-selections"], input=answer, check=False, capture_output=True)


def keep_debian_from_making_a_cluster(steps: Steps) -> None:
    """We start a server of our own; Debian's would be made and started beside it at installation."""
    steps.run_leniently("programs", [*APT, "-y", "install", "--no-install-recommends", "postgresql-common"])
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if settings.exists():
        text = settings.read_text().replace("#create_main_cluster = true", "create_main_cluster = false")
        settings.write_text(text)


def run(supervisor: Supervisor, argv: Sequence[str]) -> int:
    """Run a program that prints to our own output; its exit code. Raises StoppedError when asked to stop."""
    process = subprocess.Popen(
        tethered(argv, last_signal=signal.SIGINT),
        cwd=REPOSITORY,
        env=supervisor.environ,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone, and is passed on once
    )
    try:
        while (code := process.poll()) is None:
            if supervisor.stops_asked:
                process.send_signal(signal.SIGINT)  # lets pytest close what it opened
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_PATIENCE)
                raise StoppedError
            time.sleep(POLL)
        return code
    finally:
        signal_session(process.pid, signal.SIGKILL)
        process.wait()


def run_gate(supervisor: Supervisor) -> list[str]:
    """The names of the checks that failed."""
    failed = []
    for name, argv in GATE.items():
        say(f"\n== {name}: {Path(argv[0]).name} {' '.join(argv[1:])}".rstrip())
        if run(supervisor, argv) != 0:
            failed.append(name)
    return failed


def run_pytest(supervisor: Supervisor, database: str, arguments: Sequence[str]) -> int:
    say(f"\n== tests on {database}: pytest {' '.join(arguments)}".rstrip())
    return run(supervisor, [str(TOOLS / "python"), "-m", "pytest", *arguments])


def told_counts(junit: Path) -> str:
    suite = next(ET.parse(junit).getroot().iter("testsuite"))
    return ", ".join(f"{suite.get(name)} {name}" for name in ("tests", "failures", "errors", "skipped"))


def tell_what_is_missing(environ: dict[str, str], reason: str) -> list[str]:
    """Sets what the tests read; the sentences about what cannot be tested here."""
    sentences = []
    if find_postgres_binaries() is None and not os.environ.get("TEST_DATABASE_URL"):
        environ["HOTLINE_TEST_POSTGRES_REASON"] = f"PostgreSQL 15 or later is {reason or 'not to be had'}"
        sentences.append(environ["HOTLINE_TEST_POSTGRES_REASON"])
    if chromium := find_chromium():
        environ["HOTLINE_TEST_CHROMIUM"] = str(chromium)
    else:
        environ["HOTLINE_TEST_CHROMIUM_REASON"] = f"Chromium is {reason or 'not to be had'}"
        sentences.append(environ["HOTLINE_TEST_CHROMIUM_REASON"])
    if find_slapd() is None:
        environ["HOTLINE_TEST_SLAPD_REASON"] = f"slapd is {reason or 'not to be had'}"
        sentences.append(environ["HOTLINE_TEST_SLAPD_REASON"])
    return sentences


def run_on_sqlite(supervisor: Supervisor, arguments: Sequence[str], scratch: Path) -> int:
    counts = scratch / "sqlite.xml"
    code = run_pytest(supervisor, "SQLite", [f"--junitxml={counts}", *arguments])
    if "HOTLINE_TEST_POSTGRES_REASON" not in supervisor.environ:  # or this was the last run
        told = told_counts(counts) if counts.exists() else "pytest did not get to its tests"
        say(f"\nSQLite: {told}.")
    return code


def run_on_postgres(supervisor: Supervisor, arguments: Sequence[str]) -> int:
    with ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(PostgresServer()).url
        supervisor.environ["TEST_DATABASE_URL"] = url
        return run_pytest(supervisor, "PostgreSQL", [*ONCE_IS_ENOUGH, *arguments])


def check(supervisor: Supervisor, arguments: Sequence[str], scratch: Path) -> bool:
    """Set up, run everything, tell what failed; whether nothing did."""
    steps = Steps(supervisor, 5)
    make_venv(steps)
    install_packages(steps, "requirements.txt", "requirements-suggest.txt", "requirements-dev.txt")
    compile_translations(steps)
    provide_redis(steps)
    reason = install_programs(steps)

    failed = run_gate(supervisor)
    missing = tell_what_is_missing(supervisor.environ, reason)
    if os.environ.get("CI") == "true":
        failed += [f"{sentence}, and CI may skip nothing" for sentence in missing]
    if failed:
        say(f"\nFailed before the tests: {'; '.join(failed)}.")

    codes = [run_on_sqlite(supervisor, arguments, scratch)]
    if "HOTLINE_TEST_POSTGRES_REASON" not in supervisor.environ:
        codes.append(run_on_postgres(supervisor, arguments))
    some_tests_ran = set(codes) != {NO_TESTS_RAN}
    return not failed and some_tests_ran and set(codes) <= {0, NO_TESTS_RAN}


def main() -> int:
    """The last lines are pytest's closing summary: what else failed was told before it."""
    with tempfile.TemporaryDirectory(prefix="hotline-test-") as folder:
        scratch = Path(folder)
        environ = clean_environ(os.environ, without=NOT_FOR_TESTS)
        supervisor = Supervisor(scratch, cwd=REPOSITORY, environ=environ, say=say)
        supervisor.listen_to_signals()
        try:
            require_venv_module()
            return 0 if check(supervisor, sys.argv[1:], scratch) else 1
        except (StartError, PostgresError) as error:
            print(f"bin/test: {error}", file=sys.stderr, flush=True)
            return 1
        except StoppedError:
            return 130


if __name__ == "__main__":
    sys.exit(main())
