"""A throw-away PostgreSQL for the tests: own folder, unix socket only, nothing synced to disk, gone after.

with PostgresServer() as server:
    os.environ["TEST_DATABASE_URL"] = server.url
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tether import tethered

OLDEST_VERSION = 15
START_PATIENCE = 60.0  # seconds
STOP_PATIENCE = 15.0  # seconds from SIGINT (which ends all connections) to SIGKILL
DATABASE = "hotline_test"
ROLE = "hotline"


class PostgresError(Exception):
    """No server to be had, or it does not start. The text is for people."""


def find_postgres_binaries() -> Path | None:
    """The folder of initdb, postgres and createdb of the newest PostgreSQL installed that is new enough."""
    versions = [
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    ]
    if versions and max(versions)[0] >= OLDEST_VERSION:
        return max(versions)[1]
    on_path = shutil.which("initdb")
    if on_path is None:
        return None
    answer = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout
    is_new_enough = (
        int(answer.rpartition(" ")[2].split(".")[0]) >= OLDEST_VERSION
    )  # "initdb (PostgreSQL) 16.1"
    return Path(on_path).parent if is_new_enough else None


def unprivileged_user() -> str:
    """Whom to run the server as: PostgreSQL refuses to be root. "-" when we are not."""
    if os.geteuid() != 0:
        return "-"
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresError(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as."
    )


class PostgresServer:
    """One server with one empty database."""

    def __init__(self, binaries: Path | None = None) -> None:
        found = binaries or find_postgres_binaries()
        if found is None:
            raise PostgresError(f"There is no PostgreSQL {OLDEST_VERSION} or later on this machine.")
        self.binaries = found
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{ROLE}@/{DATABASE}?host={self._folder}"

    def start(self) -> None:
        """Make the cluster, run it and make the database. Raises PostgresError."""
        user = unprivileged_user()
        folder = self._folder = Path(tempfile.mkdtemp(prefix="hotline-postgres-"))
        if user != "-":
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        data = folder / "data"
        try:
            self._run_once(
                user,
                "initdb",
                "-D",
                data,
                "-U",
                ROLE,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            )
            settings = {
                "listen_addresses": "",
                "unix_socket_directories": str(folder),
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "autovacuum": "on",
                "max_connections": "60",
                "timezone": "UTC",
            }
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            with (folder / "postgres.log").open("ab") as log:
                self._process = subprocess.Popen(
                    tethered(
                        [str(self.binaries / "postgres"), "-D", str(data), *options],
                        last_signal=signal.SIGINT,
                        user=user,
                    ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._wait_until_ready(folder)
            self._run_once(user, "createdb", "-h", folder, "-U", ROLE, DATABASE)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and remove everything it wrote."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _run_once(self, user: str, program: str, *arguments: str | Path) -> None:
        argv = [str(self.binaries / program), *(str(argument) for argument in arguments)]
        answer = subprocess.run(
            tethered(argv, user=user),
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if answer.returncode != 0:
            raise PostgresError(f"{program} failed: {answer.stderr.strip()}")

    def _wait_until_ready(self, folder: Path) -> None:
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", str(folder)]
        end = time.monotonic() + START_PATIENCE
        while subprocess.run(ready, check=False).returncode != 0:
            if self._process is None or self._process.poll() is not None or time.monotonic() > end:
                raise PostgresError(
                    f"PostgreSQL did not start: {(folder / 'postgres.log').read_text()[-500:]}"
                )
            time.sleep(0.05)
