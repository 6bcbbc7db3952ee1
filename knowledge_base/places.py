"""Which places a question and an article name: one that names only other places answers somebody else."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from knowledge_base import tokens

CODE = re.compile("[a-z][0-9]*")
"""A letter with or without a number, such as a masked place, a class of licence, a motorway."""
HIGHEST = 99
FAMILIES = {
    tokens.key(letter + number): letter
    for letter in ascii_lowercase
    for number in ("", *map(str, range(HIGHEST + 1)))
}
"""The letter of each code an article may hold, by the code's key; codes of one letter belong together."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place by name, with those it lies in or holds: to name one of these is to name it."""

    name: str
    keys: tuple[int, ...]
    """Of its pairs of characters, in their order."""
    family: frozenset[str]


def gazetteer(parents: Mapping[str, str | None]) -> tuple[Place, ...]:
    """Return the places of a city, given each with the one it lies in, if any."""
    wider = {name: _ancestors(name, parents) for name in parents}
    return tuple(
        Place(
            name=(plain := tokens.normalise(name)),
            keys=tuple(tokens.key(first + second) for first, second in pairwise(plain)),
            family=frozenset(
                tokens.normalise(other) for other in parents if other in wider[name] or name in wider[other]
            ),
        )
        for name in parents
        if len(name) > 1
    )


def _ancestors(name: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a place and those it lies in."""
    found: list[str] = []
    at: str | None = name
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The places and codes that a question names."""

    codes: tuple[int, ...]
    """Keys of the codes."""
    letters: frozenset[str]
    families: frozenset[str]
    known: tuple[Place, ...]

    def is_elsewhere(self, terms: Collection[int]) -> bool:
        """Tell whether an article that holds `terms` names codes or places, and none of the question's."""
        if self.letters:
            letters = {FAMILIES[key] for key in FAMILIES.keys() & terms}
            if letters and not letters & self.letters:
                return True
        if self.families:
            named = {place.name for place in self.known if all(key in terms for key in place.keys)}
            return bool(named) and not named & self.families
        return False


def asked(terms: Iterable[str], text: str, known: tuple[Place, ...]) -> Whereabouts | None:
    """Return what a question names of codes and places; nothing if it names none."""
    codes = sorted(term for term in terms if CODE.fullmatch(term))
    plain = tokens.normalise(text)
    named = [place for place in known if place.name in plain]
    if not codes and not named:
        return None
    return Whereabouts(
        codes=tuple(map(tokens.key, codes)),
        letters=frozenset(code[0] for code in codes),
        families=frozenset[str]().union(*(place.family for place in named)),
        known=known if named else (),
    )
