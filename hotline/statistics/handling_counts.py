"""Counts of what departments did, and of the limits of every stage."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from hotline.categories.terms import Stage
from hotline.dispatch.models import Decision, Extension, Return, Supervision, Urge
from hotline.statistics.counting import Condition, Count
from hotline.statistics.sources import DEADLINES, DISPATCHES
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.wording import N_


def _contacted_in_time() -> Condition:
    """The department reached the caller before the limit for that, or for its reply where there is none."""

    def due(stage: Stage) -> sa.ScalarSelect[dt.datetime]:
        return (
            sa.select(sa.func.min(Deadline.due_at))
            .where(Deadline.assignment_id == Assignment.id, Deadline.stage == stage)
            .correlate(Assignment)
            .scalar_subquery()
        )

    limit = sa.func.coalesce(due(Stage.CONTACT_CALLER), due(Stage.DEPARTMENT))
    return sa.and_(
        Assignment.caller_contacted_at.is_not(None),
        sa.or_(limit.is_(None), Assignment.caller_contacted_at <= limit),
    )


def _of_this_round(kind: type[Urge]) -> Condition:
    return sa.exists().where(
        kind.ticket_id == Assignment.ticket_id,
        kind.round == Assignment.round,
        sa.or_(kind.department_id.is_(None), kind.department_id == Assignment.department_id),
    )


def _supervised() -> Condition:
    return sa.exists().where(
        Supervision.ticket_id == Assignment.ticket_id,
        sa.or_(Supervision.department_id.is_(None), Supervision.department_id == Assignment.department_id),
    )


def _stage(stage: Stage) -> Callable[[], Condition]:
    return lambda: Deadline.stage == stage


def _in_time(stage: Stage) -> Callable[[], Condition]:
    return lambda: sa.and_(Deadline.stage == stage, Deadline.met_at <= Deadline.due_at)


HANDLING: tuple[Count, ...] = (
    Count("dispatched", DISPATCHES, N_("dispatched to a lead department"), sa.true),
    Count(
        "contacted_in_time",
        DISPATCHES,
        N_("whose caller the department contacted in time"),
        _contacted_in_time,
    ),
    Count("replied", DISPATCHES, N_("replied by the department"), lambda: Assignment.replied_at.is_not(None)),
    Count(
        "returned",
        DISPATCHES,
        N_("given back by the department"),
        lambda: sa.exists().where(Return.assignment_id == Assignment.id),
    ),
    Count(
        "extended",
        DISPATCHES,
        N_("given more time"),
        lambda: sa.exists().where(
            Extension.assignment_id == Assignment.id, Extension.decision == Decision.GRANTED
        ),
    ),
    Count("urged", DISPATCHES, N_("for which the department was urged"), lambda: _of_this_round(Urge)),
    Count("supervised", DISPATCHES, N_("put under supervision"), _supervised),
    Count(
        "rehandled",
        DISPATCHES,
        N_("handled again in a further round"),
        lambda: sa.and_(Assignment.replied_at.is_not(None), Ticket.round > Assignment.round),
    ),
    Count("front_desk_due", DEADLINES, N_("due at the front desk"), _stage(Stage.FRONT_DESK)),
    Count(
        "front_desk_in_time", DEADLINES, N_("passed on in time by the front desk"), _in_time(Stage.FRONT_DESK)
    ),
    Count("department_due", DEADLINES, N_("replies due from departments"), _stage(Stage.DEPARTMENT)),
    Count("department_in_time", DEADLINES, N_("replied in time"), _in_time(Stage.DEPARTMENT)),
    Count(
        "department_in_first_limit",
        DEADLINES,
        N_("replied within the first limit, without extension"),
        lambda: sa.and_(Deadline.stage == Stage.DEPARTMENT, Deadline.met_at <= Deadline.original_due_at),
    ),
    Count("overall_due", DEADLINES, N_("answers due to callers"), _stage(Stage.OVERALL)),
    Count("overall_in_time", DEADLINES, N_("callers answered in time"), _in_time(Stage.OVERALL)),
    Count("acknowledge_due", DEADLINES, N_("acknowledgments due"), _stage(Stage.ACKNOWLEDGE)),
    Count("acknowledge_in_time", DEADLINES, N_("acknowledged in time"), _in_time(Stage.ACKNOWLEDGE)),
)
