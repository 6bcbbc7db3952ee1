"""Calls the desk makes: for which purpose, about which ticket, reached or not (A3.6)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts import phones
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errands.models import Errand, OutboundCall
from hotline.errors import HotlineError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import history
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_

PURPOSES = "call_purpose"
"""The code list of the profile."""
MOST_SHOWN = 200
SEES_ALL = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.INSPECTOR)


class PurposeMissingError(HotlineError):
    """The desk's telephone is not for private calls (A3.6)."""

    sentence = N_("Say what the call was for.")
    field = "purpose"


def log(
    *,
    phone: str,
    purpose: str,
    is_reached: bool,
    note: str = "",
    ticket: Ticket | None = None,
    errand: Errand | None = None,
    by: Staff,
    now: dt.datetime,
) -> OutboundCall:
    """Write a call down; one about a ticket stands in its history too.

    Raises `TraineeRefusedError`, `PurposeMissingError`, `UnknownCodeError`, `PhoneNotUnderstoodError`.
    """
    staff.require_independent(by)
    if not purpose:
        raise PurposeMissingError
    item = catalogue.code_item(PURPOSES, purpose)
    call = OutboundCall(
        called_by=by,
        called_at=now,
        phone=phones.normalised(phone),
        purpose=item.code,
        is_reached=is_reached,
        note=one_line(note)[:500] or None,
        ticket=ticket,
        errand=errand,
    )
    session.add(call)
    if ticket is not None:
        kind = "call_made" if is_reached else "call_not_answered"
        history.note(ticket, kind, by=by, now=now, purpose=dict(item.names))
    session.flush()
    return call


def listed(person: Staff, day: dt.date) -> list[OutboundCall]:
    """Return the calls of one day: one's own, or everybody's for those who lead the shift."""
    start = dt.datetime.combine(day, dt.time(), LOCAL_ZONE)
    query = (
        sa.select(OutboundCall)
        .where(OutboundCall.called_at >= start, OutboundCall.called_at < start + dt.timedelta(days=1))
        .options(joinedload(OutboundCall.called_by), joinedload(OutboundCall.ticket))
    )
    if not person.is_any(*SEES_ALL):
        query = query.where(OutboundCall.called_by_id == person.id)
    return list(session.scalars(query.order_by(OutboundCall.called_at.desc()).limit(MOST_SHOWN)))
