"""Drawing samples of closed tickets: every stratum covered, and anybody can repeat the draw (A8.1, A8.9)."""

import datetime as dt
import hashlib
import math
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from hotline.callbacks import plans
from hotline.callbacks.models import CallbackTask
from hotline.callbacks.sample_models import CallbackSample, SampleMember
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind, Confidentiality
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import LOCAL_ZONE, N_
from hotline.working_time import due, load, office_hours


class SampleRefusedError(HotlineError):
    """No sample can be drawn like this."""

    sentence = N_(
        "A sample of level %(level)s is not drawn here: the profile sets no share or no limit for it."
    )


class DrawnBeforeError(HotlineError):
    """A second draw from the same matters would let somebody choose."""

    sentence = N_("The sample of level %(level)s for %(first)s – %(last)s has been drawn already.")


class NothingToDrawError(HotlineError):
    """The period has no closed ticket whose caller could be asked."""

    sentence = N_("No ticket was closed from %(first)s to %(last)s whose caller could be asked.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One closed ticket of the population."""

    ticket: Ticket
    stratum: str


def population(first: dt.date, last: dt.date) -> list[Candidate]:
    """Return the tickets closed on these local days whose callers may be asked, by number.

    Left out: callers without a contact, and matters in which a call could give somebody away (F10).
    """
    begins = dt.datetime.combine(first, dt.time(), LOCAL_ZONE)
    ends = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), LOCAL_ZONE)
    query = (
        sa.select(Ticket)
        .where(
            Ticket.closed_at >= begins,
            Ticket.closed_at < ends,
            Ticket.status == TicketStatus.CLOSED,
            Ticket.has_contact,
            Ticket.confidentiality != Confidentiality.RESTRICTED,
            Ticket.category.in_(_asked_about()),
        )
        .order_by(Ticket.number)
    )
    return [Candidate(ticket, stratum_of(ticket)) for ticket in session.scalars(query)]


def stratum_of(ticket: Ticket) -> str:
    """Return the kind of matter a ticket stands for: its category with the topic, else the content class."""
    detail = ticket.facts.get("topic") or (ticket.content_class or "")[:2] or "-"
    return f"{ticket.category}:{detail}"[:80]


def _asked_about() -> list[str]:
    policies = catalogue.current().policies.values()
    return [
        one.code
        for one in policies
        if one.callback is not None and one.callback.kind is not CallbackKind.RESTRICTED
    ]


def chosen(candidates: Iterable[tuple[str, str]], share: int, seed: str) -> set[str]:
    """Return the numbers that a draw of `share` percent takes from (number, stratum) pairs.

    At least `share` percent altogether and one of every stratum. Within a stratum the order is that of the
    digests of seed and number, so the same seed and population always give the same sample.
    """
    strata: defaultdict[str, list[str]] = defaultdict(list)
    for number, stratum in candidates:
        strata[stratum].append(number)
    sizes = allotted({name: len(members) for name, members in strata.items()}, share)
    return {
        number
        for name, members in strata.items()
        for number in sorted(members, key=lambda one: _order(seed, one))[: sizes[name]]
    }


