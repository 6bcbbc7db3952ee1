"""What the tests of the knowledge base's pages read from them."""

import re

from werkzeug.test import TestResponse

FILLED = {"title": "Where to renew a passport", "body": "At the town hall.", "audience": "staff"}


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
