"""Telling the caller: only words that rest on an article, a department's reply or a referral (A1.2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Answering, ClosingNeed, Stage
from hotline.contacts.models import Contact, Disposition
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import closing_needs, deadlines, history, merging
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Answer, AnswerSource, Assignment, Part, Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


class NothingToSayError(HotlineError):
    """An answer needs words."""

    sentence = N_("There is nothing to tell the caller yet.")
    field = "words"


class NotAnsweredAtOnceError(HotlineError):
    """The category must be handled by a department; the desk may not close it (A1.8)."""

    sentence = N_("“%(category)s” is not answered at the desk: it goes to a department.")
    field = "category"


class NoReplyYetError(HotlineError):
    """The department has not replied, so there is nothing the answer could rest on."""

    sentence = N_("The department has not replied yet, so the caller cannot be answered.")


class CallerWaitsError(HotlineError):
    """Somebody left a way to be reached and is owed the answer."""

    sentence = N_("A caller waits for this answer: tell them instead of filing it.")


BESIDE_THE_ANSWER = frozenset(ClosingNeed) - {ClosingNeed.REPLY_GIVEN}
"""What must be on record when the caller is answered; that they were is recorded by it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said and what it rests on; made only where the source itself is checked."""

    source: AnswerSource
    reference: str
    words: str

    def __post_init__(self) -> None:
        if not self.words.strip() or not self.reference:
            raise NothingToSayError


def answer_contact(contact: Contact, spoken: Spoken, *, by: Staff, now: dt.datetime) -> Answer:
    """Close a contact at the desk with `spoken`; no ticket is opened (scenario 1).

    Raises `NotAnsweredAtOnceError` when its category must go to a department.
    """
    policy = catalogue.policy(contact.category)
    is_referral = spoken.source is AnswerSource.REDIRECT
    if policy.opens_ticket and policy.answering is Answering.NEVER:
        raise NotAnsweredAtOnceError(category=dict(policy.names))
    contact.disposition = Disposition.REDIRECTED if is_referral else Disposition.ANSWERED
    answer = _spoken(spoken, by, now, contact.channel)
    answer.contact = contact
    session.add(answer)
    session.flush()
    return answer


def answer_from_reply(
    ticket: Ticket,
    *,
    words: str,
    channel: Channel,
    facts: Sequence[Fact] = (),
    by: Staff,
    now: dt.datetime,
) -> Answer:
    """Tell the caller what the lead department replied, in `words` taken from the reply.

    `facts` puts on record what else the category wants known. Raises `NoReplyYetError`, `NothingToSayError`,
    `NeedMissingError`, `TransitionRefusedError`.
    """
    part = replied_part(ticket)
    if part is None:
        raise NoReplyYetError
    spoken = Spoken(AnswerSource.REPLY, part.department.code, words)
    closing_needs.record(ticket, facts, by=by, now=now)
    closing_needs.require(ticket, BESIDE_THE_ANSWER)
    history.move(ticket, TicketStatus.RESOLVED, "caller_answered", by=by, now=now, department=part.department)
    deadlines.meet(ticket, Stage.OVERALL, now=now)
    answer = _spoken(spoken, by, now, channel)
    answer.assignment_id = part.id
    answer.round = ticket.round
    ticket.answers.append(answer)
    ticket.resolved_at = now
    session.flush()
    return answer


def file_reply(ticket: Ticket, *, facts: Sequence[Fact] = (), by: Staff, now: dt.datetime) -> None:
    """Finish a round whose reply nobody waits for: an anonymous matter, a caller who wants no reply (A1.9).

    Raises `NoReplyYetError`, `CallerWaitsError`, `NeedMissingError`, `TransitionRefusedError`.
    """
    if replied_part(ticket) is None:
        raise NoReplyYetError
    if merging.is_awaited(ticket):
        raise CallerWaitsError
    closing_needs.record(ticket, facts, by=by, now=now)
    closing_needs.require(ticket, BESIDE_THE_ANSWER)
    history.move(ticket, TicketStatus.RESOLVED, "reply_filed", by=by, now=now)
    deadlines.meet(ticket, Stage.OVERALL, now=now)
    ticket.resolved_at = now
    session.flush()


def replied_part(ticket: Ticket) -> Assignment | None:
    """Return the lead department's part of this round, if it has replied."""
    return next(
        (
            part
            for part in reversed(ticket.assignments)
            if part.part is Part.LEAD and part.round == ticket.round and part.replied_at is not None
        ),
        None,
    )


def _spoken(spoken: Spoken, by: Staff, now: dt.datetime, channel: Channel) -> Answer:
    return Answer(
        source=spoken.source,
        reference=spoken.reference,
        words=spoken.words.strip(),
        told_by=by,
        told_at=now,
        channel=channel,
        round=1,
    )
