"""The board of one department: its running parts, coloured by how near they are to their end."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, selectinload

from hotline.categories import catalogue
from hotline.db import session
from hotline.dispatch.handling import running_of
from hotline.dispatch.models import Return, Urge
from hotline.people.models import Staff
from hotline.tickets import access, lateness
from hotline.tickets.lateness import Lateness
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.wording import N_, Labelled, in_both, in_words

MOST_SHOWN = 200


class Shown(Labelled):
    """What of the board is shown."""

    ALL = "all", N_("All in hand")
    NEW = "new", N_("To be acknowledged")
    PRESSING = "pressing", N_("Due soon or late")
    WAITING = "waiting", N_("Waiting")


@dataclass(frozen=True, slots=True)
class Row:
    """One part on the board."""

    part: Assignment
    clock: Deadline | None
    state: Lateness
    urges: int
    is_returned: bool

    @property
    def ticket(self) -> Ticket:
        """The ticket the part belongs to."""
        return self.part.ticket


def shown_of(text: str | None) -> Shown:
    """Return what an address asks for; whatever is not understood shows all."""
    return next((one for one in Shown if one.value == text), Shown.ALL)


def read(person: Staff, wanted: Shown, now: dt.datetime) -> dict[str, Any]:
    """Return everything the page of the department of `person` needs."""
    rows = _rows(person, now)
    return {
        "department": person.department,
        "rows": [row for row in rows if _FITS[wanted](row)],
        "board_tabs": [
            {
                "label": in_words(one),
                "url": url_for("department.list_", show=one.value),
                "active": one is wanted,
                "count": sum(1 for row in rows if _FITS[one](row)),
            }
            for one in Shown
        ],
        "shown": wanted,
        "states": {
            state: sum(1 for row in rows if row.state is state)
            for state in (Lateness.NEAR, Lateness.BEHIND, Lateness.OVERDUE)
        },
        "names": {one.code: in_both(one.names) for one in catalogue.current().policies.values()},
        "is_full": len(rows) == MOST_SHOWN,
        "most": MOST_SHOWN,
    }


def _rows(person: Staff, now: dt.datetime) -> list[Row]:
    next_due = (
        sa.select(sa.func.min(Deadline.due_at))
        .where(
            Deadline.assignment_id == Assignment.id,
            Deadline.met_at.is_(None),
            Deadline.cancelled_at.is_(None),
            Deadline.stage.not_in(sorted(lateness.NOT_OWED)),
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
    query = (
        running_of(person.department_id or 0)
        .join(Assignment.ticket)
        .where(access.visible(person))
        .options(contains_eager(Assignment.ticket), selectinload(Assignment.deadlines))
        .order_by(next_due.is_(None), next_due, Assignment.id)
        .limit(MOST_SHOWN)
    )
    parts = list(session.scalars(query))
    urged = _urges(parts)
    returned = _returned(parts)
    return [
        Row(
            part=part,
            clock=lateness.next_due(part.deadlines),
            state=lateness.worst(part.deadlines, now),
            urges=urged.get(part.ticket_id, 0),
            is_returned=part.id in returned,
        )
        for part in parts
    ]


def _urges(parts: list[Assignment]) -> Mapping[int, int]:
    query = (
        sa.select(Urge.ticket_id, sa.func.count())
        .where(
            Urge.ticket_id.in_([part.ticket_id for part in parts]),
            Urge.department_id.in_({part.department_id for part in parts}),
        )
        .group_by(Urge.ticket_id)
    )
    return dict(session.execute(query).all())


def _returned(parts: list[Assignment]) -> frozenset[int]:
    query = sa.select(Return.assignment_id).where(
        Return.assignment_id.in_([part.id for part in parts]), Return.decided_at.is_(None)
    )
    return frozenset(session.scalars(query))


def number_of(part_id: int, person: Staff) -> str:
    """Return the number of the ticket a part belongs to, for a person of its department."""
    part = session.get(Assignment, part_id)
    return part.ticket.number if part is not None and part.department_id == person.department_id else ""


_FITS = MappingProxyType(
    {
        Shown.ALL: lambda row: True,
        Shown.NEW: lambda row: row.part.acknowledged_at is None and not row.is_returned,
        Shown.PRESSING: lambda row: row.state in (Lateness.NEAR, Lateness.BEHIND, Lateness.OVERDUE),
        Shown.WAITING: lambda row: row.ticket.waiting_since is not None or row.is_returned,
    }
)
