"""Taking on what the desk owes, and doing it: deliver, call back, reply as promised."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.callbacks import customer_calls
from hotline.callbacks.customer_models import CustomerCall
from hotline.categories import catalogue
from hotline.categories.policy import Policy
from hotline.categories.terms import ClosingNeed, Stage
from hotline.contacts import phones
from hotline.contacts.models import Contact, Disposition
from hotline.contacts.written import cleaned, one_line
from hotline.db import Moment, session
from hotline.delivery import notices
from hotline.errands.models import Errand, ErrandKind
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import absences, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import N_
from hotline.working_time import Limit, due, load, office_hours

LONGEST_OUTCOME = 500
MOST_SHOWN = 200
SEES_ALL = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


class NoMessagesError(HotlineError):
    """The profile knows no category for messages."""

    sentence = N_("This profile has no category for messages to colleagues.")
    field = "message_for"


class NobodyNamedError(HotlineError):
    """A message is for somebody."""

    sentence = N_("Choose the colleague the message is for.")
    field = "message_for"


class NumberNeededError(HotlineError):
    """Whoever is to be called back leaves a number (A3.3)."""

    sentence = N_("Take down the number to call back.")
    field = "phone"


class PromiseTimeError(HotlineError):
    """A promised reply has its moment, and that is to come (A2.8)."""

    sentence = N_("Say by when the caller is answered; the moment must be still to come.")
    field = "promised_at"


class DoneAlreadyError(HotlineError):
    """Nothing is done twice."""

    sentence = N_("This has been done already.")


class OutcomeMissingError(HotlineError):
    """What came of it is written down."""

    sentence = N_("Write down what came of it.")
    field = "outcome"


def message_policy() -> Policy:
    """Return the policy of messages to colleagues (A3.3). Raises `NoMessagesError`."""
    for policy in catalogue.open_categories():
        if ClosingNeed.MESSAGE_DELIVERED in policy.closing:
            return policy
    raise NoMessagesError


def leave_message(
    contact: Contact, colleague: Staff | None, *, words: str, by: Staff, now: dt.datetime
) -> Errand:
    """Pass on to `colleague` that somebody asked for them; it is due by the limit of its category.

    Raises `NoMessagesError`, `NobodyNamedError`, `NumberNeededError`.
    """
    if colleague is None:
        raise NobodyNamedError
    _require_number(contact)
    contact.disposition = Disposition.MESSAGE
    errand = _owed(contact, ErrandKind.MESSAGE, words, message_due(now), by=by, now=now)
    errand.owner = colleague
    session.flush()
    notices.tell(
        [colleague],
        "message_left",
        N_("Somebody asked for you and left a message. See Messages and call-backs."),
        once=f"errand:{errand.id}",
        now=now,
    )
    return errand


def promise_reply(
    contact: Contact, *, words: str, due_at: dt.datetime | None, by: Staff, now: dt.datetime
) -> Errand:
    """Promise the caller an answer by `due_at` (A2.8). Raises `PromiseTimeError`, `NumberNeededError`."""
    if due_at is None or due_at <= now:
        raise PromiseTimeError
    _require_number(contact)
    contact.disposition = Disposition.PROMISED
    errand = _owed(contact, ErrandKind.PROMISED_REPLY, words, due_at, by=by, now=now)
    errand.owner = by
    session.flush()
    return errand


def note_missed_call(*, phone: str, name: str = "", by: Staff, now: dt.datetime) -> CustomerCall:
    """Hand a call that nobody took over to the callbacks, where every missed call is owed, once.

    Raises `PhoneNotUnderstoodError`.
    """
    return customer_calls.plan_missed_call(
        phone=phone, name=one_line(name) or None, once=f"{by.id}:{now.timestamp():.0f}", by=by, now=now
    )


def note_call(*, phone: str, name: str = "", words: str = "", by: Staff | None, now: dt.datetime) -> Errand:
    """Note that somebody is to be called back who rang while a visitor was served (A3.5).

    Raises `PhoneNotUnderstoodError`.
    """
    errand = Errand(
        kind=ErrandKind.CALL_BACK,
        owner=by,
        name=one_line(name) or None,
        phone=phones.normalised(phone),
        words=cleaned(words),
        created_by=by,
        created_at=now,
        due_at=message_due(now),
    )
    session.add(errand)
    session.flush()
    return errand


def message_due(now: dt.datetime) -> dt.datetime:
    """Return by when a message is passed on and a missed caller called back."""
    limit = message_policy().limit(Stage.RELAY) or Limit.parse("0 wd")
    return due(now, limit, load(), office_hours()).at


def deliver(errand: Errand, *, by: Staff, now: dt.datetime) -> None:
    """Say that the colleague has the message. Raises `DoneAlreadyError`, `NotAllowedError`."""
    _require_open(errand)
    _require_theirs(errand, by, now)
    if errand.delivered_at is None and errand.kind is ErrandKind.MESSAGE:
        errand.delivered_at = now
        session.flush()


def take(errand: Errand, *, by: Staff) -> None:
    """Take on what is nobody's yet. Raises `DoneAlreadyError`."""
    _require_open(errand)
    if errand.owner is None:
        errand.owner = by
        session.flush()


