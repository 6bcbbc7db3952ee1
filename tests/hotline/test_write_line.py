"""Writers of one SQLite database stand in line, whichever process they are of."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline import write_line
from hotline.write_line import LinedUpConnection, WriteLine

PATIENCE = 30.0
ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import sys
from hotline.write_line import WriteLine
line = WriteLine(sys.argv[1])
line.enter()
print("in", flush=True)
sys.stdin.readline()
line.leave()
"""


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The path of a database with one table."""
    path = str(tmp_path / "lined.db")
    made = sqlite3.connect(path)
    made.execute("CREATE TABLE told (word TEXT)")
    made.close()
    return path


def connected(database: str) -> LinedUpConnection:
    """Return a connection that begins transactions only when told to."""
    return sqlite3.connect(
        database, factory=LinedUpConnection, isolation_level=None, check_same_thread=False, timeout=0
    )


def begun(database: str, line: WriteLine) -> LinedUpConnection:
    """Return a connection whose turn it is, with something written and not committed."""
    connection = connected(database)
    connection.take_turn(line)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO told VALUES ('begun')")
    return connection


@pytest.mark.parametrize(
    "end", [LinedUpConnection.commit, LinedUpConnection.rollback, LinedUpConnection.close]
)
def test_the_next_one_writes_when_the_turn_before_has_ended(
    database: str, end: Callable[[LinedUpConnection], None]
) -> None:
    line = WriteLine(database)
    first = begun(database, line)
    second = threading.Thread(target=lambda: begun(database, line).commit())
    second.start()
    second.join(0.2)
    assert second.is_alive(), "did not wait"
    end(first)
    second.join(PATIENCE)
    assert not second.is_alive()
    told = connected(database).execute("SELECT count(*) FROM told").fetchone()
    assert told == (2 if end is LinedUpConnection.commit else 1,)


def test_whoever_has_waited_too_long_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_line, "PATIENCE", 0.05)
    line = WriteLine(database)
    first = begun(database, line)
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        connected(database).take_turn(line)
    first.commit()
    begun(database, line).commit()


@contextmanager
def other_process_in_line(database: str) -> Iterator["subprocess.Popen[str]"]:
    """Lend a process whose turn it is until it reads a line."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        yield other


def test_another_process_is_waited_for(database: str) -> None:
    with other_process_in_line(database) as other:
        mine = threading.Thread(target=lambda: begun(database, WriteLine(database)).commit())
        mine.start()
        mine.join(0.2)
        assert mine.is_alive(), "did not wait"
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        mine.join(PATIENCE)
        assert not mine.is_alive()


def test_nobody_waits_for_a_process_that_was_killed(database: str) -> None:
    with other_process_in_line(database) as other:
        other.kill()
        other.wait()
    begun(database, WriteLine(database)).commit()


def test_the_line_is_open_to_whom_the_database_is(database: str) -> None:
    Path(database).chmod(0o660)
    if os.geteuid() == 0:
        os.chown(database, 12345, 12346)
    begun(database, WriteLine(database)).commit()
    line, own = os.stat(f"{database}-turn"), os.stat(database)
    assert (line.st_mode & 0o777, line.st_uid, line.st_gid) == (0o660, own.st_uid, own.st_gid)


def test_who_cannot_get_into_the_line_is_refused_and_holds_nobody_up(database: str) -> None:
    line = WriteLine(database)
    obstacle = Path(f"{database}-turn")
    obstacle.symlink_to(obstacle)
    with pytest.raises(sqlite3.OperationalError, match="in line"):
        connected(database).take_turn(line)
    obstacle.unlink()
    begun(database, line).commit()
