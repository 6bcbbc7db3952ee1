"""Accepting a petition: the petitioner is told, and the long limits start from then (B3.1, B3.2)."""

import datetime as dt

from hotline.categories.terms import RunsFrom, Stage
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import deadlines, history
from hotline.tickets.models import Ticket
from hotline.wording import N_


class NotToBeAcceptedError(HotlineError):
    """The category knows no acceptance, or the matter was accepted before."""

    sentence = N_("This matter has been accepted already, or its category needs no acceptance.")


def is_wanted(ticket: Ticket) -> bool:
    """Tell whether limits of the category wait for the matter to be accepted."""
    limits = deadlines.policy_of(ticket).limits.values()
    return ticket.accepted_at is None and any(one.runs_from is RunsFrom.ACCEPTED for one in limits)


def accept(ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Accept the matter and tell the petitioner so; what runs from acceptance starts now.

    Raises `NotToBeAcceptedError`.
    """
    if not is_wanted(ticket):
        raise NotToBeAcceptedError
    ticket.accepted_at = now
    deadlines.meet(ticket, Stage.TOLD, now=now)
    history.note(ticket, "matter_accepted", by=by, now=now)
    deadlines.start_from(ticket, RunsFrom.ACCEPTED, now)
    for part in ticket.assignments:
        if part.ended_at is None:
            deadlines.start_from(ticket, RunsFrom.ACCEPTED, now, assignment=part)
    session.flush()
