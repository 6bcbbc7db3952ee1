"""The line of those who want to write to a SQLite database: one comes after the other, at once.

SQLite itself lets a writer who finds another one at work sleep and look again, ever less often, so that with
many of them the database lies idle while all of them sleep, and who comes late may go first.
"""

import fcntl
import os
import sqlite3
import threading
from contextlib import suppress

PATIENCE = 15.0
"""Seconds a writer waits in line before it gives up, as long as SQLite itself would wait."""


class WriteLine:
    """The line at one database: threads of this process queue before a lock, processes before a file.

    Whoever stands in it holds nothing else meanwhile. Only the first of a process waits at the file, where
    the wait has no end: another process may restore or migrate for minutes.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._first = threading.Lock()
        self._file = -1

    def enter(self) -> None:
        """Wait for one's turn. Raises `sqlite3.OperationalError` when it does not come."""
        if not self._first.acquire(timeout=PATIENCE):
            raise sqlite3.OperationalError("database is locked")
        try:
            # Opened each time: a file that was open before a fork would be held by both.
            self._file = _opened(self._database)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:
            self.leave()
            raise sqlite3.OperationalError(f"unable to stand in line: {error.strerror}") from error
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Let the next one in."""
        if self._file != -1:
            os.close(self._file)
            self._file = -1
        self._first.release()


def _opened(database: str) -> int:
    """Return the file that stands for the line, open, as accessible as the database beside it.

    Whoever is first makes it: a command run by root must not shut out the service, as SQLite sees to itself.
    """
    path = f"{database}-turn"
    with suppress(FileNotFoundError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    like = os.stat(database)
    made = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(made, like.st_mode & 0o666)
    if os.geteuid() == 0:
        os.fchown(made, like.st_uid, like.st_gid)
    return made


class LinedUpConnection(sqlite3.Connection):
    """A connection that keeps its turn in the line until what it wrote is committed or undone."""

    _line: WriteLine | None = None

    def take_turn(self, line: WriteLine) -> None:
        """Wait for our turn to write. Raises `sqlite3.OperationalError` when it does not come."""
        line.enter()
        self._line = line

    def end_turn(self) -> None:
        """Let the next one write, if the turn is ours."""
        line, self._line = self._line, None
        if line is not None:
            line.leave()

    def commit(self) -> None:
        """Commit, and let the next one write."""
        super().commit()
        self.end_turn()

    def rollback(self) -> None:
        """Undo, and let the next one write."""
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        """Close, which undoes what was not committed, and let the next one write."""
        try:
            super().close()
        finally:
            self.end_turn()
