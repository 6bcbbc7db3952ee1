"""The rules' periodic work: sweeping deadlines, giving out callbacks, rolling up figures, tidying.

Every chore opens its own transactions and may run twice.
"""

import datetime as dt

import sqlalchemy as sa
from flask import current_app

from hotline.audit import alarms, seals
from hotline.callbacks import allocating, customer_calls, sampling
from hotline.categories import catalogue
from hotline.db import db, reading, session, transaction, utc_now
from hotline.delivery import notices, outbox
from hotline.delivery.models import OutboxMessage, PromiseState
from hotline.delivery.periodic import Periodic, by_name, chore
from hotline.dispatch import sweep
from hotline.errands import reminding
from hotline.letters import alarms as letter_alarms
from hotline.people import sessions
from hotline.people import staff as people
from hotline.people.roles import Role
from hotline.reception import host_visits, suggestions
from hotline.registers import reviewing
from hotline.repeats import index as repeats
from hotline.retention import batches, filing
from hotline.retention.models import Scope
from hotline.statistics import export_writing, exports, facts, months
from hotline.suggesting import fitting, learning
from hotline.suggesting.models import Target
from hotline.telephony import settling
from hotline.wording import N_, say

KEPT_PROMISES_STAY = dt.timedelta(days=30)
SESSIONS_STAY = dt.timedelta(days=30)
PERIOD_OVER = N_("Callers' data is kept no longer than the profile says")

ROWS_LOOKED_AT = 1000
"""Of each index, so that looking takes as long over a million tickets as over a thousand."""

SCHEDULE = by_name(
    Periodic("hotline.chores.tend_database", dt.timedelta(hours=6)),
    Periodic("hotline.chores.sweep_deadlines", dt.timedelta(seconds=15)),
    Periodic("hotline.chores.allocate_callbacks", dt.timedelta(minutes=1)),
    Periodic("hotline.chores.draw_samples", dt.timedelta(hours=1)),
    Periodic("hotline.chores.write_exports", dt.timedelta(minutes=2), longest=dt.timedelta(hours=1)),
    Periodic("hotline.chores.plan_yearly_callbacks", dt.timedelta(hours=6)),
    Periodic("hotline.chores.freeze_months", dt.timedelta(hours=1)),
    Periodic("hotline.chores.roll_up_facts", dt.timedelta(seconds=30), longest=dt.timedelta(minutes=30)),
    Periodic("hotline.chores.seal_days", dt.timedelta(hours=1), longest=dt.timedelta(minutes=30)),
    Periodic("hotline.chores.raise_looking_alarms", dt.timedelta(minutes=2)),
    Periodic("hotline.chores.forget_sessions", dt.timedelta(hours=6)),
    Periodic("hotline.chores.report_given_up", dt.timedelta(minutes=1)),
    Periodic("hotline.chores.tidy_repeats", dt.timedelta(minutes=30)),
    Periodic("hotline.chores.train_suggestions", dt.timedelta(hours=6), longest=dt.timedelta(minutes=30)),
    Periodic("hotline.chores.recall_errands", dt.timedelta(seconds=30)),
    Periodic("hotline.chores.report_papers", dt.timedelta(minutes=5)),
    Periodic("hotline.chores.settle_calls", dt.timedelta(seconds=15)),
    Periodic("hotline.chores.report_ledgers", dt.timedelta(minutes=30)),
    Periodic("hotline.chores.recall_reception", dt.timedelta(minutes=10)),
    Periodic("hotline.chores.classify_ended", dt.timedelta(minutes=10)),
    Periodic("hotline.chores.prepare_person_data", dt.timedelta(hours=12)),
    Periodic("hotline.chores.forget_kept_promises", dt.timedelta(hours=6)),
)


@chore
def sweep_deadlines() -> int:
    """Look at every deadline that asks for something; return how many were dealt with."""
    looked = 0
    now, after = utc_now(), None
    while batch := sweep.due(now, after):
        looked += sum(_look(deadline_id) for _, deadline_id in batch)
        after = batch[-1]
    return looked


def _look(deadline_id: int) -> bool:
    """Look at one deadline; one that cannot be dealt with now is logged and tried by the next sweep."""
    try:
        with transaction():
            return sweep.look(deadline_id, now=utc_now())
    except Exception as error:
        current_app.logger.warning("deadline %s was not dealt with: %s", deadline_id, type(error).__name__)
        return False


@chore
def report_given_up() -> int:
    """Tell the administrators of promises that were given up, once each; return how many there are."""
    given_up = sa.select(OutboxMessage.id).where(OutboxMessage.state == PromiseState.DEAD).limit(100)
    with transaction():
        dead = list(session.scalars(given_up))
        administrators = people.holding(Role.ADMINISTRATOR) if dead else []
        for message_id in dead:
            notices.tell(
                administrators,
                "promise_given_up",
                N_("Delivery %(id)s failed eight times and was given up. See Operations."),
                once=f"given_up:{message_id}",
                now=utc_now(),
                id=message_id,
            )
    return len(dead)


