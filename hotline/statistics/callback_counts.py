"""Counts of callbacks: how many were owed and made, and what callers said."""

from collections.abc import Callable

import sqlalchemy as sa

from hotline.callbacks.models import AttemptResult, CallbackState, CallbackTask, Satisfaction
from hotline.categories import catalogue
from hotline.statistics.counting import Condition, Count
from hotline.statistics.sources import CALLBACKS_DUE, CALLBACKS_ENDED
from hotline.wording import N_


def _reached() -> Condition:
    return sa.and_(CallbackTask.state == CallbackState.DONE, CallbackTask.result == AttemptResult.REACHED)


def _assessed() -> Condition:
    """Reached, and not taken out of the assessment with a ground and a name."""
    return sa.and_(_reached(), CallbackTask.excluded_at.is_(None))


def _said(column: Condition) -> Callable[[], Condition]:
    return lambda: sa.and_(_assessed(), column)


def _rated(step: Satisfaction) -> Callable[[], Condition]:
    return lambda: sa.and_(_assessed(), CallbackTask.satisfaction == step)


def _well_treated() -> Condition:
    return sa.and_(_assessed(), CallbackTask.attitude.in_(satisfied_steps()))


def satisfied_steps() -> tuple[Satisfaction, ...]:
    """Return the steps that count as satisfied in the loaded profile, best first."""
    worst_first = tuple(reversed(Satisfaction))
    return tuple(reversed(worst_first[catalogue.desk().satisfaction.satisfied_from - 1 :]))


def rated_as(step: Satisfaction) -> str:
    """Return the code of the count of answers on one step."""
    return f"rated_{step.value}"


CALLBACKS: tuple[Count, ...] = (
    Count("callbacks_due", CALLBACKS_DUE, N_("callbacks due"), sa.true),
    Count(
        "callbacks_due_made",
        CALLBACKS_DUE,
        N_("of them made: the caller was reached or refused"),
        lambda: CallbackTask.state == CallbackState.DONE,
    ),
    Count(
        "callbacks_due_given_up",
        CALLBACKS_DUE,
        N_("of them not reached in all attempts"),
        lambda: CallbackTask.state == CallbackState.EXHAUSTED,
    ),
    Count(
        "callbacks_due_open",
        CALLBACKS_DUE,
        N_("of them still owed"),
        lambda: CallbackTask.state == CallbackState.OPEN,
    ),
    Count(
        "callbacks_due_in_time",
        CALLBACKS_DUE,
        N_("ended in time"),
        lambda: CallbackTask.completed_at <= CallbackTask.due_at,
    ),
    Count("callbacks_ended", CALLBACKS_ENDED, N_("callbacks ended"), sa.true),
    Count("callbacks_reached", CALLBACKS_ENDED, N_("callers reached"), _reached),
    Count(
        "callbacks_refused",
        CALLBACKS_ENDED,
        N_("callers who refused to talk"),
        lambda: CallbackTask.result == AttemptResult.REFUSED,
    ),
    Count(
        "callbacks_unreachable",
        CALLBACKS_ENDED,
        N_("callers not reached"),
        lambda: CallbackTask.state == CallbackState.EXHAUSTED,
    ),
    Count(
        "callbacks_excluded",
        CALLBACKS_ENDED,
        N_("left out of the assessment, with ground and name"),
        lambda: sa.and_(_reached(), CallbackTask.excluded_at.is_not(None)),
    ),
    Count("callbacks_assessed", CALLBACKS_ENDED, N_("callers reached"), _assessed),
    Count(
        "solved_said",
        CALLBACKS_ENDED,
        N_("who said whether it is solved"),
        _said(CallbackTask.is_solved.is_not(None)),
    ),
    Count("solved", CALLBACKS_ENDED, N_("who said it is solved"), _said(CallbackTask.is_solved.is_(True))),
    Count(
        "contact_said",
        CALLBACKS_ENDED,
        N_("who said whether the department contacted them"),
        _said(CallbackTask.was_contacted.is_not(None)),
    ),
    Count(
        "contact_made",
        CALLBACKS_ENDED,
        N_("whom the department had contacted"),
        _said(CallbackTask.was_contacted.is_(True)),
    ),
    Count(
        "truthful_said",
        CALLBACKS_ENDED,
        N_("who said whether the report is true"),
        _said(CallbackTask.is_truthful.is_not(None)),
    ),
    Count(
        "truthful",
        CALLBACKS_ENDED,
        N_("who said the department's report is true"),
        _said(CallbackTask.is_truthful.is_(True)),
    ),
    Count(
        "rated", CALLBACKS_ENDED, N_("who rated the handling"), _said(CallbackTask.satisfaction.is_not(None))
    ),
    Count("rated_very_satisfied", CALLBACKS_ENDED, N_("very satisfied"), _rated(Satisfaction.VERY_SATISFIED)),
    Count("rated_satisfied", CALLBACKS_ENDED, N_("satisfied"), _rated(Satisfaction.SATISFIED)),
    Count(
        "rated_fairly_satisfied",
        CALLBACKS_ENDED,
        N_("fairly satisfied"),
        _rated(Satisfaction.FAIRLY_SATISFIED),
    ),
    Count("rated_dissatisfied", CALLBACKS_ENDED, N_("dissatisfied"), _rated(Satisfaction.DISSATISFIED)),
    Count(
        "rated_very_dissatisfied",
        CALLBACKS_ENDED,
        N_("very dissatisfied"),
        _rated(Satisfaction.VERY_DISSATISFIED),
    ),
    Count(
        "attitude_rated",
        CALLBACKS_ENDED,
        N_("who rated how they were treated"),
        _said(CallbackTask.attitude.is_not(None)),
    ),
    Count("attitude_good", CALLBACKS_ENDED, N_("who were content with how they were treated"), _well_treated),
    Count(
        "callbacks_rehandled",
        CALLBACKS_ENDED,
        N_("after which the matter was handled again"),
        lambda: CallbackTask.rehandle_reason.is_not(None),
    ),
)
