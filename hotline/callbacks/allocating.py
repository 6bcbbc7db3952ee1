"""Giving callbacks out: to whom can make them, evenly by what everybody has already (A7.7, A8.5a)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.callbacks import customer_queue, queue
from hotline.callbacks.customer_models import CustomerCall
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.callbacks.review_models import CallbackCaller
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind
from hotline.db import session
from hotline.people import absences
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.working_time import due, load, office_hours

BATCH = 500

Owed = CallbackTask | CustomerCall
KINDS: tuple[type[Owed], ...] = (CallbackTask, CustomerCall)


@dataclass
class Load:
    """One person's part: what they call about, how many they have, how many they may have."""

    person: Staff
    kinds: frozenset[CallbackKind]
    open_count: int
    most_open: int
    is_present: bool

    @property
    def is_free(self) -> bool:
        """Tell whether the batch takes another one."""
        return self.is_present and self.open_count < self.most_open

    def fits(self, owed: Owed) -> bool:
        """Tell whether this person calls about such matters and may make this callback."""
        if self.kinds and owed.kind not in self.kinds:
            return False
        return isinstance(owed, CustomerCall) or queue.may_call(owed, self.person)


def loads() -> list[Load]:
    """Return the callback agents with their batches, with a ticket and without one, by staff number."""
    agents = people.holding(Role.CALLBACK_AGENT)
    settings = {one.staff_id: one for one in session.scalars(sa.select(CallbackCaller))}
    counted: Counter[int | None] = Counter()
    for kind in KINDS:
        rows = session.execute(
            sa.select(kind.owner_id, sa.func.count())
            .where(kind.state == CallbackState.OPEN, kind.owner_id.is_not(None))
            .group_by(kind.owner_id)
        )
        for owner_id, count in rows:
            counted[owner_id] += count
    return [_load(person, settings.get(person.id), counted[person.id]) for person in agents]


def _load(person: Staff, setting: CallbackCaller | None, open_count: int) -> Load:
    if setting is None:
        return Load(
            person, frozenset(), open_count, catalogue.desk().callbacks.most_in_batch, is_present=True
        )
    kinds = frozenset(CallbackKind(one) for one in setting.kinds)
    return Load(person, kinds, open_count, setting.most_open, setting.is_present)


def allocate(*, now: dt.datetime) -> int:
    """Give free callbacks out, due first, each to the fitting person with the least in hand.

    Those of tickets and those without a ticket stand in one line. The person who took the first contact
    comes first where they make callbacks themselves (谁受理谁负责, A8.9). What fits nobody, or finds every
    batch full, stays free. Returns how many were given out.
    """
    away = absences.stand_ins([one.id for one in people.holding(Role.CALLBACK_AGENT)], now)
    everybody = [one for one in loads() if one.person.id not in away]
    callable_until = due(now, catalogue.desk().callbacks.give_out_ahead, load(), office_hours()).at
    line: list[Owed] = [*_free_tasks(callable_until), *customer_queue.free(until=callable_until, limit=BATCH)]
    line.sort(key=lambda one: one.due_at)
    given = 0
    for owed in line:
        able = [one for one in everybody if one.is_free and one.fits(owed)]
        if not able:
            continue
        acceptor = owed.ticket.first_contact_owner_id if isinstance(owed, CallbackTask) else None
        chosen = min(able, key=lambda one: (one.person.id != acceptor, one.open_count, one.person.number))
        owed.owner = chosen.person
        chosen.open_count += 1
        given += 1
    session.flush()
    return given


def _free_tasks(until: dt.datetime) -> Iterable[CallbackTask]:
    query = (
        sa.select(CallbackTask)
        .join(CallbackTask.ticket)
        .where(
            CallbackTask.state == CallbackState.OPEN,
            CallbackTask.owner_id.is_(None),
            CallbackTask.round == Ticket.round,
            CallbackTask.by_role.is_(None),
            sa.or_(CallbackTask.not_before.is_(None), CallbackTask.not_before <= until),
        )
        .options(
            joinedload(CallbackTask.ticket).selectinload(Ticket.assignments),
            selectinload(CallbackTask.attempts),
        )
        .order_by(CallbackTask.due_at, CallbackTask.id)
        .limit(BATCH)
    )
    return session.scalars(query).unique()


def set_up(person: Staff, *, most_open: int, kinds: frozenset[CallbackKind], is_present: bool) -> None:
    """Set what a person calls about and how many callbacks their batch holds."""
    setting = session.get(CallbackCaller, person.id)
    if setting is None:
        setting = CallbackCaller(staff_id=person.id)
        session.add(setting)
    setting.most_open = most_open
    setting.kinds = sorted(kinds)
    setting.is_present = is_present
    session.flush()


def release(person: Staff) -> int:
    """Put the whole batch of a person back among the free ones, as when they fall ill; return how many."""
    tasks = sa.select(CallbackTask).where(
        CallbackTask.owner_id == person.id, CallbackTask.state == CallbackState.OPEN
    )
    mine: list[Owed] = [*session.scalars(tasks), *customer_queue.batch_of(person, limit=BATCH)]
    for owed in mine:
        owed.owner = None
    session.flush()
    return len(mine)
