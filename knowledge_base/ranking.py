"""Which articles fit a question best; another ranker can be put in place of this one."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge_base import kindred, places, tokens
from knowledge_base.index import Entry, Index, Size, rarity
from knowledge_base.places import Place, Whereabouts
from knowledge_base.postings import FULL_WEIGHT


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
class _Look:
    """What the second look adds: terms too common for the first, and characters, with what sharing tells."""

    terms: Mapping[int, int]
    characters: Mapping[str, int]
    verbosity: float


@dataclass(frozen=True, slots=True)
class TwoLooks:
    """Finds articles by the pairs of characters they share with the question, then looks closer at the best.

    The second look adds single characters (收费 finds 缴费), holds long articles back when the question is
    long, prefers articles that read like those of the place the question names, and holds back those that
    name only other places. Why each is here and what it brings: docs/knowledge-search.md.
    """

    detail_share: float = 0.75
    """What a term of the caller's story counts beside one of the question itself."""
    most_postings: int = 4_000
    """Postings read for one question, rarest terms first: what bounds the time."""
    most_terms: int = 120
    """Terms, and characters, of a long story that are looked at: those that tell most."""
    candidates: int = 60
    characters_short: float = 1.6
    characters_long: float = 0.3
    length_penalty: float = 0.2
    short_terms: int = 30
    long_terms: int = 150
    code_weight: float = 2.0
    """What a number or code of the question counts beside a pair of characters."""
    synonym_share: float = 0.5
    kindred_share: float = 0.5
    elsewhere_penalty: float = 0.2
    """What an article loses that names places or codes, but none of the question's."""
    known_places: tuple[Place, ...] = ()
    adoption_share: float = 0.6
    """What it counts beside holding a term that everybody cited an article for it."""
    adoption_doubt: float = 2.0
    """How many people must have cited an article for a term until that counts half; one alone a third."""

    def rank(self, question: Question, index: Index) -> Iterator[tuple[int, float]]:
        """Yield (article id, score), best first; those past the second look follow in their first order."""
        asked = self._asked(question)
        characters = self._characters(question)
        where = places.asked(asked, question.text, self.known_places)
        keys = {tokens.key(term): weight for term, weight in asked.items()}
        size, holding = index.size_and_counts([*keys, *characters])
        sounds = self._sounds(asked, holding)
        if sounds:
            holding |= index.counts(list(sounds))
        factors = self._factors(keys | sounds, holding, size)
        read = self._rarest(factors, holding)
        scores = self._first_look(factors, read, index)
        if not scores:
            return
        best = _best(scores, self.candidates)
        entries = index.entries(best)
        look = _Look(
            terms={key: factor for key, factor in factors.items() if key not in read},
            characters={chr(key): factor for key, factor in self._factors(characters, holding, size).items()},
            verbosity=self._verbosity(len(asked)),
        )
        closer = {
            entry.article_id: self._closer(scores[entry.article_id], entry, look, size) for entry in entries
        }
        self._place(where, closer, entries, holding, size, index)
        for article in sorted(closer, key=lambda one: (-closer[one], one)):
            yield article, closer[article]
        for article in sorted(scores.keys() - closer.keys(), key=lambda one: (-scores[one], one)):
            yield article, scores[article] / (UNIT * FULL_WEIGHT)

    def _verbosity(self, asked_count: int) -> float:
        """Return how far a question is a story: 0 for a few words, 1 for a long one."""
        share = (asked_count - self.short_terms) / (self.long_terms - self.short_terms)
        return min(1.0, max(0.0, share))

    def _closer(self, score: int, entry: Entry, look: "_Look", size: Size) -> float:
        """Return a score with all terms and characters and, the longer the question, length held against."""
        told = score + _told(look.terms, entry)
        share = self.characters_short + (self.characters_long - self.characters_short) * look.verbosity
        shared = share * _shared(look.characters, entry)
        shape = entry.length / max(1.0, size.mean_length) + 0.1
        return (told + shared) / (UNIT * FULL_WEIGHT) / math.pow(shape, self.length_penalty * look.verbosity)

    def _asked(self, question: Question) -> dict[str, float]:
        """Return the terms of a question with their weights; a term of both parts counts for both."""
        asked = {term: _saturated(n) for term, n in tokens.asked(question.text).items()}
        for term in tokens.synonyms_asked(question.text):
            asked.setdefault(term, self.synonym_share)
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

    def _rarest(self, factors: Mapping[int, int], holding: Mapping[int, int]) -> set[int]:
        """Return the rarest terms, as many as may be read, and one at least."""
        read: set[int] = set()
        budget = self.most_postings
        for key in sorted(factors, key=lambda one: (holding[one], one)):
            budget -= holding[key]
            if budget < 0 and read:
                break
            read.add(key)
        return read

    def _first_look(self, factors: Mapping[int, int], read: Collection[int], index: Index) -> dict[int, int]:
        """Add up what the terms to `read` tell of each article, and what operators chose for such questions.

        Whole numbers, because they add up to the same in every order.
        """
        scores: defaultdict[int, int] = defaultdict(int)
        if not read:
            return scores
        held, adopted = index.postings_and_adoptions(list(read))
        for key, start, offsets, weights in held:
            factor = factors[key]
            for offset, weight in zip(offsets, weights, strict=True):
                scores[start + offset] += factor * weight
        for key, article, people in adopted:
            share = self.adoption_share * people / (people + self.adoption_doubt)
            scores[article] += round(share * factors[key] * FULL_WEIGHT)
        return scores

    def _factors(self, asked: Mapping[int, float], holding: Mapping[int, int], size: Size) -> dict[int, int]:
        """Return what sharing each key of `asked` tells, of those that tell most, in whole numbers."""
        factors = {
            key: round(weight * _tells(size.count, holding[key]) * UNIT)
            for key, weight in asked.items()
            if key in holding
        }
        if len(factors) <= self.most_terms:
            return factors
        return dict(sorted(factors.items(), key=lambda one: (-one[1], one[0]))[: self.most_terms])

    def _characters(self, question: Question) -> dict[int, float]:
        """Return the keys of the Chinese characters of a question with their weights."""
        asked = {ord(one): _saturated(n) for one, n in tokens.characters_asked(question.text).items()}
        for one, n in tokens.characters_asked(question.detail).items():
            asked[ord(one)] = asked.get(ord(one), 0.0) + self.detail_share * _saturated(n)
        return asked

    def _place(
        self,
        where: Whereabouts | None,
        scores: dict[int, float],
        entries: Sequence[Entry],
        holding: Mapping[int, int],
        size: Size,
        index: Index,
    ) -> None:
        """Prefer articles that read like those of the places asked about, hold back those of others."""
        if where is None:
            return
        terms = {entry.article_id: set(entry.terms) for entry in entries}
        share = self.kindred_share * kindred.spread(scores.values())
        for article, alike in kindred.likeness(where.codes, terms, holding, size, index).items():
            scores[article] += share * alike
        for article, held in terms.items():
            if where.is_elsewhere(held):
                scores[article] *= 1 - self.elsewhere_penalty


UNIT = 1000
"""Whole numbers that what a term tells is counted in."""
FEW = 60
"""Up to so many terms are looked for one by one in an article; more are compared with all of its terms."""


def _best(scores: Mapping[int, int], many: int) -> list[int]:
    """Return the articles with the highest scores; of equal ones the lower numbers."""
    least = sorted(scores.values())[-many:][0]
    chosen = [article for article, score in scores.items() if score >= least]
    return sorted(chosen, key=lambda article: (-scores[article], article))[:many]


def _saturated(n: float) -> float:
    """Return what being asked `n` times counts: the first time most."""
    return 3 * n / (2 + n)


def _tells(total: int, holding: int) -> float:
    """Return what sharing a term tells that `holding` of `total` articles hold; rare ones stand out."""
    rare = rarity(total, holding)
    return rare * math.sqrt(rare / math.log(2 + total))


def _told(asked: Mapping[int, int], entry: Entry) -> int:
    """Return what the terms of an article tell that are `asked`."""
    told = 0
    terms, weights = entry.terms, entry.term_weights
    end = len(terms)
    if len(asked) > FEW:
        for key in asked.keys() & terms:
            told += asked[key] * weights[bisect_left(terms, key)]
        return told
    for key, factor in asked.items():
        at = bisect_left(terms, key)
        if at < end and terms[at] == key:
            told += factor * weights[at]
    return told


def _shared(asked: Mapping[str, int], entry: Entry) -> int:
    """Return what the characters of an article tell that are `asked`."""
    told = 0
    for character, factor in asked.items():
        at = entry.characters.find(character)
        if at >= 0:
            told += factor * entry.weights[at]
    return told
