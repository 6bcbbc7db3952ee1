"""A `[[category]]` table read into a Policy."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from hotline.categories.channels import Channel, IntakeField
from hotline.categories.policy import (
    CallbackRule,
    Condition,
    Escalation,
    ExtensionRule,
    Policy,
    Reminder,
    ReturnRule,
    StageLimit,
    Variant,
)
from hotline.categories.policy_checks import check
from hotline.categories.reader import Table
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
from hotline.wording import N_, Labelled

Listed = TypeVar("Listed", bound=Labelled)

STARTS: Mapping[Stage, RunsFrom] = MappingProxyType(
    {
        Stage.FRONT_DESK: RunsFrom.RECEIVED,
        Stage.OVERALL: RunsFrom.RECEIVED,
        Stage.RELAY: RunsFrom.RECEIVED,
        Stage.TOLD: RunsFrom.RECEIVED,
        Stage.INSTRUCTION: RunsFrom.PROPOSED,
        Stage.DELIVERY: RunsFrom.INSTRUCTED,
        Stage.ACKNOWLEDGE: RunsFrom.DISPATCHED,
        Stage.ON_SITE: RunsFrom.DISPATCHED,
        Stage.CONTACT_CALLER: RunsFrom.DISPATCHED,
        Stage.FIRST_REPORT: RunsFrom.DISPATCHED,
        Stage.DEPARTMENT: RunsFrom.DISPATCHED,
        Stage.CALLBACK: RunsFrom.CLOSED,
        Stage.PROMISED_REPLY: RunsFrom.PROMISED,
    }
)
"""What a limit runs from unless the profile says otherwise (`from = …`).

