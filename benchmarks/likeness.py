"""Measures how well likely repeats are found: by pairs of questions, and by messages about one matter.

    python -m benchmarks.likeness PAIRS.csv MESSAGES.csv

PAIRS has the columns text_a, text_b, same_intent (1 or 0). MESSAGES has title and detail; which of them are
about the same matter is told by names that only one matter has, so a message that says it otherwise counts
as missed, and one that names it in passing as found. The thresholds of a profile stand beside the figures.
"""

import argparse
import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotline.repeats import likeness

THRESHOLDS = (12, 15, 20, 25, 30, 35, 40, 50)
"""Percent, as in a profile's [repeats]."""
SHOWN = 3
CANDIDATES = 30
COMMON = 0.1
OTHERS = 600

MATTERS: tuple[tuple[str, ...], ...] = (
    ("伊景园", "车位"),
    ("丽发新城", "搅拌"),
    ("58车贷",),
    ("中海国际社区", "三期"),
    ("人才", "购房补贴"),
    ("经济学院", "实习"),
    ("凉塘路", "旧城"),
    ("魅力之城", "油烟"),
    ("绿地海外滩", "高铁"),
    ("麓谷林语", "地铁"),
    ("松雅西", "地铁"),
)
"""All words of a line stand in a message about that matter."""


def pairs(path: Path) -> list[tuple[float, bool]]:
    """Return how alike the two questions of each pair are, and whether they ask the same."""
    rows = _rows(path)
    weighed = [(likeness.weights(row["text_a"]), likeness.weights(row["text_b"])) for row in rows]
    found_in = Counter(pair for both in weighed for one in both for pair in one)
    of = 2 * len(rows)
    scored = []
    for row, (first, second) in zip(rows, weighed, strict=True):
        asked = {pair: count * likeness.rarity(found_in[pair], of) for pair, count in first.items()}
        scored.append((likeness.score(asked, second, first), row["same_intent"] == "1"))
    return scored


def area_under_curve(scored: Sequence[tuple[float, bool]]) -> float:
    """Return how often a pair that asks the same is more alike than one that does not."""
    positive = sum(same for _, same in scored)
    ranks = sum(rank for rank, (_, same) in enumerate(sorted(scored)) if same)
    return (ranks - positive * (positive - 1) / 2) / (positive * (len(scored) - positive))


class Messages:
    """Messages indexed as open tickets are."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.weights = [likeness.weights(row["title"], row["detail"]) for row in rows]
        self.found_in = Counter(pair for one in self.weights for pair in one)
        self.postings: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.weights):
            for pair in one:
                self.postings[pair].append(number)
        texts = [row["title"] + row["detail"] for row in rows]
        self.matters = {
            number: {line for line in MATTERS if all(word in text for word in line)}
            for number, text in enumerate(texts)
            if any(all(word in text for word in line) for line in MATTERS)
        }

    def likely(self, number: int) -> list[tuple[float, int]]:
        """Return the messages most like one, as the service finds them."""
        own, of = self.weights[number], len(self.weights)
        asked = {pair: count * likeness.rarity(self.found_in[pair], of) for pair, count in own.items()}
        sums: Counter[int] = Counter()
        for pair, weight in asked.items():
            if self.found_in[pair] <= of * COMMON:
                for other in self.postings[pair]:
                    sums[other] += math.ceil(weight * 1000)
        nearest = [other for other, _ in sums.most_common(CANDIDATES + 1) if other != number]
        scored = [(likeness.score(asked, self.weights[other], own), other) for other in nearest]
        return sorted(scored, reverse=True)[:SHOWN]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print precision and recall at each threshold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("messages", type=Path)
    paths = parser.parse_args()
    scored = pairs(paths.pairs)
    same = sum(is_same for _, is_same in scored)
    print(f"pairs: {len(scored)}, the same: {same}, area under the curve: {area_under_curve(scored):.3f}")
    for percent in THRESHOLDS:
        shown = [is_same for score, is_same in scored if score * 100 >= percent]
        print(
            f"  {percent} %: precision {sum(shown) / max(1, len(shown)):.3f} recall {sum(shown) / same:.3f}"
        )
    messages = Messages(_rows(paths.messages))
    found = {number: messages.likely(number) for number in messages.matters}
    others = [number for number in range(len(messages.weights)) if number not in messages.matters]
    strangers = [messages.likely(number) for number in random.Random(1).sample(others, OTHERS)]
    print(f"messages: {len(messages.weights)}, about a named matter: {len(found)}, {SHOWN} shown at most")
    for percent in THRESHOLDS:
        shown = [
            bool(messages.matters.get(other, set()) & messages.matters[number])
            for number, likely in found.items()
            for score, other in likely
            if score * 100 >= percent
        ]
        helped = sum(
            any(
                score * 100 >= percent and messages.matters.get(other, set()) & messages.matters[number]
                for score, other in likely
            )
            for number, likely in found.items()
        )
        asked = sum(bool(likely) and likely[0][0] * 100 >= percent for likely in strangers) / OTHERS
        print(
            f"  {percent} %: precision {sum(shown) / max(1, len(shown)):.3f} "
            f"found for {helped / len(found):.3f}; something shown for {asked:.3f} of the others"
        )


if __name__ == "__main__":
    main()
