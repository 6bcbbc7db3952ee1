"""Which articles fit a question best; another ranker can be put in place of this one."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from knowledge_base import tokens
from knowledge_base.index import Index

COMMON_SHARE = 0.2
"""A term that more articles than this share hold does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a few words, and where there is one the caller's whole story."""

    text: str
    detail: str = ""


class Ranker(Protocol):
    """Orders the articles of an index by how well they answer a question."""

    def rank(self, question: Question, index: Index) -> list[tuple[int, float]]:
        """Return (article id, score), best first."""


class Bm25:
    """Adds up what each shared term tells: rare terms more, frequent and long texts less."""

    def rank(self, question: Question, index: Index) -> list[tuple[int, float]]:
        """Return (article id, score), best first; equal scores by id."""
        counts = Counter(tokens.terms(f"{question.text}\n{question.detail}"))
        keys = {tokens.key(term): count for term, count in counts.items()}
        total = index.entry_count()
        found = index.document_counts(list(keys))
        rare = {term: n for term, n in found.items() if n <= max(COMMON_SHARE * total, 3)} or found
        factors = {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in rare.items()}
        scores: dict[int, float] = {}
        for term, start, offsets, weights in index.postings(list(rare)):
            factor = factors[term]
            for offset, weight in zip(offsets, weights, strict=True):
                article = start + offset
                scores[article] = scores.get(article, 0.0) + factor * weight
        return sorted(scores.items(), key=lambda one: (-one[1], one[0]))
