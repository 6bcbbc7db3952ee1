"""The waiting list of the reception desk: number, arrived, called, served, also after closing (A6.9)."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories import catalogue
from hotline.contacts import series
from hotline.contacts.models import Contact
from hotline.contacts.written import one_line
from hotline.db import Base, BigId, session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import office_hours

LONGEST_MATTER = 100
LONGEST_NAME = 60
AT_ONCE = 500


class WaitingVisitor(Base):
    """Somebody who waits at the reception desk, or waited (A2.4)."""

    __tablename__ = "waiting_visitor"

    id: Mapped[BigId]
    day: Mapped[dt.date]
    number: Mapped[int]
    """Counted from 1 each day; what is called out."""
    name: Mapped[str | None] = mapped_column(SealedText)
    matter: Mapped[str] = mapped_column(sa.String(LONGEST_MATTER), default="")
    arrived_at: Mapped[dt.datetime]
    called_at: Mapped[dt.datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    """The form in which the visit is taken down."""
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"))
    ended_at: Mapped[dt.datetime | None]
    """When the visit was taken down, or the visitor was gone."""

    called_by: Mapped[Staff | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    @property
    def was_served(self) -> bool:
        """Tell whether the visit was taken down; else the visitor left before."""
        return self.contact_id is not None

    __table_args__ = (
        sa.UniqueConstraint("day", "number", name="number_once_a_day"),
        sa.CheckConstraint("called_at IS NULL OR called_by_id IS NOT NULL", name="called_by_somebody"),
        sa.CheckConstraint("contact_id IS NULL OR ended_at IS NOT NULL", name="served_has_time"),
        sa.Index("ix_waiting_visitor_ended", "ended_at", "arrived_at"),
    )


class CalledAlreadyError(HotlineError):
    """A visitor is called to one desk."""

    sentence = N_("Number %(number)s has been called already.")


def arrive(*, name: str = "", matter: str = "", now: dt.datetime) -> WaitingVisitor:
    """Give somebody who arrives the next number of the day."""
    day = now.astimezone(LOCAL_ZONE).date()
    visitor = WaitingVisitor(
        day=day,
        number=series.draw("reception", f"{day:%y%m%d}"),
        name=one_line(name)[:LONGEST_NAME] or None,
        matter=one_line(matter)[:LONGEST_MATTER],
        arrived_at=now,
    )
    session.add(visitor)
    session.flush()
    return visitor


def get(visitor_id: int) -> WaitingVisitor:
    """Return somebody who waits. Raises `NotFoundError`."""
    found = session.get(WaitingVisitor, visitor_id)
    if found is None:
        raise NotFoundError
    return found


def call(visitor: WaitingVisitor, *, key: str, by: Staff, now: dt.datetime) -> None:
    """Call a visitor to the desk, where the visit is taken down in the form `key`.

    Whoever called may call again. Raises `CalledAlreadyError`.
    """
    if visitor.ended_at is not None or visitor.called_by_id not in (None, by.id):
        raise CalledAlreadyError(number=visitor.number)
    if visitor.called_at is None:
        visitor.called_at, visitor.called_by, visitor.submission_key = now, by, key
    session.flush()


def gone(visitor: WaitingVisitor, *, now: dt.datetime) -> None:
    """Write down that a visitor left before being served."""
    visitor.ended_at = visitor.ended_at or now
    session.flush()


def served(submission_key: str, contact: Contact, *, now: dt.datetime) -> None:
    """Write down that the visit of whoever was called to the form `submission_key` is taken down."""
    visitor = session.scalar(sa.select(WaitingVisitor).where(WaitingVisitor.submission_key == submission_key))
    if visitor is not None:
        visitor.contact, visitor.ended_at = contact, now
        session.flush()


def waited(visitor: WaitingVisitor, now: dt.datetime) -> dt.timedelta:
    """Return how long somebody waited for a desk, or has waited so far."""
    return (visitor.called_at or visitor.ended_at or now) - visitor.arrived_at


def is_late(visitor: WaitingVisitor, now: dt.datetime) -> bool:
    """Tell whether somebody waited longer than the profile says."""
    longest = catalogue.desk().reception.longest_wait
    return longest is not None and waited(visitor, now) > longest


def is_after_closing(visitor: WaitingVisitor) -> bool:
    """Tell whether somebody was still called to a desk after it closed (A6.9)."""
    if visitor.called_at is None:
        return False
    called = visitor.called_at.astimezone(LOCAL_ZONE)
    return called.date() > visitor.day or called.time() >= office_hours().closes


def of_contacts(contact_ids: Sequence[int]) -> dict[int, WaitingVisitor]:
    """Return who waited before the visits of these contacts, by contact."""
    found: dict[int, WaitingVisitor] = {}
    for start in range(0, len(contact_ids), AT_ONCE):
        part = contact_ids[start : start + AT_ONCE]
        for one in session.scalars(sa.select(WaitingVisitor).where(WaitingVisitor.contact_id.in_(part))):
            if one.contact_id is not None:
                found[one.contact_id] = one
    return found


def waiting() -> list[WaitingVisitor]:
    """Return who waits or is being served, the first to come first; nobody drops out at closing (A6.9)."""
    query = sa.select(WaitingVisitor).where(WaitingVisitor.ended_at.is_(None))
    return list(session.scalars(query.order_by(WaitingVisitor.arrived_at, WaitingVisitor.id)))


def done(day: dt.date) -> list[WaitingVisitor]:
    """Return who was served or left on a day, the last first."""
    query = sa.select(WaitingVisitor).where(WaitingVisitor.day == day, WaitingVisitor.ended_at.is_not(None))
    return list(session.scalars(query.order_by(WaitingVisitor.ended_at.desc(), WaitingVisitor.id)))
