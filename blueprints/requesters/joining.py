"""Records of one person: which may belong together, joining them, taking them apart."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.callbacks import tags
from hotline.contacts import merging
from hotline.contacts.models import Requester, RequesterMerge
from hotline.people.models import Staff
from hotline.tickets import callers
from hotline.wording import N_, say

ATTACHED = N_("The number was added to this person")


@dataclass(frozen=True, slots=True)
class Same:
    """What belongs to a caller, and what may."""

    joined: Sequence[Requester]
    likely: Sequence[Requester]
    """Others under one of the caller's numbers, or under the number looked for."""
    history: Sequence[RequesterMerge]


def of(requester: Requester, found: Sequence[Requester]) -> Same:
    """Return the records joined to `requester` and those that may be.

    Somebody known from sealed matters only is nobody here (B1.10).
    """
    likely = {one.id: one for one in [*found, *merging.sharing_a_number(requester)]}
    likely.pop(requester.id, None)
    return Same(
        joined=merging.joined_to(requester),
        likely=[one for one in likely.values() if not callers.is_sealed(one)],
        history=merging.history(requester),
    )


def join(requester: Requester, other: Requester, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Join `other` to `requester`, its marks too: whoever must be called stays so."""
    merging.merge(requester, other, reason=reason, by=by, now=now)
    for tag in tags.of(other) - tags.of(requester):
        tags.give(requester, tag, by=by, now=now)


def part(requester: Requester, other: Requester, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Take `other` apart from `requester`. Raises `NotMergedError`."""
    if other.merged_into_id != requester.id:
        raise merging.NotMergedError
    merging.unmerge(other, reason=reason, by=by, now=now)


def take_in_the_nameless(requester: Requester, *, by: Staff, now: dt.datetime) -> None:
    """Join what came from the caller's numbers before anybody knew whose they were: their history is his."""
    for other in merging.sharing_a_number(requester):
        if other.name is None and other.id_number is None and not callers.is_sealed(other):
            join(requester, other, reason=say(ATTACHED), by=by, now=now)
