"""The dispatch catalogue (派单目录) at work: the most specific rule that fits says which department.

A rule's weight is the sum of what it asks for: its category 8, its content class 2 per level, words 3,
a place 1. So a rule for a class of the second level (4) goes before words (3), words before a class of the
first level (2), and a rule that also names the place before the same rule without one. Equal weights are
settled by the longer place, then by the order of the catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.categories.policy import Words
from hotline.wording import N_, Labelled

OF_CATEGORY, OF_CLASS_LEVEL, OF_WORDS, OF_PLACE = 8, 2, 3, 1


class Because(Labelled):
    """What a rule fitted by."""

    CATEGORY = "category", N_("Category")
    CONTENT_CLASS = "content_class", N_("Content class")
    PLACE = "place", N_("Place")
    WORDS = "words", N_("Words in the text")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it is chosen by."""

    code: str
    department_code: str
    takes_tip_offs: bool
    category: str | None
    content_class: str | None
    place: str | None
    words: tuple[str, ...]
    note: Words
    position: int

    @property
    def weight(self) -> int:
        """How specific the rule is."""
        return (
            OF_CATEGORY * (self.category is not None)
            + OF_CLASS_LEVEL * (len(self.content_class or "") // 2)
            + OF_WORDS * bool(self.words)
            + OF_PLACE * (self.place is not None)
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes, and why."""

    department_code: str
    rule: str
    """The code of the rule that fitted best."""
    note: Words
    because: tuple[tuple[Because, str], ...]
    """Each thing the rule asked for and what it found: `(WORDS, "停水")`."""


def choose(
    rules: Iterable[Rule],
    *,
    category: str,
    content_class: str | None,
    place: str | None,
    text: str,
    is_restricted: bool,
) -> Route | None:
    """Return where a matter goes, or None where no rule fits and a person must decide.

    A restricted matter (tip-off) goes only to a department that takes tip-offs (B1.10).
    """
    best: tuple[tuple[int, int, int, str], Route] | None = None
    for rule in rules:
        if is_restricted and not rule.takes_tip_offs:
            continue
        because = _fits(rule, category, content_class, place, text)
        if because is None:
            continue
        rank = (-rule.weight, -len(rule.place or ""), rule.position, rule.code)
        if best is None or rank < best[0]:
            best = rank, Route(rule.department_code, rule.code, rule.note, because)
    return best[1] if best else None


def _fits(
    rule: Rule, category: str, content_class: str | None, place: str | None, text: str
) -> tuple[tuple[Because, str], ...] | None:
    found: list[tuple[Because, str]] = []
    if rule.category is not None:
        if rule.category != category:
            return None
        found.append((Because.CATEGORY, category))
    if rule.content_class is not None:
        if not (content_class or "").startswith(rule.content_class):
            return None
        found.append((Because.CONTENT_CLASS, rule.content_class))
    if rule.place is not None:
        if not (place or "").startswith(rule.place):
            return None
        found.append((Because.PLACE, rule.place))
    if rule.words:
        word = next((word for word in rule.words if word in text), None)
        if word is None:
            return None
        found.append((Because.WORDS, word))
    return tuple(found)