@chore
def forget_kept_promises() -> int:
    """Remove promises kept long ago; return how many."""
    with transaction():
        return outbox.forget_kept(utc_now() - KEPT_PROMISES_STAY)


@chore
def allocate_callbacks() -> int:
    """Give free callbacks out to callback agents; return how many. It ends none: people do that."""
    with transaction():
        return allocating.allocate(now=utc_now())


@chore
def draw_samples() -> int:
    """Draw last month's callback samples where that has not been done; return how many."""
    with transaction():
        return len(sampling.draw_due(utc_now()))


@chore
def plan_yearly_callbacks() -> int:
    """Plan the yearly callbacks to key customers that are not planned yet; return how many."""
    with transaction():
        return customer_calls.plan_yearly(utc_now())


@chore
def write_exports() -> int:
    """Write the exports that wait, remove the files that are old; return how many were written.

    A promise sets this off when an export is asked for; the clock, when a worker died over one.
    """
    written = 0
    while export_writing.write_next(utc_now):
        written += 1
    exports.remove_old(utc_now())
    return written


@chore
def freeze_months() -> int:
    """Freeze last month's report once its time has come; return how many were frozen."""
    with transaction():
        return int(months.freeze_due(utc_now()) is not None)


@chore
def roll_up_facts() -> int:
    """Count the days that are missing or on which something changed; return how many."""
    return facts.catch_up(utc_now())


@chore
def tend_database() -> int:
    """Let SQLite see what its tables hold, which PostgreSQL does by itself; return how many databases."""
    if db.engine.dialect.name != "sqlite":
        return 0
    with transaction():
        session.execute(sa.text(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}"))
        session.execute(sa.text("ANALYZE"))
    return 1


@chore
def tidy_repeats() -> int:
    """Take closed and old tickets out of the index of repeats, put in what it lacks; return how many."""
    with transaction():
        tidied = repeats.tidy(utc_now())
    while True:
        with transaction():
            found = repeats.catch_up(utc_now())
        tidied += found
        if not found:
            return tidied


@chore
def train_suggestions() -> int:
    """Train the suggestions anew where enough matters have ended since; return how many models.

    Does nothing where scikit-learn is not installed: `suggest train` says so.
    """
    if not fitting.is_installed():
        return 0
    now = utc_now()
    return sum(learning.train(one, now=now) is not None for one in Target if learning.is_due(one))


@chore
def recall_errands() -> int:
    """Recall what the desk promised, and report what it did not do in time; return how many."""
    with transaction():
        return reminding.remind(utc_now()) + reminding.alarm(utc_now())


@chore
def report_papers() -> int:
    """Report letters nobody decided on, and what nobody signed for in time; return how many."""
    with transaction():
        return letter_alarms.alarm(utc_now())


@chore
def seal_days() -> int:
    """Seal the history of the days that are over; return how many seals were made."""
    with transaction():
        return seals.seal_due(utc_now())


@chore
def raise_looking_alarms() -> int:
    """Tell the auditors of looking that is out of the ordinary; return how many alarms were raised."""
    with transaction():
        return len(alarms.raise_due(utc_now()))


@chore
def report_ledgers() -> int:
    """Tell the managers of days whose front-desk ledger was not reviewed in time; return how many."""
    with transaction():
        return reviewing.alarm(utc_now())


@chore
def recall_reception() -> int:
    """Tell of suggestions not answered and visitors not invited again in time; return how many there are."""
    with transaction():
        return suggestions.alarm(utc_now()) + host_visits.alarm(utc_now())


@chore
def forget_sessions() -> int:
    """Remove sessions that were last used long ago; return how many. The journal keeps the sign-ins."""
    with transaction():
        return sessions.forget(utc_now() - SESSIONS_STAY)


@chore
def settle_calls() -> int:
    """Owe callbacks for calls nobody answered, end calls whose end was never told; return how many."""
    settled = 0
    while True:
        with transaction():
            found = settling.settle(utc_now())
        settled += found
        if not found:
            break
    with transaction():
        return settled + settling.end_unheard(utc_now())


@chore
def classify_ended() -> int:
    """Give matters that ended the class of the profile's rule; return how many."""
    if catalogue.desk().retention is None:
        return 0
    with reading():
        waiting = filing.waiting_for_class()
    with transaction():
        filing.forget_reopened()
        return filing.classify(waiting, now=utc_now()) if waiting else 0


@chore
def prepare_person_data() -> int:
    """Prepare the erasure of callers' data kept long enough, for somebody to approve; return of how many."""
    if catalogue.desk().retention is None:
        return 0
    with transaction():
        if not batches.due(Scope.PERSON_DATA, None, now=utc_now(), limit=1):
            return 0
        batch = batches.prepare(Scope.PERSON_DATA, reason=say(PERIOD_OVER), by=None, now=utc_now())
        notices.tell(
            people.holding(*batches.APPROVES),
            "batch_prepared",
            N_("Callers' data of %(count)s matters was kept long enough: batch %(number)s waits."),
            once=f"batch:{batch.number}",
            now=utc_now(),
            number=batch.number,
            count=len(batch.items),
        )
        return len(batch.items)
