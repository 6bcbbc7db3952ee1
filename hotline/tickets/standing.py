"""How a matter stands, as anybody who holds its number and query code is told (B1.18): no personal data."""

import datetime as dt
import hmac
import re
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.policy import Words
from hotline.categories.terms import Confidentiality
from hotline.contacts import series
from hotline.db import session
from hotline.errors import HotlineError
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN, TicketStatus
from hotline.wording import N_, Labelled


class NumberMistypedError(HotlineError):
    """The check digit does not fit: a digit was misheard or mistyped, whatever there is."""

    sentence = N_("This number cannot be right. Please check its 13 digits.")
    field = "number"


class NothingByThatCodeError(HotlineError):
    """Number and code do not belong together; which of the two is wrong is not told."""

    sentence = N_("There is no matter by this number and query code.")
    field = "code"


class Step(Labelled):
    """How far a matter has come, in words for the public."""

    RECEIVED = "received", N_("Recorded, to be passed on")
    WITH_DEPARTMENT = "with_department", N_("With the department in charge")
    HANDLING = "handling", N_("Being handled by the department")
    REPLIED = "replied", N_("The department has replied; you will be told the answer")
    ANSWERED = "answered", N_("Answered")
    CLOSED = "closed", N_("Closed")
    NOT_ACCEPTED = "not_accepted", N_("Not taken up; the reason and where to turn were told")
    ENDED = "ended", N_("Ended")


_S = TicketStatus
STEP_OF = {
    _S.REGISTERED: Step.RECEIVED,
    _S.TO_REVIEW: Step.RECEIVED,
    _S.RETURNED: Step.RECEIVED,
    _S.REHANDLING: Step.RECEIVED,
    _S.DISPATCHED: Step.WITH_DEPARTMENT,
    _S.ACKNOWLEDGED: Step.HANDLING,
    _S.HANDLING: Step.HANDLING,
    _S.REPLIED: Step.REPLIED,
    _S.ANSWERED: Step.ANSWERED,
    _S.RESOLVED: Step.ANSWERED,
    _S.CALLBACK_DUE: Step.ANSWERED,
    _S.CLOSED: Step.CLOSED,
    _S.ARCHIVED: Step.CLOSED,
    _S.DECLINED: Step.NOT_ACCEPTED,
    _S.TERMINATED: Step.ENDED,
}
"""What each status is called outside; a merged matter stands where the one it went into stands."""

WAY = (Step.RECEIVED, Step.WITH_DEPARTMENT, Step.HANDLING, Step.REPLIED, Step.ANSWERED, Step.CLOSED)
"""The ordinary way, for showing how much of it is behind."""

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands."""

    number: str
    received_at: dt.datetime
    step: Step
    round: int
    answered_by: dt.datetime | None
    """When an answer is due, while one is owed."""
    category: Words | None
    department: Words | None
    """Neither is told of a restricted matter."""


def standing(number: str, code: str) -> Standing:
    """Return how the matter with that number and query code stands.

    Raises `NumberMistypedError`, and `NothingByThatCodeError` alike for an unknown number and a wrong code.
    """
    asked, told = digits(number), digits(code)
    if not series.is_ticket_number(asked):
        raise NumberMistypedError
    ticket = session.scalar(sa.select(Ticket).where(Ticket.number == asked))
    expected = ticket.query_code if ticket is not None else "?" * 6
    if not hmac.compare_digest(expected, told) or ticket is None:
        raise NothingByThatCodeError
    return _standing(ticket)


def _standing(asked: Ticket) -> Standing:
    ticket = _survivor(asked)
    is_open = ticket.status in OPEN
    is_restricted = Confidentiality.RESTRICTED in (asked.confidentiality, ticket.confidentiality)
    step = STEP_OF.get(ticket.status, Step.ENDED)
    is_answered = step in (Step.ANSWERED, Step.CLOSED)
    lead = ticket.lead_department
    return Standing(
        number=asked.number,
        received_at=asked.received_at,
        step=step,
        round=ticket.round,
        answered_by=ticket.overall_due_at if is_open and not is_answered and ticket.has_contact else None,
        category=None if is_restricted else catalogue.policy(ticket.category).names,
        department=None if is_restricted or lead is None else lead.names,
    )


def _survivor(ticket: Ticket) -> Ticket:
    """Return the matter that `ticket` was merged into, and that one, and so on."""
    for _ in range(_LONGEST_CHAIN):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket


def digits(text: str) -> str:
    """Return the digits of a number as people copy it: spaces and hyphens left out, any width."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).encode("ascii", "replace").decode()
