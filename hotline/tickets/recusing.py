"""Keeping a matter from those it concerns (回避), and to those who must know of it (B1.10)."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa

from hotline.categories.channels import IntakeField
from hotline.categories.terms import Confidentiality
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Department, Staff
from hotline.people.recusal_models import NeedToKnow, Recusal, RecusalGround
from hotline.people.roles import Role
from hotline.tickets import access, history, reasons
from hotline.tickets.models import Ticket
from hotline.wording import N_

Row = TypeVar("Row", Recusal, NeedToKnow)

SETS = (Role.SHIFT_LEADER, Role.OVERSIGHT_OFFICER)
"""They keep somebody out of a matter, and let them in again."""

LISTS = (Role.OVERSIGHT_OFFICER,)
"""They say who alone may see a sealed matter."""

ACCUSED = (IntakeField.SUSPECT, IntakeField.OBJECT)
"""Where a matter names whom it is about."""

SHORTEST_NAME = 2
LEVELS = "省市区县"
"""Callers leave these out: 城市管理局 is 市城市管理局."""


class OwnRecusalError(HotlineError):
    """Who is kept out of a matter cannot let themselves in."""

    sentence = N_("Somebody else has to decide this about you.")


class AlreadyRecusedError(HotlineError):
    """It holds already."""

    sentence = N_("The ticket is kept from them already.")


class NotSealedError(HotlineError):
    """Only a restricted matter has a list of those who may see it."""

    sentence = N_("Only a restricted matter has a list of those who may see it.")


def keep_from(
    ticket: Ticket,
    *,
    person: Staff | None = None,
    department: Department | None = None,
    ground: RecusalGround,
    note: str = "",
    by: Staff,
    now: dt.datetime,
) -> Recusal:
    """Keep `ticket` from a person or a department from now on.

    Raises `NotAllowedError`, `AlreadyRecusedError`.
    """
    _require(ticket, by, SETS)
    if any(_is_about(one, person, department) for one in ticket.recusals if one.is_running):
        raise AlreadyRecusedError
    return _keep(ticket, person, department, ground, note.strip() or None, by, now)


def lift(recusal: Recusal, ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Let somebody see the matter again. Raises `NotAllowedError`, `OwnRecusalError`."""
    _require(ticket, by, SETS)
    if recusal.meets(by):
        raise OwnRecusalError
    if not recusal.is_running:
        return
    recusal.lifted_at, recusal.lifted_by_id = now, by.id
    history.note(ticket, "recusal_lifted", by=by, now=now, owner=_name(recusal.staff, recusal.department))
    session.flush()


def admit(ticket: Ticket, person: Staff, *, reason: str, by: Staff, now: dt.datetime) -> NeedToKnow:
    """Put `person` on the list of those who alone may see a restricted matter.

    Departments that have it and oversight officers see it without standing on the list; shift leaders and
    service managers no longer do once there is one. Raises `NotAllowedError`, `NotSealedError`,
    `ReasonMissingError`.
    """
    _require(ticket, by, LISTS)
    if ticket.confidentiality is not Confidentiality.RESTRICTED:
        raise NotSealedError
    running = next((one for one in ticket.readers if one.is_running and one.staff_id == person.id), None)
    if running is not None:
        return running
    row = NeedToKnow(
        staff=person,
        reason=reasons.required(reason),
        added_by=by,
        added_at=now,
    )
    ticket.readers.append(row)
    history.note(ticket, "reader_listed", by=by, now=now, owner=_name(person, None))
    session.flush()
    return row


