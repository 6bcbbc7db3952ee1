"""PostgreSQL servers that survive being killed: synced to disk, restarted on their data, with a standby.

bin/ has a server for tests that forgets everything; here what was acknowledged must be there after a crash.
"""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from postgres_server import find_postgres_binaries, unprivileged_user
from tether import tethered

PATIENCE = 60.0
ROLE = "hotline"
DATABASE = "hotline"


class Postgres:
    """One server in `folder`, listening on `port` of this machine, or of `host` in a network of its own."""

    def __init__(
        self, folder: Path, port: int, *, host: str = "127.0.0.1", within: Sequence[str] = (), **options: str
    ) -> None:
        """`within` goes before every program: what runs it on its host."""
        found = find_postgres_binaries()
        if found is None:
            raise SystemExit("There is no PostgreSQL on this machine.")
        self.binaries, self.folder, self.port, self._options = found, folder, port, options
        self.host, self._within = host, list(within)
        self._user = unprivileged_user()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if self._user != "-":
            owner = pwd.getpwnam(self._user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)

    @property
    def data(self) -> Path:
        """Where the server keeps its rows."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"postgresql://{ROLE}@{self.host}:{self.port}/{DATABASE}"

    def create(self) -> None:
        """Make the cluster, start it, make the database."""
        self.run("initdb", "-D", self.data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host replication all 127.0.0.1/32 trust\n")
            if self.host != "127.0.0.1":
                rules.write(f"host all all {self.host}/24 trust\n")
        self.start()
        self.run("createdb", "-h", self.host, "-p", str(self.port), "-U", ROLE, DATABASE)

    def follow(self, primary: "Postgres") -> None:
        """Become a copy of `primary` that follows it."""
        source = f"host=127.0.0.1 port={primary.port} user={ROLE} application_name=standby"
        self.run("pg_basebackup", "-D", self.data, "-d", source, "-R", "-X", "stream", "-c", "fast")
        self.start()

    def start(self) -> None:
        """Run the server and return once it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": self.host,
            "unix_socket_directories": str(self.folder),
            "max_connections": "80",
            "timezone": "UTC",
            **self._options,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._within
                + tethered(
                    [str(self.binaries / "postgres"), "-D", str(self.data), *words],
                    last_signal=signal.SIGINT,
                    user=self._user,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"PostgreSQL did not start; see {self.folder / 'postgres.log'}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        ready = [
            *self._within,
            str(self.binaries / "pg_isready"),
            "-q",
            "-h",
            self.host,
            "-p",
            str(self.port),
        ]
        return subprocess.run(ready, check=False).returncode == 0

    def is_running(self) -> bool:
        """Tell whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Let the server and all its children die as in a power cut."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End the server, its connections with it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def promote(self) -> None:
        """Let this standby become the primary."""
        self.run("pg_ctl", "promote", "-D", self.data, "-w")

    def ask(self, question: str) -> str:
        """Return one value that the server answers."""
        words = ["-h", self.host, "-p", str(self.port), "-U", ROLE, "-At", "-c", question, "postgres"]
        return self.run("psql", *words).strip()

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs; what it says."""
        argv = [str(self.binaries / program), *(str(one) for one in arguments)]
        answer = subprocess.run(
            self._within + tethered(argv, user=self._user),
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if answer.returncode != 0:
            raise SystemExit(f"{program} failed: {answer.stderr.strip()}")
        return answer.stdout
