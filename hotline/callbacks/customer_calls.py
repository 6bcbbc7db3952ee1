"""Callbacks that no ticket asks for: missed calls, questionnaires, greetings, key customers (A8.2).

Planned by people or by rule, made by people like every callback: with attempts, quiet hours and an outcome.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.callbacks import timing
from hotline.callbacks.calling import NOBODY_REACHED
from hotline.callbacks.customer_models import CustomerCall, CustomerCallAttempt
from hotline.callbacks.errors import (
    AlreadyEndedError,
    NobodyToRingError,
    NotYetError,
    QuietHoursError,
    TooFewAttemptsError,
)
from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, Satisfaction
from hotline.callbacks.review_models import CallbackTag
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind, Confidentiality
from hotline.contacts import phones
from hotline.contacts.models import Contact, Requester
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.sealing import seal
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import Limit, due, load, office_hours

PLANNED_BY_HAND = (CallbackKind.QUESTIONNAIRE, CallbackKind.GREETING, CallbackKind.KEY_CUSTOMER)
PAGE = 50


def plan_missed_call(
    *,
    phone: str,
    name: str | None = None,
    requester: Requester | None = None,
    once: str,
    by: Staff | None,
    now: dt.datetime,
) -> CustomerCall:
    """Owe a callback to somebody whose call nobody took, as soon as the profile says (A3.5, A8.2).

    `once` names what was missed: the same twice, or the same number while its callback is still owed, plans
    nothing new. Raises `PhoneNotUnderstoodError`.
    """
    number = phones.normalised(phone)
    key = f"missed:{once}"
    owed = sa.select(CustomerCall).where(
        CustomerCall.kind == CallbackKind.MISSED_CALL,
        CustomerCall.state == CallbackState.OPEN,
        # Those planned by a version before have no hash yet.
        sa.or_(CustomerCall.phone_digest.in_(seal().digests(number)), CustomerCall.phone_digest.is_(None)),
    )
    for found in session.scalars(owed.order_by(CustomerCall.id)):
        if found.once_key == key or number_of(found) == number:
            return found
    known = session.scalar(sa.select(CustomerCall).where(CustomerCall.once_key == key))
    return known or _planned(
        CallbackKind.MISSED_CALL,
        N_("Call missed at the desk"),
        key,
        catalogue.desk().callbacks.missed_within,
        requester=requester,
        phone=number,
        name=name,
        by=by,
        now=now,
    )


def plan_for_tag(
    kind: CallbackKind, tag: str, *, purpose: str, campaign: str, within: Limit, by: Staff, now: dt.datetime
) -> int:
    """Owe every requester with a tag one callback of a campaign; return how many are new (A8.5a)."""
    catalogue.code_item("requester_tag", tag)
    return sum(
        _once(
            kind,
            purpose,
            f"{kind}:{campaign}:{one.id}",
            within,
            one,
            by,
            now,
        )
        for one in _tagged([tag])
    )


def plan_yearly(now: dt.datetime) -> int:
    """Owe the key customers of the profile their yearly callback; return how many are new (A8.9).

    Whoever was called, or had a callback planned, this year is left alone. A job does this by rule.
    """
    terms = catalogue.desk().callbacks
    year = now.astimezone(LOCAL_ZONE).year
    purpose = N_("Yearly callback to a key customer")
    kind = CallbackKind.KEY_CUSTOMER
    return sum(
        _once(kind, purpose, f"{kind}:{year}:{one.id}", terms.yearly_within, one, None, now)
        for one in _tagged(terms.yearly)
    )


def _once(
    kind: CallbackKind,
    purpose: str,
    key: str,
    within: Limit,
    requester: Requester,
    by: Staff | None,
    now: dt.datetime,
) -> bool:
    if session.scalar(sa.select(sa.exists().where(CustomerCall.once_key == key))):
        return False
    _planned(kind, purpose, key, within, requester=requester, by=by, now=now)
    return True


def _planned(
    kind: CallbackKind,
    purpose: str,
    key: str,
    within: Limit,
    *,
    requester: Requester | None = None,
    phone: str | None = None,
    name: str | None = None,
    by: Staff | None,
    now: dt.datetime,
) -> CustomerCall:
    made = CustomerCall(
        kind=kind,
        requester=requester,
        phone=phone,
        phone_digest=seal().digest(phone) if phone else None,
        name=name,
        purpose=purpose,
        once_key=key,
        planned_by=by,
        planned_at=now,
        due_at=due(now, within, load(), office_hours()).at,
        state=CallbackState.OPEN,
        attempt_count=0,
    )
    session.add(made)
    session.flush()
    return made


def _tagged(tags: Sequence[str]) -> Sequence[Requester]:
    """Return the requesters with one of the tags whom a call gives nobody away: known from open matters."""
    sealed = sa.exists().where(
        Ticket.requester_id == Requester.id, Ticket.confidentiality == Confidentiality.RESTRICTED
    )
    seen = sa.exists().where(
        Contact.requester_id == Requester.id, Contact.category.not_in(catalogue.restricted_categories())
    )
    tagged = sa.select(CallbackTag.requester_id).where(CallbackTag.tag.in_(tags))
    query = sa.select(Requester).where(
        Requester.id.in_(tagged), sa.or_(seen, ~sealed), Requester.phones.any()
    )
    return session.scalars(query.order_by(Requester.id)).all()


def record_attempt(
    call: CustomerCall,
    result: AttemptResult,
    *,
    note: str = "",
    appointment: dt.datetime | None = None,
    by: Staff,
    now: dt.datetime,
) -> None:
    """Write an attempt down that led to no talk. Missed calls may be returned at any hour, others may not.

    `appointment` is a moment agreed with the customer. Raises `AlreadyEndedError`, `QuietHoursError`,
    `NotYetError`.
    """
    _require_open(call)
    terms = catalogue.desk().callbacks
    if not call.is_appointed and appointment is None:
        if call.kind is not CallbackKind.MISSED_CALL and timing.is_quiet(now, terms.quiet):
            raise QuietHoursError(until=timing.out_of_quiet(now, terms.quiet))
        if call.not_before is not None and now < call.not_before:
            raise NotYetError(earliest=call.not_before)
    _attempted(call, CallbackMode.PHONE, result, note, by, now)
    call.not_before = appointment or timing.next_try(now, terms)
    call.is_appointed = appointment is not None
    session.flush()


def complete(
    call: CustomerCall,
    result: AttemptResult,
    *,
    mode: CallbackMode = CallbackMode.PHONE,
    satisfaction: Satisfaction | None = None,
    opinion: str = "",
    by: Staff,
    now: dt.datetime,
) -> None:
    """End a callback: the customer was reached, or would not talk. Raises `AlreadyEndedError`."""
    _require_open(call)
    _attempted(call, mode, result, "", by, now)
    call.result = result
    call.satisfaction = satisfaction if result is AttemptResult.REACHED else None
    call.opinion = opinion.strip() or None
    _ended(call, CallbackState.DONE, by, now)


def give_up(call: CustomerCall, *, by: Staff, now: dt.datetime) -> None:
    """End a callback whose customer was not reached in the least number of attempts (B6.3).

    Raises `AlreadyEndedError`, `TooFewAttemptsError`.
    """
    _require_open(call)
    least = catalogue.desk().callbacks.least_attempts
    failed = [one for one in call.attempts if one.result in NOBODY_REACHED]
    if len(failed) < least:
        raise TooFewAttemptsError(made=len(failed), least=least)
    call.result = failed[-1].result
    _ended(call, CallbackState.EXHAUSTED, by, now)


def _ended(call: CustomerCall, state: CallbackState, by: Staff, now: dt.datetime) -> None:
    call.state = state
    call.completed_by, call.completed_at = by, now
    call.owner = call.owner or by
    session.flush()


def _attempted(
    call: CustomerCall, mode: CallbackMode, result: AttemptResult, note: str, by: Staff, now: dt.datetime
) -> None:
    call.attempts.append(
        CustomerCallAttempt(
            mode=mode, result=result, attempted_by=by, attempted_at=now, note=note.strip() or None
        )
    )
    call.attempt_count += 1


def _require_open(call: CustomerCall) -> None:
    if call.state is not CallbackState.OPEN:
        raise AlreadyEndedError(state=call.state)


def number_of(call: CustomerCall) -> str:
    """Return the number to ring. Raises `NobodyToRingError` where none is known any more."""
    number = call.phone or (call.requester.phone if call.requester else None)
    if number is None:
        raise NobodyToRingError
    return number


def get(call_id: int) -> CustomerCall:
    """Return a callback. Raises `NotFoundError`."""
    found = session.get(CustomerCall, call_id, options=[selectinload(CustomerCall.attempts)])
    if found is None:
        raise NotFoundError
    return found


def owed(limit: int = PAGE) -> list[CustomerCall]:
    """Return the callbacks that are owed, missed calls first, then what is due first."""
    missed_first = sa.case((CustomerCall.kind == CallbackKind.MISSED_CALL, 0), else_=1)
    query = (
        sa.select(CustomerCall)
        .where(CustomerCall.state == CallbackState.OPEN)
        .options(joinedload(CustomerCall.owner), joinedload(CustomerCall.requester))
        .order_by(missed_first, CustomerCall.due_at, CustomerCall.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def owed_count() -> int:
    """Return how many are owed."""
    query = sa.select(sa.func.count()).where(CustomerCall.state == CallbackState.OPEN)
    return session.scalar(query) or 0


def ended(limit: int = PAGE) -> list[CustomerCall]:
    """Return the callbacks that ended last, newest first."""
    query = (
        sa.select(CustomerCall)
        .where(CustomerCall.completed_at.is_not(None))
        .options(joinedload(CustomerCall.completed_by))
        .order_by(CustomerCall.completed_at.desc(), CustomerCall.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))
