"""Content classes whose own names stand in a text: what is offered before a model has been trained."""

from collections import Counter
from functools import lru_cache
from math import log

from hotline.categories import catalogue
from hotline.suggesting.features import terms
from hotline.suggesting.model import MOST_WORDS, Suggestion

ENOUGH = 0.5
"""The share of a name, its pairs counted by their rarity, that must stand in the text."""


def suggest(text: str, *, most: int) -> list[Suggestion]:
    """Return the content classes whose names `text` holds for the most part, best first."""
    held = set(terms(text))
    scored = []
    for code, pairs, total in _names(catalogue.current().stamp):
        shared = sorted((pair for pair in pairs if pair in held), key=lambda pair: (-pairs[pair], pair))
        told = sum(pairs[pair] for pair in shared)
        if shared and told >= ENOUGH * total:
            scored.append((-told, code, tuple(shared[:MOST_WORDS])))
    return [Suggestion(code, words) for _, code, words in sorted(scored)[:most]]


@lru_cache(maxsize=4)
def _names(_stamp: str) -> tuple[tuple[str, dict[str, float], float], ...]:
    """Return code, rarity of each pair of the name, and their sum; kept per state of the rules."""
    names = {
        one.code: {term for term in terms(one.names["zh"]) if len(term) > 1}
        for one in catalogue.content_classes()
    }
    of_pair = Counter(pair for pairs in names.values() for pair in pairs)
    return tuple(
        (code, rare := {pair: log(1 + len(names) / of_pair[pair]) for pair in pairs}, sum(rare.values()))
        for code, pairs in names.items()
    )
