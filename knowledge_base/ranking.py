"""Which articles fit a question best; another ranker can be put in place of this one."""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol

from knowledge_base import tokens
from knowledge_base.index import FULL_WEIGHT, Entry, Index, Size, rarity


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a few words, and where there is one the caller's whole story."""

    text: str
    detail: str = ""


class Ranker(Protocol):
    """Orders the articles of an index by how well they answer a question."""

    def rank(self, question: Question, index: Index) -> Iterator[tuple[int, float]]:
        """Yield (article id, score), best first; as few are worked out as are taken."""


@dataclass(frozen=True, slots=True)
class TwoLooks:
    """Finds articles by the pairs of characters they share with the question, then looks closer at the best.

    The second look adds single characters (收费 finds 缴费), holds long articles back when the question is
    long, and prefers articles that read like those of the place the question names. Why each is here and
    what it brings: docs/knowledge-search.md.
    """

    detail_share: float = 0.75
    """What a term of the caller's story counts beside one of the question itself."""
    most_postings: int = 40_000
    """Postings read for one question, rarest terms first: what bounds the time."""
    candidates: int = 100
    characters_short: float = 1.2
    characters_long: float = 0.3
    length_penalty: float = 0.2
    short_terms: int = 30
    long_terms: int = 150
    code_weight: float = 2.0
    """What a number or code of the question counts beside a pair of characters."""
    kindred_share: float = 0.4
    adoption_share: float = 0.6

    def rank(self, question: Question, index: Index) -> Iterator[tuple[int, float]]:
        """Yield (article id, score), best first; those past the second look follow in their first order."""
        size = index.size()
        asked = self._asked(question)
        keys = {tokens.key(term): weight for term, weight in asked.items()}
        holding = index.document_counts(list(keys))
        sounds = self._sounds(asked, holding)
        holding |= index.document_counts(list(sounds)) if sounds else {}
        factors = {key: (keys | sounds)[key] * _tells(size.count, n) for key, n in holding.items()}
        scores = self._first_look(factors, holding, index)
        if not scores:
            return
        best = heapq.nlargest(self.candidates, scores, key=scores.__getitem__)
        closer = self._second_look(question, {one: scores[one] for one in best}, len(asked), size, index)
        self._prefer_kindred(asked, closer, holding, size, index)
        for article in sorted(closer, key=lambda one: (-closer[one], one)):
            yield article, closer[article]
        for article in sorted(scores.keys() - closer.keys(), key=lambda one: (-scores[one], one)):
            yield article, scores[article]

    def _second_look(
        self, question: Question, scores: Mapping[int, float], asked_count: int, size: Size, index: Index
    ) -> dict[int, float]:
        """Return the scores with the characters shared and, the longer the question, length held against."""
        share = (asked_count - self.short_terms) / (self.long_terms - self.short_terms)
        verbosity = min(1.0, max(0.0, share))
        known = self._characters(question, verbosity, size, index)
        closer = {}
        for entry in index.entries(list(scores)):
            shape = entry.length / max(1.0, size.mean_length) + 0.1
            score = scores[entry.article_id] + _shared(known, entry)
            closer[entry.article_id] = score / shape ** (self.length_penalty * verbosity)
        return closer

    def _asked(self, question: Question) -> dict[str, float]:
        """Return the terms of a question with their weights; a term of both parts counts for both."""
        asked = {term: _saturated(n) for term, n in tokens.asked(question.text).items()}
        for term, n in tokens.asked(question.detail).items():
            asked[term] = asked.get(term, 0.0) + self.detail_share * _saturated(n)
        return {
            term: weight if tokens.is_han(term) else weight * self.code_weight
            for term, weight in asked.items()
        }

    def _sounds(self, asked: Mapping[str, float], holding: Mapping[int, int]) -> dict[int, float]:
        """Return what the terms that no article holds sound like, at half weight."""
        sounds: dict[int, float] = {}
        for term, weight in asked.items():
            if tokens.key(term) not in holding:
                for sound in tokens.sounds_asked(term):
                    sounds[tokens.key(sound)] = weight / 2
        return sounds

    def _first_look(
        self, factors: Mapping[int, float], holding: Mapping[int, int], index: Index
    ) -> dict[int, float]:
        """Add up what the rarest terms tell of each article, and what operators chose for such questions."""
        read: list[int] = []
        budget = self.most_postings
        for key in sorted(factors, key=lambda one: (holding[one], one)):
            budget -= holding[key]
            if budget < 0 and read:
                break
            read.append(key)
        scores: defaultdict[int, float] = defaultdict(float)
        if not read:
            return scores
        for key, start, offsets, weights in sorted(index.postings(read), key=itemgetter(0, 1)):
            factor = factors[key] / FULL_WEIGHT
            for offset, weight in zip(offsets, weights, strict=True):
                scores[start + offset] += factor * weight
        for key, article, count in index.adoptions(read):
            scores[article] += self.adoption_share * factors[key] * count / (count + 1)
        return scores

    def _characters(self, question: Question, verbosity: float, size: Size, index: Index) -> dict[str, float]:
        """Return what sharing each character of the question tells."""
        share = self.characters_short + (self.characters_long - self.characters_short) * verbosity
        asked = {one: _saturated(n) for one, n in tokens.characters(question.text).items()}
        for one, n in tokens.characters(question.detail).items():
            asked[one] = asked.get(one, 0.0) + self.detail_share * _saturated(n)
        holding = index.character_counts(list(asked))
        return {
            one: share * asked[one] * _tells(size.count, n) / FULL_WEIGHT
            for one, n in sorted(holding.items())
        }

    def _prefer_kindred(
        self,
        asked: Mapping[str, float],
        scores: dict[int, float],
        holding: Mapping[int, int],
        size: Size,
        index: Index,
    ) -> None:
        """Prefer articles that read like those which hold a code of the question, such as a district's.

        Departments answer in set phrases; an answer about a district need not name it.
        """
        codes = [
            key
            for term in sorted(asked)
            if CODE.fullmatch(term)
            and LEAST_KINDRED <= holding.get(key := tokens.key(term), 0) <= size.count * MOST_KINDRED_SHARE
        ]
        if not codes or len(scores) < 2:
            return
        profiles = [_profile(code, size, index) for code in codes[:MOST_CODES]]
        likeness = {}
        for article, terms in index.terms_of(sorted(scores)).items():
            told = sum(sum(map(profile.__getitem__, profile.keys() & terms)) for profile in profiles)
            likeness[article] = told / math.sqrt(len(terms) + 1)
        spread = _spread(likeness.values())
        if spread:
            scale = self.kindred_share * _spread(scores.values()) / spread
            for article, alike in likeness.items():
                scores[article] += scale * alike


