"""Inspecting the quality of service: problem, putting right, verification, points (A6.3)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.categories import catalogue
from hotline.categories.profile_parts import ListItem
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Department, Staff
from hotline.people.roles import Role
from hotline.statistics import months
from hotline.statistics.inspection_models import InspectionFinding, InspectionSheet
from hotline.statistics.periods import local_day
from hotline.wording import N_, in_both

ITEMS = "inspection_item"
INSPECTS = (Role.INSPECTOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


class NothingInspectedError(HotlineError):
    """A sheet has looked at something."""

    sentence = N_("Judge at least one item.")
    field = "remarks"


class OwnWorkError(NotAllowedError):
    """Nobody inspects their own work."""

    sentence = N_("Your own work is inspected by somebody else.")


class ProblemMissingError(HotlineError):
    """What is not as it should be is said."""

    sentence = N_("Say what is wrong with “%(item)s”.")
    field = "remarks"


class VerifiedBeforeError(HotlineError):
    """A finding is settled once."""

    sentence = N_("This finding needs no verification, or has had it.")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One item as the inspector found it."""

    item: str
    is_met: bool
    problem: str = ""
    rectification: str = ""
    """What is to be done about it."""
    due_on: dt.date | None = None
    points: int = 0
    """Taken from the month's score; 0 or less."""


def items() -> Sequence[ListItem]:
    """Return the items of a sheet, from the profile."""
    return catalogue.current().lists.get(ITEMS, ())


def inspect(
    *,
    staff: Staff | None = None,
    department: Department | None = None,
    judged: Sequence[Judged],
    remarks: str,
    by: Staff,
    now: dt.datetime,
) -> InspectionSheet:
    """Write an inspection down; points of a finding go into the score of the running month.

    Raises `NotAllowedError`, `OwnWorkError`, `NothingInspectedError`, `ProblemMissingError`, `SignedError`,
    `UnknownCodeError`.
    """
    if not by.is_any(*INSPECTS):
        raise NotAllowedError
    if staff is by:
        raise OwnWorkError
    if not judged:
        raise NothingInspectedError
    month = local_day(now).replace(day=1)
    sheet = InspectionSheet(
        month=month,
        staff=staff,
        department=department,
        inspected_by=by,
        inspected_at=now,
        remarks=remarks.strip(),
        findings=[],
    )
    session.add(sheet)
    for one in judged:
        name = in_both(catalogue.code_item(ITEMS, one.item).names)
        if not one.is_met and not one.problem.strip():
            raise ProblemMissingError(item=name)
        finding = InspectionFinding(item=one.item, is_met=one.is_met)
        if not one.is_met:
            finding.problem = one.problem.strip()
            finding.rectification = one.rectification.strip() or None
            finding.due_on = one.due_on
        sheet.findings.append(finding)
        if one.points and not one.is_met:
            finding.score_event = months.score(
                month,
                points=one.points,
                reason=f"{name}: {one.problem.strip()}"[:300],
                staff=staff,
                department=department,
                by=by,
                now=now,
            )
    session.flush()
    return sheet


def verify(finding: InspectionFinding, *, put_right: str, by: Staff, now: dt.datetime) -> None:
    """Write down that a problem was put right, as somebody saw it.

    Raises `NotAllowedError`, `VerifiedBeforeError`, `ProblemMissingError` without words.
    """
    if not by.is_any(*INSPECTS) or finding.sheet.staff_id == by.id:
        raise NotAllowedError
    if finding.is_met or finding.verified_at is not None:
        raise VerifiedBeforeError
    if not put_right.strip():
        raise ProblemMissingError(item=name_of(finding.item))
    finding.put_right = put_right.strip()
    finding.verified_by, finding.verified_at = by, now
    session.flush()


def get(sheet_id: int) -> InspectionSheet:
    """Return one sheet. Raises `NotFoundError`."""
    found = session.get(InspectionSheet, sheet_id, options=[selectinload(InspectionSheet.findings)])
    if found is None:
        raise NotFoundError
    return found


def finding(finding_id: int) -> InspectionFinding:
    """Return one finding, held for the change. Raises `NotFoundError`."""
    found = session.get(InspectionFinding, finding_id, with_for_update={"of": InspectionFinding})
    if found is None:
        raise NotFoundError
    return found


def of_month(month: dt.date) -> list[InspectionSheet]:
    """Return the sheets of a month, oldest first."""
    return _sheets(InspectionSheet.month == month.replace(day=1), InspectionSheet.id.asc())


def latest(limit: int = 50) -> list[InspectionSheet]:
    """Return the newest sheets."""
    return _sheets(sa.true(), InspectionSheet.id.desc(), limit)


def _sheets(
    where: sa.ColumnElement[bool], order: sa.UnaryExpression[int], limit: int = 500
) -> list[InspectionSheet]:
    query = (
        sa.select(InspectionSheet)
        .where(where)
        .options(
            selectinload(InspectionSheet.findings),
            joinedload(InspectionSheet.staff),
            joinedload(InspectionSheet.department),
            joinedload(InspectionSheet.inspected_by),
        )
        .order_by(order)
        .limit(limit)
    )
    return list(session.scalars(query))


def unsettled(limit: int = 100) -> list[InspectionFinding]:
    """Return the problems that nobody has seen put right, due first."""
    query = (
        sa.select(InspectionFinding)
        .where(sa.not_(InspectionFinding.is_met), InspectionFinding.verified_at.is_(None))
        .options(joinedload(InspectionFinding.sheet))
        .order_by(sa.nulls_last(InspectionFinding.due_on), InspectionFinding.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def whom(sheet: InspectionSheet) -> str:
    """Return whose work a sheet judges, in words."""
    if sheet.staff is not None:
        return f"{sheet.staff.number} {sheet.staff.name}"
    return in_both(sheet.department.names) if sheet.department is not None else ""


def name_of(item: str) -> str:
    """Return what an item is called, also where the profile has dropped it."""
    names = {one.code: one.names for one in items()}
    return in_both(names[item]) if item in names else item
