"""What bin/up and bin/test need on a machine: a virtual environment, translations, programs."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from redis_server import RedisError, fetch_redis_binary, find_redis_binary, version_of
from supervisor import Supervisor, last_lines

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"


class StartError(Exception):
    """Why nothing can be started, in one sentence for the person at the terminal."""


def say(text: str) -> None:
    # The terminal may be gone; that is no reason to stop the service.
    with contextlib.suppress(OSError):
        print(text, flush=True)


class Steps:
    """Runs the steps before the start one by one, with a line for each that tells how long it takes."""

    def __init__(self, supervisor: Supervisor, total: int) -> None:
        self.supervisor = supervisor
        self.total = total
        self.number = 0
        self._began = 0.0
        self._text = ""
        self._is_live = sys.stdout.isatty()

    def begin(self, text: str) -> None:
        self.number += 1
        self._began = time.monotonic()
        self._text = f"[{self.number}/{self.total}] {text}"
        if self._is_live:
            self._show("")

    def end(self, outcome: str = "done") -> None:
        seconds = time.monotonic() - self._began
        if self._is_live:
            sys.stdout.write("\r\x1b[K")
        say(f"{self._text}: {outcome} ({seconds:.1f} s)")

    def run(self, log: str, argv: Sequence[str], failure: str) -> None:
        """Run a command to its end; raises StartError with the end of its log when it fails."""
        if self.run_leniently(log, argv) != 0:
            raise StartError(self.failure_text(log, failure))

    def run_leniently(self, log: str, argv: Sequence[str]) -> int:
        return self.supervisor.run_to_end(log, argv, on_wait=lambda: self._tick(log))

    def failure_text(self, log: str, failure: str) -> str:
        path = self.supervisor.log_of(log)
        return "\n    ".join([f"{failure} {path} ends:", *last_lines(path, 15)])

    def _tick(self, log: str) -> None:
        if self._is_live:
            lines = last_lines(self.supervisor.log_of(log), 1)
            self._show(re.split(r"[\r\n]", lines[0])[-1] if lines else "")

    def _show(self, detail: str) -> None:
        seconds = time.monotonic() - self._began
        line = f"{self._text} … {seconds:.0f} s  {detail.strip()}"
        sys.stdout.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        sys.stdout.flush()


def require_venv_module() -> None:
    """Debian and Ubuntu ship Python without its venv and pip."""
    if PYTHON.exists():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise StartError(
            f"Python {version} is here without its venv and pip: on Debian or Ubuntu install them with "
            f"'sudo apt-get install python{version}-venv'."
        )


def require_writable(folder: Path) -> None:
    """Make a folder and write a file in it."""
    probe = folder / f".written-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"\0" * 65536)
        probe.unlink()
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be written to: {error.strerror}.") from error


def make_venv(steps: Steps) -> None:
    steps.begin("Python environment .venv")
    probe = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and steps.run_leniently("setup", probe) == 0:
        steps.end("there already")
        return
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    steps.run("setup", make, "The Python environment .venv could not be made.")
    steps.end(f"made with Python {sys.version.split()[0]}")


def install_packages(steps: Steps, *names: str) -> None:
    """Install requirement files into the virtual environment, unless it already has exactly these."""
    files = [REPOSITORY / name for name in names]
    wanted = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    stamps = {file: VENV / f"installed-{file.stem}.sha256" for file in files}
    steps.begin(f"packages of {' and '.join(names)}")
    if all(stamps[file].exists() and stamps[file].read_text() == wanted[file] for file in files):
        steps.end("there already")
        return
    argv = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    for file in files:
        argv += ["-r", str(file)]
    steps.run("setup", argv, "The Python packages could not be installed.")
    for file in files:
        stamps[file].write_text(wanted[file])
    steps.end("installed")


def compile_translations(steps: Steps) -> None:
    steps.begin("translations")
    folder = REPOSITORY / "translations"
    argv = [str(VENV / "bin" / "pybabel"), "-q", "compile", "-d", str(folder)]
    sources = list(folder.glob("*/LC_MESSAGES/*.po"))
    stale = [po for po in sources if not _is_newer(po.with_suffix(".mo"), po)]
    if stale:
        steps.run("setup", argv, "The translations could not be compiled.")
    steps.end("compiled" if stale else "there already")


def provide_redis(steps: Steps) -> Path:
    """A Redis server to run: found, or fetched into the virtual environment."""
    steps.begin("Redis server")
    binary = find_redis_binary(VENV)
    if binary is None:
        try:
            binary = fetch_redis_binary(
                VENV, REPOSITORY / "requirements.txt", lambda argv: steps.run_leniently("setup", argv)
            )
        except RedisError as error:
            raise StartError(str(error)) from error
    major, minor = version_of(binary) or (0, 0)
    steps.end(f"{binary.name} {major}.{minor}")
    return binary


def clean_environ(environ: Mapping[str, str], *, without: Sequence[str] = ()) -> dict[str, str]:
    """The environment for our programs: .venv first on PATH, China's time, prompt output."""
    kept = {
        name: value for name, value in environ.items() if name not in {*without, "PYTHONHOME", "PYTHONPATH"}
    }
    kept["PATH"] = f"{VENV / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept | {
        "VIRTUAL_ENV": str(VENV),
        "TZ": "Asia/Shanghai",
        "PYTHONUNBUFFERED": "1",
    }


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns
