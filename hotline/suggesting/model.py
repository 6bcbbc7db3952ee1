"""A trained model at work: what each term says for each label, added up; no library is needed for that."""

import json
import math
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hotline.suggesting.features import IN_TITLE

WHOLE = 8192
"""Weights are kept as whole numbers of two bytes in these parts of one."""
MOST_WORDS = 3
"""Terms named as the reason of a suggestion."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One label with the terms of the matter that speak for it most."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One weight for each term and label, and one for each label by itself."""

    labels: Sequence[str]
    terms: Sequence[str]
    rarities: Sequence[float]
    """What it counts that a matter holds a term; in the order of `terms`."""
    weights: "array[int]"
    """For each term in order one weight for each label, in parts of `WHOLE`."""
    leanings: Sequence[float]
    """What speaks for each label before a word is read."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where the weights of each term begin, in terms."""
        return {term: place for place, term in enumerate(self.terms)}

    def suggest(self, found: Mapping[str, int], *, most: int = 3) -> list[Suggestion]:
        """Return the labels that the terms `found` speak for, best first, or nothing when none is known.

        A label that words speak against is offered only if it is the best of all.
        """
        held = self._held(found)
        if not held:
            return []
        width = len(self.labels)
        sums = [leaning * WHOLE for leaning in self.leanings]
        for place, counts in held.items():
            start = place * width
            for label, weight in enumerate(self.weights[start : start + width]):
                sums[label] += counts * weight
        order = sorted(range(width), key=lambda label: (-sums[label], self.labels[label]))
        chosen = [label for at, label in enumerate(order[:most]) if sums[label] > 0 or at == 0]
        return [Suggestion(self.labels[label], self._words(label, held)) for label in chosen]

    def _held(self, found: Mapping[str, int]) -> dict[int, float]:
        """Return for each known term what it counts in a matter as long as this one."""
        raw = {
            self.places[term]: (1 + math.log(n)) * self.rarities[self.places[term]]
            for term, n in found.items()
            if term in self.places
        }
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {place: value / length for place, value in raw.items()}

    def _words(self, label: int, held: Mapping[int, float]) -> tuple[str, ...]:
        """Return the pairs of characters that speak for `label` most, none twice."""
        width = len(self.labels)
        told: dict[str, float] = {}
        for place, counts in held.items():
            says = counts * self.weights[place * width + label]
            word = self.terms[place].removeprefix(IN_TITLE)
            if says > 0 and len(word) > 1:
                told[word] = told.get(word, 0.0) + says
        return tuple(sorted(told, key=lambda word: (-told[word], word))[:MOST_WORDS])

    def packed(self) -> bytes:
        """Return the model in one piece, as the database keeps it."""
        head = json.dumps(
            {
                "labels": list(self.labels),
                "terms": list(self.terms),
                "rarities": [round(value, 4) for value in self.rarities],
                "leanings": [round(value, 4) for value in self.leanings],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        weights = array("h", self.weights)
        if sys.byteorder == "big":
            weights.byteswap()
        return zlib.compress(len(head).to_bytes(4, "little") + head + weights.tobytes(), 6)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Model":
        """Return the model that `packed` was made of."""
        whole = zlib.decompress(packed)
        end = 4 + int.from_bytes(whole[:4], "little")
        weights = array("h")
        weights.frombytes(whole[end:])
        if sys.byteorder == "big":
            weights.byteswap()
        return cls(**json.loads(whole[4:end]), weights=weights)
