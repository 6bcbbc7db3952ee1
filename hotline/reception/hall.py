"""Services of the hall: opened at the window, done step by step by the profile's checklist (A6.1)."""

import datetime as dt
from collections.abc import Iterable
from uuid import uuid4

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.reception_terms import HallItem, HallStep
from hotline.contacts import intake, series
from hotline.contacts.intake import Caller, VisitDetails
from hotline.contacts.models import Disposition
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception.models import LONGEST_WORDS, HallService
from hotline.wording import LOCAL_ZONE, N_, in_both, in_words, say

SERVES = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
"""Who carries services out; a trainee may watch."""
LONGEST_RECEIPT = 40
SHOWN = 200


class ItemMissingError(HotlineError):
    """A service is one of the profile's."""

    sentence = N_("Choose the service.")
    field = "item"


class CustomerMissingError(HotlineError):
    """A service is done for somebody."""

    sentence = N_("Write down the customer's name.")
    field = "name"


class StepsMissingError(HotlineError):
    """A service is finished when every step of its checklist is done."""

    sentence = N_("Not done yet: %(steps)s.")
    field = "steps"


class ReceiptMissingError(HotlineError):
    """Money is taken against a numbered receipt."""

    sentence = N_("Write down the number of the receipt.")
    field = "receipt_number"


class BreakReasonMissingError(HotlineError):
    """Whoever breaks a service off says why."""

    sentence = N_("Say why the service was not carried out.")
    field = "broken_off"


class FinishedAlreadyError(HotlineError):
    """What is finished stays as it is."""

    sentence = N_("This service is finished already.")


def open_service(item: str, *, name: str, phone: str = "", by: Staff, now: dt.datetime) -> HallService:
    """Begin a service; the visit goes into the reception register.

    Raises `ItemMissingError`, `CustomerMissingError`, `PhoneNotUnderstoodError`, `NotAllowedError`.
    """
    _require_serves(by)
    wanted = catalogue.desk().reception.hall_item(item)
    if wanted is None:
        raise ItemMissingError
    if not one_line(name):
        raise CustomerMissingError
    contact = intake.record(
        VisitDetails(arrived_at=now),
        Caller(name=one_line(name), phone=phone.strip() or None),
        category=catalogue.desk().reception.category,
        content_class=None,
        summary=in_both(wanted.names),
        received_at=now,
        is_read_back=None,
        submission_key=f"hall:{uuid4()}",
        by=by,
        now=now,
    )
    made = HallService(
        number=series.register_number("hall", "H", now), item=item, contact=contact, steps={}, opened_at=now
    )
    session.add(made)
    session.flush()
    return made


def tick(
    service: HallService,
    done: Iterable[HallStep],
    *,
    receipt: str = "",
    note: str = "",
    by: Staff,
    now: dt.datetime,
) -> None:
    """Keep which steps are done, each with the moment of its first tick. Raises `ReceiptMissingError`."""
    _require_serves(by)
    _require_open(service)
    asked = steps_of(service)
    wanted = {step for step in done if step in asked}
    receipt = one_line(receipt)[:LONGEST_RECEIPT]
    if HallStep.FEE_TAKEN in wanted and not receipt:
        raise ReceiptMissingError
    service.steps = {
        step.value: service.steps.get(step.value) or now.isoformat() for step in asked if step in wanted
    }
    service.receipt_number = receipt or None
    service.note = one_line(note)[:LONGEST_WORDS]
    session.flush()


def finish(service: HallService, *, by: Staff, now: dt.datetime) -> None:
    """End a service whose every step is done. Raises `StepsMissingError`, `FinishedAlreadyError`."""
    _require_serves(by)
    _require_open(service)
    missing = [step for step in steps_of(service) if step.value not in service.steps]
    if missing:
        raise StepsMissingError(steps=", ".join(in_words(step) for step in missing))
    told = {"item": name_of(service), "receipt": service.receipt_number or "–"}
    _end(service, say(N_("%(item)s done, receipt %(receipt)s"), told), by, now)


def break_off(service: HallService, *, because: str, by: Staff, now: dt.datetime) -> None:
    """End a service that is not carried out. Raises `BreakReasonMissingError`, `FinishedAlreadyError`."""
    _require_serves(by)
    _require_open(service)
    because = one_line(because)[:LONGEST_WORDS]
    if not because:
        raise BreakReasonMissingError
    told = {"item": name_of(service), "reason": because}
    service.finished_by, service.finished_at, service.broken_off = by, now, because
    _end(service, say(N_("%(item)s not carried out: %(reason)s"), told), by, now)


def steps_of(service: HallService) -> tuple[HallStep, ...]:
    """Return the checklist of a service; of one the profile no longer has, the steps done."""
    item = item_of(service)
    return item.steps if item else tuple(HallStep(step) for step in service.steps)


def item_of(service: HallService) -> HallItem | None:
    """Return the profile's entry of a service."""
    return catalogue.desk().reception.hall_item(service.item)


def name_of(service: HallService) -> str:
    """Return the name of a service in the reader's language."""
    item = item_of(service)
    return in_both(item.names) if item else service.item


def get(service_id: int) -> HallService:
    """Return a service. Raises `NotFoundError`."""
    found = session.get(HallService, service_id)
    if found is None:
        raise NotFoundError
    return found


def listed(day: dt.date) -> list[HallService]:
    """Return the services under way, and those begun on a day, the last first."""
    start = dt.datetime.combine(day, dt.time(), LOCAL_ZONE)
    query = sa.select(HallService).where(
        sa.or_(
            HallService.finished_at.is_(None),
            sa.and_(HallService.opened_at >= start, HallService.opened_at < start + dt.timedelta(days=1)),
        )
    )
    order = (HallService.finished_at.is_not(None), HallService.opened_at.desc(), HallService.id.desc())
    return list(session.scalars(query.order_by(*order).limit(SHOWN)))


def _end(service: HallService, result: str, by: Staff, now: dt.datetime) -> None:
    service.finished_by, service.finished_at = by, now
    service.contact.disposition, service.contact.filed_because = Disposition.FILED, result[:300]
    session.flush()


def _require_open(service: HallService) -> None:
    if service.finished_at is not None:
        raise FinishedAlreadyError


def may_serve(person: Staff) -> bool:
    """Tell whether `person` carries services out; a trainee does not do so alone (A3.7)."""
    return person.is_any(*SERVES) and not person.is_any(Role.TRAINEE)


def _require_serves(person: Staff) -> None:
    if not may_serve(person):
        raise NotAllowedError
