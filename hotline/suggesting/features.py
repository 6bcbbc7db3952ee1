"""What of a matter's words its class is told by: characters and pairs of them, those of the title twice."""

from collections import Counter
from collections.abc import Iterator

from hotline.tokens import is_han, runs

IN_TITLE = "^"
"""Marks a term of the title, which says more about the class than the same term further down."""
TITLE_COUNTS = 2


def terms(text: str) -> Iterator[str]:
    """Yield the Chinese characters of `text` and the pairs of them.

    Numbers and Latin letters are left out: they name one house, phone or plate and no kind of matter.
    """
    for run in runs(text):
        if is_han(run):
            yield from run
            for start in range(len(run) - 1):
                yield run[start : start + 2]


def counted(title: str, details: str = "") -> Counter[str]:
    """Return the terms of a matter with how often each occurs."""
    found = Counter(terms(details))
    for term, n in Counter(terms(title)).items():
        found[term] += TITLE_COUNTS * n
        found[IN_TITLE + term] += n
    return found