def allotted(strata: Mapping[str, int], share: int) -> dict[str, int]:
    """Return how many are drawn from each stratum: in proportion, one at least, `share` percent in all."""
    wanted = max(math.ceil(sum(strata.values()) * share / 100), len(strata))
    sizes = {name: max(1, count * share // 100) for name, count in strata.items()}
    by_need = sorted(strata, key=lambda name: (-(strata[name] * share % 100), name))
    while sum(sizes.values()) < wanted:
        for name in by_need:
            if sizes[name] < strata[name] and sum(sizes.values()) < wanted:
                sizes[name] += 1
    return sizes


def _order(seed: str, number: str) -> bytes:
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def digest(candidates: Iterable[tuple[str, str]]) -> str:
    """Return the digest of a population: changed when any ticket or stratum of it is."""
    text = "\n".join(f"{number} {stratum}" for number, stratum in sorted(candidates))
    return hashlib.sha256(text.encode()).hexdigest()


def draw(
    level: int,
    first: dt.date,
    last: dt.date,
    *,
    by: Staff | None,
    now: dt.datetime,
    seed: str | None = None,
) -> CallbackSample:
    """Draw the sample of a level from the tickets closed on these days, and plan its callbacks.

    `seed` is made here and kept with the draw. Raises `SampleRefusedError`, `DrawnBeforeError`,
    `NothingToDrawError`.
    """
    terms = catalogue.desk().callbacks
    share = terms.level_shares.get(level, 0)
    if level not in terms.called_by or share == 0 or terms.sample_within is None:
        raise SampleRefusedError(level=level)
    if drawn_before(level, first, last):
        raise DrawnBeforeError(level=level, first=first, last=last)
    found = population(first, last)
    if not found:
        raise NothingToDrawError(first=first, last=last)
    seed = seed or secrets.token_hex(16)
    pairs = [(one.ticket.number, one.stratum) for one in found]
    taken = chosen(pairs, share, seed)
    sample = CallbackSample(
        level=level,
        first_day=first,
        last_day=last,
        categories=sorted({one.ticket.category for one in found}),
        share=share,
        seed=seed,
        strata=_strata(pairs, taken),
        population_count=len(found),
        drawn_count=len(taken),
        population_digest=digest(pairs),
        due_at=due(now, terms.sample_within, load(), office_hours()).at,
        drawn_by=by,
        drawn_at=now,
    )
    session.add(sample)
    session.flush()
    for one in found:
        is_drawn = one.ticket.number in taken
        sample.members.append(SampleMember(ticket=one.ticket, stratum=one.stratum, is_drawn=is_drawn))
        if is_drawn:
            session.add(_task(one.ticket, sample, now))
    session.flush()
    return sample


def _task(ticket: Ticket, sample: CallbackSample, now: dt.datetime) -> CallbackTask:
    policy = catalogue.policy(ticket.category)
    kind = policy.callback.kind if policy.callback else CallbackKind.HANDLING
    return CallbackTask(
        ticket=ticket,
        round=ticket.round,
        requester_id=ticket.requester_id,
        level=sample.level,
        kind=kind,
        category=ticket.category,
        department_id=plans.handled_by(ticket),
        by_role=catalogue.desk().callbacks.called_by[sample.level],
        sample_id=sample.id,
        planned_at=now,
        due_at=sample.due_at,
        attempt_count=0,
    )


def _strata(pairs: Sequence[tuple[str, str]], taken: set[str]) -> list[dict[str, object]]:
    names = sorted({stratum for _number, stratum in pairs})
    return [
        {
            "stratum": name,
            "population": sum(stratum == name for _number, stratum in pairs),
            "drawn": sum(stratum == name and number in taken for number, stratum in pairs),
        }
        for name in names
    ]


def drawn_before(level: int, first: dt.date, last: dt.date) -> bool:
    """Tell whether this sample exists."""
    same = (CallbackSample.level == level, CallbackSample.first_day == first, CallbackSample.last_day == last)
    return bool(session.scalar(sa.select(sa.exists().where(*same))))


def repeats(sample: CallbackSample) -> bool:
    """Draw a kept sample again from its seed and population; tell whether it comes out the same."""
    members = list(
        session.scalars(
            sa.select(SampleMember)
            .where(SampleMember.sample_id == sample.id)
            .options(selectinload(SampleMember.ticket))
        )
    )
    pairs = [(one.ticket.number, one.stratum) for one in members]
    drawn = {one.ticket.number for one in members if one.is_drawn}
    return digest(pairs) == sample.population_digest and chosen(pairs, sample.share, sample.seed) == drawn


def all_drawn() -> list[CallbackSample]:
    """Return every draw, newest first."""
    return list(session.scalars(sa.select(CallbackSample).order_by(CallbackSample.id.desc()).limit(60)))


def draw_due(now: dt.datetime) -> list[CallbackSample]:
    """Draw last month's samples of every level the profile samples, once each; a job does this by rule."""
    today = now.astimezone(LOCAL_ZONE).date()
    last = today.replace(day=1) - dt.timedelta(days=1)
    first = last.replace(day=1)
    terms = catalogue.desk().callbacks
    if terms.sample_within is None:
        return []
    wanted = [
        level
        for level in terms.called_by
        if terms.level_shares.get(level) and not drawn_before(level, first, last)
    ]
    if not wanted or not population(first, last):
        return []
    return [draw(level, first, last, by=None, now=now) for level in wanted]