CODE = re.compile("[a-z][0-9]*")
LEAST_KINDRED = 15
MOST_KINDRED_SHARE = 1 / 3
MOST_CODES = 3
SAMPLE = 50
LIKELY = 200
TELLING = 60
MOST_PROFILES = 500


_profiles: dict[tuple[int, int, int], dict[int, int]] = {}
"""Profiles worked out before, by code and state of the index; the same for every process."""


def _profile(code: int, size: Size, index: Index) -> dict[int, int]:
    """Return the terms that articles with `code` hold more often than others, and by how many thousandths.

    Whole numbers, because they add up to the same in every order.
    """
    known = _profiles.get((code, size.count, size.mark))
    if known is not None:
        return known
    holders = sorted(
        start + offset for _key, start, offsets, _ in index.postings([code]) for offset in offsets
    )
    sample = holders[:: max(1, len(holders) // SAMPLE)][:SAMPLE]
    counts = Counter(key for terms in index.terms_of(sample).values() for key in terms)
    often = [(n, key) for key, n in counts.items() if n >= max(3, len(sample) // 20)]
    gains = []
    for key, n in index.document_counts([key for _n, key in heapq.nlargest(LIKELY, often)]).items():
        here, anywhere = counts[key] / len(sample), n / size.count
        lift = math.log((here + 0.001) / (anywhere + 0.001))
        if lift > 0:
            gains.append(((here - anywhere) * lift, key, round(1000 * min(2.0, lift))))
    if len(_profiles) >= MOST_PROFILES:
        _profiles.clear()
    profile = {key: lift for _gain, key, lift in heapq.nlargest(TELLING, gains)}
    _profiles[code, size.count, size.mark] = profile
    return profile


def _saturated(n: float) -> float:
    """Return what being asked `n` times counts: the first time most."""
    return 3 * n / (2 + n)


def _tells(total: int, holding: int) -> float:
    """Return what sharing a term tells that `holding` of `total` articles hold; rare ones stand out."""
    rare = rarity(total, holding)
    return rare * math.sqrt(rare / math.log(2 + total))


def _shared(known: Mapping[str, float], entry: Entry) -> float:
    told = 0.0
    for character, value in known.items():
        at = entry.characters.find(character)
        if at >= 0:
            told += value * entry.weights[at]
    return told


def _spread(values: Iterable[float]) -> float:
    some = list(values)
    mean = sum(some) / len(some)
    return math.sqrt(sum((one - mean) ** 2 for one in some) / len(some))
