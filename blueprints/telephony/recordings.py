"""Recordings of calls: listened to by who took the call or checks it, and that is written down (B1.19)."""

from flask import redirect
from flask.typing import ResponseReturnValue

from blueprints import looking
from blueprints.access import current_staff
from blueprints.telephony.views import bp
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue
from hotline.contacts.models import Contact
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.telephony import listing, recording
from hotline.telephony.models import PhoneCall
from hotline.tickets import access
from hotline.tickets.models import Ticket


@bp.get("/calls/<int:call_id>/recording")
def listen(call_id: int) -> ResponseReturnValue:
    """Go to where a recording lies."""
    call, person = listing.get(call_id), current_staff()
    if call.recording is None or not _may_hear(call, person):
        raise NotFoundError
    looking.handed_out(Act.FILE_FETCHED, Subject.SERVICE, f"recording {call.id}")
    return redirect(call.recording)


def _may_hear(call: PhoneCall, person: Staff) -> bool:
    """Tell whether a person took the call, or checks calls and may know of what came of it."""
    if any(leg.staff_id == person.id and leg.answered_at is not None for leg in call.legs):
        return True
    contacts = [leg.contact for leg in call.legs if leg.contact is not None]
    return person.is_any(*recording.CHECKS) and all(_may_know(one, person) for one in contacts)


def _may_know(contact: Contact, person: Staff) -> bool:
    if contact.ticket_id is not None:
        return access.may_see(session.get_one(Ticket, contact.ticket_id), person)
    restricted = catalogue.restricted_categories()
    return contact.category not in restricted or person.is_any(*access.NEED_TO_KNOW)
