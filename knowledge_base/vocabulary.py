"""Words of the field, out of vocabulary.toml: those that merely ask, and those that mean the same."""

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Return a pattern that finds the longest of `words`."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


_ASKING = _any_of(_WORDS["asking"])
_GROUPS: list[list[str]] = _WORDS["synonyms"]
_NAMED = _any_of(list(dict.fromkeys(chain.from_iterable(_GROUPS))))
_MEANING_THE_SAME = {
    word: tuple(
        dict.fromkeys(other for group in _GROUPS if word in group for other in group if other != word)
    )
    for word in chain.from_iterable(_GROUPS)
}


def asks(run: str) -> bytearray:
    """Return for each character of `run` whether it belongs to a word that merely asks."""
    marks = bytearray(len(run))
    for found in _ASKING.finditer(run):
        marks[found.start() : found.end()] = b"\1" * len(found.group())
    return marks


def synonyms(run: str) -> Iterator[str]:
    """Yield the words that mean the same as those in `run`."""
    for found in _NAMED.finditer(run):
        yield from _MEANING_THE_SAME[found.group()]
