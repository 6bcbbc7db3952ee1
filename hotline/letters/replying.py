"""Reply letters: drafted by one, approved by another, numbered, from then on unaltered, sent (A4.19)."""

import datetime as dt
import hashlib
import hmac
import json

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import series
from hotline.contacts.models import Letter
from hotline.contacts.written import cleaned, one_line
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.letters import drafting, rights
from hotline.letters.models import ReplyLetter, ReplyState
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import answering, closing, history, merging
from hotline.tickets.states import TicketStatus
from hotline.wording import LOCAL_ZONE, N_

SERIES = "reply_letter"
LONGEST_BODY = 8000
LONGEST_SUBJECT = 200
LONGEST_RECIPIENT = 100
LONGEST_ADDRESS = 200
LONGEST_REMARK = 500
LONGEST_WAY = 200
SENDS = frozenset({Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER})
S = ReplyState


class NotADraftError(HotlineError):
    """What was submitted or approved is not written over."""

    sentence = N_("This reply letter is “%(state)s”: its words stay as they are.")


class WordsMissingError(HotlineError):
    """A letter has words."""

    sentence = N_("Write what the letter says.")
    field = "body"


class RecipientMissingError(HotlineError):
    """A letter goes to somebody."""

    sentence = N_("Write whom the letter goes to.")
    field = "recipient"


class AddressMissingError(HotlineError):
    """A letter goes somewhere."""

    sentence = N_("Write where the letter goes: without an address it cannot be sent.")
    field = "address"


class BlanksLeftError(HotlineError):
    """What the template left open is filled in by hand."""

    sentence = N_("Fill in what stands in braces, or take it out: %(blanks)s.")
    field = "body"


class NotWaitingError(HotlineError):
    """Only what was submitted is approved or sent back."""

    sentence = N_("This reply letter does not wait for approval.")


class OwnWordsError(NotAllowedError):
    """Nobody approves what they wrote."""

    sentence = N_("You wrote this letter; somebody else approves it.")


class RemarkMissingError(HotlineError):
    """Whoever sends a draft back says what to change."""

    sentence = N_("Say what has to be changed.")
    field = "remark"


class NotApprovedError(HotlineError):
    """Only an approved letter goes out, and once."""

    sentence = N_("Only an approved letter that was not sent yet can be marked as sent.")


class SentDayError(HotlineError):
    """A letter is sent after its approval and not in the future."""

    sentence = N_("The day must lie between the approval and today.")
    field = "sent_on"


class AlteredError(HotlineError):
    """What is kept is not what was approved."""

    sentence = N_("The words kept of %(number)s are not those that were approved. Tell the auditor.")


def get(reply_id: int, person: Staff) -> ReplyLetter:
    """Return a reply letter for `person`. Raises `NotFoundError`."""
    found = session.get(ReplyLetter, reply_id)
    if found is None or not rights.may_see(found.letter, person):
        raise NotFoundError
    return found


def of(letter: Letter) -> list[ReplyLetter]:
    """Return the reply letters to a letter, the newest first."""
    query = sa.select(ReplyLetter).where(ReplyLetter.letter_id == letter.id)
    return list(session.scalars(query.order_by(ReplyLetter.id.desc())))


def draft(letter: Letter, template: str, *, by: Staff, now: dt.datetime) -> ReplyLetter:
    """Begin a reply letter from a template, what is known filled in.

    Raises `UnknownTemplateError`, `StateSecretError`, `NotAllowedError`.
    """
    rights.require_work(by)
    rights.refuse_state_secret(letter.secrecy)
    chosen = drafting.template(template)
    subject, body = drafting.filled(chosen, letter, now=now)
    matter = merging.of_contact(letter)
    reply = ReplyLetter(
        letter=letter,
        ticket=matter,
        template=chosen.code,
        is_answer=chosen.is_answer,
        state=S.DRAFT,
        recipient=(letter.requester.name if letter.requester else None) or "",
        address=(letter.requester.address if letter.requester else None) or "",
        subject=subject[:LONGEST_SUBJECT],
        body=body,
        drafted_by=by,
        drafted_at=now,
    )
    session.add(reply)
    session.flush()
    return reply


def write(
    reply: ReplyLetter,
    *,
    recipient: str,
    address: str,
    subject: str,
    body: str,
    by: Staff,
    now: dt.datetime,
) -> None:
    """Put down the words of a draft. Raises `NotADraftError`, `NotAllowedError`."""
    rights.require_work(by)
    if reply.state is not S.DRAFT:
        raise NotADraftError(state=reply.state)
    reply.recipient = one_line(recipient)[:LONGEST_RECIPIENT]
    reply.address = one_line(address)[:LONGEST_ADDRESS]
    reply.subject = one_line(subject)[:LONGEST_SUBJECT]
    reply.body = cleaned(body)[:LONGEST_BODY]
    reply.drafted_by, reply.drafted_at = by, now
    session.flush()


