"""The class of ended matters, and the archive (A4.14, A4.15)."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.categories.keeping import RetentionClass, RetentionTerms
from hotline.contacts import series
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.dispatch.models import Supervision
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.retention.models import BatchState, DestructionBatch, DestructionItem, RetentionRecord
from hotline.tickets import access, history
from hotline.tickets.models import Answer, Ticket, TicketEvent
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import LOCAL_ZONE, N_

MOST_AT_ONCE = 500
PAGE = 50
LONGEST_NUMBER = 40


class NothingSaidError(HotlineError):
    """The profile in use was loaded by an earlier version."""

    sentence = N_("The profile says nothing about how long matters are kept. Load it again.")


class ReasonNeededError(HotlineError):
    """Who sets the rule aside says why."""

    sentence = N_("Say why this matter is kept for another time than the rule gives it.")
    field = "reason"


class FileNumberTakenError(HotlineError):
    """A file number leads to one file."""

    sentence = N_("The file number %(number)s is in use already.")
    field = "file_number"


class FiledAlreadyError(HotlineError):
    """What is filed stays where it is."""

    sentence = N_("This matter is filed already, under %(number)s.")


class DestroyedError(HotlineError):
    """There is nothing left to change."""

    sentence = N_("This matter was destroyed.")


class BeingDestroyedError(HotlineError):
    """Somebody approves a batch because of what stands in it."""

    sentence = N_("This matter stands in the destruction batch %(number)s.")


def terms() -> RetentionTerms:
    """Return what the profile says. Raises `NothingSaidError`."""
    found = catalogue.desk().retention
    if found is None:
        raise NothingSaidError
    return found


def waiting_for_class(limit: int = MOST_AT_ONCE) -> list[int]:
    """Return the ids of ended tickets that have no class yet."""
    known = sa.exists().where(RetentionRecord.ticket_id == Ticket.id)
    ended = sa.select(Ticket.id).where(Ticket.status.not_in(sorted(OPEN)), ~known)
    return list(session.scalars(ended.order_by(Ticket.id).limit(limit)))


def classify(ticket_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Give ended tickets the class of the profile's rule; return how many. Raises `NothingSaidError`."""
    rules = terms()
    ended_at = (
        sa.select(sa.func.max(TicketEvent.happened_at))
        .where(TicketEvent.ticket_id == Ticket.id)
        .scalar_subquery()
    )
    query = sa.select(
        Ticket.id,
        Ticket.category,
        sa.func.coalesce(Ticket.closed_at, ended_at, type_=Ticket.registered_at.type).label("ended_at"),
        sa.exists().where(Supervision.ticket_id == Ticket.id).label("supervised"),
        sa.exists().where(Answer.ticket_id == Ticket.id).label("answered"),
    ).where(
        Ticket.id.in_(ticket_ids),
        Ticket.status.not_in(sorted(OPEN)),
        ~sa.exists().where(RetentionRecord.ticket_id == Ticket.id),
    )
    rows = session.execute(query).all()
    for row in rows:
        given = rules.class_of(row.category, supervised=row.supervised, answered=row.answered)
        ended_on = (row.ended_at or now).astimezone(LOCAL_ZONE).date()
        session.add(
            RetentionRecord(
                ticket_id=row.id,
                retention=given,
                ended_on=ended_on,
                keep_until=keep_until(given, ended_on, rules),
                person_data_until=_years_after(ended_on, rules.person_data_years),
            )
        )
    session.flush()
    return len(rows)


def forget_reopened() -> int:
    """Take the class from matters that are handled again and not filed; return how many."""
    again = sa.select(Ticket.id).where(Ticket.status.in_(sorted(OPEN)))
    gone = session.execute(
        sa.delete(RetentionRecord)
        .where(RetentionRecord.ticket_id.in_(again), RetentionRecord.filed_on.is_(None))
        .returning(RetentionRecord.ticket_id)
    )
    return len(gone.all())


def keep_until(retention: RetentionClass, ended_on: dt.date, rules: RetentionTerms) -> dt.date | None:
    """Return the last day of keeping: years are counted from the end of the year the matter ended in."""
    years = rules.years(retention)
    return None if years is None else dt.date(ended_on.year + years, 12, 31)


def _years_after(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return dt.date(day.year + years, 3, 1)


def listed(
    reader: Staff,
    *,
    filed: bool,
    retention: RetentionClass | None = None,
    number: str = "",
    after: int | None = None,
    limit: int = PAGE,
) -> list[RetentionRecord]:
    """Return records of matters that `reader` may see, newest ticket first; one more than `limit` if any."""
    query = (
        sa.select(RetentionRecord)
        .join(Ticket)
        .where(access.visible(reader), RetentionRecord.filed_on.is_not(None) == filed)
        .options(joinedload(RetentionRecord.ticket))
        .order_by(RetentionRecord.ticket_id.desc())
        .limit(limit + 1)
    )
    if retention is not None:
        query = query.where(RetentionRecord.retention == retention)
    if number:
        query = query.where(sa.or_(Ticket.number == number, RetentionRecord.file_number == number))
    if after is not None:
        query = query.where(RetentionRecord.ticket_id < after)
    return list(session.scalars(query).unique())


def find(ticket: Ticket) -> RetentionRecord:
    """Return the record of an ended matter. Raises `NotFoundError`."""
    found = session.get(RetentionRecord, ticket.id)
    if found is None:
        raise NotFoundError
    return found


def change(
    record: RetentionRecord, retention: RetentionClass, *, reason: str, by: Staff, now: dt.datetime
) -> None:
    """Keep a matter for another time than before, with a reason.

    Raises `ReasonNeededError`, `DestroyedError`, `BeingDestroyedError`.
    """
    _require_there(record)
    reason = one_line(reason)[:300]
    if not reason:
        raise ReasonNeededError
    until, was = keep_until(retention, record.ended_on, terms()), record.retention
    record.retention, record.keep_until, record.set_by = retention, until, by
    history.note(
        record.ticket, "retention_changed", by=by, now=now, was_kept=was, kept=retention, reason_text=reason
    )
    session.flush()


def archive(record: RetentionRecord, *, file_number: str, by: Staff, now: dt.datetime) -> None:
    """File a matter: under the number given, else the next one of the year.

    Raises `FiledAlreadyError`, `FileNumberTakenError`, `DestroyedError`.
    """
    if record.file_number is not None:
        raise FiledAlreadyError(number=record.file_number)
    _require_there(record)
    number = one_line(file_number)[:LONGEST_NUMBER] or series.register_number("file", "D", now)
    if session.scalar(sa.select(sa.exists().where(RetentionRecord.file_number == number))):
        raise FileNumberTakenError(number=number)
    ticket = record.ticket
    if ticket.status is TicketStatus.CLOSED:
        history.move(ticket, TicketStatus.ARCHIVED, "ticket_archived", by=by, now=now, file_number=number)
    else:
        history.note(ticket, "ticket_archived", by=by, now=now, file_number=number)
    record.file_number, record.filed_by = number, by
    record.filed_on = now.astimezone(LOCAL_ZONE).date()
    session.flush()


def _require_there(record: RetentionRecord) -> None:
    if record.destroyed_at is not None:
        raise DestroyedError
    batch = session.scalar(
        sa.select(DestructionBatch.number)
        .join(DestructionItem)
        .where(
            DestructionItem.ticket_id == record.ticket_id,
            DestructionBatch.state.in_([BatchState.PREPARED, BatchState.APPROVED]),
        )
    )
    if batch is not None:
        raise BeingDestroyedError(number=batch)