def dismiss(reader: NeedToKnow, ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Take somebody off the list. Raises `NotAllowedError`."""
    _require(ticket, by, LISTS)
    if reader.is_running:
        reader.ended_at, reader.ended_by_id = now, by.id
        history.note(ticket, "reader_dismissed", by=by, now=now, owner=_name(reader.staff, None))
        session.flush()


def is_kept_from(ticket: Ticket, department: Department) -> bool:
    """Tell whether `ticket` is kept from a department or from the one above it."""
    units = (department.id, department.parent_id)
    return any(one.is_running and one.department_id in units for one in ticket.recusals if one.department_id)


def of_ticket(ticket: Ticket, recusal_id: int) -> Recusal:
    """Return a recusal of `ticket`. Raises `NotFoundError`."""
    return _one(ticket.recusals, recusal_id)


def reader_of(ticket: Ticket, reader_id: int) -> NeedToKnow:
    """Return an entry of the list of `ticket`. Raises `NotFoundError`."""
    return _one(ticket.readers, reader_id)


def _one(rows: Iterable[Row], row_id: int) -> Row:
    found = next((one for one in rows if one.id == row_id), None)
    if found is None:
        raise NotFoundError
    return found


def keep_from_the_named(ticket: Ticket, *, now: dt.datetime) -> list[Recusal]:
    """Keep a matter from the people it names, a restricted one from the departments it names too.

    Names are compared as they are written; who is named otherwise is kept out by a person (`keep_from`).
    """
    said = " ".join(str(ticket.facts.get(field.value) or "") for field in ACCUSED).strip()
    if not said:
        return []
    held = [one for one in ticket.recusals if one.is_running]
    units = _departments_in(said) if ticket.confidentiality is Confidentiality.RESTRICTED else []
    return [
        _keep(ticket, person, unit, RecusalGround.NAMED, None, None, now)
        for person, unit in [*((one, None) for one in _staff_in(said)), *((None, one) for one in units)]
        if not any(_is_about(one, person, unit) for one in held)
    ]


def _staff_in(said: str) -> list[Staff]:
    text = sa.literal(said)
    named = sa.and_(sa.func.length(Staff.name) >= SHORTEST_NAME, text.contains(Staff.name))
    numbered = sa.and_(sa.func.length(Staff.number) > SHORTEST_NAME, text.contains(Staff.number))
    found = session.scalars(sa.select(Staff).where(Staff.is_active, sa.or_(named, numbered)))
    return [one for one in found if one.name in said or _stands_alone(one.number, said)]


def _stands_alone(number: str, said: str) -> bool:
    """Tell whether a staff number is written as one, not as a part of a longer number."""
    for start in range(len(said)):
        if said.startswith(number, start):
            around = said[start - 1 : start] + said[start + len(number) : start + len(number) + 1]
            if not any(one.isascii() and one.isalnum() for one in around):
                return True
    return False


def _departments_in(said: str) -> list[Department]:
    return [
        one
        for one in session.scalars(sa.select(Department))
        if not one.takes_tip_offs and any(_is_named(name, said) for name in one.names.values())
    ]


def _is_named(name: str, said: str) -> bool:
    """Tell whether a department is named, with the city or district before its name or without."""
    return any(form and form in said for form in (name, name.lstrip(LEVELS)))


def _keep(
    ticket: Ticket,
    person: Staff | None,
    department: Department | None,
    ground: RecusalGround,
    note: str | None,
    by: Staff | None,
    now: dt.datetime,
) -> Recusal:
    row = Recusal(
        staff=person,
        department=department,
        ground=ground,
        note=note,
        set_by=by,
        set_at=now,
    )
    ticket.recusals.append(row)
    history.note(ticket, "recusal_set", by=by, now=now, owner=_name(person, department), ground=ground.value)
    session.flush()
    return row


def _is_about(recusal: Recusal, person: Staff | None, department: Department | None) -> bool:
    return (recusal.staff_id, recusal.department_id) == (
        person.id if person else None,
        department.id if department else None,
    )


def _name(person: Staff | None, department: Department | None) -> str:
    if person is not None:
        return f"{person.name} {person.number}"
    return str(department.names.get("zh", department.code)) if department else ""


def _require(ticket: Ticket, by: Staff, roles: tuple[Role, ...]) -> None:
    if not by.is_any(*roles) or not access.may_see(ticket, by):
        raise NotAllowedError
