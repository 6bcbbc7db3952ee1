"""What a profile says about the desk as a whole: hours, scripts, scales, letters, callbacks, hint words."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hotline.categories.keeping import RetentionTerms
from hotline.categories.letter_terms import LetterTerms
from hotline.categories.policy import Words
from hotline.categories.reception_terms import ReceptionTerms, RosterTerms
from hotline.categories.telephony_terms import TelephonyTerms
from hotline.people.roles import Role
from hotline.working_time import Limit, OfficeHours


@dataclass(frozen=True, slots=True)
class Script:
    """What to say in one situation; places such as `%(number)s` are filled in (hotline.contacts.phrases)."""

    code: str
    names: Words
    text: Words
    abbreviation: str | None = None
    """Typing a semicolon and this writes the text."""


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
    link_valid: Limit
    """How long the link of one vote may be used."""
    most_in_batch: int
    """What a person's batch holds where nobody set it."""
    give_out_ahead: Limit
    """What may be called within this time is given out already."""
    called_by: Mapping[int, Role]
    """Who calls the samples of level 2 and 3 (A8.1)."""
    missed_within: Limit
    """How soon a missed call is called back (A8.2)."""
    yearly: tuple[str, ...]
    """Requester tags that are called once a year (A8.9)."""
    yearly_within: Limit


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
class MonthTerms:
    """When a month is reported, and where its scores start (A6.4)."""

    freeze_day: int
    """The day of the next month on which a report is made by rule."""
    base_score: int
    source: str


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """What makes a visit a collective one, and how many may speak for it (A5.2)."""

    collective_from: int
    """Visitors."""
    most_representatives: int


@dataclass(frozen=True, slots=True)
class DispatchTerms:
    """Who takes what nobody takes (B1.3)."""

    fallback_department: str
    """The code of the fallback department (兜底单位)."""
    note: Words
    """What the order and the ticket say of it."""
    source: str


@dataclass(frozen=True, slots=True)
class BoardTerms:
    """When a clock changes its colour on the board (三色督办, B1.15)."""

    near_percent: int
    """Blue from this share of the limit on."""
    behind_percent: int
    """Yellow from this share on."""
    due_soon: Limit
    callback_soon: Limit
    source: str


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """When nothing is sent to people outside, and when many notices become one line."""

    quiet_from: dt.time
    quiet_until: dt.time
    """Local time; the hours of everybody who has not set their own."""
    gather_from: int
    """So many notices of one kind and day are told in one line."""
    source: str


@dataclass(frozen=True, slots=True)
class RepeatTerms:
    """When a new matter is shown as likely the same as one there is; how alike in percent."""

    within_days: int
    likeness: int
    likeness_nearby: int
    """Enough where the caller or the place is the same."""
    source: str


@dataclass(frozen=True, slots=True)
class OwedTerms:
    """How fast the desk does what it owes besides tickets."""

    remind_before: Limit
    """A promised reply is recalled so long before it is due (A2.8)."""
    ledger_review: Limit
    """A day's ledger is reviewed within this after its end (A2.1)."""
    source: str


@dataclass(frozen=True, slots=True)
class LookingTerms:
    """How much looking at callers' data and restricted matters is ordinary (B1.19), per person."""

    reveals_per_hour: int
    """More callers than this are not shown in full."""
    reveals_alarm: int
    """From so many within an hour on, the auditor is told."""
    viewings_alarm: int
    """From so many restricted matters within an hour on, the auditor is told."""
    source: str


@dataclass(frozen=True, slots=True)
class Guess:
    """Words that make an imported row without a category one of this category."""

    category: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeTerms:
    """How articles of the knowledge base are looked after."""

    remark_within: Limit
    """How soon a remark that an article is wrong is settled: callers hear the article meanwhile."""
    review_after_days: int
    """When the next review is proposed."""
    unused_days: int
    """An article that answered nobody for so long may be unfindable, or needless."""
    rated_days: int
    """How far back callers' ratings after an answer are looked at."""
    least_rated: int
    """Fewer ratings say more about the callers than about the article."""
    counted_days: int
    """How far back “most cited” looks."""
    gap_likeness: int
    """Percent of common terms from which two unanswered questions count as one."""
    source: str


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
    months: MonthTerms
    letters: LetterTerms
    visits: VisitTerms
    dispatch: DispatchTerms | None
    """None: the profile names no fallback department."""
    board: BoardTerms
    notices: NoticeTerms
    repeats: RepeatTerms
    owed: OwedTerms
    looking: LookingTerms
    knowledge: KnowledgeTerms
    retention: RetentionTerms | None
    """None: the profile, loaded by an earlier version, says nothing about it."""
    reception: ReceptionTerms
    roster: RosterTerms
    telephony: TelephonyTerms
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
