"""Numbers whose calls are turned away for a while, with the reason and until when (B1.11)."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts import phones
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.sealing import seal
from hotline.telephony.models import RefusedNumber
from hotline.wording import N_

LONGEST_REASON = 300
MOST_SHOWN = 200


class RefusalReasonError(HotlineError):
    """Nobody is turned away without a reason."""

    sentence = N_("Write down why calls from this number are refused.")
    field = "reason"


class RefusalEndError(HotlineError):
    """Nobody is turned away for good."""

    sentence = N_("Choose a day from today on, at most %(most)s days ahead.")
    field = "until"


class RefusedAlreadyError(HotlineError):
    """One refusal runs at a time."""

    sentence = N_("Calls from this number are refused already. End that first.")
    field = "phone"


class EmergencyNumberError(HotlineError):
    """Short numbers belong to services, and those are never turned away."""

    sentence = N_("Service numbers are never refused.")
    field = "phone"


def refuse(phone: str, *, reason: str, until: dt.datetime, by: Staff, now: dt.datetime) -> RefusedNumber:
    """Let the exchange turn calls from `phone` away until a moment.

    Raises `PhoneNotUnderstoodError`, `EmergencyNumberError`, `RefusalReasonError`, `RefusalEndError`,
    `RefusedAlreadyError`.
    """
    number = phones.normalised(phone)
    if len(number) <= 6:
        raise EmergencyNumberError
    reason = one_line(reason)[:LONGEST_REASON]
    if not reason:
        raise RefusalReasonError
    most = catalogue.desk().telephony.most_refused_days
    if not now < until <= now + dt.timedelta(days=most + 1):
        raise RefusalEndError(most=most)
    if running(number, now) is not None:
        raise RefusedAlreadyError
    made = RefusedNumber(
        number=number,
        digest=seal().digest(number),
        reason=reason,
        refused_at=now,
        refused_until=until,
        refused_by=by,
        turned_away=0,
    )
    session.add(made)
    session.flush()
    return made


def running(number: str, at: dt.datetime) -> RefusedNumber | None:
    """Return the refusal that turns `number` away at a moment, or `None`."""
    return session.scalar(
        sa.select(RefusedNumber)
        .where(
            RefusedNumber.digest.in_(seal().digests(number)),
            RefusedNumber.lifted_at.is_(None),
            RefusedNumber.refused_at <= at,
            RefusedNumber.refused_until > at,
        )
        .limit(1)
    )


def lift(refused_id: int, *, by: Staff, now: dt.datetime) -> None:
    """End a refusal before its time; one that is over stays as it was. Raises `NotFoundError`."""
    found = session.get(RefusedNumber, refused_id)
    if found is None:
        raise NotFoundError
    if found.lifted_at is None and found.refused_until > now:
        found.lifted_at, found.lifted_by = now, by
        session.flush()


def listed() -> Sequence[RefusedNumber]:
    """Return the refusals, those that run longest on top."""
    return session.scalars(
        sa.select(RefusedNumber)
        .options(joinedload(RefusedNumber.refused_by), joinedload(RefusedNumber.lifted_by))
        .order_by(RefusedNumber.refused_until.desc(), RefusedNumber.id.desc())
        .limit(MOST_SHOWN)
    ).all()
