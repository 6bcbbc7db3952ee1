"""The suggestion book: entered, answered every day, reported up, passed on as a ticket (A6.2)."""

import datetime as dt
from uuid import uuid4

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import intake, series
from hotline.contacts.intake import Caller
from hotline.contacts.models import Disposition
from hotline.contacts.written import LONGEST_CONTENT, LONGEST_TITLE, cleaned, one_line, shortened
from hotline.db import Moment, session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception.models import BookEntry, SuggestionWeight
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import due, load, office_hours

ENTERS = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
"""Who answers in the name of the house, reports up and passes on."""
LONGEST_ANSWER = 2000
LONGEST_PAGE = 20
SHOWN = 200


class NothingSuggestedError(HotlineError):
    """An entry says what was written."""

    sentence = N_("Copy what was written into the book.")
    field = "words"


class AnswerMissingError(HotlineError):
    """An answer has words."""

    sentence = N_("Write the answer as it stands in the book.")
    field = "answer"


class AnsweredAlreadyError(HotlineError):
    """An entry is answered once."""

    sentence = N_("This entry has been answered already.")


class ReportedAlreadyError(HotlineError):
    """An entry is reported up once."""

    sentence = N_("This entry has been reported up already.")


class PassedOnAlreadyError(HotlineError):
    """An entry becomes one ticket."""

    sentence = N_("This entry has been passed on as ticket already.")


def enter(
    words: str, *, page: str = "", name: str = "", phone: str = "", by: Staff, now: dt.datetime
) -> BookEntry:
    """Copy an entry out of the book; it is to be answered by the profile's limit.

    Raises `NothingSuggestedError`, `PhoneNotUnderstoodError`, `NotAllowedError`.
    """
    _require(by, ENTERS)
    words = cleaned(words)[:LONGEST_CONTENT]
    if not words:
        raise NothingSuggestedError
    terms = catalogue.desk().reception
    entry = BookEntry(
        channel=Channel.SUGGESTION_BOOK,
        register_number=series.register_number("suggestion", "S", now),
        page=one_line(page)[:LONGEST_PAGE],
        due_at=due(now, terms.book_answer, load(), office_hours()).at,
    )
    intake.record(
        entry,
        Caller(name=one_line(name) or None, phone=phone.strip() or None),
        category=terms.book_category,
        content_class=None,
        summary=words,
        received_at=now,
        is_read_back=None,
        submission_key=f"book:{uuid4()}",
        by=by,
        now=now,
    )
    return entry


def answer(entry: BookEntry, words: str, *, by: Staff, now: dt.datetime) -> None:
    """Write down how an entry was answered. Raises `AnswerMissingError`, `AnsweredAlreadyError`."""
    _require(by, LEADS)
    if entry.answered_at is not None:
        raise AnsweredAlreadyError
    words = cleaned(words)[:LONGEST_ANSWER]
    if not words:
        raise AnswerMissingError
    entry.answer, entry.answered_by, entry.answered_at = words, by, now
    if entry.disposition is Disposition.OPEN:
        entry.disposition = Disposition.ANSWERED
    session.flush()


def report_up(entry: BookEntry, weight: SuggestionWeight, *, by: Staff, now: dt.datetime) -> None:
    """Report an entry up: important, raised by many, or constructive. Raises `ReportedAlreadyError`."""
    _require(by, LEADS)
    if entry.weight is not None:
        raise ReportedAlreadyError
    entry.weight, entry.reported_by, entry.reported_at = weight, by, now
    session.flush()
    told = staff.holding(Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
    notices.tell(
        [person for person in told if person.id != by.id],
        "suggestion_reported",
        N_("Suggestion %(number)s was reported up: %(weight)s. See Reception, Suggestion book."),
        once=f"suggestion_reported:{entry.id}",
        now=now,
        number=entry.register_number,
        weight=weight,
    )


def pass_on(entry: BookEntry, *, by: Staff, now: dt.datetime) -> Ticket:
    """Make a ticket of an entry, for the department it concerns. Raises `PassedOnAlreadyError`."""
    _require(by, LEADS)
    if entry.ticket_id is not None:
        raise PassedOnAlreadyError
    matter = Matter(
        category=entry.category,
        title=shortened(entry.summary, LONGEST_TITLE),
        content=entry.summary,
    )
    ticket = registration.register(matter, entry, by=by, now=now)
    registration.send_on(ticket, by=by, now=now)
    return ticket


def get(entry_id: int) -> BookEntry:
    """Return an entry. Raises `NotFoundError`."""
    found = session.get(BookEntry, entry_id)
    if found is None:
        raise NotFoundError
    return found


def listed(*, answered: bool = False) -> list[BookEntry]:
    """Return the entries to be answered, first due first; or the last that were answered."""
    query = sa.select(BookEntry)
    if answered:
        query = query.where(BookEntry.answered_at.is_not(None)).order_by(
            BookEntry.answered_at.desc(), BookEntry.id.desc()
        )
    else:
        query = query.where(BookEntry.answered_at.is_(None)).order_by(BookEntry.due_at, BookEntry.id)
    return list(session.scalars(query.limit(SHOWN)))


def waiting_count(_person: Staff, _now: Moment) -> sa.ScalarSelect[int]:
    """Return how many entries wait for an answer, as a column of a query."""
    entries = BookEntry.__table__
    waiting = sa.select(sa.func.count()).select_from(entries).where(entries.c.answered_at.is_(None))
    return waiting.scalar_subquery()


def alarm(now: dt.datetime) -> int:
    """Tell the leaders, every day anew, of entries not answered in time (A6.2); return how many there are."""
    query = sa.select(sa.func.count(), sa.func.min(BookEntry.due_at)).where(
        BookEntry.answered_at.is_(None), BookEntry.due_at < now
    )
    count, oldest = session.execute(query).one()
    if not count:
        return 0
    notices.tell(
        staff.holding(*LEADS),
        "suggestions_late",
        N_("Entries of the suggestion book not answered in time: %(count)s. See Reception, Suggestion book."),
        once=f"suggestions:{now.astimezone(LOCAL_ZONE):%Y-%m-%d}:{oldest.astimezone(LOCAL_ZONE):%Y%m%d}",
        now=now,
        count=count,
    )
    return int(count)


def _require(person: Staff, roles: tuple[Role, ...]) -> None:
    if not person.is_any(*roles):
        raise NotAllowedError