def finish(errand: Errand, *, outcome: str, by: Staff, now: dt.datetime) -> None:
    """Say that it is done, and what came of it.

    Raises `DoneAlreadyError`, `OutcomeMissingError`, `NotAllowedError`.
    """
    _require_open(errand)
    _require_theirs(errand, by, now)
    outcome = one_line(outcome)[:LONGEST_OUTCOME]
    if not outcome:
        raise OutcomeMissingError
    if errand.kind is ErrandKind.MESSAGE:
        errand.delivered_at = errand.delivered_at or now
    errand.outcome = outcome
    errand.done_at, errand.done_by = now, by
    session.flush()


def get(errand_id: int, person: Staff, now: dt.datetime | None = None) -> Errand:
    """Return what the desk owes, for whom it concerns; with `now`, for who stands in then as well.

    Raises `NotFoundError`.
    """
    found = session.get(Errand, errand_id)
    if found is None or not _concerns(found, person, now):
        raise NotFoundError
    return found


def listed(
    person: Staff, *, done: bool = False, everybody: bool = False, now: dt.datetime | None = None
) -> list[Errand]:
    """Return what `person` owes and what is nobody's yet, what is due first on top; or what was done.

    With `now`, also what those owe for whom `person` stands in then (A6.9).
    """
    query = (
        sa.select(Errand)
        .where(Errand.done_at.is_not(None) if done else Errand.done_at.is_(None))
        .options(joinedload(Errand.owner), joinedload(Errand.created_by), selectinload(Errand.calls))
    )
    if not (everybody and person.is_any(*SEES_ALL)):
        query = query.where(_theirs(person, now))
    order = Errand.done_at.desc() if done else Errand.due_at
    return list(session.scalars(query.order_by(order, Errand.id).limit(MOST_SHOWN)))


def open_count(person: Staff, now: dt.datetime | None = None) -> int:
    """Return how much `person` owes, with what is nobody's yet; with `now`, as who stands in then too."""
    owed = (
        sa.select(sa.func.count()).select_from(Errand).where(Errand.done_at.is_(None), _theirs(person, now))
    )
    return session.scalar(owed) or 0


def waiting_count(person: Staff, now: Moment) -> sa.ScalarSelect[int]:
    """Return `open_count` as a column of a query."""
    owner = Errand.owner_id.in_(absences.hands(person, now))
    theirs = sa.or_(owner, Errand.owner_id.is_(None)) if person.is_any(*_DESK) else owner
    owed = sa.select(sa.func.count()).select_from(Errand).where(Errand.done_at.is_(None), theirs)
    return owed.scalar_subquery()


def _theirs(person: Staff, now: dt.datetime | None) -> sa.ColumnElement[bool]:
    theirs = [Errand.owner_id.in_(_hands_of(person, now))]
    if person.is_any(*_DESK):
        theirs.append(Errand.owner_id.is_(None))
    return sa.or_(*theirs)


_DESK = (Role.OPERATOR, *SEES_ALL)


def _hands_of(person: Staff, now: dt.datetime | None) -> list[int]:
    return absences.hands_of(person, now) if now else [person.id]


def _concerns(errand: Errand, person: Staff, now: dt.datetime | None) -> bool:
    if errand.owner_id is None:
        return person.is_any(*_DESK)
    if person.id in (errand.owner_id, errand.created_by_id) or person.is_any(*SEES_ALL):
        return True
    return errand.owner_id in _hands_of(person, now)


def _owed(
    contact: Contact, kind: ErrandKind, words: str, due_at: dt.datetime, *, by: Staff, now: dt.datetime
) -> Errand:
    requester = contact.requester
    errand = Errand(
        kind=kind,
        contact=contact,
        requester=requester,
        name=requester.name if requester else None,
        phone=requester.phone if requester else None,
        words=cleaned(words),
        created_by=by,
        created_at=now,
        due_at=due_at,
    )
    session.add(errand)
    return errand


def _require_number(contact: Contact) -> None:
    if contact.requester is None or contact.requester.phone is None:
        raise NumberNeededError


def _require_open(errand: Errand) -> None:
    if errand.done_at is not None:
        raise DoneAlreadyError


def _require_theirs(errand: Errand, person: Staff, now: dt.datetime) -> None:
    if not _concerns(errand, person, now):
        raise NotAllowedError


def colleagues() -> list[Staff]:
    """Return whom a message can be for: everybody of the hotline itself."""
    return [one for one in staff.holding(*Role) if not one.acts_for_department]
