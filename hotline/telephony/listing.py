"""Calls of the day, newest first: one's own, or everybody's for those who lead the shift."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.telephony.models import PhoneCall, PhoneLeg
from hotline.wording import LOCAL_ZONE

MOST_SHOWN = 100


def today(person: Staff | None, *, now: dt.datetime, only_missed: bool = False) -> Sequence[PhoneCall]:
    """Return today's calls that rang at `person`'s telephone, or all where that is `None`."""
    begins = dt.datetime.combine(now.astimezone(LOCAL_ZONE).date(), dt.time(), LOCAL_ZONE)
    query = (
        sa.select(PhoneCall)
        .where(PhoneCall.received_at >= begins)
        .options(
            joinedload(PhoneCall.staff),
            joinedload(PhoneCall.customer_call),
            selectinload(PhoneCall.legs).joinedload(PhoneLeg.contact),
        )
    )
    if person is not None:
        rang = sa.exists().where(PhoneLeg.call_id == PhoneCall.id, PhoneLeg.staff_id == person.id)
        query = query.where(rang)
    if only_missed:
        query = query.where(
            PhoneCall.ended_at.is_not(None), PhoneCall.answered_at.is_(None), ~PhoneCall.is_rejected
        )
    query = query.order_by(PhoneCall.received_at.desc(), PhoneCall.id.desc()).limit(MOST_SHOWN)
    return session.scalars(query).unique().all()


def get(call_id: int) -> PhoneCall:
    """Return a call. Raises `NotFoundError`."""
    found = session.get(PhoneCall, call_id, options=[selectinload(PhoneCall.legs)])
    if found is None:
        raise NotFoundError
    return found
