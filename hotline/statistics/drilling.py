"""From a figure to its matters: the very rows a count is made of, newest first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.statistics.counting import Count
from hotline.statistics.counts import COUNTS
from hotline.statistics.periods import Period, local_day
from hotline.statistics.sources import CONTACT
from hotline.statistics.tallies import Scope
from hotline.tickets import access
from hotline.tickets.models import Ticket

PAGE = 50
LISTED = ("number", "title", "category", "status", "lead_department_id")
"""What a list shows of a ticket; the rest is not even read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure. What this person may not see has neither ticket nor contact."""

    moment: dt.datetime
    row_id: int
    ticket: sa.Row[Any] | None
    """What was read of the ticket; by default `LISTED`."""
    contact: sa.Row[Any] | None

    @property
    def day(self) -> dt.date:
        """The local day: all that is told of a matter that this person may not see."""
        return local_day(self.moment)


def counts_of(codes: tuple[str, ...]) -> tuple[Count, ...]:
    """Return the counts of those codes, all of one source. Raises `NotFoundError`."""
    found = tuple(COUNTS[code] for code in codes if code in COUNTS)
    if len(found) != len(codes) or not found or len({one.source for one in found}) > 1:
        raise NotFoundError
    return found


def rows(
    codes: tuple[str, ...],
    period: Period,
    person: Staff,
    *,
    now: dt.datetime,
    scope: Scope,
    axis: str = "",
    key: str = "",
    after: tuple[dt.datetime, int] | None = None,
    limit: int = PAGE,
    read: Sequence[str] = LISTED,
) -> list[Row]:
    """Return the rows that the counts `codes` are made of, newest first; `after` is the last row before.

    `read` names what is wanted of their tickets.

    Every row is there, so that the list is as long as the figure; a matter that `person` may not see shows
    no more than its moment. Raises `NotFoundError` for codes that are not of one source.
    """
    counts = counts_of(codes)
    source = counts[0].source
    query = (
        sa.select(source.moment, source.row_id, source.ticket_id, source.contact_id)
        .select_from(source.rows)
        .where(source.within(period, now), sa.or_(*[one.condition() for one in counts]))
    )
    if scope.channel:
        query = query.where(source.channel == scope.channel)
    if scope.category:
        query = query.where(source.category == scope.category)
    if scope.department_id:
        query = query.where(source.department == scope.department_id)
    if axis:
        if axis not in source.axes:
            raise NotFoundError
        query = query.where(sa.cast(source.axes[axis], sa.String) == key, source.along(axis))
    if after is not None:
        # Said twice, because the first alone lets an index begin where the page before ended.
        query = query.where(source.moment <= after[0], sa.tuple_(source.moment, source.row_id) < after)
    found = session.execute(query.order_by(source.moment.desc(), source.row_id.desc()).limit(limit)).all()
    tickets = _tickets({one[2] for one in found if one[2] is not None}, person, read)
    contacts = _contacts({one[3] for one in found if one[3] is not None and one[2] is None}, person)
    return [Row(one[0], one[1], tickets.get(one[2]), contacts.get(one[3])) for one in found]


def _tickets(ids: set[int], person: Staff, read: Sequence[str]) -> dict[int, sa.Row[Any]]:
    columns = [getattr(Ticket, name) for name in read]
    query = sa.select(Ticket.id, *columns).where(Ticket.id.in_(list(ids)), access.visible(person))
    return {one.id: one for one in session.execute(query)} if ids else {}


def _contacts(ids: set[int], person: Staff) -> dict[int, sa.Row[Any]]:
    """Return the contacts without a ticket that `person` may know of, as `access.visible` says of tickets.

    What would have become a restricted ticket is as restricted without one.
    """
    columns = [CONTACT.c[name] for name in ("id", "category", "channel", "disposition")]
    query = sa.select(*columns)
    query = query.where(CONTACT.c.id.in_(list(ids)))
    if not person.is_any(*access.NEED_TO_KNOW):
        if person.acts_for_department or not person.is_any(*access.HOTLINE_ROLES):
            return {}
        query = query.where(CONTACT.c.category.not_in(catalogue.restricted_categories()))
    return {one.id: one for one in session.execute(query)} if ids else {}
