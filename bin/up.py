"""bin/up: makes everything ready and runs the whole service on this machine until Ctrl-C."""

import argparse
import fcntl
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, NoReturn
from urllib.parse import unquote, urlsplit

from environment import (
    PYTHON,
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
    require_writable,
    say,
)
from redis_server import RedisServer
from supervisor import Child, ChildEndedError, StoppedError, Supervisor

HOST = "127.0.0.1"
FLASK = [str(PYTHON), "-m", "flask", "--app", "wsgi"]
WEB_PROCESSES = 2
WEB_THREADS = 8
WEB_SETTINGS = REPOSITORY / "bin" / "gunicorn_settings.py"
WORKERS = 2
WEB_PATIENCE = 60.0  # seconds until the first page
REDIS_PATIENCE = 30.0


class Arguments(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        raise StartError(f"{message}.")


def port_number(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not '{text}'")


def read_arguments(words: list[str]) -> argparse.Namespace:
    parser = Arguments(prog="bin/up", description="Run the whole service on this machine until Ctrl-C.")
    parser.add_argument("--port", type=port_number, default=8000, help="where it listens on 127.0.0.1 (8000)")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("HOTLINE_DATA") or REPOSITORY / "data"),
        help="folder of database, queue, attachments and logs (data)",
    )
    parser.add_argument("--no-demo", action="store_true", help="load no demonstration data")
    return parser.parse_args(words)


