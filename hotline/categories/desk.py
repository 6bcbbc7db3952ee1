"""What a profile says about the desk as a whole: hours, scripts, scales, letters, callbacks, hint words."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hotline.categories.policy import Words
from hotline.working_time import Limit, OfficeHours


@dataclass(frozen=True, slots=True)
class Script:
    """What to say in one situation. `%(number)s` stands for the staff number."""

    code: str
    names: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The scale people are asked on; every answer is kept on the scale of five."""

    levels: int
    """How many answers are offered, 5 or 3."""
    satisfied_from: int
    """The lowest of the five that counts as satisfied: 3 for the top three, 4 for the top two."""


@dataclass(frozen=True, slots=True)
class CallbackTerms:
    """How callbacks are made, whatever they are about (A8.1, A8.6, B6.3)."""

    level_shares: Mapping[int, int]
    """Percent of the closed tickets per level, at least."""
    least_attempts: int
    attempt_gap: Limit
    quiet: OfficeHours
    """Times of day when nobody is called."""
    report_within: Limit
    must_call: tuple[str, ...]
    """Requester tags that are always called back (A8.9)."""
    sample_within: Limit | None
    """How long a drawn sample, or a must-call without a limit of its own, may take; None: no samples."""
    cost_cap: int | None
    """The most that one callback may cost, in yuan (A8.7); None: callbacks have no costs."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What the service aims at, in percent (C1a), and the numbers the measures are built on."""

    handling_rate: int
    quick_finish_share: int
    quick_finish_seconds: int
    three_ring_rate: int
    most_rings: int
    connection_rate: int
    quick_answer_rate: int
    quick_answer_seconds: int
    satisfaction_rate: int


@dataclass(frozen=True, slots=True)
class LetterTerms:
    """How fast a letter is entered and sorted, before its category's own limits apply."""

    register: Limit
    classify: Limit
    opinions: Limit
    """For the opinions of those a paper is circulated to (A4.11)."""


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """What makes a visit a collective one, and how many may speak for it (A5.2)."""

    collective_from: int
    """Visitors."""
    most_representatives: int


@dataclass(frozen=True, slots=True)
class Guess:
    """Words that make an imported row without a category one of this category."""

    category: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The settings of a profile that belong to no single category."""

    code: str
    names: Words
    hours: OfficeHours
    zone: ZoneInfo
    greeting: Words
    scripts: tuple[Script, ...]
    banned_phrases: tuple[str, ...]
    satisfaction: Satisfaction
    callbacks: CallbackTerms
    targets: Targets
    letters: LetterTerms
    visits: VisitTerms
    guesses: tuple[Guess, ...]
    otherwise: str
    """The category of an imported row that no guess fits."""
    emergency_words: tuple[str, ...]

    def guess_category(self, title: str, text: str = "") -> str:
        """Return the category of an imported row: the title decides, then the text."""
        for where in (title, text):
            for guess in self.guesses:
                if any(word in where for word in guess.words):
                    return guess.category
        return self.otherwise

    def hints_of_emergency(self, text: str) -> tuple[str, ...]:
        """Return the hint words found in `text`: a reason to ask, never to decide."""
        return tuple(word for word in self.emergency_words if word in text)
