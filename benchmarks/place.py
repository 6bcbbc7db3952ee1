"""A whole service as it runs in earnest, whose processes can be killed and come back as under systemd."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from redis_server import RedisServer
from supervisor import members
from tether import tethered

from hotline.categories import profiles
from hotline.config import Settings
from hotline.db import db, session, transaction, utc_now
from hotline.people import departments, staff
from hotline.people.roles import Role
from wsgi import create_app

ROOT = Path(__file__).parent.parent
RESTART_AFTER = 0.5
PATIENCE = 90.0
PASSWORD = "only for measuring 12345"
PYTHON = (sys.executable, "-m", "benchmarks.set_back")
FLASK = (*PYTHON, "flask", "--app", "wsgi")


class Kept:
    """One program that is started again whenever it ends."""

    def __init__(self, name: str, argv: list[str], environ: Mapping[str, str], log: Path) -> None:
        self.name, self._argv, self._environ, self._log = name, argv, environ, log
        self._wanted = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    @property
    def is_wanted(self) -> bool:
        """Tell whether it shall run."""
        return self._wanted.is_set()

    def start(self) -> None:
        """Run it from now on."""
        self._wanted.set()
        self._thread.start()

    def _keep(self) -> None:
        while self._wanted.is_set():
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    tethered(self._argv),
                    cwd=ROOT,
                    env=dict(self._environ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._process.wait()
            time.sleep(RESTART_AFTER)

    def kill(self) -> None:
        """Kill it and everything it forked, as a crash does."""
        if self._process is not None:
            for pid in list(members(self._process.pid)):
                _kill(pid)

    def kill_one_child(self) -> None:
        """Kill one process that it forked, and leave the parent to notice."""
        children = (
            [pid for pid in members(self._process.pid) if pid != self._process.pid] if self._process else []
        )
        for pid in children[:1]:
            _kill(pid)

    def stop(self) -> None:
        """End it for good."""
        self._wanted.clear()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._thread.is_alive():
            self._thread.join(5)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def prepared(environ: Mapping[str, str]) -> Flask:
    """Return the application on its database, with tables and profile."""
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        upgrade(directory=str(ROOT / "hotline" / "migrations"))
        with transaction():
            profiles.load("gov_hotline", now=utc_now())
        session.remove()
        db.engine.dispose()
    return app


def hire(app: Flask, operators: int) -> list[str]:
    """Add operators, a shift leader, and a clerk in every department; return the operators' numbers."""
    numbers = [f"1{number:03d}" for number in range(operators)]
    with app.app_context(), transaction():
        for number in numbers:
            staff.add(number, f"Operator {number}", PASSWORD, roles=[Role.OPERATOR], now=utc_now())
        staff.add("2000", "Leader", PASSWORD, roles=[Role.SHIFT_LEADER], now=utc_now())
        for place, unit in enumerate(departments.active()):
            roles = [Role.DEPARTMENT_CLERK]
            staff.add(f"3{place:03d}", "Clerk", PASSWORD, roles=roles, department=unit, now=utc_now())
    return numbers


class Place:
    """Web, workers, clock and Redis on one machine, over a database given by its address or in the folder."""

    def __init__(
        self, folder: Path, port: int, *, offset: Path, database_url: str = "", workers: int = 2
    ) -> None:
        self.folder, self.port = folder, port
        folder.mkdir(parents=True, exist_ok=True)
        self.redis = RedisServer(folder / "redis")
        self.redis.start()
        own = {
            "HOTLINE_DATA": str(folder),
            "REDIS_URL": self.redis.url,
            "DATABASE_URL": database_url,
            "TZ": "Asia/Shanghai",
        }
        self.app = prepared(own)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        whole = outside | own | {"CHAOS_OFFSET": str(offset)}
        sizes = ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
        manners = ["--no-control-socket", "--log-level", "error", "--bind", f"127.0.0.1:{port}"]
        web = [*PYTHON, "gunicorn", *sizes, *manners, "wsgi:create_app()"]
        log = folder / "place.log"
        self.web = Kept("web", web, whole, log)
        self.workers = [Kept(f"worker-{one}", [*FLASK, "worker"], whole, log) for one in range(workers)]
        self.clock = Kept("clock", [*FLASK, "clock"], whole, log)

    def hire(self, operators: int) -> list[str]:
        """Add operators, a shift leader, and a clerk in every department; return the operators' numbers."""
        return hire(self.app, operators)

    def start(self) -> None:
        """Start everything and return once pages are served."""
        for kept in self.processes:
            kept.start()
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > end:
                words = (self.folder / "place.log").read_text(errors="replace")[-2000:]
                raise SystemExit(f"The service did not start:\n{words}")
            time.sleep(0.2)

    @property
    def processes(self) -> list[Kept]:
        """Everything that is kept running."""
        return [self.web, *self.workers, self.clock]

    def answers(self) -> bool:
        """Tell whether pages are served."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return False
        except OSError:
            return False

    def stop(self) -> None:
        """End everything."""
        for kept in self.processes:
            kept.stop()
        with self.app.app_context():
            session.remove()
            db.engine.dispose()
        self.redis.stop()
