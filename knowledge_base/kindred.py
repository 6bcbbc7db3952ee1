"""Which articles read like those with a code: departments answer in set phrases without naming themselves."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from knowledge_base.index import Index, Size

LEAST = 15
"""Articles that must hold a code before anything is read from their likeness."""
MOST_SHARE = 1 / 3
"""Of all articles; a code that more of them hold sets nothing apart."""
MOST_CODES = 3
SAMPLE = 50
LIKELY = 200
TELLING = 60
MOST_PROFILES = 500

_profiles: dict[tuple[int, int, int], dict[int, int]] = {}
"""Profiles worked out before, by code and state of the index; the same for every process."""


def likeness(
    codes: Sequence[int], terms: Mapping[int, set[int]], holding: Mapping[int, int], size: Size, index: Index
) -> dict[int, float]:
    """Return how much each article of `terms` reads like those which hold one of `codes`, around nothing.

    Measured in standard deviations over these articles; empty where nothing can be told.
    """
    profiles = [
        _profile(code, size, index)
        for code in codes
        if LEAST <= holding.get(code, 0) <= size.count * MOST_SHARE
    ][:MOST_CODES]
    if not profiles or len(terms) < 2:
        return {}
    alike = {
        article: sum(sum(profile[key] for key in profile.keys() & held) for profile in profiles)
        / math.sqrt(len(held) + 1)
        for article, held in terms.items()
    }
    scale = spread(alike.values())
    return {article: one / scale for article, one in alike.items()} if scale else {}


def spread(values: Iterable[float]) -> float:
    """Return the standard deviation of `values`."""
    some = list(values)
    mean = sum(some) / len(some)
    return math.sqrt(sum((one - mean) ** 2 for one in some) / len(some))


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
    counts = Counter(key for entry in index.entries(sample) for key in entry.terms)
    often = [(n, key) for key, n in counts.items() if n >= max(3, len(sample) // 20)]
    gains = []
    for key, n in index.counts([key for _n, key in heapq.nlargest(LIKELY, often)]).items():
        here, anywhere = counts[key] / len(sample), n / size.count
        lift = math.log((here + 0.001) / (anywhere + 0.001))
        if lift > 0:
            gains.append(((here - anywhere) * lift, key, round(1000 * min(2.0, lift))))
    if len(_profiles) >= MOST_PROFILES:
        _profiles.clear()
    profile = {key: lift for _gain, key, lift in heapq.nlargest(TELLING, gains)}
    _profiles[code, size.count, size.mark] = profile
    return profile
