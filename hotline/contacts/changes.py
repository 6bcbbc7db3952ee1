"""Bringing a requester's data up to date, with the history of every change (A8.4, A8.5a)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts import phones, requesters
from hotline.contacts.change_models import RequesterChange, RequesterField
from hotline.contacts.models import Requester
from hotline.db import session
from hotline.people.models import Staff


def update(
    requester: Requester,
    *,
    name: str = "",
    address: str = "",
    phone: str = "",
    by: Staff,
    now: dt.datetime,
) -> list[RequesterChange]:
    """Write down what a requester told of themselves; empty or unchanged values change nothing.

    Returns the changes. Raises `PhoneNotUnderstoodError`.
    """
    made = []
    if name.strip() and name.strip() != requester.name:
        made.append(_changed(requester, RequesterField.NAME, requester.name, name.strip(), by, now))
        requester.name = name.strip()
    if address.strip() and address.strip() != requester.address:
        made.append(_changed(requester, RequesterField.ADDRESS, requester.address, address.strip(), by, now))
        requester.address = address.strip()
    if phone.strip():
        number = phones.normalised(phone)
        if number not in {one.number for one in requester.phones}:
            requesters.add_phone(requester, number)
            made.append(_changed(requester, RequesterField.PHONE, None, number, by, now))
    session.add_all(made)
    session.flush()
    return made


def _changed(
    requester: Requester, field: RequesterField, was: str | None, became: str, by: Staff, now: dt.datetime
) -> RequesterChange:
    return RequesterChange(
        requester=requester, field=field, was=was, became=became, changed_by=by, changed_at=now
    )


def of(requester: Requester, limit: int = 30) -> list[RequesterChange]:
    """Return the changes of a requester's data, newest first."""
    query = (
        sa.select(RequesterChange)
        .where(RequesterChange.requester_id == requester.id)
        .options(joinedload(RequesterChange.changed_by))
    )
    return list(session.scalars(query.order_by(RequesterChange.id.desc()).limit(limit)))
