"""Giving callbacks out: to whom can make them, evenly by what everybody has already (A7.7, A8.5a)."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.callbacks import queue
from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.callbacks.review_models import CallbackCaller
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind
from hotline.db import session
from hotline.people import staff as people
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.working_time import due, load, office_hours

BATCH = 500


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

    def fits(self, task: CallbackTask) -> bool:
        """Tell whether this person calls about such matters and may make this callback."""
        return (not self.kinds or task.kind in self.kinds) and queue.may_call(task, self.person)


def loads() -> list[Load]:
    """Return the callback agents with their batches, by staff number."""
    agents = people.holding(Role.CALLBACK_AGENT)
    settings = {one.staff_id: one for one in session.scalars(sa.select(CallbackCaller))}
    rows = session.execute(
        sa.select(CallbackTask.owner_id, sa.func.count())
        .where(CallbackTask.state == CallbackState.OPEN, CallbackTask.owner_id.is_not(None))
        .group_by(CallbackTask.owner_id)
    )
    counted = {row[0]: row[1] for row in rows}
    return [_load(person, settings.get(person.id), counted.get(person.id, 0)) for person in agents]


def _load(person: Staff, setting: CallbackCaller | None, open_count: int) -> Load:
    if setting is None:
        return Load(
            person, frozenset(), open_count, catalogue.desk().callbacks.most_in_batch, is_present=True
        )
    kinds = frozenset(CallbackKind(one) for one in setting.kinds)
    return Load(person, kinds, open_count, setting.most_open, setting.is_present)


def allocate(*, now: dt.datetime) -> int:
    """Give free callbacks out, due first, each to the fitting person with the least in hand.

    The person who took the first contact comes first where they make callbacks themselves (谁受理谁负责,
    A8.9). What fits nobody, or finds every batch full, stays free. Returns how many were given out.
    """
    everybody = loads()
    callable_until = due(now, catalogue.desk().callbacks.give_out_ahead, load(), office_hours()).at
    given = 0
    query = (
        sa.select(CallbackTask)
        .join(CallbackTask.ticket)
        .where(
            CallbackTask.state == CallbackState.OPEN,
            CallbackTask.owner_id.is_(None),
            CallbackTask.round == Ticket.round,
            CallbackTask.by_role.is_(None),
            sa.or_(CallbackTask.not_before.is_(None), CallbackTask.not_before <= callable_until),
        )
        .options(
            joinedload(CallbackTask.ticket).selectinload(Ticket.assignments),
            selectinload(CallbackTask.attempts),
        )
        .order_by(CallbackTask.due_at, CallbackTask.id)
        .limit(BATCH)
    )
    for task in session.scalars(query).unique():
        able = [one for one in everybody if one.is_free and one.fits(task)]
        if not able:
            continue
        acceptor = task.ticket.first_contact_owner_id
        chosen = min(able, key=lambda one: (one.person.id != acceptor, one.open_count, one.person.number))
        task.owner = chosen.person
        chosen.open_count += 1
        given += 1
    session.flush()
    return given


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
    mine = session.scalars(
        sa.select(CallbackTask).where(
            CallbackTask.owner_id == person.id, CallbackTask.state == CallbackState.OPEN
        )
    ).all()
    for task in mine:
        task.owner = None
    session.flush()
    return len(mine)
