"""What a block asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from hotline.db import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of a block, those aside that begin transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
