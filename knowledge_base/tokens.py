"""Cuts Chinese text into the terms it is found by: pairs of characters, words, numbers and codes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import rjieba

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[0-9a-z]+")


def normalise(text: str) -> str:
    """Return `text` as it is compared: half width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """Return the unbroken stretches of Chinese characters, and of Latin letters and digits, in `text`."""
    return RUN.findall(normalise(text))


def is_han(run: str) -> bool:
    """Tell whether a run from `runs` is Chinese."""
    return run[0] > "\u2fff"


def terms(text: str) -> Iterator[str]:
    """Yield the terms of `text`: `b路灯` for a pair, `w路灯` for a word, `n12366` for a number or code."""
    for run in runs(text):
        if not is_han(run):
            yield "n" + run
            continue
        for start in range(len(run) - 1):
            yield "b" + run[start : start + 2]
        for word in rjieba.cut(run):
            yield "w" + word


def key(term: str) -> int:
    """Return the 64-bit number a term is stored under."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little", signed=True)


def weighted(*fields: tuple[str, float]) -> Counter[str]:
    """Return how often each term occurs in `fields`, each field counted by its weight."""
    counts: Counter[str] = Counter()
    for text, weight in fields:
        for term in terms(text):
            counts[term] += weight  # type: ignore[assignment] # Counter adds fractions, its stub knows whole numbers
    return counts


def learn(words: Iterable[str]) -> None:
    """Teach the segmenter the names of departments, streets and categories."""
    for word in words:
        rjieba.add_word(normalise(word), None, None)
