"""The dictionaries of Chinese, pinyin and words, each read when first asked: together they take 60 MB.

Workers, the clock and most commands never spell or cut a text; a web process does at its first search.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any

PINYIN = "pypinyin"
WORDS = "rjieba"

_LEARNING = Lock()
"""Held to cut and to learn: learning while another thread cuts is an error, and fails the request."""


@cache
def _read(name: str) -> Any:
    # Not imported at the top: importing one is what reads its dictionary.
    return import_module(name)


@cache
def _pinyin() -> Any:
    """Return the dictionary of pronunciations; its phrases share their syllables, which were half of it."""
    pinyin, alike = _read(PINYIN), dict[tuple[str, ...], list[str]]()
    for phrase in import_module(f"{PINYIN}.constants").PHRASES_DICT.values():
        phrase[:] = [alike.setdefault(tuple(syllable), syllable) for syllable in phrase]
    return pinyin


def syllables(text: str) -> list[str]:
    """Return how the characters of `text` are pronounced, without tones."""
    found: list[str] = _pinyin().lazy_pinyin(text)
    return found


def initials(text: str) -> list[str]:
    """Return the first letter of each character's pronunciation."""
    pinyin = _pinyin()
    found: list[str] = pinyin.lazy_pinyin(text, style=pinyin.Style.FIRST_LETTER)
    return found


def words(text: str) -> Iterable[str]:
    """Return the words of `text` in order; nothing of it is left out."""
    with _LEARNING:
        found: list[str] = _read(WORDS).cut(text)
    return found


def learn(word: str) -> None:
    """Teach this process a word."""
    with _LEARNING:
        _read(WORDS).add_word(word, None, None)
