"""The registers of the desk (A9), read day by day and line by line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, with_polymorphic

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import reception
from hotline.contacts.models import Call, Contact, Letter, Visit
from hotline.db import session
from hotline.errands.models import Errand
from hotline.letters import trails
from hotline.registers.columns import Entry, Kind, columns
from hotline.registers.models import LedgerRemark
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_, say

PAGE = 100
MOST_EXPORTED = 20_000
LONGEST_DAYS = 92
SEALED = N_("Sealed matter")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days of which register, narrowed where wanted."""

    kind: Kind
    first: dt.date
    last: dt.date
    category: str = ""
    mine: int | None = None
    """The id of the one person whose lines are wanted."""

    def clipped(self, today: dt.date) -> "Asked":
        """Return the same with days in order, none to come, and not too many."""
        last = min(max(self.first, self.last), today)
        first = max(min(self.first, last), last - dt.timedelta(days=LONGEST_DAYS))
        return Asked(self.kind, first, last, self.category, self.mine)


@dataclass(frozen=True, slots=True)
class Line:
    """One line in words, with what it leads to."""

    cells: Sequence[str]
    contact_id: int
    recorded_by_id: int
    is_sealed: bool
    ticket_number: str | None
    remark: LedgerRemark | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a register."""

    lines: Sequence[Line]
    count: int
    number: int

    @property
    def has_more(self) -> bool:
        """Tell whether there are lines after these."""
        return self.number * PAGE < self.count


def page(asked: Asked, number: int = 1) -> Page:
    """Return one page of a register, its first entry first."""
    number = max(1, number)
    count = session.scalar(sa.select(sa.func.count()).select_from(_query(asked).subquery())) or 0
    return Page(_lines(asked, PAGE, (number - 1) * PAGE), count, number)


def everything(asked: Asked) -> Sequence[Line]:
    """Return all lines of a register for printing and export, at most `MOST_EXPORTED`."""
    return _lines(asked, MOST_EXPORTED, 0)


def start_of(day: dt.date) -> dt.datetime:
    """Return when a day begins here."""
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE)


def _query(asked: Asked) -> sa.Select[int]:
    query = sa.select(Contact.id).where(
        Contact.received_at >= start_of(asked.first),
        Contact.received_at < start_of(asked.last + dt.timedelta(days=1)),
    )
    channel = _CHANNEL.get(asked.kind)
    if channel is not None:
        query = query.where(Contact.channel == channel)
    if asked.kind is Kind.COMPLAINTS:
        query = query.join(Ticket, Ticket.id == Contact.ticket_id).where(
            Ticket.category.in_(_complaints()), Contact.id == _first_contact()
        )
    if asked.category:
        query = query.where(Contact.category == asked.category)
    if asked.mine is not None:
        query = query.where(Contact.recorded_by_id == asked.mine)
    return query


_CHANNEL = {Kind.CALLS: Channel.CALL, Kind.VISITS: Channel.VISIT, Kind.LETTERS: Channel.LETTER}


def _complaints() -> list[str]:
    return [code for code in catalogue.current().policies if code.startswith("complaint")]


def _first_contact() -> sa.ScalarSelect[int]:
    one = aliased(Contact)
    return (
        sa.select(sa.func.min(one.id)).where(one.ticket_id == Ticket.id).correlate(Ticket).scalar_subquery()
    )


def _lines(asked: Asked, limit: int, offset: int) -> list[Line]:
    ids = _query(asked).order_by(Contact.received_at, Contact.id).limit(limit).offset(offset).subquery()
    every = with_polymorphic(Contact, [Call, Visit, Letter])
    rows = session.execute(
        sa.select(every, Ticket, Errand)
        .join(ids, ids.c.id == every.id)
        .outerjoin(Ticket, Ticket.id == every.ticket_id)
        .outerjoin(Errand, Errand.contact_id == every.id)
        .options(joinedload(every.requester), joinedload(Ticket.lead_department))
        .order_by(every.received_at, every.id)
    ).unique()
    entries = [(contact, ticket, errand) for contact, ticket, errand in rows]
    ids_here = [contact.id for contact, _, _ in entries]
    remarks = _remarks(ids_here)
    letters = trails.of(ids_here) if asked.kind is Kind.LETTERS else {}
    visitors = reception.of_contacts(ids_here) if asked.kind is Kind.VISITS else {}
    return [
        _line(
            asked.kind,
            Entry(
                contact,
                ticket,
                errand,
                remarks.get(contact.id),
                letters.get(contact.id),
                visitors.get(contact.id),
            ),
        )
        for contact, ticket, errand in entries
    ]


def _remarks(contact_ids: list[int]) -> dict[int, LedgerRemark]:
    found: dict[int, LedgerRemark] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for one in session.scalars(sa.select(LedgerRemark).where(LedgerRemark.contact_id.in_(part))):
            found[one.contact_id] = one
    return found


def _line(kind: Kind, entry: Entry) -> Line:
    sealed = entry.is_sealed
    cells = [one.read(entry) if one.is_open or not sealed else "" for one in columns(kind)]
    if sealed:
        closed = next(at for at, one in enumerate(columns(kind)) if not one.is_open)
        cells[closed] = say(SEALED)
    return Line(
        cells=cells,
        contact_id=entry.contact.id,
        recorded_by_id=entry.contact.recorded_by_id,
        is_sealed=sealed,
        ticket_number=entry.ticket.number if entry.ticket and not sealed else None,
        remark=entry.remark,
    )
