"""The policy of a category: who may do what with its tickets, and by when. Read-only at run time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from hotline.categories.channels import Channel, IntakeField
from hotline.categories.terms import (
    Answering,
    CallbackKind,
    ClosingNeed,
    Confidentiality,
    ContactNeed,
    Dispatching,
    RunsFrom,
    Stage,
    Urgency,
)
from hotline.people.roles import Role
from hotline.working_time import Limit

Words: TypeAlias = Mapping[str, str]
"""A text in both languages: `{"zh": …, "en": …}`; `hotline.wording.in_both` picks the reader's."""


@dataclass(frozen=True, slots=True)
class StageLimit:
    """How long one stage may take, from which moment, and where the number comes from."""

    limit: Limit
    runs_from: RunsFrom
    source: str
    """A tag such as `S0 A1.5`, `O B1.13` or `P` (DOMAIN: S source, O outside, P proposal, I inference)."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A warning before a stage is due: after a share of its span, or a while before its end."""

    stage: Stage
    source: str
    elapsed_percent: int | None = None
    before: Limit | None = None
    """Exactly one of the two is given."""

    @property
    def lead(self) -> Limit | Decimal:
        """What `working_time.deadlines.remind_at` counts by: a limit back from the end, or a share."""
        return self.before or Decimal(self.elapsed_percent or 0) / 100


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told when a stage is still open this long after it was due; at once without `after`."""

    stage: Stage
    after: Limit | None
    to: Role
    source: str


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How often and how far a department's time may be extended, and who says so."""

    max_count: int
    limit: Limit
    """The most that one extension may add."""
    approved_by: Role
    needs_legal_basis: bool
    source: str


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """How a department may hand a ticket back."""

    limit: Limit
    silence_means_accepted: bool
    ruled_by: Role
    forced_has_no_return: bool
    """A department chosen by the ruling may not return the ticket again (B1.7)."""
    source: str


