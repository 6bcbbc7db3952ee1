"""What was tried, what was acknowledged, and what is there in the end: nothing lost, nothing doubled."""

import itertools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from benchmarks.visitors import Noted
from hotline.contacts.drafts import IntakeDraft
from hotline.contacts.models import Contact
from hotline.db import reading, session
from hotline.delivery.models import Notice, OutboxMessage, PromiseState
from hotline.tickets.models import Assignment, Ticket

SETTLE = 600.0


@dataclass
class Counted:
    """What came of it."""

    tried: int = 0
    acknowledged: int = 0
    calls: int = 0
    found: int = 0
    lost: int = 0
    doubled: int = 0
    undone: int = 0
    refused: int = 0
    lasted: float = 0.0
    settled_in: float = 0.0
    longest_silence: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    surprises: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing doubled, nothing left undone."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.undone)

    def tell(self) -> None:
        """Print it."""
        print(f"tried         {self.tried:,}")
        print(f"acknowledged  {self.acknowledged:,} ({self.calls:,} of them calls with a ticket)")
        print(f"found after   {self.found:,}")
        print(f"lost          {self.lost}")
        print(f"doubled       {self.doubled}")
        print(f"left undone   {self.undone}, settled within {self.settled_in:.0f} s")
        print(f"refused       {self.refused:,} tries, longest silence {self.longest_silence:.1f} s")
        print(f"unexpected    {dict(self.surprises)}")


def settle(app: Flask, mine: Counted) -> None:
    """Wait until every promise is kept, as the service does by itself."""
    begun = time.monotonic()
    while time.monotonic() - begun < SETTLE and open_promises(app):
        time.sleep(1)
    mine.settled_in = time.monotonic() - begun


def newest_promise(app: Flask) -> int:
    """Return the number of the promise given last."""
    with app.app_context(), reading():
        return session.scalar(sa.select(sa.func.max(OutboxMessage.id))) or 0


def open_promises(app: Flask, newest: int | None = None) -> int:
    """Return how many promises are still to be kept, of those given up to `newest`."""
    unkept = OutboxMessage.state.in_([PromiseState.PENDING, PromiseState.RUNNING])
    # Callbacks and digests wait for their hour by design.
    soon = OutboxMessage.kind.in_(["ticket_to_route", "ticket_to_review", "ticket_dispatched"])
    old = sa.true() if newest is None else OutboxMessage.id <= newest
    with app.app_context(), reading():
        return session.scalar(sa.select(sa.func.count(OutboxMessage.id)).where(unkept, soon, old)) or 0


def count(app: Flask, noted: Sequence[Noted], mine: Counted) -> None:
    calls = set().union(*(one.calls for one in noted))
    drafts = set().union(*(one.drafts for one in noted))
    tried = set().union(*(one.tried for one in noted))
    with app.app_context(), reading():
        kept = Counter(session.scalars(sa.select(IntakeDraft.submission_key)))
        found = session.execute(sa.select(Contact.submission_key, Contact.ticket_id))
        contacts = {row.submission_key: row.ticket_id for row in found}
        titles = Counter(session.scalars(sa.select(Ticket.title)))
        dispatched = Counter(session.scalars(sa.select(Assignment.ticket_id)))
        notices = sa.select(Notice.ticket_id, Notice.staff_id).where(Notice.kind == "ticket_dispatched")
        told = Counter((ticket_id, staff_id) for ticket_id, staff_id in session.execute(notices))
        dead = session.scalar(
            sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.state == PromiseState.DEAD)
        )
    mine.tried, mine.calls, mine.acknowledged = len(tried), len(calls), len(calls) + len(drafts)
    found_calls = {key for key in calls if contacts.get(key) and titles[key] == 1}
    mine.found = len(found_calls) + sum(1 for key in drafts if kept[key])
    mine.lost = mine.acknowledged - mine.found
    counts = [*kept.values(), *(titles[key] for key in contacts), *dispatched.values(), *told.values()]
    mine.doubled = sum(count - 1 for count in counts if count > 1)
    undispatched = sum(1 for ticket_id in contacts.values() if ticket_id and not dispatched[ticket_id])
    untold = set(dispatched) - {ticket_id for ticket_id, _ in told}
    mine.undone = undispatched + len(untold) + open_promises(app) + (dead or 0)
    mine.refused = sum(len(one.refused) for one in noted)
    answered = sorted(at for one in noted for at in one.answered)
    mine.longest_silence = max((b - a for a, b in itertools.pairwise(answered)), default=0.0)
    for one in noted:
        mine.surprises.update(one.surprises)
