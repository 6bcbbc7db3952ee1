"""Destruction: prepared by one, approved by another, carried out before two who sign (A4.17)."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import selectinload

from hotline.audit import journal
from hotline.audit.journal import Actor
from hotline.audit.models import Act, Subject
from hotline.categories.keeping import RetentionClass
from hotline.categories.terms import Confidentiality
from hotline.contacts import series
from hotline.contacts.models import Contact, Disposition
from hotline.contacts.written import one_line
from hotline.db import after_commit, session
from hotline.errands.models import Errand
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import callers, certificates, erasing, filing
from hotline.retention.erasing import Erased
from hotline.retention.models import (
    BatchState,
    DestructionBatch,
    DestructionItem,
    DestructionWitness,
    RetentionRecord,
    Scope,
)
from hotline.tickets import access, history
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN
from hotline.wording import LOCAL_ZONE, N_

MOST = 500
"""Matters in one batch: carried out in one transaction."""
MOST_CALLERS = 100
"""Matters of a batch that strikes callers out: their words are read through."""
WITNESSES = 2
PREPARES = frozenset({Role.ARCHIVIST, Role.OVERSIGHT_OFFICER})
APPROVES = frozenset({Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER})
MORE_ERASERS = "erasers"
"""Under this name the application keeps what packages above this one empty with a ticket."""

LIVE = (BatchState.PREPARED, BatchState.APPROVED)


class NothingDueError(HotlineError):
    """A batch of nothing is no batch."""

    sentence = N_("Nothing is due to be destroyed.")


class ReasonNeededError(HotlineError):
    """The certificate says why."""

    sentence = N_("Say why, such as “kept long enough”.")
    field = "reason"


class ApproverError(HotlineError):
    """Nobody approves what they prepared."""

    sentence = N_("Who prepared a batch cannot approve it.")


class StateError(HotlineError):
    """The batch stands elsewhere."""

    sentence = N_("This batch is not at that step: %(state)s.")


class WitnessError(HotlineError):
    """Each of the two signs once, and neither is who approved."""

    sentence = N_("Two different people sign, and neither of them approved the batch.")


class NumberWrongError(HotlineError):
    """Typing the number is the signature."""

    sentence = N_("Type the number of this batch to sign.")
    field = "typed"


def get(number: str) -> DestructionBatch:
    """Return a batch. Raises `NotFoundError`."""
    found = session.scalar(sa.select(DestructionBatch).where(DestructionBatch.number == number))
    if found is None:
        raise NotFoundError
    return found


def listed(limit: int = 100) -> Sequence[DestructionBatch]:
    """Return batches, newest first."""
    query = sa.select(DestructionBatch).options(selectinload(DestructionBatch.witnesses))
    return session.scalars(query.order_by(DestructionBatch.id.desc()).limit(limit)).all()


def due(scope: Scope, by: Staff | None, *, now: dt.datetime, limit: int | None = None) -> list[int]:
    """Return the ids of what may go now and stands in no batch, the oldest first; of what `by` may see.

    Where nobody asks, everything.
    """
    today = now.astimezone(LOCAL_ZONE).date()
    if scope is Scope.CONTACTS:
        return _due_contacts(today, limit or MOST)
    if scope is Scope.MATTERS:
        order = RetentionRecord.keep_until
        conditions = [RetentionRecord.keep_until < today, RetentionRecord.destroyed_at.is_(None)]
    else:
        order = RetentionRecord.person_data_until
        conditions = [
            RetentionRecord.person_data_until < today,
            RetentionRecord.person_data_erased_at.is_(None),
            RetentionRecord.destroyed_at.is_(None),
        ]
    conditions += [Ticket.status.not_in(sorted(OPEN)), ~_is_in_batch(DestructionItem.ticket_id, Ticket.id)]
    if by is not None:
        conditions.append(access.visible(by))
    query = sa.select(Ticket.id).join(RetentionRecord, RetentionRecord.ticket_id == Ticket.id)
    most = limit or (MOST if scope is Scope.MATTERS else MOST_CALLERS)
    return list(session.scalars(query.where(*conditions).order_by(order, Ticket.id).limit(most)))


def _due_contacts(today: dt.date, limit: int) -> list[int]:
    years = filing.terms().unfiled_years
    before = dt.datetime(today.year - years, 1, 1, tzinfo=LOCAL_ZONE)
    owed = sa.exists().where(Errand.contact_id == Contact.id, Errand.done_at.is_(None))
    gone = sa.exists().where(DestructionItem.contact_id == Contact.id)
    query = sa.select(Contact.id).where(
        Contact.ticket_id.is_(None),
        Contact.received_at < before,
        Contact.disposition != Disposition.OPEN,
        ~owed,
        ~gone,
    )
    return list(session.scalars(query.order_by(Contact.id).limit(limit)))


def _is_in_batch(
    column: sa.orm.InstrumentedAttribute[int | None], wanted: sa.orm.InstrumentedAttribute[int]
) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            column == wanted,
            DestructionItem.batch_id == DestructionBatch.id,
            DestructionBatch.state.in_(LIVE),
        )
        .correlate_except(DestructionItem, DestructionBatch)
    )


def prepare(scope: Scope, *, reason: str, by: Staff | None, now: dt.datetime) -> DestructionBatch:
    """Put what is due into a batch. Raises `NothingDueError`, `ReasonNeededError`, `NothingSaidError`."""
    reason = one_line(reason)[:300]
    if not reason:
        raise ReasonNeededError
    ids = due(scope, by, now=now)
    if not ids:
        raise NothingDueError
    batch = DestructionBatch(
        number=series.register_number("destruction", "X", now),
        scope=scope,
        reason=reason,
        state=BatchState.PREPARED,
        prepared_by=by,
        prepared_at=now,
        items=_contact_items(ids) if scope is Scope.CONTACTS else _ticket_items(ids),
    )
    session.add(batch)
    session.flush()
    _told(Act.PREPARED, batch, by, now, total=len(batch.items), scope=scope.value)
    return batch


def _ticket_items(ids: Sequence[int]) -> list[DestructionItem]:
    records = session.scalars(sa.select(RetentionRecord).where(RetentionRecord.ticket_id.in_(ids)))
    return [
        DestructionItem(ticket_id=one.ticket_id, retention=one.retention, ended_on=one.ended_on)
        for one in sorted(records, key=lambda one: one.ticket_id)
    ]


def _contact_items(ids: Sequence[int]) -> list[DestructionItem]:
    rows = session.execute(sa.select(Contact.id, Contact.received_at).where(Contact.id.in_(ids)))
    return [
        DestructionItem(
            contact_id=contact_id,
            retention=RetentionClass.NONE,
            ended_on=received_at.astimezone(LOCAL_ZONE).date(),
        )
        for contact_id, received_at in sorted(rows.all())
    ]


def decide(batch: DestructionBatch, *, approve: bool, note: str, by: Staff, now: dt.datetime) -> None:
    """Approve a batch or not. Raises `ApproverError`, `StateError`, `ReasonNeededError` for a refusal."""
    _require(batch, BatchState.PREPARED)
    if batch.prepared_by_id == by.id:
        raise ApproverError
    note = one_line(note)[:300]
    if not approve and not note:
        raise ReasonNeededError
    batch.state = BatchState.APPROVED if approve else BatchState.REFUSED
    batch.decided_by, batch.decided_at, batch.decision_note = by, now, note or None
    session.flush()
    _told(Act.APPROVED if approve else Act.REFUSED, batch, by, now)


def sign(batch: DestructionBatch, *, typed: str, by: Staff, now: dt.datetime) -> bool:
    """Sign as a witness; the second signature carries the batch out. Return whether it was.

    Raises `StateError`, `WitnessError`, `NumberWrongError`.
    """
    batch = session.get_one(DestructionBatch, batch.id, with_for_update=True, populate_existing=True)
    _require(batch, BatchState.APPROVED)
    if by.id == batch.decided_by_id or any(one.staff_id == by.id for one in batch.witnesses):
        raise WitnessError
    if typed.strip().upper() != batch.number:
        raise NumberWrongError
    batch.witnesses.append(DestructionWitness(staff=by, signed_at=now))
    session.flush()
    _told(Act.SIGNED, batch, by, now)
    if len(batch.witnesses) < WITNESSES:
        return False
    _carry_out(batch, by, now)
    return True


def _carry_out(batch: DestructionBatch, by: Staff, now: dt.datetime) -> None:
    left_out = _drop_what_stays(batch)
    tickets = [one.ticket_id for one in batch.items if one.ticket_id is not None]
    contacts = [one.contact_id for one in batch.items if one.contact_id is not None]
    people = callers.of(tickets, contacts)
    erased = _erase(batch, tickets, contacts, by, now)
    persons = callers.erase_the_left(people, certificate=batch.number)
    batch = session.get_one(DestructionBatch, batch.id)
    batch.state, batch.carried_out_at = BatchState.CARRIED_OUT, now
    with session.no_autoflush:
        certificates.issue(batch, erased, left_out=left_out, persons=persons, by=_actor(by), now=now)
    session.flush()
    after_commit(lambda: erasing.remove_files(erased.files))


def _erase(
    batch: DestructionBatch, tickets: list[int], contacts: list[int], by: Staff, now: dt.datetime
) -> Erased:
    number = batch.number
    if batch.scope is Scope.CONTACTS:
        return erasing.contacts(contacts, certificate=number, now=now)
    if batch.scope is Scope.PERSON_DATA:
        callers.strike(tickets, certificate=number, by=by, now=now)
        return Erased((), frozenset())
    for ticket in session.scalars(sa.select(Ticket).where(Ticket.id.in_(tickets))).unique():
        history.erase_words(ticket, by=by, now=now)
        history.note(ticket, "ticket_destroyed", by=by, now=now, certificate=number)
    session.flush()
    more: Collection[Callable[[Collection[int]], None]] = current_app.extensions.get(MORE_ERASERS, ())
    for erase in more:
        erase(tickets)
    erased = erasing.matters(tickets, certificate=number, now=now)
    session.execute(
        sa.update(RetentionRecord)
        .where(RetentionRecord.ticket_id.in_(tickets))
        .values(destroyed_at=now, person_data_erased_at=now)
    )
    return erased


def _drop_what_stays(batch: DestructionBatch) -> list[str]:
    """Take out of the batch what was opened again, or kept for longer, since it was prepared."""
    stays = [
        item
        for item in batch.items
        if item.ticket is not None
        and (item.ticket.status in OPEN or session.get(RetentionRecord, item.ticket_id) is None)
    ]
    numbers = [item.ticket.number for item in stays if item.ticket is not None]
    for item in stays:
        batch.items.remove(item)
        session.delete(item)
    session.flush()
    return numbers


def is_restricted(batch: DestructionBatch) -> bool:
    """Tell whether a batch holds matters that few may know of."""
    query = sa.select(
        sa.exists().where(
            DestructionItem.batch_id == batch.id,
            DestructionItem.ticket_id == Ticket.id,
            Ticket.confidentiality == Confidentiality.RESTRICTED,
        )
    )
    return bool(session.scalar(query))


def items(batch: DestructionBatch, reader: Staff) -> tuple[list[DestructionItem], int]:
    """Return what `reader` may know of a batch, and how many matters are kept from them."""
    seen = set(
        session.scalars(
            sa.select(DestructionItem.id)
            .join(Ticket, Ticket.id == DestructionItem.ticket_id)
            .where(DestructionItem.batch_id == batch.id, access.visible(reader))
        )
    )
    shown = [one for one in batch.items if one.ticket_id is None or one.id in seen]
    return shown, len(batch.items) - len(shown)


def _require(batch: DestructionBatch, state: BatchState) -> None:
    if batch.state is not state:
        raise StateError(state=batch.state)


def _actor(by: Staff | None) -> Actor:
    return Actor(by.id if by else None)


def _told(act: Act, batch: DestructionBatch, by: Staff | None, now: dt.datetime, **details: object) -> None:
    journal.record(act, Subject.DESTRUCTION, batch.number, by=_actor(by), now=now, **details)
