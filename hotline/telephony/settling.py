"""After a call: what nobody answered is owed a callback, what was never told to end is ended."""

import datetime as dt

import sqlalchemy as sa

from hotline.callbacks import customer_calls
from hotline.categories import catalogue
from hotline.contacts import phones, requesters
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.db import session
from hotline.telephony.models import Direction, PhoneCall

BATCH = 100
SETTLES_AFTER = dt.timedelta(seconds=20)
"""Messages of one call overtake one another: so long after its end an answer may still be told."""


def settle(now: dt.datetime) -> int:
    """Look after calls that ended a moment ago, a batch at a time; return how many there were.

    Who rang in vain and could be called back is owed a callback, once however often they rang.
    """
    ended = session.scalars(
        sa.select(PhoneCall)
        .where(PhoneCall.settled_at.is_(None), PhoneCall.ended_at <= now - SETTLES_AFTER)
        .order_by(PhoneCall.ended_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for call in ended:
        call.settled_at = now
        if call.is_missed and call.direction is Direction.INBOUND and call.number is not None:
            _owe_callback(call, call.number, now)
    session.flush()
    return len(ended)


def _owe_callback(call: PhoneCall, number: str, now: dt.datetime) -> None:
    try:
        phones.normalised(number)
    except PhoneNotUnderstoodError:
        return  # a number from abroad, or an inner one: it stands in the list of calls
    known = requesters.by_phone(number)
    call.customer_call = customer_calls.plan_missed_call(
        phone=number,
        name=known[0].name if known else None,
        once=f"phone_call:{call.id}",
        by=None,
        now=now,
    )


def end_unheard(now: dt.datetime) -> int:
    """End calls whose end was never told, at the last moment known of them; return how many."""
    before = now - catalogue.desk().telephony.unheard_after
    open_calls = session.scalars(
        sa.select(PhoneCall)
        .where(PhoneCall.ended_at.is_(None), PhoneCall.received_at < before)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for call in open_calls:
        last = call.answered_at or call.received_at
        call.ended_at = last
        call.talk_seconds = 0 if call.answered_at is not None else None
        for leg in call.legs:
            leg.ended_at = leg.ended_at or max(last, leg.answered_at or last)
    session.flush()
    return len(open_calls)
