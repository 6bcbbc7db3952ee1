"""What a policy may not say though each part of it is well written."""

from hotline.categories.channels import FIELDS_OF, IntakeField
from hotline.categories.policy import Policy, placeholders
from hotline.categories.reader import Table
from hotline.categories.terms import ContactNeed, Dispatching, Stage
from hotline.wording import N_
from hotline.working_time import Limit


def check(policy: Policy, table: Table) -> None:
    """Note what is well written but contradicts itself."""
    if not policy.channels:
        table.refuse("channels", N_("must name at least one channel"))
    _check_fields(policy, table)
    stages = set(policy.limits).union(*(variant.limits for variant in policy.variants))
    timed = {
        "reminder": [one.stage for one in policy.reminders],
        "escalation": [one.stage for one in policy.escalations],
    }
    for key, wanted in timed.items():
        for position, stage in enumerate(wanted):
            if stage not in stages:
                inner = table.table_of({}, key, position)
                inner.refuse("stage", N_("%(stage)s has no limit in this category"), stage=stage.value)
    always = set(policy.limits).difference(*(variant.dropped for variant in policy.variants))
    for position, template in enumerate(policy.opinion_templates):
        for language, text in template.items():
            for name in placeholders(text):
                if name not in {stage.value for stage in always}:
                    inner = table.table_of({}, "opinions", position)
                    inner.refuse(language, N_("%(stage)s has no limit in this category"), stage=name)
    if policy.opinion_templates and policy.dispatching is not Dispatching.AFTER_REVIEW:
        table.refuse(
            "opinions", N_("are written at the shift leader's review; dispatching must be after_review")
        )
    if policy.without_contact and policy.contact is not ContactNeed.REQUIRED:
        table.refuse("without_contact", N_("makes sense only where contact is required"))
    if policy.dispatching is Dispatching.NONE and policy.returning:
        table.refuse("return", N_("makes sense only where tickets are dispatched"))
    if Stage.CALLBACK in stages and policy.callback is None:
        table.refuse("limits", N_("callback has a limit but there is no [category.callback]"))
    # Level 1 is called ticket by ticket; the samples of levels 2 and 3 are drawn over a period.
    if policy.callback and policy.callback.level == 1 and Stage.CALLBACK not in policy.limits:
        table.refuse("callback", N_("level 1 needs a limit for the stage callback"))
    _check_order(policy, table)


def _check_fields(policy: Policy, table: Table) -> None:
    askable = frozenset[IntakeField]().union(*(FIELDS_OF[channel] for channel in policy.channels))
    for asked in sorted(policy.required_fields - askable):
        table.refuse(
            "required_fields", N_("no channel of this category can ask for %(field)s"), field=asked.value
        )
    for channel, fields in policy.required_on.items():
        inner = table.table_of({}, "required_on")
        if channel not in policy.channels:
            inner.refuse(channel.value, N_("is no channel of this category"))
        for asked in sorted(fields - FIELDS_OF[channel]):
            inner.refuse(channel.value, N_("this channel cannot ask for %(field)s"), field=asked.value)
    for channel in policy.closing_on:
        if channel not in policy.channels:
            table.table_of({}, "closing_on").refuse(channel.value, N_("is no channel of this category"))


def _check_order(policy: Policy, table: Table) -> None:
    """Note a part that is given longer than the whole, where both run on one clock."""
    overall = policy.limit(Stage.OVERALL)
    for stage in (Stage.FRONT_DESK, Stage.DEPARTMENT):
        part = policy.limit(stage)
        if overall and part and part.clock is overall.clock and _amount(part) > _amount(overall):
            table.table_of({}, "limits").refuse(
                stage.value,
                N_("%(part)s is longer than the overall limit of %(overall)s"),
                part=str(part),
                overall=str(overall),
            )


def _amount(limit: Limit) -> float:
    return limit.days if limit.clock.counts_days else limit.span.total_seconds()
