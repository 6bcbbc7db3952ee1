"""From a figure to its matters: the very rows a count is made of, newest first."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts.models import Contact, Disposition
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.statistics.counting import Count
from hotline.statistics.counts import COUNTS
from hotline.statistics.figures import Scope
from hotline.statistics.periods import Period, local_day
from hotline.tickets import access
from hotline.tickets.models import Ticket

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure. What this person may not see has neither ticket nor contact."""

    moment: dt.datetime
    row_id: int
    ticket: Ticket | None
    contact: Contact | None

    @property
    def day(self) -> dt.date:
        """The local day: all that is told of a matter that this person may not see."""
        return local_day(self.moment)

    @property
    def title(self) -> str:
        """What the matter is called; a contact without a ticket has none, only the caller's words."""
        return self.ticket.title if self.ticket else ""

    @property
    def disposition(self) -> Disposition | None:
        """How the contact ended, where there is no ticket."""
        return self.contact.disposition if self.contact else None


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
) -> list[Row]:
    """Return the rows that the counts `codes` are made of, newest first; `after` is the last row before.

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
    tickets = _tickets({one[2] for one in found if one[2] is not None}, person)
    contacts = _contacts({one[3] for one in found if one[3] is not None and one[2] is None}, person)
    return [Row(one[0], one[1], tickets.get(one[2]), contacts.get(one[3])) for one in found]


def _tickets(ids: set[int], person: Staff) -> dict[int, Ticket]:
    query = sa.select(Ticket).where(Ticket.id.in_(ids), access.visible(person))
    query = query.options(joinedload(Ticket.lead_department))
    return {one.id: one for one in session.scalars(query)} if ids else {}


def _contacts(ids: set[int], person: Staff) -> dict[int, Contact]:
    """Return the contacts without a ticket that `person` may know of, as `access.visible` says of tickets.

    What would have become a restricted ticket is as restricted without one.
    """
    query = sa.select(Contact).where(Contact.id.in_(ids))
    if not person.is_any(*access.NEED_TO_KNOW):
        if person.acts_for_department or not person.is_any(*access.HOTLINE_ROLES):
            return {}
        query = query.where(Contact.category.not_in(catalogue.restricted_categories()))
    return {one.id: one for one in session.scalars(query)} if ids else {}