def submit(reply: ReplyLetter, *, by: Staff, now: dt.datetime) -> None:
    """Ask for approval of a finished draft.

    Raises `RecipientMissingError`, `AddressMissingError`, `WordsMissingError`, `BlanksLeftError`,
    `NoReplyYetError` for an answer that rests on no department's reply (A1.2).
    """
    rights.require_work(by)
    if reply.state is not S.DRAFT:
        raise NotADraftError(state=reply.state)
    if not reply.recipient:
        raise RecipientMissingError
    if not reply.address:
        raise AddressMissingError
    if not reply.body or not reply.subject:
        raise WordsMissingError
    left = drafting.blanks(reply.subject, reply.body)
    if left:
        raise BlanksLeftError(blanks=[f"{{{name}}}" for name in left])
    if reply.is_answer and (reply.ticket is None or answering.replied_part(reply.ticket) is None):
        raise answering.NoReplyYetError
    reply.state, reply.remark = S.SUBMITTED, None
    session.flush()
    approvers = staff.holding(*catalogue.desk().letters.approved_by)
    notices.tell(
        [one for one in approvers if one.id != reply.drafted_by_id and rights.may_see(reply.letter, one)],
        "reply_letter_submitted",
        N_("A reply letter to %(number)s waits for your approval. See Letters."),
        once=f"reply_letter:{reply.id}:{now.isoformat()}",
        now=now,
        number=reply.letter.register_number,
    )


def send_back(reply: ReplyLetter, *, remark: str, by: Staff, now: dt.datetime) -> None:
    """Let a draft be written anew. Raises `NotWaitingError`, `RemarkMissingError`, `NotAllowedError`."""
    _require_approver(reply, by)
    remark = one_line(remark)[:LONGEST_REMARK]
    if not remark:
        raise RemarkMissingError
    reply.state, reply.remark = S.DRAFT, remark
    session.flush()
    notices.tell(
        [reply.drafted_by],
        "reply_letter_sent_back",
        N_("Your reply letter to %(number)s was sent back: see what has to be changed."),
        once=f"reply_letter_back:{reply.id}:{now.isoformat()}",
        now=now,
        number=reply.letter.register_number,
    )


def approve(reply: ReplyLetter, *, by: Staff, now: dt.datetime) -> None:
    """Approve a letter: it gets its number in the year's series, and its words are fixed.

    Raises `NotWaitingError`, `OwnWordsError`, `NotAllowedError`.
    """
    _require_approver(reply, by)
    year = now.astimezone(LOCAL_ZONE).strftime("%Y")
    serial = series.draw(SERIES, year)
    reply.number = catalogue.desk().letters.reply_number % {"year": year, "serial": serial}
    reply.approved_by, reply.approved_at, reply.state = by, now, S.APPROVED
    reply.digest = _digest(reply)
    session.flush()
    if reply.ticket is not None:
        history.note(
            reply.ticket, "reply_letter_approved", by=by, now=now, number=reply.number, sheet=reply.digest
        )
        session.flush()


def is_as_approved(reply: ReplyLetter) -> bool:
    """Tell whether the words kept are those that were approved."""
    return reply.digest is not None and hmac.compare_digest(reply.digest, _digest(reply))


def require_as_approved(reply: ReplyLetter) -> None:
    """Refuse to print or send what was not approved so. Raises `NotApprovedError`, `AlteredError`."""
    if reply.state not in (S.APPROVED, S.SENT):
        raise NotApprovedError
    if not is_as_approved(reply):
        raise AlteredError(number=reply.number)


def send(reply: ReplyLetter, *, sent_on: dt.date | None, how: str, by: Staff, now: dt.datetime) -> None:
    """Record that a letter went out; one that answers ends the round of a ticket that waits for the answer.

    Raises `NotApprovedError`, `AlteredError`, `SentDayError`, `NotAllowedError`, and what answering raises.
    """
    if not by.is_any(*SENDS):
        raise NotAllowedError
    if reply.state is not S.APPROVED:
        raise NotApprovedError
    require_as_approved(reply)
    assert reply.approved_at is not None  # the row's CHECK ties it to the state
    first, today = reply.approved_at.astimezone(LOCAL_ZONE).date(), now.astimezone(LOCAL_ZONE).date()
    if sent_on is None or not first <= sent_on <= today:
        raise SentDayError
    reply.sent_on, reply.sent_by, reply.state = sent_on, by, S.SENT
    reply.sent_how = one_line(how)[:LONGEST_WAY] or None
    ticket = reply.ticket
    if ticket is not None:
        history.note(ticket, "reply_letter_sent", by=by, now=now, number=reply.number, sent_on=sent_on)
        if reply.is_answer and ticket.status is TicketStatus.REPLIED:
            answering.answer_from_reply(ticket, words=reply.body, channel=Channel.LETTER, by=by, now=now)
            closing.finish(ticket, by=by, now=now)
    session.flush()


def _require_approver(reply: ReplyLetter, by: Staff) -> None:
    if not rights.may_approve(by):
        raise NotAllowedError
    if reply.state is not S.SUBMITTED:
        raise NotWaitingError
    if reply.drafted_by_id == by.id:
        raise OwnWordsError


def _digest(reply: ReplyLetter) -> str:
    sheet = [reply.number, reply.recipient, reply.address, reply.subject, reply.body]
    return hashlib.sha256(json.dumps(sheet, ensure_ascii=False).encode()).hexdigest()
