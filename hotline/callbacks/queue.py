"""The queue of callbacks owed: who may see which, whose they are, what is due first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from hotline.callbacks.calling import require_caller
from hotline.callbacks.errors import NotForYouError
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.models import Ticket

PAGE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How many callbacks are owed, and how they lie."""

    mine: int
    free: int
    all: int
    overdue: int
    waiting: int
    """Tried before, or appointed: not to be called before a moment to come."""


def _owed(person: Staff) -> sa.Select[CallbackTask]:
    roles = sorted(person.roles)
    return (
        sa.select(CallbackTask)
        .join(CallbackTask.ticket)
        .where(
            CallbackTask.state == CallbackState.OPEN,
            CallbackTask.round == Ticket.round,
            sa.or_(CallbackTask.by_role.is_(None), CallbackTask.by_role.in_(roles)),
            access.not_recused(person),
        )
    )


def counts(person: Staff, *, now: dt.datetime) -> Counts:
    """Return how many callbacks are owed that `person` may see, counted by the database in one query."""

    def tally(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    row = session.execute(
        _owed(person).with_only_columns(
            tally(CallbackTask.owner_id == person.id),
            tally(CallbackTask.owner_id.is_(None)),
            sa.func.count(),
            tally(CallbackTask.due_at < now),
            tally(CallbackTask.not_before > now),
        )
    ).one()
    return Counts(*row)


def listed(
    person: Staff,
    *,
    view: str,
    now: dt.datetime,
    after: tuple[dt.datetime, int] | None = None,
    limit: int = PAGE,
) -> list[CallbackTask]:
    """Return the callbacks owed, due first: `mine`, `free`, `all`, `overdue` or `waiting`.

    What may not be called yet stands behind `waiting` only, except in `all`. `after` is the last row of the
    page before.
    """
    query = _owed(person)
    ready = sa.or_(CallbackTask.not_before.is_(None), CallbackTask.not_before <= now)
    match view:
        case "mine":
            query = query.where(CallbackTask.owner_id == person.id)
        case "free":
            query = query.where(CallbackTask.owner_id.is_(None), ready)
        case "overdue":
            query = query.where(CallbackTask.due_at < now)
        case "waiting":
            query = query.where(CallbackTask.not_before > now)
        case _:
            pass
    if after is not None:
        query = query.where(sa.tuple_(CallbackTask.due_at, CallbackTask.id) > after)
    query = query.options(
        contains_eager(CallbackTask.ticket).selectinload(Ticket.assignments),
        joinedload(CallbackTask.department),
        joinedload(CallbackTask.owner),
    )
    return list(session.scalars(query.order_by(CallbackTask.due_at, CallbackTask.id).limit(limit)))


def sharing(tasks: Iterable[CallbackTask]) -> dict[int, int]:
    """Return for how many callers each of these matters is called back in its present round, by ticket."""
    found = session.execute(
        sa.select(
            CallbackTask.ticket_id, sa.func.count(CallbackTask.requester_id.distinct()).label("callers")
        )
        .join(CallbackTask.ticket)
        .where(
            CallbackTask.ticket_id.in_({one.ticket_id for one in tasks}),
            CallbackTask.round == Ticket.round,
            CallbackTask.state != CallbackState.CANCELLED,
        )
        .group_by(CallbackTask.ticket_id)
    )
    return {row.ticket_id: row.callers for row in found}


def get(task_id: int, person: Staff) -> CallbackTask:
    """Return a callback that `person` may see.

    Raises `NotFoundError`; a restricted one does not exist for those who may not make it.
    """
    task = session.get(
        CallbackTask,
        task_id,
        options=[joinedload(CallbackTask.ticket), selectinload(CallbackTask.attempts)],
    )
    if task is None or (task.by_role is not None and not person.is_any(task.by_role)):
        raise NotFoundError
    if access.is_recused(task.ticket, person):
        raise NotFoundError
    return task


def following(task: CallbackTask, person: Staff, *, now: dt.datetime) -> CallbackTask | None:
    """Return the callback to make after `task`: the next of the person's batch, else a free one."""
    for view in ("mine", "free"):
        for one in listed(person, view=view, now=now, limit=20):
            is_ready = one.not_before is None or one.not_before <= now
            if one.id != task.id and is_ready and may_call(one, person):
                return one
    return None


def take(tasks: Iterable[CallbackTask], person: Staff) -> int:
    """Put free callbacks into the batch of `person`; return how many.

    Those that somebody else has, or that this person may not make, are left alone.
    """
    taken = 0
    for task in tasks:
        if task.owner_id is None and task.state is CallbackState.OPEN and may_call(task, person):
            task.owner = person
            taken += 1
    session.flush()
    return taken


def hand_over(task: CallbackTask, person: Staff | None) -> None:
    """Put a callback into the batch of `person`, or back among the free ones. Raises `NotForYouError`."""
    if person is not None:
        require_caller(task, person)
    task.owner = person
    session.flush()


def may_call(task: CallbackTask, person: Staff) -> bool:
    """Tell whether `person` may make this callback."""
    try:
        require_caller(task, person)
    except NotForYouError:
        return False
    return True


def of_ticket(ticket_id: int) -> list[CallbackTask]:
    """Return every callback of a ticket, oldest first: what the caller said before."""
    return list(
        session.scalars(
            sa.select(CallbackTask)
            .where(CallbackTask.ticket_id == ticket_id)
            .options(selectinload(CallbackTask.attempts), joinedload(CallbackTask.completed_by))
            .order_by(CallbackTask.id)
        )
    )
