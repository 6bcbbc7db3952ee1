"""What counts against a department: objections, rulings, and answers left out with a ground and a name."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.callbacks.models import AttemptResult, CallbackTask
from hotline.callbacks.review_models import CallbackObjection, Ruling
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.tickets import access, history
from hotline.wording import N_

RULES = (Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER)
"""Who rules on objections and may leave an answer out of the assessment."""


class GroundsMissingError(HotlineError):
    """Nothing is objected to, ruled or left out without a reason."""

    sentence = N_("Give the grounds.")
    field = "grounds"


class NotAssessedError(HotlineError):
    """Only what a reached caller said is assessed at all."""

    sentence = N_("Only the answer of a caller who was reached counts in the assessment.")


class ObjectedBeforeError(HotlineError):
    """One objection at a time; a ruling stands."""

    sentence = N_("This answer has been objected to already.")


def object_to(task: CallbackTask, *, grounds: str, by: Staff, now: dt.datetime) -> CallbackObjection:
    """Let the department that was judged object. The answer counts until the hotline has ruled.

    Raises `NotAllowedError`, `NotAssessedError`, `GroundsMissingError`, `ObjectedBeforeError`.
    """
    if by.department_id is None or by.department_id != task.department_id or not by.is_any(*DEPARTMENT_ROLES):
        raise NotAllowedError
    _require_answer(task)
    if of_task(task):
        raise ObjectedBeforeError
    objection = CallbackObjection(task=task, grounds=_given(grounds), raised_by=by, raised_at=now)
    session.add(objection)
    history.note(
        task.ticket, "callback_objected", by=by, now=now, department=task.department, round=task.round
    )
    session.flush()
    return objection


def rule(objection: CallbackObjection, ruling: Ruling, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Decide an objection; one that is granted leaves the answer out of the assessment.

    Raises `NotAllowedError`, `GroundsMissingError`, `ObjectedBeforeError` when it was ruled on before.
    """
    _require_ruler(by)
    if objection.ruling is not Ruling.PENDING or ruling is Ruling.PENDING:
        raise ObjectedBeforeError
    objection.reason = _given(reason)
    objection.ruling = ruling
    objection.ruled_by = by
    objection.ruled_at = now
    if ruling is Ruling.GRANTED:
        exclude(objection.task, ground=reason, by=by, now=now)
    else:
        history.note(objection.task.ticket, "callback_objection_refused", by=by, now=now)
    session.flush()


def exclude(task: CallbackTask, *, ground: str, by: Staff, now: dt.datetime) -> None:
    """Leave an answer out of the assessment; it stays on record, and the figures say how many there are.

    Raises `NotAllowedError`, `NotAssessedError`, `GroundsMissingError`.
    """
    _require_ruler(by)
    _require_answer(task)
    task.excluded_ground = _given(ground)[:300]
    task.excluded_by = by
    task.excluded_at = now
    history.note(
        task.ticket, "callback_excluded", by=by, now=now, department=task.department, round=task.round
    )
    session.flush()


def include(task: CallbackTask, *, by: Staff, now: dt.datetime) -> None:
    """Let an answer count again. Raises `NotAllowedError`."""
    _require_ruler(by)
    task.excluded_ground = task.excluded_by = task.excluded_at = None
    history.note(
        task.ticket, "callback_included", by=by, now=now, department=task.department, round=task.round
    )
    session.flush()


def of_task(task: CallbackTask) -> list[CallbackObjection]:
    """Return the objections to one answer, oldest first."""
    query = sa.select(CallbackObjection).where(CallbackObjection.task_id == task.id)
    return list(session.scalars(query.order_by(CallbackObjection.id)))


def pending(reader: Staff) -> list[CallbackObjection]:
    """Return the objections that wait for a ruling and `reader` may know of, the oldest first."""
    return list(
        session.scalars(
            sa.select(CallbackObjection)
            .join(CallbackObjection.task)
            .join(CallbackTask.ticket)
            .where(CallbackObjection.ruling == Ruling.PENDING, access.visible(reader))
            .options(
                joinedload(CallbackObjection.task).joinedload(CallbackTask.ticket),
                joinedload(CallbackObjection.task).joinedload(CallbackTask.department),
                joinedload(CallbackObjection.raised_by),
            )
            .order_by(CallbackObjection.id)
            .limit(100)
        )
    )


def answers_about(person: Staff, limit: int = 100) -> list[tuple[CallbackTask, CallbackObjection | None]]:
    """Return what callers said of the person's department, newest first, each with its objection."""
    query = (
        sa.select(CallbackTask, CallbackObjection)
        .outerjoin(CallbackObjection, CallbackObjection.task_id == CallbackTask.id)
        .join(CallbackTask.ticket)
        .where(_about(person))
        .options(joinedload(CallbackTask.ticket), joinedload(CallbackObjection.ruled_by))
        .order_by(CallbackTask.completed_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def answer_about(person: Staff, task_id: int) -> CallbackTask:
    """Return one answer about the person's department. Raises `NotFoundError`."""
    query = (
        sa.select(CallbackTask).join(CallbackTask.ticket).where(CallbackTask.id == task_id, _about(person))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def _about(person: Staff) -> sa.ColumnElement[bool]:
    return sa.and_(
        CallbackTask.department_id == person.department_id,
        CallbackTask.result == AttemptResult.REACHED,
        access.visible(person),
    )


def _require_ruler(person: Staff) -> None:
    if not person.is_any(*RULES):
        raise NotAllowedError


def _require_answer(task: CallbackTask) -> None:
    if task.result is not AttemptResult.REACHED:
        raise NotAssessedError


def _given(text: str) -> str:
    if not text.strip():
        raise GroundsMissingError
    return text.strip()
