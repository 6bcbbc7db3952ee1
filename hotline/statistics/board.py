"""The desk as it is this minute: counted over open matters only, through their own indexes."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from hotline.callbacks import allocating
from hotline.callbacks.allocating import Load
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.db import session
from hotline.people import departments
from hotline.people.departments import Named
from hotline.statistics import figures, rolled
from hotline.statistics.figures import Sums
from hotline.statistics.periods import day, local_day
from hotline.telephony import agents as telephones
from hotline.telephony.agents import Lines
from hotline.tickets import lists
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, WITH_DEPARTMENT, TicketStatus

MOST_DEPARTMENTS = 12
HELD = "hotline.statistics.board"

STAGES: tuple[TicketStatus, ...] = tuple(status for status in TicketStatus if status in OPEN)


@dataclass(frozen=True, slots=True)
class Late:
    """What one department has open."""

    department: Named
    open_count: int
    overdue_count: int


class Caller(NamedTuple):
    """A callback agent with the batch in hand."""

    number: str
    name: str
    open_count: int
    most_open: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the live board shows."""

    at: dt.datetime
    by_status: dict[TicketStatus, int]
    oldest_waiting: dt.datetime | None
    due_soon: int
    overdue: int
    callbacks_owed: int
    callbacks_overdue: int
    departments: tuple[Late, ...]
    agents: tuple[Caller, ...]
    lines: Lines
    today: Sums

    @property
    def soon_in_words(self) -> str:
        """How soon is “due soon”, as the profile says."""
        return catalogue.desk().board.due_soon.say()

    @property
    def waiting(self) -> int:
        """How many matters wait for the hotline itself: for review, dispatch or an answer to the caller."""
        ours = (TicketStatus.REGISTERED, TicketStatus.TO_REVIEW, TicketStatus.RETURNED, TicketStatus.REPLIED)
        return sum(self.by_status.get(status, 0) for status in ours)

    @property
    def with_departments(self) -> int:
        """How many matters are with departments."""
        return sum(self.by_status.get(status, 0) for status in WITH_DEPARTMENT)

    @property
    def open(self) -> int:
        """How many matters are open at all."""
        return sum(self.by_status.values())


def look(now: dt.datetime) -> Board:
    """Return the board at `now`, or as another screen saw it a moment ago: a wall of boards costs one."""
    held: Board | None = current_app.extensions.get(HELD)
    if held is not None and dt.timedelta() <= now - held.at < rolled.hold():
        return held
    found = _look(now)
    if rolled.hold():
        current_app.extensions[HELD] = found
    return found


def _look(now: dt.datetime) -> Board:
    is_open = lists.is_open()
    statuses = session.execute(
        sa.select(Ticket.status, sa.func.count()).where(is_open).group_by(Ticket.status)
    )
    due_soon, overdue = _counted(is_open, now)
    owed, owed_late = session.execute(
        sa.select(sa.func.count(), _sum(CallbackTask.due_at < now)).where(
            CallbackTask.state == CallbackState.OPEN
        )
    ).one()
    return Board(
        at=now,
        by_status={row[0]: row[1] for row in statuses},
        oldest_waiting=session.scalar(
            sa.select(sa.func.min(Ticket.received_at)).where(lists.stands(TicketStatus.TO_REVIEW))
        ),
        due_soon=due_soon,
        overdue=overdue,
        callbacks_owed=owed,
        callbacks_overdue=owed_late,
        departments=_departments(now),
        agents=tuple(_caller(one) for one in allocating.loads()),
        lines=telephones.lines(),
        today=figures.sums(day(local_day(now)), now=now, wanted=TODAY),
    )


TODAY = frozenset(
    {
        "contacts",
        "calls",
        "answered_at_once",
        "tickets",
        "dispatched",
        "closed",
        "callbacks_ended",
        "callbacks_reached",
        "department_due",
        "department_in_time",
        "phone_offered",
        "phone_answered",
        "phone_abandoned",
        "phone_quick",
    }
)


def _counted(is_open: sa.ColumnElement[bool], now: dt.datetime) -> tuple[int, int]:
    row = session.execute(
        sa.select(_sum(Ticket.next_due_at >= now), _sum(Ticket.next_due_at < now)).where(
            is_open, Ticket.next_due_at < now + catalogue.desk().board.due_soon.span
        )
    ).one()
    return int(row[0]), int(row[1])


def _caller(load: Load) -> Caller:
    return Caller(load.person.number, load.person.name, load.open_count, load.most_open, load.is_present)


def _departments(now: dt.datetime) -> tuple[Late, ...]:
    rows = session.execute(
        sa.select(Ticket.lead_department_id, sa.func.count(), _sum(Ticket.next_due_at < now))
        .where(
            lists.stands(*WITH_DEPARTMENT),
            Ticket.lead_department_id.is_not(None),
        )
        .group_by(Ticket.lead_department_id)
    ).all()
    names = {one.id: one for one in departments.named()}
    found = [Late(names[row[0]], row[1], int(row[2])) for row in rows if row[0] is not None]
    found.sort(key=lambda one: (-one.overdue_count, -one.open_count, one.department.code))
    return tuple(found[:MOST_DEPARTMENTS])


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
