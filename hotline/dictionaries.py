"""The dictionaries of Chinese, pinyin and words, each read when first asked: together they take 37 MB.

Workers, the clock and most commands never spell or cut a text; a web process does at its first search.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any

from hotline.pronunciations import Pronunciations

WORDS = "rjieba"

_LEARNING = Lock()
"""Held to cut and to learn: learning while another thread cuts is an error, and fails the request."""

_pinyin = cache(Pronunciations.read)


@cache
def _words() -> Any:
    # Not imported at the top: importing it is what reads its dictionary.
    return import_module(WORDS)


def syllables(text: str) -> list[str]:
    """Return how the characters of `text` are pronounced, without tones."""
    return _pinyin().syllables(text)


def initials(text: str) -> list[str]:
    """Return the first letter of each character's pronunciation."""
    return _pinyin().initials(text)


def words(text: str) -> Iterable[str]:
    """Return the words of `text` in order; nothing of it is left out."""
    with _LEARNING:
        found: list[str] = _words().cut(text)
    return found


def learn(word: str) -> None:
    """Teach this process a word."""
    with _LEARNING:
        _words().add_word(word, None, None)
