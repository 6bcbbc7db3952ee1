"""How alike two matters are: by the pairs of characters they share, where rare pairs count more."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from zlib import crc32

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[0-9a-z]+")
TITLE_COUNTS = 2
"""What a pair in the title counts against one in the details."""
DETAILS_READ = 120
"""Characters: who calls again says the same at first, and then everything else."""


def pairs(text: str) -> Iterator[str]:
    """Yield the pairs of Chinese characters in `text`, and its whole numbers and words."""
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] <= "\u2fff":
            yield run
        else:
            for start in range(len(run) - 1):
                yield run[start : start + 2]


def key(pair: str) -> int:
    """Return the number a pair is indexed under; never 0."""
    return crc32(pair.encode()) or 1


def weights(title: str, details: str = "", place: str = "") -> dict[int, int]:
    """Return the pairs of a matter by their keys, each with what it counts."""
    counts = {key(pair): 1 for pair in pairs(f"{details.strip()[:DETAILS_READ]} {place}")}
    return counts | {key(pair): TITLE_COUNTS for pair in pairs(title)}


def rarity(found_in: int, of: int) -> float:
    """Return what a pair counts that stands in `found_in` of `of` matters."""
    return math.log(1 + of / (1 + found_in))


def score(asked: Mapping[int, float], known: Mapping[int, int], asked_weights: Mapping[int, int]) -> float:
    """Return from 0 to 1 how alike two matters are: the cosine of their pairs.

    `asked` holds what each pair of the one counts by its rarity; how rare the other's own pairs are is not
    looked up but taken to be the same on average.
    """
    length = math.sqrt(sum(count * count for count in asked.values()))
    plain = math.sqrt(sum(asked_weights[one] ** 2 for one in asked))
    if not length or not plain or not known:
        return 0.0
    average = length / plain
    other = average * math.sqrt(sum(count * count for count in known.values()))
    shared = sum(
        count * known[one] * (count / asked_weights[one]) for one, count in asked.items() if one in known
    )
    return min(1.0, shared / (length * other))


def share(part: str, whole: str) -> float:
    """Return from 0 to 1 how much of a place's name stands in a text."""
    wanted = set(pairs(part))
    return len(wanted & set(pairs(whole))) / len(wanted) if wanted else 0.0
