"""What the tests of the knowledge base's pages read from them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from werkzeug.test import TestResponse

from hotline.db import db

FILLED = {"title": "Where to renew a passport", "body": "At the town hall.", "audience": "staff"}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note every statement sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def seen(page: TestResponse) -> str:
    """Return what a page's form says about the state it was made from."""
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def code_of(answer: TestResponse) -> str:
    """Return the article an answer leads on to."""
    assert answer.status_code == 303, answer.text
    found = re.search(r"/kb/articles/([^/]+)", answer.headers["Location"])
    assert found is not None
    return found[1]
