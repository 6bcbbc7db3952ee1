"""Remarks that an article is wrong or outdated: tasks for its owner, with a deadline."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import session
from hotline.delivery import notices
from hotline.people.models import Department, Staff, StaffRole
from hotline.people.roles import Role
from hotline.wording import N_
from knowledge_base.article_models import ArticleRevision
from knowledge_base.errors import FeedbackSettledError, ReasonMissingError
from knowledge_base.gap_models import ArticleFeedback, FeedbackKind

REPORTED = N_("%(code)s is reported as “%(remark)s”: settle it by %(due_at)s.")


def report(
    revision: ArticleRevision, kind: FeedbackKind, *, reason: str, by: Staff, now: dt.datetime
) -> ArticleFeedback:
    """Open a task for the owner of `revision` and tell them. Raises `ReasonMissingError`."""
    if not reason.strip():
        raise ReasonMissingError
    remark = ArticleFeedback(
        revision=revision,
        kind=kind,
        reason=reason.strip(),
        reported_by=by,
        reported_at=now,
        department_id=revision.department_id,
        due_at=now + catalogue.desk().knowledge.remark_within.span,
    )
    session.add(remark)
    session.flush()
    notices.tell(
        owners(revision.department),
        "article_reported",
        REPORTED,
        once=f"article_reported:{remark.id}",
        now=now,
        code=revision.article.code,
        remark=kind,
        due_at=remark.due_at,
    )
    return remark


def settle(remark: ArticleFeedback, *, settlement: str, by: Staff, now: dt.datetime) -> None:
    """Say what was done about a remark. Raises `ReasonMissingError`, `FeedbackSettledError`."""
    if not settlement.strip():
        raise ReasonMissingError
    if remark.settled_at is not None:
        raise FeedbackSettledError
    remark.settlement = settlement.strip()
    remark.settled_at = now
    remark.settled_by = by
    session.flush()


def unsettled(department: Department | None = None) -> Sequence[ArticleFeedback]:
    """Return the remarks still to be settled, the one due first first; of one department or of all."""
    wanted = sa.select(ArticleFeedback).where(ArticleFeedback.settled_at.is_(None))
    if department is not None:
        wanted = wanted.where(ArticleFeedback.department_id == department.id)
    return session.scalars(wanted.order_by(ArticleFeedback.due_at, ArticleFeedback.id)).all()


def owners(department: Department | None) -> Sequence[Staff]:
    """Return who looks after the articles of `department`: its information officers, else the editors."""
    if department is not None:
        officers = _holders(Role.INFORMATION_OFFICER, Staff.department_id == department.id)
        if officers:
            return officers
    return _holders(Role.KNOWLEDGE_EDITOR)


def _holders(role: Role, *where: sa.ColumnElement[bool]) -> Sequence[Staff]:
    return session.scalars(
        sa.select(Staff)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.role == role, Staff.is_active, *where)
        .order_by(Staff.id)
    ).all()
