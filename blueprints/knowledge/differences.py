"""What changed between two wordings: paragraphs beside each other, changed words marked in both."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from hotline import dictionaries
from knowledge_base import tokens

WORD = re.compile(rf"[{tokens.HAN}]+|[0-9A-Za-z]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)
SHORTEST_BETWEEN = 2
"""Fewer unchanged characters between two changes read as part of the change."""
ALIKE = 0.35
"""From this share of common words on two paragraphs are one paragraph reworded."""
MOST_COMPARED = 2500
"""Pairs of paragraphs; a longer rewrite is shown in the order it was written."""
AROUND = 1
"""Unchanged paragraphs shown before and after a change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, changed or not."""

    text: str
    is_changed: bool


Side = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph before and after; `None` where there was none. `skipped` counts unchanged ones left out."""

    before: Side | None
    after: Side | None
    skipped: int = 0

    @property
    def is_changed(self) -> bool:
        """Tell whether the paragraph changed, came or went."""
        return not self.skipped and (
            self.before is None
            or self.after is None
            or any(piece.is_changed for piece in self.before + self.after)
        )


def rows(before: str, after: str) -> list[Row]:
    """Return the paragraphs of two wordings beside each other, long unchanged stretches left out."""
    return _without_middles(list(_rows(_paragraphs(before), _paragraphs(after))))


def sides(before: str, after: str) -> tuple[Side, Side]:
    """Return two wordings of one paragraph with their changed words marked."""
    left, right = words(before), words(after)
    kept: list[tuple[str, str, bool]] = []
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for at, (tag, a, b, c, d) in enumerate(codes):
        old, new = "".join(left[a:b]), "".join(right[c:d])
        is_between = 0 < at < len(codes) - 1
        is_changed = tag != "equal" or (is_between and len(old.strip()) < SHORTEST_BETWEEN)
        if kept and kept[-1][2] and is_changed:
            kept[-1] = (kept[-1][0] + old, kept[-1][1] + new, True)
        else:
            kept.append((old, new, is_changed))
    return (
        tuple(Piece(old, changed) for old, _new, changed in kept if old),
        tuple(Piece(new, changed) for _old, new, changed in kept if new),
    )


def words(text: str) -> list[str]:
    """Return `text` cut into words: Chinese ones as a reader would, numbers and codes whole."""
    found: list[str] = []
    for run in WORD.findall(text):
        found += dictionaries.words(run) if run[0] > "\u2fff" else [run]
    return found


def _paragraphs(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Row(_plain(line), _plain(line)) for line in before[a:b])
            continue
        for old, new in _paired(before[a:b], after[c:d]):
            if old is not None and new is not None:
                yield Row(*sides(old, new))
            else:
                yield Row(_changed(old), _changed(new))


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Pair reworded paragraphs in order, so that their common words weigh most."""
    if len(before) * len(after) > MOST_COMPARED:
        yield from zip_longest(before, after)
        return
    left, right = [Counter(words(line)) for line in before], [Counter(words(line)) for line in after]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            paired = _likeness(left[i], right[j]) + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    i = j = 0
    while i < len(left) or j < len(right):
        if i < len(left) and best[i][j] == best[i + 1][j]:
            yield before[i], None
            i += 1
        elif j < len(right) and best[i][j] == best[i][j + 1]:
            yield None, after[j]
            j += 1
        else:
            yield before[i], after[j]
            i, j = i + 1, j + 1


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    share = 2 * (one & other).total() / (one.total() + other.total())
    return share if share >= ALIKE else 0.0


def _without_middles(found: list[Row]) -> list[Row]:
    near = {
        near for at, row in enumerate(found) if row.is_changed for near in range(at - AROUND, at + AROUND + 1)
    }
    kept: list[Row] = []
    for at, row in enumerate(found):
        if at in near:
            kept.append(row)
        elif kept and kept[-1].skipped:
            kept[-1] = Row(None, None, kept[-1].skipped + 1)
        else:
            kept.append(Row(None, None, 1))
    return kept


def _plain(line: str) -> Side:
    return (Piece(line, False),)


def _changed(line: str | None) -> Side | None:
    return None if line is None else (Piece(line, True),)
