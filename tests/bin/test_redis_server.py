"""The Redis server that comes with the packages: private, durable, and recoverable."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from redis_server import RedisError, RedisServer, find_redis_binary, version_of

BIN = Path(__file__).parents[2] / "bin"


def client_of(server: RedisServer) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_a_server_is_found_and_new_enough() -> None:
    binary = find_redis_binary()
    assert binary is not None
    version = version_of(binary)
    assert version is not None
    assert version >= (6, 2)


def test_what_is_no_server_has_no_version(tmp_path: Path) -> None:
    assert version_of(Path("/bin/true")) is None
    assert version_of(tmp_path / "missing") is None


def test_the_server_answers_on_a_socket_only_its_owner_can_reach(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as server, client_of(server) as client:
        assert client.ping()
        assert stat.S_IMODE(server.socket_path.parent.stat().st_mode) == 0o700
        settings = client.config_get("*")
    assert settings["port"] == "0"
    assert settings["appendonly"] == "yes"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["save"] == ""
    assert not server.answers()


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as server:
        with client_of(server) as client:
            client.config_set("appendfsync", "always")
            client.rpush("queue", "one", "two")
        server.kill()
        assert not server.answers()
        server.start()
        with client_of(server) as client:
            assert client.lrange("queue", 0, -1) == [b"one", b"two"]


def test_a_start_takes_over_from_a_server_left_running(tmp_path: Path) -> None:
    left = RedisServer(tmp_path / "redis")
    left.start()
    with client_of(left) as client:
        client.set("kept", "yes")
    old_pid = left.pid
    with RedisServer(tmp_path / "redis") as server, client_of(server) as client:
        assert client.get("kept") == b"yes"
        assert server.pid != old_pid
    left.stop()


def test_the_server_does_not_outlive_a_killed_owner(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from redis_server import RedisServer\n"
        "server = RedisServer(Path(sys.argv[1])); server.start()\n"
        "print(server.pid, flush=True); time.sleep(300)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "redis"],
        env={**os.environ, "PYTHONPATH": str(BIN)},
        stdout=subprocess.PIPE,
    ) as owner:
        assert owner.stdout is not None
        assert int(owner.stdout.readline()) > 0
        watched = RedisServer(tmp_path / "redis")
        assert watched.answers()
        owner.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while watched.answers() and time.monotonic() < end:
        time.sleep(0.05)
    assert not watched.answers()


def test_a_folder_with_a_long_name_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("长名字的数据文件夹" * 4) / "redis"
    with RedisServer(folder) as server:
        socket_folder = server.socket_path.parent
        assert len(os.fsencode(server.socket_path)) < 100
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
        with client_of(server) as client:
            client.set("kept", "yes")
    assert not socket_folder.exists()
    with RedisServer(folder) as server, client_of(server) as client:
        assert client.get("kept") == b"yes"


def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    with RedisServer(folder) as server, client_of(server) as client:
        client.set("kept", "no")
    for file in folder.rglob("*"):
        if file.is_file() and "aof" in file.name:
            file.write_bytes(b"not what Redis wrote\r\n" * 10)
    broken = RedisServer(folder)
    with pytest.raises(RedisError, match="did not start"):
        broken.start()

    aside = broken.set_aside_data()

    assert aside is not None
    assert list(aside.iterdir())
    with broken, client_of(broken) as client:
        assert client.get("kept") is None


def test_without_data_there_is_nothing_to_set_aside(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    assert server.set_aside_data() is None
