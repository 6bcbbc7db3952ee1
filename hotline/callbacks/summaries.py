"""What the callbacks of a period showed, written by a supervisor and filed with its figures (A8.6, A8.8)."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.callbacks.customer_models import CallbackSummary
from hotline.callbacks.reporting import REVIEWS, SummaryMissingError
from hotline.db import session
from hotline.errors import NotAllowedError, NotFoundError
from hotline.people.models import Staff

Line = tuple[str, int, int | None]
"""A measure with numerator and denominator."""


def file(
    first: dt.date, last: dt.date, *, words: str, figures: Sequence[Line], by: Staff, now: dt.datetime
) -> CallbackSummary:
    """File what a period showed; it is never changed. Raises `NotAllowedError`, `SummaryMissingError`."""
    if not by.is_any(*REVIEWS):
        raise NotAllowedError
    if not words.strip():
        raise SummaryMissingError
    made = CallbackSummary(
        first_day=first,
        last_day=last,
        words=words.strip(),
        figures=[list(one) for one in figures],
        filed_by=by,
        filed_at=now,
    )
    session.add(made)
    session.flush()
    return made


def filed(limit: int = 60) -> list[CallbackSummary]:
    """Return the summaries, the latest period first."""
    query = (
        sa.select(CallbackSummary)
        .options(joinedload(CallbackSummary.filed_by))
        .order_by(CallbackSummary.last_day.desc(), CallbackSummary.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def get(summary_id: int) -> CallbackSummary:
    """Return one summary. Raises `NotFoundError`."""
    found = session.get(CallbackSummary, summary_id)
    if found is None:
        raise NotFoundError
    return found
