"""Which way a letter goes: by its class, or where that leaves it open by decision with a reason (A3.9)."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.letter_terms import LetterRoute
from hotline.categories.terms import ClosingNeed
from hotline.contacts import closing
from hotline.contacts.models import Disposition, Letter
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError
from hotline.letters import handing, rights
from hotline.letters.models import LetterDecision
from hotline.people.models import Staff
from hotline.tickets import closing as ticket_closing
from hotline.tickets import closing_needs, registration
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from hotline.wording import N_

LONGEST_REASON = 300
POSTINGS = (ClosingNeed.ORIGINAL_POSTED, ClosingNeed.COPY_POSTED)
"""The original in the office, the copy in the department of the person praised (A3.9 c)."""
R = LetterRoute


class RouteRefusedError(HotlineError):
    """The class of the letter says where it goes."""

    sentence = N_("A letter of the class “%(letter_class)s” goes another way: %(ways)s.")
    field = "route"


class DecidedAlreadyError(HotlineError):
    """A letter goes one way."""

    sentence = N_("It has been decided already where this letter goes.")


class DecisionReasonMissingError(HotlineError):
    """Whoever decides says why (A3.9 b)."""

    sentence = N_("Give the reason for this decision.")
    field = "reason"


class NotPostedError(HotlineError):
    """A praise letter becomes a ticket that is closed with both postings on record."""

    sentence = N_("Choose a category that is closed with both postings on record, such as praise.")
    field = "category"


def ways(letter_class: str, *, is_repeat: bool, secrecy: str | None) -> tuple[LetterRoute, ...]:
    """Return where a letter may go: the way of its class; a repeat may be filed with the first one.

    Of a state secret no ticket is made (B5).
    """
    if rights.is_state_secret(secrecy):
        return (R.HAND_OVER, R.FILE)
    ruled = catalogue.desk().letters.route(letter_class)
    if ruled is R.DECIDE:
        return (R.ORDER, R.FILE, R.HAND_OVER)
    return (ruled, R.FILE) if is_repeat else (ruled,)


def of(letter: Letter) -> LetterDecision | None:
    """Return the decision that counts for a letter, if there is one."""
    query = sa.select(LetterDecision).where(LetterDecision.letter_id == letter.id)
    return session.scalar(query.order_by(LetterDecision.id.desc()).limit(1))


def is_open(letter: Letter) -> bool:
    """Tell whether it is still to be decided where a letter goes."""
    return letter.disposition is Disposition.OPEN


def require(letter_class: str, route: LetterRoute, *, is_repeat: bool, secrecy: str | None) -> None:
    """Refuse a way that the class does not allow. Raises `StateSecretError`, `RouteRefusedError`."""
    allowed = ways(letter_class, is_repeat=is_repeat, secrecy=secrecy)
    if route in allowed:
        return
    if route in (R.ORDER, R.POST):
        rights.refuse_state_secret(secrecy)
    raise RouteRefusedError(letter_class=class_name(letter_class), ways=list(allowed))


def make_ticket(letter: Letter, matter: Matter, *, reason: str, by: Staff, now: dt.datetime) -> Ticket:
    """Decide that a letter becomes a ticket, and open it; sending it on is left to the caller.

    Raises `NotAllowedError`, `DecidedAlreadyError`, `RouteRefusedError`, `NotPostedError`, and what
    registering a ticket raises.
    """
    ruled = catalogue.desk().letters.route(letter.letter_class)
    route = R.POST if ruled is R.POST else R.ORDER
    _require_decidable(letter, route, by)
    if route is R.POST and not _is_posted(matter.category):
        raise NotPostedError
    _note(letter, route, reason, by, now)
    return registration.register(matter, letter, by=by, now=now)


def file(letter: Letter, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Decide that no ticket is made. Raises `DecisionReasonMissingError` and what `make_ticket` refuses."""
    _require_decidable(letter, R.FILE, by)
    if not reason.strip():
        raise DecisionReasonMissingError
    _note(letter, R.FILE, reason, by, now)
    closing.file(letter, reason)


def hand_over(letter: Letter, receiver: Staff | None, *, reason: str, by: Staff, now: dt.datetime) -> None:
    """Decide that administration handles a letter, and hand it over.

    Where the class leaves that open, the reason is needed. Raises `DecisionReasonMissingError`,
    `ReceiverMissingError`.
    """
    _require_decidable(letter, R.HAND_OVER, by)
    is_ruled = catalogue.desk().letters.route(letter.letter_class) is R.HAND_OVER
    if not is_ruled and not reason.strip():
        raise DecisionReasonMissingError
    _note(letter, R.HAND_OVER, reason, by, now)
    handing.hand_over(letter, receiver, reason=reason.strip(), by=by, now=now)


def sort(letter: Letter, letter_class: str) -> None:
    """Put an open letter into another class. Raises `UnknownCodeError`, `DecidedAlreadyError`."""
    code = catalogue.code_item("letter_class", letter_class).code
    if letter.letter_class != code:
        if not is_open(letter):
            raise DecidedAlreadyError
        letter.letter_class = code
        session.flush()


def posted(ticket: Ticket) -> list[ClosingNeed]:
    """Return the postings that a ticket wants and has not on record yet."""
    return closing_needs.missing(ticket, POSTINGS)


def post(ticket: Ticket, fact: Fact, *, by: Staff, now: dt.datetime) -> None:
    """Record one posting of a praise letter: where and when. Raises what recording a fact raises."""
    if fact.need not in POSTINGS or not rights.may_work(by):
        raise NotAllowedError
    closing_needs.record(ticket, [fact], by=by, now=now)


def close_posted(ticket: Ticket, *, by: Staff, now: dt.datetime) -> None:
    """Close the ticket of a praise letter once both postings are on record. Raises `NeedMissingError`."""
    ticket_closing.close_at_desk(ticket, [], note="", by=by, now=now)


def is_to_close(ticket: Ticket) -> bool:
    """Tell whether a ticket is one that is closed by its postings, and open."""
    return ticket.status is TicketStatus.REGISTERED and _is_posted(ticket.category)


def class_name(letter_class: str) -> dict[str, str] | str:
    """Return the name of a class of letters in both languages."""
    items = catalogue.current().lists.get("letter_class", ())
    return next((dict(one.names) for one in items if one.code == letter_class), letter_class)


def _is_posted(category: str) -> bool:
    wanted: Collection[ClosingNeed] = catalogue.policy(category).closing_needs(Channel.LETTER)
    return all(one in wanted for one in POSTINGS)


def _require_decidable(letter: Letter, route: LetterRoute, by: Staff) -> None:
    if not rights.may_decide(by):
        raise NotAllowedError
    if not is_open(letter):
        raise DecidedAlreadyError
    require(letter.letter_class, route, is_repeat=letter.earlier_id is not None, secrecy=letter.secrecy)


def _note(letter: Letter, route: LetterRoute, reason: str, by: Staff, now: dt.datetime) -> None:
    session.add(
        LetterDecision(
            letter=letter,
            route=route,
            reason=one_line(reason)[:LONGEST_REASON],
            decided_by=by,
            decided_at=now,
        )
    )
    session.flush()
