"""The manager's daily review of the ledger: remarks, their correction, the sign-off, the alarm (A2.1)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts.models import Contact
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.registers import reading
from hotline.registers.columns import Kind
from hotline.registers.models import LedgerRemark, LedgerReview
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import due, load, office_hours

LONGEST = 500
LOOKED_BACK = dt.timedelta(days=14)
"""Days before this are no longer reported as not reviewed."""


class RemarkMissingError(HotlineError):
    """A remark says what does not conform."""

    sentence = N_("Say what is not as it should be.")
    field = "remark"


class CorrectionMissingError(HotlineError):
    """A correction says what was done."""

    sentence = N_("Say what was done about it.")
    field = "correction"


class CorrectedAlreadyError(HotlineError):
    """A remark is answered once."""

    sentence = N_("This has been corrected already.")


class DayNotOverError(HotlineError):
    """Nobody signs for entries that are still to come."""

    sentence = N_("This day is not over yet.")


class ReviewedAlreadyError(HotlineError):
    """A day reviewed twice would say nothing."""

    sentence = N_("This day has been reviewed already.")


def of(day: dt.date) -> LedgerReview | None:
    """Return the review of a day, if there was one."""
    return session.get(LedgerReview, day)


def remarks_of(day: dt.date) -> list[LedgerRemark]:
    """Return the remarks on a day's entries."""
    query = (
        sa.select(LedgerRemark)
        .where(LedgerRemark.day == day)
        .options(joinedload(LedgerRemark.contact), joinedload(LedgerRemark.remarked_by))
    )
    return list(session.scalars(query.order_by(LedgerRemark.id)))


def to_correct(person: Staff) -> list[LedgerRemark]:
    """Return the remarks on the entries of `person` that are not corrected yet."""
    query = (
        sa.select(LedgerRemark)
        .join(Contact, Contact.id == LedgerRemark.contact_id)
        .where(LedgerRemark.corrected_at.is_(None), Contact.recorded_by_id == person.id)
    )
    return list(session.scalars(query.order_by(LedgerRemark.id)))


def remark(contact_id: int, *, words: str, by: Staff, now: dt.datetime) -> LedgerRemark:
    """Note what does not conform in one entry; whoever made it is told.

    Raises `RemarkMissingError`, `NotFoundError`.
    """
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFoundError
    words = one_line(words)[:LONGEST]
    if not words:
        raise RemarkMissingError
    made = LedgerRemark(
        contact=contact,
        day=contact.received_at.astimezone(LOCAL_ZONE).date(),
        remark=words,
        remarked_by=by,
        remarked_at=now,
    )
    session.add(made)
    session.flush()
    notices.tell(
        [contact.recorded_by],
        "ledger_remarked",
        N_("The ledger review of %(day)s has a remark on an entry of yours. See Registers."),
        once=f"ledger_remark:{made.id}",
        now=now,
        day=made.day.isoformat(),
    )
    return made


def correct(remark_id: int, *, words: str, by: Staff, now: dt.datetime) -> LedgerRemark:
    """Say what was done about a remark; for whoever made the entry and for the leaders of the shift.

    Raises `NotFoundError`, `NotAllowedError`, `CorrectedAlreadyError`, `CorrectionMissingError`.
    """
    found = session.get(LedgerRemark, remark_id)
    if found is None:
        raise NotFoundError
    if by.id != found.contact.recorded_by_id and not by.is_any(Role.SHIFT_LEADER, Role.SERVICE_MANAGER):
        raise NotAllowedError
    if found.corrected_at is not None:
        raise CorrectedAlreadyError
    words = one_line(words)[:LONGEST]
    if not words:
        raise CorrectionMissingError
    found.correction, found.corrected_by, found.corrected_at = words, by, now
    session.flush()
    return found


def sign(day: dt.date, *, comment: str, by: Staff, now: dt.datetime) -> LedgerReview:
    """Sign that a day's ledger was reviewed. Raises `DayNotOverError`, `ReviewedAlreadyError`."""
    if day >= now.astimezone(LOCAL_ZONE).date():
        raise DayNotOverError
    if of(day) is not None:
        raise ReviewedAlreadyError
    made = LedgerReview(
        day=day,
        reviewed_by=by,
        reviewed_at=now,
        comment=one_line(comment)[:LONGEST],
        entry_count=reading.page(reading.Asked(Kind.LEDGER, day, day)).count,
    )
    session.add(made)
    session.flush()
    return made


def not_reviewed(now: dt.datetime) -> list[dt.date]:
    """Return the past days with entries whose review is overdue, the latest first."""
    today = now.astimezone(LOCAL_ZONE).date()
    limit, calendar, hours = catalogue.desk().owed.ledger_review, load(), office_hours()
    found = []
    for back in range(1, LOOKED_BACK.days + 1):
        day = today - dt.timedelta(days=back)
        over = reading.start_of(day + dt.timedelta(days=1)) - dt.timedelta(minutes=1)
        if of(day) is None and due(over, limit, calendar, hours).at < now and _has_entries(day):
            found.append(day)
    return found


def alarm(now: dt.datetime) -> int:
    """Tell the service managers of days whose ledger nobody has reviewed in time; return how many."""
    days = not_reviewed(now)
    managers = staff.holding(Role.SERVICE_MANAGER) if days else []
    return sum(
        bool(
            notices.tell(
                managers,
                "ledger_not_reviewed",
                N_("The front-desk ledger of %(day)s has not been reviewed. See Registers."),
                once=f"ledger:{day.isoformat()}",
                now=now,
                day=day.isoformat(),
            )
        )
        for day in days
    )


def _has_entries(day: dt.date) -> bool:
    start = reading.start_of(day)
    came = sa.exists().where(Contact.received_at >= start, Contact.received_at < start + dt.timedelta(days=1))
    return bool(session.scalar(sa.select(came)))
