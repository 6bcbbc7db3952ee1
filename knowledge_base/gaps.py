"""Questions no article answered: filed, grouped by likeness, counted, filled."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.tickets.models import Ticket
from knowledge_base import privacy, tokens
from knowledge_base.article_models import ArticleRevision
from knowledge_base.errors import GapClosedError, ReasonMissingError
from knowledge_base.gap_models import Gap, GapQuestion, GapStatus

COMPARED = 500
"""Open gaps a new question is compared with, the latest asked first."""
LONGEST = 300
UNSETTLED = (GapStatus.OPEN, GapStatus.DRAFTED)


def file_gap(question: str, ticket: Ticket | None = None, *, now: dt.datetime) -> Gap | None:
    """File a question that the search did not answer; a like one counts once more.

    A ticket files one gap however often this is called. Returns `None` when nothing was asked.
    """
    asked = privacy.without(" ".join(question.split()))[:LONGEST]
    if not asked:
        return None
    if ticket is not None:
        known = session.scalar(sa.select(GapQuestion).where(GapQuestion.ticket_id == ticket.id))
        if known is not None:
            return known.gap
    gap = _like(asked)
    if gap is None:
        gap = Gap(
            question=asked,
            content_class=(ticket.content_class if ticket else None) or "",
            asked_count=1,
            first_asked_at=now,
            last_asked_at=now,
        )
        session.add(gap)
    else:
        gap.asked_count += 1
        gap.last_asked_at = now
    gap.questions.append(GapQuestion(question=asked, ticket_id=ticket.id if ticket else None, asked_at=now))
    session.flush()
    return gap


def get(gap_id: int) -> Gap:
    """Return one gap. Raises `NotFoundError`."""
    gap = session.get(Gap, gap_id)
    if gap is None:
        raise NotFoundError
    return gap


def of_ticket(ticket: Ticket) -> Gap | None:
    """Return the gap a ticket filed, if it filed one."""
    found = session.scalar(sa.select(GapQuestion).where(GapQuestion.ticket_id == ticket.id))
    return found.gap if found else None


def waiting(*, oldest_first: bool = False, limit: int = 100) -> Sequence[Gap]:
    """Return the gaps editors still have to fill: those most asked for first, or the oldest."""
    order = (
        (Gap.first_asked_at, Gap.id) if oldest_first else (Gap.asked_count.desc(), Gap.first_asked_at, Gap.id)
    )
    return session.scalars(
        sa.select(Gap).where(Gap.status.in_(UNSETTLED)).order_by(*order).limit(limit)
    ).all()


def prepare(gap: Gap, revision: ArticleRevision) -> None:
    """Note the draft that will fill `gap`; publishing it settles the gap. Raises `GapClosedError`."""
    _refuse_settled(gap)
    gap.revision = revision
    gap.status = GapStatus.DRAFTED
    session.flush()


def dismiss(gap: Gap, *, reason: str, now: dt.datetime) -> None:
    """Close a gap that needs no article. Raises `ReasonMissingError`, `GapClosedError`."""
    if not reason.strip():
        raise ReasonMissingError
    _refuse_settled(gap)
    gap.status = GapStatus.DISMISSED
    gap.reason = reason.strip()
    gap.settled_at = now
    session.flush()


def merge(gap: Gap, into: Gap) -> None:
    """Add the questions of `gap` to those of `into`, where likeness missed it. Raises `GapClosedError`."""
    _refuse_settled(gap)
    _refuse_settled(into)
    if gap is into:
        return
    for question in list(gap.questions):
        question.gap = into
    into.asked_count += gap.asked_count
    into.first_asked_at = min(into.first_asked_at, gap.first_asked_at)
    into.last_asked_at = max(into.last_asked_at, gap.last_asked_at)
    session.flush()
    session.delete(gap)
    session.flush()


def likeness(one: str, other: str) -> float:
    """Return the share of terms and characters two questions have in common, 0 to 1."""
    left, right = _marks(one), _marks(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _like(question: str) -> Gap | None:
    recent = session.scalars(
        sa.select(Gap)
        .where(Gap.status.in_(UNSETTLED))
        .order_by(Gap.last_asked_at.desc(), Gap.id.desc())
        .limit(COMPARED)
    )
    near = [(likeness(question, gap.question), -gap.id, gap) for gap in recent]
    best = max(near, default=None)
    return best[2] if best and 100 * best[0] >= catalogue.desk().knowledge.gap_likeness else None


def _marks(question: str) -> set[str]:
    return {*tokens.terms(question), *tokens.characters(question)}


def _refuse_settled(gap: Gap) -> None:
    if gap.status not in UNSETTLED:
        raise GapClosedError(status=gap.status)