@dataclass(frozen=True, slots=True)
class CallbackRule:
    """How many closed tickets are called back, and on what terms. When: `limits[Stage.CALLBACK]`."""

    share: int
    """Percent of the closed tickets, 0 to 100."""
    level: int
    kind: CallbackKind
    only_with_consent: bool
    by_role: Role
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The circumstances a variant is for; what is left empty does not matter."""

    urgency: frozenset[Urgency] = frozenset()
    kind: frozenset[str] = frozenset()
    is_collective: bool | None = None
    has_contact: bool | None = None

    def holds(self, *, urgency: Urgency, kind: str | None, is_collective: bool, has_contact: bool) -> bool:
        """Tell whether every circumstance asked for is given."""
        return (
            (not self.urgency or urgency in self.urgency)
            and (not self.kind or kind in self.kind)
            and self.is_collective in (None, is_collective)
            and self.has_contact in (None, has_contact)
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different under a condition: limits replaced or dropped, another priority, and so on."""

    when: Condition
    source: str
    limits: Mapping[Stage, StageLimit]
    dropped: frozenset[Stage]
    priority: int | None = None
    callback_share: int | None = None
    confidentiality: Confidentiality | None = None
    told_at_intake: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that is decided by a ticket's category."""

    code: str
    names: Words
    definition: Words
    """Shown to the operator, with examples."""
    priority: int
    """1 is the highest, 5 the lowest."""
    channels: tuple[Channel, ...]
    opens_ticket: bool
    """False: the contact is settled by its disposition (redirected, relayed)."""
    answering: Answering
    dispatching: Dispatching
    opinion_templates: tuple[Words, ...]
    contact: ContactNeed
    without_contact: str | None
    """The category a contact becomes when the caller refuses to be reachable (A1.9)."""
    confidentiality: Confidentiality
    shows_contact: bool
    """The handling department sees how to reach the caller."""
    required_fields: frozenset[IntakeField]
    required_on: Mapping[Channel, frozenset[IntakeField]]
    limits: Mapping[Stage, StageLimit]
    by_appointment: bool
    """The time is agreed with the requester instead of set by a limit (stage promised_reply)."""
    told_at_intake: tuple[Role, ...]
    """Told the moment it is saved."""
    reminders: tuple[Reminder, ...]
    escalations: tuple[Escalation, ...]
    extension: ExtensionRule | None
    returning: ReturnRule | None
    waiting_stops_clock: bool
    callback: CallbackRule | None
    closing: tuple[ClosingNeed, ...]
    closing_on: Mapping[Channel, tuple[ClosingNeed, ...]]
    variants: tuple[Variant, ...]

    @property
    def opinions(self) -> tuple[Words, ...]:
        """The prefilled opinions of the shift leader, with the limits in words; all are required (A1.10)."""
        return tuple(
            {language: _fill(text, self.limits, language) for language, text in template.items()}
            for template in self.opinion_templates
        )

    def limit(self, stage: Stage) -> Limit | None:
        """Return the time limit of `stage`, or None where the stage has none."""
        found = self.limits.get(stage)
        return found.limit if found else None

    def required(self, channel: Channel) -> frozenset[IntakeField]:
        """Return what must be asked when this matter comes in by `channel`."""
        return self.required_fields | self.required_on.get(channel, frozenset())

    def closing_needs(self, channel: Channel) -> tuple[ClosingNeed, ...]:
        """Return what must be on record before closing a matter that came in by `channel`."""
        return self.closing + self.closing_on.get(channel, ())

    def under(
        self,
        *,
        urgency: Urgency = Urgency.NORMAL,
        kind: str | None = None,
        is_collective: bool = False,
        has_contact: bool = True,
    ) -> "Policy":
        """Return this policy as it is under the given circumstances.

        `kind` is what the category's variants tell apart: the document type of a paper, the purpose of
        a petition. Variants apply in the order of the profile, later ones over earlier ones.
        """
        found = self
        for variant in self.variants:
            if variant.when.holds(
                urgency=urgency, kind=kind, is_collective=is_collective, has_contact=has_contact
            ):
                found = found._with(variant)
        return found

    def _with(self, variant: Variant) -> "Policy":
        kept = {stage: limit for stage, limit in self.limits.items() if stage not in variant.dropped}
        callback = self.callback
        if callback and variant.callback_share is not None:
            callback = replace(callback, share=variant.callback_share, source=variant.source)
        return replace(
            self,
            priority=variant.priority or self.priority,
            limits=MappingProxyType(kept | dict(variant.limits)),
            callback=callback,
            confidentiality=variant.confidentiality or self.confidentiality,
            told_at_intake=tuple(dict.fromkeys(self.told_at_intake + variant.told_at_intake)),
        )


def placeholders(text: str) -> Iterable[str]:
    """Yield the stages whose limits `text` wants filled in, written `{department}`."""
    for part in text.split("{")[1:]:
        yield part.partition("}")[0]


def _fill(text: str, limits: Mapping[Stage, StageLimit], language: str) -> str:
    for name in tuple(placeholders(text)):
        text = text.replace("{" + name + "}", _in_words(limits[Stage(name)].limit, language))
    return text


def _in_words(limit: Limit, language: str) -> str:
    count, unit = str(limit).split(" ")
    return UNIT_WORDS[unit][language] % count


UNIT_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "min": {"zh": "%s分钟", "en": "%s minutes"},
        "h": {"zh": "%s小时", "en": "%s hours"},
        "work_min": {"zh": "%s个工作分钟", "en": "%s working minutes"},
        "work_h": {"zh": "%s个工作小时", "en": "%s working hours"},
        "wd": {"zh": "%s个工作日", "en": "%s working days"},
        "nd": {"zh": "%s个自然日", "en": "%s natural days"},
    }
)
"""A limit inside an opinion, which is kept in both languages whoever reads it."""
