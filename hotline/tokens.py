"""Cuts text into the terms it is found by: pairs of Chinese characters, whole numbers and codes.

The knowledge base and the tickets are searched by the same terms.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from hotline.traditional import SIMPLIFIED

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[0-9a-z]+")


def normalise(text: str) -> str:
    """Return `text` as it is compared: half width, lower case, simplified characters."""
    return unicodedata.normalize("NFKC", text).lower().translate(SIMPLIFIED)


def runs(text: str) -> list[str]:
    """Return the unbroken stretches of Chinese characters, and of Latin letters and digits, in `text`."""
    return RUN.findall(normalise(text))


def is_han(run: str) -> bool:
    """Tell whether a run from `runs` is Chinese."""
    return run[0] > "\u2fff"


def terms(text: str) -> Iterator[str]:
    """Yield the terms of a text: pairs of Chinese characters, whole numbers and codes."""
    yield from terms_in(runs(text))


def terms_in(some: Iterable[str]) -> Iterator[str]:
    """Yield the terms of some runs."""
    for run in some:
        if is_han(run):
            yield from [run[start : start + 2] for start in range(len(run) - 1)]
        else:
            yield run
