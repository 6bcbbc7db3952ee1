"""The part of an article that shows why it was found, and what to mark in it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from knowledge_base import tokens

LENGTH = 120
"""Characters of a snippet: two lines beside the intake form."""
MARKDOWN = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)|^[ \t]*(?:#{1,6}|[-*+>]|\d+\.)[ \t]+|[*_`~|]+|^[-: |]+$", re.M
)


def plain(markdown: str) -> str:
    """Return Markdown as it is read out: without marks, links reduced to their words."""
    text = MARKDOWN.sub(lambda found: found.group(1) or "", markdown)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def marks(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of what `text` shares with `query`: pairs of characters, whole codes; joined up."""
    wanted = set(tokens.terms(query))
    flat = "".join(map(_folded, text))
    hit = bytearray(len(flat))
    for run in tokens.RUN.finditer(flat):
        word = run.group()
        if not tokens.is_han(word):
            if word in wanted:
                hit[run.start() : run.end()] = b"\1" * len(word)
            continue
        for start in range(run.start(), run.end() - 1):
            if flat[start : start + 2] in wanted:
                hit[start : start + 2] = b"\1\1"
    for found in re.finditer(b"\1+", bytes(hit)):
        yield found.span()


def cut(markdown: str, query: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the stretch of the article that shares most with `query`, and what to mark in it."""
    text = plain(markdown).replace("\n", " ")
    spans = list(marks(text, query))
    start = _densest(spans, len(text))
    end = min(len(text), start + LENGTH)
    lead, tail = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(lead) - start
    kept = tuple(
        (max(left, start) + shift, min(right, end) + shift)
        for left, right in spans
        if left < end and right > start
    )
    return f"{lead}{text[start:end]}{tail}", kept


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    """Return one character as it is compared, as one character, so that places stay what they are."""
    return tokens.normalise(character)[:1] or " "


def _densest(spans: list[tuple[int, int]], length: int) -> int:
    """Return where a snippet begins that covers most of `spans`."""
    best, best_covered, first, covered = 0, 0, 0, 0
    for left, right in spans:
        covered += right - left
        while spans[first][0] < right - LENGTH:
            covered -= spans[first][1] - spans[first][0]
            first += 1
        if covered > best_covered:
            best, best_covered = spans[first][0], covered
    return max(0, min(best - LENGTH // 6, length - LENGTH))
