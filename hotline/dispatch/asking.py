"""What departments asked for and were asked: counted for each, and the tickets behind each number."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from hotline.db import session
from hotline.dispatch.models import Extension, Return, Supervision, Urge, UrgeOrigin
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.models import Assignment, Ticket
from hotline.wording import LOCAL_ZONE, N_, Labelled

PAGE = 100


class Asked(Labelled):
    """What is counted."""

    RETURNED = "returned", N_("Returns asked")
    EXTENDED = "extended", N_("Extensions asked")
    URGED = "urged", N_("Times urged")
    NOTICES = "notices", N_("Urging notices")
    SUPERVISED = "supervised", N_("Times supervised")


@dataclass(frozen=True, slots=True)
class _Source:
    rows: sa.FromClause
    row_id: sa.SQLColumnExpression[int]
    moment: sa.SQLColumnExpression[dt.datetime]
    department: sa.SQLColumnExpression[Any]
    ticket_id: sa.SQLColumnExpression[int]
    always: sa.ColumnElement[bool] = field(default_factory=sa.true)

    def within(self, start: dt.datetime, end: dt.datetime) -> sa.ColumnElement[bool]:
        """Return the condition for rows from `start` up to `end`."""
        return sa.and_(self.moment >= start, self.moment < end, self.department.is_not(None), self.always)


def _of_part(kind: type[Return] | type[Extension]) -> _Source:
    return _Source(
        kind.__table__.join(Assignment.__table__, Assignment.id == kind.assignment_id),
        kind.id,
        kind.asked_at,
        Assignment.department_id,
        Assignment.ticket_id,
    )


def _of_urges(always: sa.ColumnElement[bool]) -> _Source:
    return _Source(Urge.__table__, Urge.id, Urge.urged_at, Urge.department_id, Urge.ticket_id, always)


_SOURCES: Mapping[Asked, _Source] = MappingProxyType(
    {
        Asked.RETURNED: _of_part(Return),
        Asked.EXTENDED: _of_part(Extension),
        Asked.URGED: _of_urges(sa.true()),
        Asked.NOTICES: _of_urges(Urge.origin == UrgeOrigin.OVERDUE),
        Asked.SUPERVISED: _Source(
            Supervision.__table__,
            Supervision.id,
            Supervision.opened_at,
            Supervision.department_id,
            Supervision.ticket_id,
        ),
    }
)


def tallies(start: dt.datetime, end: dt.datetime) -> dict[int, dict[Asked, int]]:
    """Count by department id what was asked and urged from `start` up to `end`."""
    found: defaultdict[int, dict[Asked, int]] = defaultdict(dict)
    for asked, source in _SOURCES.items():
        query = sa.select(source.department, sa.func.count()).select_from(source.rows)
        query = query.where(source.within(start, end)).group_by(source.department)
        for department_id, count in session.execute(query):
            found[int(department_id)][asked] = count
    return dict(found)


@dataclass(frozen=True, slots=True)
class Line:
    """One of what was counted; a ticket that the reader may not see is not there."""

    row_id: int
    moment: dt.datetime
    ticket: Ticket | None

    @property
    def day(self) -> dt.date:
        """The local day: all that is told of a matter kept from the reader."""
        return self.moment.astimezone(LOCAL_ZONE).date()


def behind(
    asked: Asked,
    department_id: int,
    start: dt.datetime,
    end: dt.datetime,
    reader: Staff,
    *,
    before: int | None = None,
) -> list[Line]:
    """Return what a number of `tallies` counts, newest first, a page at a time from the row `before` on."""
    source = _SOURCES[asked]
    query = sa.select(source.row_id, source.moment, source.ticket_id).select_from(source.rows)
    query = query.where(source.within(start, end), source.department == department_id)
    if before is not None:
        query = query.where(source.row_id < before)
    rows = session.execute(query.order_by(source.row_id.desc()).limit(PAGE)).all()
    seen = sa.select(Ticket).where(Ticket.id.in_([row[2] for row in rows]), access.visible(reader))
    tickets = {one.id: one for one in session.scalars(seen)}
    return [Line(row[0], row[1], tickets.get(row[2])) for row in rows]
