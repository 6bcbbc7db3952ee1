"""How near its end a clock is: the colours of the board (三色督办), decided in one place."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from hotline.categories import catalogue
from hotline.categories.terms import Stage
from hotline.tickets.models import Deadline, Ticket
from hotline.wording import N_, Labelled

NOT_OWED = frozenset({Stage.RETURN_WINDOW})
"""Its end takes a right away; nobody is late by it."""


class Lateness(Labelled):
    """The state of a clock, from nothing owed to overdue."""

    NONE = "none", N_("No deadline")
    OK = "ok", N_("In time")
    NEAR = "near", N_("Due soon")
    BEHIND = "behind", N_("Running late")
    OVERDUE = "overdue", N_("Overdue")
    MET = "met", N_("Met")


ORDER = (Lateness.NONE, Lateness.MET, Lateness.OK, Lateness.NEAR, Lateness.BEHIND, Lateness.OVERDUE)
"""From calm to pressing."""


class Clock(NamedTuple):
    """What tells the state of a clock; why it is due then is long, and for the ticket's page."""

    ticket_id: int
    round: int
    stage: Stage
    started_at: dt.datetime
    due_at: dt.datetime
    met_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    stopped_since: dt.datetime | None
    breached_at: dt.datetime | None

    @property
    def is_running(self) -> bool:
        """Tell whether this clock still runs."""
        return self.met_at is None and self.cancelled_at is None


def of(clock: Deadline | Clock, now: dt.datetime, *, missed_before: bool = False) -> Lateness:
    """Return the state of one clock.

    Blue (near) and yellow (behind) from the shares of its time that the profile sets, yellow also when an
    earlier step of the same part was missed, red (overdue) once its moment has passed.
    """
    if clock.cancelled_at is not None or clock.stage in NOT_OWED:
        return Lateness.NONE
    if clock.met_at is not None:
        return Lateness.OVERDUE if clock.met_at > clock.due_at else Lateness.MET
    if clock.stopped_since is not None:
        return Lateness.NONE
    if now > clock.due_at:
        return Lateness.OVERDUE
    whole = (clock.due_at - clock.started_at).total_seconds()
    passed = (now - clock.started_at).total_seconds() / whole if whole > 0 else 1.0
    board = catalogue.desk().board
    if missed_before or passed * 100 >= board.behind_percent:
        return Lateness.BEHIND
    return Lateness.NEAR if passed * 100 >= board.near_percent else Lateness.OK


def worst(clocks: Iterable[Deadline | Clock], now: dt.datetime) -> Lateness:
    """Return the most pressing state among running `clocks`, which belong together."""
    belonging = list(clocks)
    missed = any(one.breached_at is not None for one in belonging)
    states = [of(one, now, missed_before=missed) for one in belonging if one.is_running]
    return max(states, key=ORDER.index, default=Lateness.NONE)


def of_ticket(ticket: Ticket, now: dt.datetime) -> Lateness:
    """Return the most pressing state of a ticket's round."""
    return worst((one for one in ticket.deadlines if one.round == ticket.round), now)


def next_due(clocks: Iterable[Deadline]) -> Deadline | None:
    """Return the running clock that ends first, of those that somebody owes."""
    owed = [one for one in clocks if one.is_running and one.stage not in NOT_OWED]
    return min(owed, key=lambda one: one.due_at, default=None)
