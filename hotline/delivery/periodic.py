"""Periodic work: what is set off again and again, claimed by one clock, watched by its last end."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps

import sqlalchemy as sa
from flask import current_app

from hotline import logs
from hotline.db import session, transaction, utc_now
from hotline.delivery.models import PeriodicTask


@dataclass(frozen=True, slots=True)
class Periodic:
    """How often a piece of work is set off, and how long one run may take."""

    job: str
    """The function that does it, as workers find it: `hotline.chores.sweep_deadlines`."""
    every: dt.timedelta
    longest: dt.timedelta = dt.timedelta(minutes=5)

    @property
    def name(self) -> str:
        """What the work is called in the database and on the operations page."""
        return self.job.rpartition(".")[2]


Schedule = Mapping[str, Periodic]


def scheduled() -> Schedule:
    """Return everything the running application sets off, by name."""
    found: Schedule = current_app.extensions["schedule"]
    return found


def by_name(*work: Periodic) -> Schedule:
    """Return pieces of work by their names."""
    return {one.name: one for one in work}


def chore(work: Callable[[], int]) -> Callable[[], int]:
    """Make a job of `work`: write down that it came to its end, and leave no session behind."""

    @wraps(work)
    def run() -> int:
        try:
            with logs.of_job():
                done = work()
            with transaction():
                session.execute(
                    sa.update(PeriodicTask)
                    .where(PeriodicTask.name == work.__name__)
                    .values(finished_at=utc_now())
                )
        finally:
            session.remove()
        return done

    return run


def claim(now: dt.datetime, schedule: Schedule) -> list[Periodic]:
    """Return the work due at `now`, each piece claimed for this clock alone."""
    due: list[Periodic] = []
    with transaction():
        known = {task.name: task.next_at for task in session.scalars(sa.select(PeriodicTask))}
        for name, work in schedule.items():
            if name not in known:
                _introduce(name, now)
            elif now < known[name] <= now + work.every:
                continue
            # A next run further off than the interval: the clock was set back since.
            is_due = sa.or_(PeriodicTask.next_at <= now, PeriodicTask.next_at > now + work.every)
            claimed = session.execute(
                sa.update(PeriodicTask)
                .where(PeriodicTask.name == name, is_due)
                .values(next_at=now + work.every)
                .returning(PeriodicTask.name)
            ).scalar()
            if claimed is not None:
                due.append(work)
    return due


def _introduce(name: str, now: dt.datetime) -> None:
    try:
        with session.begin_nested():
            session.execute(sa.insert(PeriodicTask).values(name=name, next_at=now))
    except sa.exc.IntegrityError:
        # Another clock started at the same moment and was first; claiming decides.
        current_app.logger.debug("%s is known already", name)
