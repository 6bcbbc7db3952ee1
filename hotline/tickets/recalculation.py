"""When the calendar changes: which running deadlines would move, and moving them as a logged act.

Nothing moves by itself. `changes` lists, `apply` moves what was listed and writes it into each history.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.categories.terms import Stage
from hotline.db import session
from hotline.people.models import Staff
from hotline.tickets import deadlines, history, reasons
from hotline.tickets.models import Deadline, Ticket
from hotline.working_time import (
    Due,
    Explanation,
    Limit,
    StepKind,
    capped,
    due,
    extended,
    load,
    office_hours,
    paused,
)

BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One running deadline that today's calendar sees otherwise."""

    clock: Deadline
    was_due: dt.datetime
    found: Due

    @property
    def moves(self) -> bool:
        """Tell whether the due moment moves; otherwise only the mark of an estimate changes."""
        return self.found.at != self.was_due


def changes() -> Iterator[Change]:
    """Yield the running deadlines that come out differently on the calendar in force, by their due moment.

    Clock hours know no calendar and deadlines that were agreed rest on none; a clock that stands still is
    reckoned when it runs on.
    """
    version = load().version
    query = (
        sa.select(Deadline.id)
        .where(
            Deadline.met_at.is_(None),
            Deadline.cancelled_at.is_(None),
            Deadline.stopped_since.is_(None),
            Deadline.calendar_version != version,
            sa.or_(Deadline.time_limit.like("%d"), Deadline.time_limit.like("%work%")),
        )
        .order_by(Deadline.due_at, Deadline.id)
    )
    ids = list(session.scalars(query))
    for first in range(0, len(ids), BATCH):
        rows = session.scalars(
            sa.select(Deadline)
            .where(Deadline.id.in_(ids[first : first + BATCH]))
            .options(
                joinedload(Deadline.ticket).options(
                    selectinload(Ticket.deadlines), selectinload(Ticket.waitings)
                )
            )
            .order_by(Deadline.due_at, Deadline.id)
        )
        for clock in rows:
            found = reckon_again(clock)
            if found.at != clock.due_at or found.rests_on_estimate != clock.is_estimate:
                yield Change(clock, clock.due_at, found)


def reckon_again(clock: Deadline) -> Due:
    """Return when `clock` ends on the calendar in force: its limit, its extensions and pauses, its cap."""
    calendar, hours = load(), office_hours()
    limit = Limit.parse(clock.time_limit)
    found = due(clock.started_at, limit, calendar, hours)
    for step in Explanation.from_json(clock.explanation):
        match step.kind, dict(step.params):
            case StepKind.EXTENDED, {"limit": Limit() as more}:
                found = extended(found, more, calendar, hours)
            case StepKind.PAUSED, {"start": dt.datetime() as start, "end": dt.datetime() as end}:
                found = paused(found, limit.clock, start, end, calendar, hours)
            case _:
                pass
    overall = deadlines.running(clock.ticket, Stage.OVERALL)
    if clock.stage in deadlines.CAPPED_BY_OVERALL and overall is not None:
        cap = reckon_again(overall) if overall.time_limit else deadlines.as_due(overall)
        found = capped(found, cap)
    return found


def apply(listed: Iterable[Change], *, reason: str, by: Staff | None, now: dt.datetime) -> tuple[int, int]:
    """Move the deadlines `listed` and write each move into its ticket's history.

    What was promised first stays in `original_due_at`. Returns how many moved, and of how many only the mark
    of an estimate changed. Raises `ReasonMissingError`.
    """
    reason = reasons.required(reason)
    moved = marked = 0
    for change in listed:
        clock = change.clock
        deadlines.reset(clock, change.found, deadlines.policy_of(clock.ticket), now=now)
        if not change.moves:
            marked += 1
            continue
        moved += 1
        history.note(
            clock.ticket,
            "deadline_recomputed",
            by=by,
            now=now,
            department=clock.assignment.department if clock.assignment else None,
            stage=clock.stage,
            was_due=change.was_due,
            due_at=clock.due_at,
            calendar_version=clock.calendar_version,
            reason_text=reason,
        )
    session.flush()
    return moved, marked
