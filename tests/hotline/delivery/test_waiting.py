"""A worker that comes up before its queue waits for it instead of ending again and again."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from redis_server import RedisServer

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_idle(client: redis.Redis) -> bool:
    """Whether a worker has come to its work."""
    return any(client.hget(worker, "state") == b"idle" for worker in client.smembers("rq:workers"))


@pytest.mark.slow
def test_a_worker_waits_for_its_queue(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis")
    own = {"HOTLINE_DATA": str(tmp_path), "REDIS_URL": server.url, "DATABASE_URL": ""}
    log = tmp_path / "worker.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=os.environ | own,
            stdout=said,
            stderr=said,
        ) as worker,
    ):
        try:
            until(lambda: "worker waits" in log.read_text())
            with server, redis.Redis.from_url(server.url) as client:
                until(lambda: is_idle(client))  # it is known before it minds what it is told
                worker.terminate()
                assert worker.wait(PATIENCE) == 0
        finally:
            worker.kill()
    assert log.read_text().count("worker waits") == 1