The return window is missing: it is part of `[category.return]`.
"""

DROPPED = "none"
"""What a variant writes in place of a limit that does not hold under its condition."""


def read_policy(table: Table) -> Policy:
    """Return the policy that `table` describes; what is wrong with it is noted in its doubts."""
    limits = _limits(table)
    variants = tuple(_variant(one) for one in table.tables("variant"))
    policy = Policy(
        code=table.code(),
        names=table.words("names"),
        definition=table.words("definition"),
        priority=table.whole("priority", 1, 5),
        channels=table.choices("channels", Channel),
        opens_ticket=table.flag("opens_ticket", default=True),
        answering=table.choice("answering", Answering, Answering.NEVER),
        dispatching=table.choice("dispatching", Dispatching),
        opinion_templates=table.words_list("opinions"),
        contact=table.choice("contact", ContactNeed),
        without_contact=table.text_or_none("without_contact"),
        confidentiality=table.choice("confidentiality", Confidentiality, Confidentiality.NORMAL),
        shows_contact=table.flag("shows_contact", default=False),
        required_fields=frozenset(table.choices("required_fields", IntakeField)),
        required_on=MappingProxyType(
            {
                channel: frozenset(asked)
                for channel, asked in _per_channel(table, "required_on", IntakeField).items()
            }
        ),
        limits=limits,
        by_appointment=table.flag("by_appointment", default=False),
        told_at_intake=table.choices("told_at_intake", Role),
        reminders=tuple(_reminder(one) for one in table.tables("reminder")),
        escalations=tuple(_escalation(one) for one in table.tables("escalation")),
        extension=_extension(table.table("extension")),
        returning=_return(table.table("return")),
        waiting_stops_clock=table.flag("waiting_stops_clock", default=False),
        callback=_callback(table.table("callback")),
        closing=table.choices("closing", ClosingNeed),
        closing_on=MappingProxyType(dict(_per_channel(table, "closing_on", ClosingNeed))),
        variants=variants,
    )
    table.finish()
    check(policy, table)
    return policy


def _limits(table: Table) -> Mapping[Stage, StageLimit]:
    limits, dropped = _limits_and_dropped(table.table("limits"))
    for stage in dropped:
        table.table_of({}, "limits").refuse(stage, N_("can be dropped by a variant only"))
    return limits


def _limits_and_dropped(table: Table | None) -> tuple[Mapping[Stage, StageLimit], frozenset[Stage]]:
    if table is None:
        return MappingProxyType({}), frozenset()
    found: dict[Stage, StageLimit] = {}
    dropped: set[Stage] = set()
    for key in table.keyed():
        try:
            stage = Stage(key)
            start = STARTS[stage]
        except (ValueError, KeyError):
            table.refuse(key, N_("is not a stage that can have a limit here"))
            continue
        if table.data[key] == DROPPED:
            dropped.add(stage)
        elif one := table.table(key):
            found[stage] = StageLimit(
                limit=one.limit("limit"),
                runs_from=one.choice("from", RunsFrom, start),
                source=one.text("source"),
            )
            one.finish()
    ordered = {stage: found[stage] for stage in Stage if stage in found}
    return MappingProxyType(ordered), frozenset(dropped)


def _per_channel(table: Table, key: str, kind: type[Listed]) -> Mapping[Channel, tuple[Listed, ...]]:
    found: dict[Channel, tuple[Listed, ...]] = {}
    inner = table.table(key)
    if inner is None:
        return found
    for name in inner.keyed():
        if name in tuple(Channel):
            found[Channel(name)] = inner.choices(name, kind)
        else:
            inner.refuse(name, N_("is not a channel"))
    return found


def _reminder(table: Table) -> Reminder:
    reminder = Reminder(
        stage=table.choice("stage", Stage),
        source=table.text("source"),
        elapsed_percent=table.whole_or_none("elapsed_percent", 1, 99),
        before=table.limit_or_none("before"),
    )
    if table.has("elapsed_percent") == table.has("before"):
        table.refuse(None, N_("needs either elapsed_percent or before"))
    table.finish()
    return reminder


def _escalation(table: Table) -> Escalation:
    escalation = Escalation(
        stage=table.choice("stage", Stage),
        after=table.limit_or_none("after"),
        to=table.choice("to", Role),
        source=table.text("source"),
    )
    table.finish()
    return escalation


def _extension(table: Table | None) -> ExtensionRule | None:
    if table is None:
        return None
    rule = ExtensionRule(
        max_count=table.whole("max_count", 1, 20),
        limit=table.limit("limit"),
        approved_by=table.choice("approved_by", Role),
        needs_legal_basis=table.flag("needs_legal_basis", default=False),
        source=table.text("source"),
    )
    table.finish()
    return rule


def _return(table: Table | None) -> ReturnRule | None:
    if table is None:
        return None
    rule = ReturnRule(
        limit=table.limit("limit"),
        silence_means_accepted=table.flag("silence_means_accepted", default=True),
        ruled_by=table.choice("ruled_by", Role),
        forced_has_no_return=table.flag("forced_has_no_return", default=True),
        source=table.text("source"),
    )
    table.finish()
    return rule


def _callback(table: Table | None) -> CallbackRule | None:
    if table is None:
        return None
    rule = CallbackRule(
        share=table.whole("share", 0, 100),
        level=table.whole("level", 1, 3),
        kind=table.choice("kind", CallbackKind),
        only_with_consent=table.flag("only_with_consent", default=False),
        by_role=table.choice("by_role", Role, Role.CALLBACK_AGENT),
        source=table.text("source"),
    )
    table.finish()
    return rule


def _variant(table: Table) -> Variant:
    limits, dropped = _limits_and_dropped(table.table("limits"))
    variant = Variant(
        when=_condition(table.table("when") or table.table_of({}, "when")),
        source=table.text("source"),
        limits=limits,
        dropped=dropped,
        priority=table.whole_or_none("priority", 1, 5),
        callback_share=table.whole_or_none("callback_share", 0, 100),
        confidentiality=table.choice_or_none("confidentiality", Confidentiality),
        told_at_intake=table.choices("told_at_intake", Role),
    )
    table.finish()
    return variant


def _condition(table: Table) -> Condition:
    condition = Condition(
        urgency=frozenset(table.choices("urgency", Urgency)),
        kind=frozenset(table.texts("kind")),
        is_collective=table.flag_or_none("is_collective"),
        has_contact=table.flag_or_none("has_contact"),
    )
    if condition == Condition():
        table.refuse(
            None,
            N_("needs at least one of: %(choices)s"),
            choices="urgency, kind, is_collective, has_contact",
        )
    table.finish()
    return condition
