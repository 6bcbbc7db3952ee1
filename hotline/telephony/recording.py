"""From a call to its record: what its form starts with, and the times its contact carries."""

import datetime as dt
from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts.models import Call, Contact
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.telephony.models import PhoneCall, PhoneLeg


def of_form(form_key: str, person: Staff) -> PhoneLeg | None:
    """Return the leg of the call that `person` takes down under `form_key`; nobody else's."""
    found = session.scalar(_OF_FORM, {"form_key": form_key, "staff_id": person.id})
    return None if found is None else session.get(PhoneLeg, found, options=[_WITH_CALL])


_LEGS = cast(sa.Table, PhoneLeg.__table__)
_OF_FORM = sa.select(_LEGS.c.id).where(
    _LEGS.c.form_key == sa.bindparam("form_key"), _LEGS.c.staff_id == sa.bindparam("staff_id")
)
"""No more than the id, as most forms are filled without the exchange."""
_WITH_CALL = joinedload(PhoneLeg.call, innerjoin=True)


CHECKS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.INSPECTOR)
"""They may hear calls they did not take."""


def heard(contacts: Iterable[Contact], reader: Staff) -> dict[int, int]:
    """Return the calls with a recording that `reader` may hear, by the contact taken down of them."""
    checks = reader.is_any(*CHECKS)
    theirs = [
        one.id for one in contacts if isinstance(one, Call) and (checks or one.recorded_by_id == reader.id)
    ]
    if not theirs:
        return {}
    query = (
        sa.select(PhoneLeg.contact_id, PhoneCall.id)
        .join(PhoneLeg.call)
        .where(PhoneLeg.contact_id.in_(theirs), PhoneCall.recording.is_not(None))
    )
    return {contact_id: call_id for contact_id, call_id in session.execute(query) if contact_id}


def filled(leg: PhoneLeg) -> dict[str, str]:
    """Return what the exchange knows of the form's fields."""
    known = {
        "phone": leg.call.number or "",
        "ring_count": "" if leg.call.ring_count is None else str(leg.call.ring_count),
    }
    return {name: text for name, text in known.items() if text}


def talked(leg: PhoneLeg, now: dt.datetime) -> int | None:
    """Return the seconds talked so far, or in all once it ended; `None` where nobody answered."""
    if leg.answered_at is None:
        return None
    return max(0, round(((leg.ended_at or now) - leg.answered_at).total_seconds()))


def bind(leg: PhoneLeg, contact: Contact) -> None:
    """Note that `contact` is what was taken down of the call that `leg` is part of."""
    # A message that ends the call may come at this moment: it waits, and then finds the contact.
    call = session.scalars(
        sa.select(PhoneCall)
        .where(PhoneCall.id == leg.call_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    session.refresh(leg)
    if leg.contact_id is None:
        leg.contact_id = contact.id
        session.flush()
        keep_talk_times(call)


def keep_talk_times(call: PhoneCall) -> None:
    """Give the contacts taken down of a call that has ended the time really talked."""
    for leg in call.legs:
        if leg.contact_id is None or leg.ended_at is None or leg.answered_at is None:
            continue
        contact = session.get(Contact, leg.contact_id)
        if isinstance(contact, Call):
            contact.talk_seconds = talked(leg, leg.ended_at)
    session.flush()
