"""A whole desk as it runs in earnest: database, Redis, web server, worker and clock as real processes."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from environment import clean_environ
from flask import Flask
from flask_migrate import upgrade
from redis_server import RedisServer
from supervisor import Child, Supervisor
from up import answers_http

from hotline.categories import profiles
from hotline.config import Settings
from hotline.db import db, transaction, utc_now
from hotline.demo import accounts, story
from hotline.statistics import months
from hotline.wording import LOCAL_ZONE
from knowledge_base.demo.articles import load_articles
from tests.browser import words
from wsgi import create_app

REPOSITORY = Path(__file__).parents[2]
HOST = "127.0.0.1"
WEB_PATIENCE = 120.0  # seconds until the first page, on a machine that has other things to do


@dataclass
class Desk:
    """One running desk: where its pages are, and the same application for looking behind them."""

    url: str
    app: Flask
    data: Path
    supervisor: Supervisor
    web: Child

    def restart_web(self) -> None:
        """Stop the web server and start it again, as an upgrade does."""
        self.supervisor.forget(self.web)
        self.start_web()

    def start_web(self) -> None:
        """Start the web server; return once it answers."""
        port = int(self.url.rpartition(":")[2])
        self.web = Child("web", _web(port))
        self.supervisor.start(self.web)
        self.supervisor.wait_until(lambda: answers_http(port), self.web, seconds=WEB_PATIENCE)


def _web(port: int) -> list[str]:
    sizes = ["--workers", "1", "--worker-class", "gthread", "--threads", "8"]
    manners = ["--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"]
    return [
        sys.executable,
        "-m",
        "gunicorn",
        *sizes,
        *manners,
        "--bind",
        f"{HOST}:{port}",
        "wsgi:create_app()",
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def compile_translations() -> None:
    """Compile the translations that changed since the last time; without them pages are in English."""
    folder = REPOSITORY / "translations"
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns:
            pybabel = shutil.which("pybabel", path=str(Path(sys.executable).parent)) or "pybabel"
            subprocess.run([pybabel, "-q", "compile", "-d", str(folder)], check=True)
            return


@contextmanager
def running(data: Path, database_url: str = "") -> Iterator[Desk]:
    """Run a desk in `data` until the end of the block; nothing of it stays behind.

    It has the government profile, the demonstration's people and articles, and a few of its tickets.
    """
    compile_translations()
    words.load()
    with RedisServer(data / "redis") as redis:
        own = {"HOTLINE_DATA": str(data), "REDIS_URL": redis.url, "DATABASE_URL": database_url}
        own["HOTLINE_FIGURES_HOLD"] = "0"  # tests look at a figure right after they changed it
        app = create_app(Settings.from_environment(own))
        with app.app_context():
            _fill(app)
        supervisor = Supervisor(
            data / "logs", cwd=REPOSITORY, environ=clean_environ(os.environ) | own, say=print, patience=10.0
        )
        supervisor.logs.mkdir()
        desk = Desk(f"http://{HOST}:{_free_port()}", app, data, supervisor, Child("web", []))
        try:
            desk.start_web()
            for name in ("worker", "clock"):
                supervisor.start(Child(name, [sys.executable, "-m", "flask", "--app", "wsgi", name]))
            yield desk
        finally:
            supervisor.stop()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def last_month(now: dt.datetime) -> dt.date:
    """Return the first day of the month before, whose figures the desk has frozen."""
    return (now.astimezone(LOCAL_ZONE).date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def _fill(app: Flask) -> None:
    now = utc_now()
    upgrade(directory=str(Path(app.root_path) / "hotline" / "migrations"))
    with transaction():
        profiles.load("gov_hotline", now=now)
        people = accounts.load(now=now)
        load_articles(author=people["1301"], reviewer=people["1302"], now=now)
        months.freeze(last_month(now), by=None, now=now)
    story.load(now=now)
    db.session.remove()
    db.engine.dispose()