def lock_data(data: Path) -> IO[str]:
    """Hold the data folder for ourselves; the kernel gives it back however we end."""
    lock = (data / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        other = lock.read().strip()
        raise StartError(f"the service already runs with the data in {data} (process {other}).") from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def require_free_port(port: int) -> None:
    """A service just killed may hold its port for a moment, hence a second look."""
    for attempt in (1, 2):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except PermissionError as error:
                raise StartError(f"Port {port} may only be used by root: choose one above 1023.") from error
            except OSError as error:
                if attempt == 2:
                    raise StartError(
                        f"Port {port} is taken by another program: choose another with --port."
                    ) from error
                time.sleep(1)
            else:
                return


def require_redis(url: str) -> None:
    """The server named by REDIS_URL listens. What it answers is the application's affair."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.settimeout(3)
                probe.connect(unquote(parts.path))
        else:
            with socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout=3):
                return
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        place = f"{parts.hostname}:{parts.port or 6379}" if parts.scheme != "unix" else parts.path
        raise StartError(f"No Redis server answers at {place}, where REDIS_URL points: {why}.") from error


def start_redis(supervisor: Supervisor, binary: Path, data: Path) -> RedisServer:
    server = RedisServer(data / "redis", binary=binary)
    server.prepare()
    for is_last_try in (False, True):
        child = Child("redis", server.argv, outlives_others=True)
        supervisor.start(child)
        try:
            supervisor.wait_until(server.answers, child, seconds=REDIS_PATIENCE)
        except (ChildEndedError, TimeoutError) as error:
            supervisor.forget(child)
            aside = None if is_last_try else server.set_aside_data()
            if aside is None:
                log = supervisor.log_of("redis")
                raise StartError(f"The Redis server does not start; {log} says why.") from error
            say(f"      The queue's file could not be read and is now in {aside}; the queue is filled anew.")
        else:
            break
    return server


def answers_http(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def service_argv(port: int) -> list[str]:
    sizes = ["--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
    manners = ["--config", str(WEB_SETTINGS), "--log-level", "warning"]
    return [str(PYTHON), "-m", "service", str(WORKERS), *sizes, *manners, "--bind", f"{HOST}:{port}"]


def start_service(supervisor: Supervisor, port: int) -> None:
    service = Child("service", service_argv(port))
    supervisor.start(service)
    try:
        supervisor.wait_until(lambda: answers_http(port), service, seconds=WEB_PATIENCE)
    except (ChildEndedError, TimeoutError) as error:
        raise StartError(f"The service does not start; {supervisor.log_of('service')} says why.") from error


def demo_accounts(environ: dict[str, str]) -> str:
    answer = subprocess.run(
        [*FLASK, "demo", "accounts"],
        cwd=REPOSITORY,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
    )
    if answer.returncode != 0:
        raise StartError(f"The demonstration accounts could not be listed: {answer.stderr.strip()[-500:]}")
    return answer.stdout.rstrip()


def tell(arguments: argparse.Namespace, data: Path, queue: str, accounts: str | None) -> None:
    say("")
    say(f"The service runs at http://{HOST}:{arguments.port}/")
    say("")
    if accounts is None:
        say("No demonstration data was asked for. Make the first account with:")
        say(f"    HOTLINE_DATA={data} .venv/bin/flask --app wsgi people add --help")
    else:
        say("Accounts to try it with, by role:")
        for line in accounts.splitlines():
            say(f"    {line}")
    say("")
    say(
        f"Running: web server ({WEB_PROCESSES} processes of {WEB_THREADS} threads), {WORKERS} workers, clock."
    )
    say(f"Queue:   {queue}")
    say(f"Data:    {data} (logs in {data / 'logs'})")
    say("Ctrl-C stops everything.")


def serve(arguments: argparse.Namespace, data: Path, supervisor: Supervisor) -> None:
    redis_url = os.environ.get("REDIS_URL")
    steps = Steps(supervisor, 7 + (not redis_url) + (not arguments.no_demo))
    make_venv(steps)
    install_packages(steps, "requirements.txt")
    try:
        install_packages(steps, "requirements-suggest.txt")
    except StartError as error:
        # Nothing but the training of suggestions needs them; the classes' names serve in its place.
        say(f"    {error}\n    The service runs without training suggestions.")
    compile_translations(steps)
    if not redis_url:
        server = start_redis(supervisor, provide_redis(steps), data)
        supervisor.environ["REDIS_URL"] = server.url
    steps.begin("database")
    steps.run("setup", [*FLASK, "db", "upgrade"], "The database could not be made or upgraded.")
    steps.end()
    steps.begin("profile gov_hotline")
    steps.run("setup", [*FLASK, "profile", "load", "gov_hotline"], "The profile could not be loaded.")
    steps.end()
    accounts = None
    if not arguments.no_demo:
        steps.begin("demonstration data")
        steps.run("setup", [*FLASK, "demo", "load"], "The demonstration data could not be loaded.")
        accounts = demo_accounts(supervisor.environ)
        steps.end()
    steps.begin("web server, workers and clock")
    start_service(supervisor, arguments.port)
    steps.end("running")
    tell(arguments, data, redis_url or server.url, accounts)
    supervisor.run()


def main() -> int:
    try:
        arguments = read_arguments(sys.argv[1:])
        data = arguments.data.expanduser().absolute()
        require_venv_module()
        require_writable(data)
        require_writable(data / "logs")
        if not VENV.exists():
            require_writable(REPOSITORY)
        lock = lock_data(data)
        require_free_port(arguments.port)
        if redis_url := os.environ.get("REDIS_URL"):
            require_redis(redis_url)
    except StartError as error:
        say_error(error)
        return 1
    # One heap for all threads of a process: a heap each takes 50 MB more, and Python gives them turns anyway.
    environ = clean_environ(os.environ) | {"HOTLINE_DATA": str(data), "MALLOC_ARENA_MAX": "1"}
    os.environ["TZ"] = environ["TZ"]  # our own lines in the logs tell the same time as theirs
    time.tzset()
    supervisor = Supervisor(data / "logs", cwd=REPOSITORY, environ=environ, say=say)
    supervisor.listen_to_signals()
    try:
        serve(arguments, data, supervisor)
    except StartError as error:
        say_error(error)
        return 1
    except StoppedError:
        say("")
        say("Stopped before the start was complete.")
        return 130
    finally:
        if supervisor.children:
            say("Stopping …")
        supervisor.stop()
        lock.close()
    say("Everything is stopped.")
    return 0


def say_error(error: StartError) -> None:
    print(f"bin/up: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
