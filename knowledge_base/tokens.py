"""Cuts questions into the terms of `hotline.tokens`, and titles into what they sound like."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zlib import crc32

from hotline import dictionaries
from hotline.tokens import HAN, RUN, is_han, normalise, runs, terms, terms_in
from knowledge_base import vocabulary

__all__ = [
    "HAN",
    "RUN",
    "asked",
    "characters",
    "characters_asked",
    "characters_in",
    "is_han",
    "key",
    "learn",
    "normalise",
    "runs",
    "sounds",
    "sounds_asked",
    "synonyms_asked",
    "terms",
    "terms_in",
]

ACROSS_WORDS = 0.6
"""What a pair counts in a question when its characters belong to two words."""
MERELY_ASKING = 0.3
"""What a pair counts besides when it belongs to a word that merely asks."""
CHARACTER_ASKING = 0.5


def asked(question: str) -> dict[str, float]:
    """Return the terms of a question and how often each is asked.

    A pair across two words counts less, and so does one of words that merely ask (请问).
    """
    counts: dict[str, float] = {}
    for run in runs(question):
        if not is_han(run):
            counts[run] = counts.get(run, 0.0) + 1.0
            continue
        ends = set()
        at = 0
        for word in dictionaries.words(run):
            at += len(word)
            ends.add(at - 1)
        merely = vocabulary.asks(run)
        for start in range(len(run) - 1):
            pair = run[start : start + 2]
            counted = ACROSS_WORDS if start in ends else 1.0
            if merely[start] and merely[start + 1]:
                counted *= MERELY_ASKING
            counts[pair] = counts.get(pair, 0.0) + counted
    return counts


def synonyms_asked(question: str) -> set[str]:
    """Return the terms of words that mean the same as those of a question."""
    return {
        term
        for run in runs(question)
        if is_han(run)
        for word in vocabulary.synonyms(run)
        for term in terms_in([word])
    }


def characters_asked(question: str) -> dict[str, float]:
    """Return how often each Chinese character is asked; those of words that merely ask count less."""
    counts: dict[str, float] = {}
    for run in runs(question):
        if is_han(run):
            for character, merely in zip(run, vocabulary.asks(run), strict=True):
                counts[character] = counts.get(character, 0.0) + (CHARACTER_ASKING if merely else 1.0)
    return counts


def characters(text: str) -> Counter[str]:
    """Return how often each Chinese character occurs in `text`."""
    return characters_in(runs(text))


def characters_in(some: Iterable[str]) -> Counter[str]:
    """Return how often each Chinese character occurs in some runs."""
    return Counter("".join(run for run in some if is_han(run)))


def sounds(title: str) -> Iterator[str]:
    """Yield what a title sounds like: pairs and triples of pinyin initials, pairs of whole syllables."""
    for run in runs(title):
        if not is_han(run):
            continue
        syllables = dictionaries.syllables(run)
        initials = "".join(syllable[0] for syllable in syllables)
        for size in (2, 3):
            for start in range(len(initials) - size + 1):
                yield "^" + initials[start : start + size]
        for first, second in pairwise(syllables):
            yield "~" + first + second


def sounds_asked(term: str) -> list[str]:
    """Return what a term nobody wrote may sound like: mistyped characters, pinyin or its initials."""
    if is_han(term):
        return ["~" + "".join(dictionaries.syllables(term))]
    if not term.isalpha():
        return []
    size = min(3, len(term))
    initials = ["^" + term[start : start + size] for start in range(len(term) - size + 1)] if size > 1 else []
    return ["~" + term, *initials]


def key(term: str) -> int:
    """Return the negative 32-bit number a term is stored under; characters stand under their positive ones.

    A checksum of four bytes is one to one, so that two pairs of common characters never share a number
    unless they differ in the bit that gives the sign.
    """
    return (crc32(term.encode("utf-16-le")) | 1 << 31) - (1 << 32)


def learn(words: Iterable[str]) -> None:
    """Teach the segmenter Chinese names, such as those of departments, streets and categories."""
    for word in words:
        for run in runs(word):
            if is_han(run) and len(run) > 1:
                dictionaries.learn(run)
