"""Two records, one person: joining them, and taking that back without a trace lost.

Nothing is moved: what was recorded under either record stays there, and is read together while they are one.
"""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from hotline.contacts.models import Requester, RequesterMerge, RequesterPhone
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import N_

LONGEST_REASON = 300


class SamePersonAlreadyError(HotlineError):
    """A record cannot be joined to itself, nor twice."""

    sentence = N_("These two records are one person already.")
    field = "other"


class NotMergedError(HotlineError):
    """Only what was joined can be taken apart."""

    sentence = N_("This record was not joined to another one.")
    field = "other"


class MergeReasonMissingError(HotlineError):
    """Whoever says that two records are one person says how they know."""

    sentence = N_("Say how you know, such as “named both numbers”.")
    field = "reason"


def survivor(requester: Requester) -> Requester:
    """Return the record that stands for `requester`: itself, or the one it was joined to."""
    while requester.merged_into is not None:
        requester = requester.merged_into
    return requester


def family(ids: Collection[int]) -> list[int]:
    """Return `ids` and the ids of all records joined to them."""
    known = list(ids)
    wave = known
    while wave:
        joined = sa.select(Requester.id).where(Requester.merged_into_id.in_(wave), Requester.id.not_in(known))
        wave = list(session.scalars(joined))
        known += wave
    return known


def joined_to(requester: Requester) -> list[Requester]:
    """Return the records that were joined to `requester`."""
    query = sa.select(Requester).where(Requester.merged_into_id == requester.id).order_by(Requester.id)
    return list(session.scalars(query))


def merge(kept: Requester, other: Requester, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Say that `other` is the same person as `kept`, whose record stands for both from now on.

    Raises `SamePersonAlreadyError`, `MergeReasonMissingError`.
    """
    kept, other = survivor(kept), survivor(other)
    if kept.id == other.id:
        raise SamePersonAlreadyError
    _note(kept, other, reason, by, now, is_undone=False)
    other.merged_into = kept
    session.flush()


def unmerge(other: Requester, *, reason: str, by: Staff, now: dt.datetime) -> Requester:
    """Say that `other` is somebody else after all; return the record it was joined to.

    Raises `NotMergedError`, `MergeReasonMissingError`.
    """
    kept = other.merged_into
    if kept is None:
        raise NotMergedError
    _note(kept, other, reason, by, now, is_undone=True)
    other.merged_into = None
    session.flush()
    return kept


def sharing_a_number(requester: Requester) -> list[Requester]:
    """Return other people known under one of the numbers of `requester`."""
    own = sa.select(RequesterPhone.digest).where(RequesterPhone.requester_id.in_(family([requester.id])))
    query = (
        sa.select(Requester)
        .where(
            Requester.phones.any(RequesterPhone.digest.in_(own)),
            Requester.id != requester.id,
            Requester.merged_into_id.is_(None),
        )
        .order_by(Requester.id)
        .limit(20)
    )
    return list(session.scalars(query))


def history(requester: Requester) -> list[RequesterMerge]:
    """Return who joined what to `requester` or took it apart, newest first."""
    query = sa.select(RequesterMerge).where(RequesterMerge.kept_id == requester.id)
    return list(session.scalars(query.order_by(RequesterMerge.id.desc()).limit(50)))


def _note(
    kept: Requester, other: Requester, reason: str, by: Staff, now: dt.datetime, *, is_undone: bool
) -> None:
    reason = one_line(reason)[:LONGEST_REASON]
    if not reason:
        raise MergeReasonMissingError
    session.add(
        RequesterMerge(
            kept_id=kept.id, merged_id=other.id, is_undone=is_undone, reason=reason, by=by, happened_at=now
        )
    )
