"""From a filled form to what the desk does with it: one contact, answered, referred or made a ticket."""

import datetime as dt
import enum
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from blueprints.intake import choices, letters
from blueprints.intake.forms import CallForm, IntakeForm, LetterForm, moment_of
from blueprints.intake.visits import VisitForm
from hotline.callbacks import plans
from hotline.categories import catalogue
from hotline.categories.terms import Answering, ClosingNeed, Urgency
from hotline.contacts import closing, drafts, intake, reception
from hotline.contacts.identity import Sex
from hotline.contacts.intake import CallDetails, Caller, Details, LetterDetails, VisitDetails
from hotline.contacts.models import Contact, Letter
from hotline.db import session, transaction
from hotline.dispatch import urging
from hotline.errands import owing
from hotline.errors import HotlineError
from hotline.letters import deciding
from hotline.people.models import Staff
from hotline.reception import urgent
from hotline.repeats import hot_issues
from hotline.telephony import recording
from hotline.telephony.models import PhoneLeg
from hotline.tickets import access, answering, deadlines, registration
from hotline.tickets.answering import Spoken
from hotline.tickets.models import AnswerSource
from hotline.tickets.registration import Matter
from hotline.wording import N_, in_both
from knowledge_base import answering as knowledge
from knowledge_base import gaps


class Action(enum.StrEnum):
    """What an operator can do with a filled form; there is no way to answer in words of one's own (A1.2)."""

    ANSWER = "answer"
    REDIRECT = "redirect"
    TICKET = "ticket"
    REPORT = "report"
    """A ticket, and the leaders told of it as urgent in the same step (A5.3)."""
    FILE = "file"
    REGISTER = "register"
    """A letter is registered; where it goes is decided later (A3.9)."""
    JOIN = "join"
    """The caller asks again: the contact goes to the ticket there is, and urges it."""
    MESSAGE = "message"
    """A colleague is told who asked for them (A3.3)."""
    PROMISE = "promise"
    """The caller is answered later, by a moment that is told now (A2.8)."""


class NoArticleChosenError(HotlineError):
    """An answer rests on an article that was read out."""

    sentence = N_("Choose the article you read out. Without one, make a ticket: the department will answer.")
    field = "revision_id"


class NoTargetChosenError(HotlineError):
    """A referral says where to."""

    sentence = N_("Choose where the caller was referred to.")
    field = "redirect_target"


class NoReferralsError(HotlineError):
    """The profile knows no category for referrals."""

    sentence = N_("This profile has no category for referrals; make a ticket.")
    field = "redirect_target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One press of a button: which form instance, by whom, opened and sent when."""

    key: UUID
    action: Action
    opened_at: dt.datetime
    by: Staff
    now: dt.datetime
    joins: str = ""
    """The number of the ticket the caller asks again about."""
    links: str = ""
    """The number of a ticket about the same matter: both are counted under one hot issue."""
    leg: PhoneLeg | None = None
    """The exchange's call that is taken down, where there is one."""


def save(form: IntakeForm, sent: Submission, known: Contact | None) -> int:
    """Save everything the form says and do what was asked, or nothing; return the contact's id.

    Sending the same form twice saves one contact, `known` the second time. Raises `HotlineError` when a rule
    refuses it.
    """
    # Joining and deciding on letters change what is there; all else begins with a contact of its own.
    adds = sent.action is not Action.JOIN and not isinstance(form, LetterForm)
    try:
        with transaction(locks_late=adds):
            if isinstance(form, CallForm):
                sent = replace(sent, leg=recording.of_form(str(sent.key), sent.by))
            contact = known or _do(form, sent)
            drafts.drop(sent.by, str(sent.key))
            if sent.leg is not None:
                recording.bind(sent.leg, contact)
            if isinstance(form, VisitForm):
                reception.served(str(sent.key), contact, now=sent.now)
            return contact.id
    except IntegrityError:
        # The same form arrived twice at the same moment, and the other one was first.
        known = intake.already_recorded(str(sent.key))
        if known is None:
            raise
        return known.id


def _do(form: IntakeForm, sent: Submission) -> Contact:
    if isinstance(form, LetterForm):
        letters.check(form, sent.action, by=sent.by, now=sent.now)
    match sent.action:
        case Action.ANSWER:
            return _answer(form, sent)
        case Action.REDIRECT:
            return _redirect(form, sent)
        case Action.JOIN:
            return _join(form, sent)
        case Action.FILE:
            contact = _recorded(form, sent, category=form.category.data or catalogue.desk().otherwise)
            letters.file(contact, form, by=sent.by, now=sent.now)
            return contact
        case Action.REGISTER:
            letters.require_letter(form)
            return _recorded(form, sent, category=form.category.data or catalogue.desk().otherwise)
        case Action.TICKET | Action.REPORT:
            contact = _recorded(form, sent, category=form.category.data)
            if isinstance(contact, Letter):
                ticket = deciding.make_ticket(contact, _matter(form), reason="", by=sent.by, now=sent.now)
            else:
                ticket = registration.register(_matter(form), contact, by=sent.by, now=sent.now)
            if catalogue.policy(ticket.category).answering is Answering.FROM_KNOWLEDGE:
                # What the desk could have answered and did not is what the knowledge base lacks.
                gaps.file_gap(ticket.title, ticket, now=sent.now)
            registration.send_on(ticket, by=sent.by, now=sent.now)
            if sent.action is Action.REPORT:
                urgent.report(ticket, contact, by=sent.by, now=sent.now)
            if sent.links:
                hot_issues.link(ticket, access.find(sent.links, sent.by), by=sent.by, now=sent.now)
            return contact
        case Action.MESSAGE:
            contact = _recorded(form, sent, category=owing.message_policy().code)
            owing.leave_message(contact, _colleague(form), words=contact.summary, by=sent.by, now=sent.now)
            return contact
        case Action.PROMISE:
            contact = _recorded(form, sent, category=form.category.data or catalogue.desk().otherwise)
            owing.promise_reply(
                contact,
                words=contact.summary,
                due_at=moment_of(form.promised_at.data),
                by=sent.by,
                now=sent.now,
            )
            return contact


def _colleague(form: IntakeForm) -> Staff | None:
    chosen = form.message_for.data or ""
    return next((one for one in owing.colleagues() if str(one.id) == chosen), None)


def _join(form: IntakeForm, sent: Submission) -> Contact:
    ticket = access.find(sent.joins, sent.by)
    said = form.title.data
    form.title.data = said or ticket.title
    contact = _recorded(form, sent, category=ticket.category)
    reason = "\n".join(words for words in (said, form.content.data) if words)
    urging.caller_asked_again(ticket, contact, reason=reason, by=sent.by, now=sent.now)
    return contact


def _answer(form: IntakeForm, sent: Submission) -> Contact:
    if form.revision_id.data is None:
        raise NoArticleChosenError
    contact = _recorded(form, sent, category=form.category.data)
    question = form.title.data or form.content.data or ""
    knowledge.answer(contact, form.revision_id.data, question=question, by=sent.by, now=sent.now)
    return contact


def _redirect(form: IntakeForm, sent: Submission) -> Contact:
    if not form.redirect_target.data:
        raise NoTargetChosenError
    contact = _recorded(form, sent, category=form.category.data or referral_category())
    if form.redirect_target.data.startswith(choices.DECLINED):
        closing.decline(contact, form.redirect_target.data.removeprefix(choices.DECLINED))
        return contact
    target = catalogue.code_item("redirect_target", form.redirect_target.data)
    spoken = Spoken(AnswerSource.REDIRECT, target.code, in_both(target.names))
    answering.answer_contact(contact, spoken, by=sent.by, now=sent.now)
    return contact


def referral_category() -> str:
    """Return the category of contacts that only needed to be told where to turn.

    Raises `NoReferralsError`.
    """
    for policy in catalogue.open_categories():
        if not policy.opens_ticket and ClosingNeed.ROUTE_TOLD in policy.closing:
            return policy.code
    raise NoReferralsError


def _recorded(form: IntakeForm, sent: Submission, *, category: str) -> Contact:
    title, content = form.title.data, form.content.data
    typed_time = moment_of(form.received_at.data) if "received_at" in form else sent.opened_at
    contact = intake.record(
        _details(form, sent),
        _caller(form),
        category=category,
        content_class=form.content_class.data or None,
        summary=f"{title}\n{content}" if content else title,
        received_at=typed_time or sent.opened_at,
        is_read_back=form.readback.data,
        submission_key=str(sent.key),
        by=sent.by,
        now=sent.now,
    )
    if sent.action not in (Action.TICKET, Action.REPORT) or isinstance(contact, Letter):
        session.flush()  # what is done with it names it; a ticket is written together with its contact
    return contact


def _caller(form: IntakeForm) -> Caller:
    has_paper = isinstance(form, VisitForm)
    return Caller(
        name=form.name.data or None,
        phone=form.phone.data or None,
        address=form.address.data or None,
        id_type=form.id_type.data or None if has_paper else None,
        id_number=form.id_number.data or None if has_paper else None,
        is_anonymous=form.wish.data == choices.ANONYMOUS,
        contact_refused=form.contact_refused.data,
        secrecy_requested=form.wish.data == choices.SECRET,
        reply_wanted=form.reply_wanted.data,
    )


def _details(form: IntakeForm, sent: Submission) -> Details:
    match form:
        case CallForm():
            if sent.leg is None:
                talked = int((sent.now - sent.opened_at).total_seconds())
                return CallDetails(ring_count=form.ring_count.data, talk_seconds=max(0, talked))
            typed, counted = form.ring_count.data, sent.leg.call.ring_count
            return CallDetails(
                ring_count=counted if typed is None else typed,
                talk_seconds=recording.talked(sent.leg, sent.now),
            )
        case VisitForm():
            return VisitDetails(
                arrived_at=moment_of(form.received_at.data) or sent.opened_at,
                visitor_count=form.visitor_count.data or 1,
                people_concerned=form.people_concerned.data,
                is_first_visit=form.first_visit.data,
                purpose=form.purpose.data or None,
                companions=form.named_companions(),
                born_on=form.born_on.data,
                sex=Sex(form.sex.data) if form.sex.data else None,
                elements=form.elements(),
            )
        case LetterForm():
            return LetterDetails(
                letter_class=form.letter_class.data,
                written_on=form.written_on.data,
                copies=form.copies.data or 1,
                envelope_number=form.envelope_number.data or None,
                sender_number=form.sender_number.data or None,
                secrecy=form.secrecy.data or None,
                postmark=form.postmark.data or None,
                earlier_id=form.earlier.data,
            )
        case _:
            raise TypeError(f"no details for {type(form).__name__}")


def _matter(form: IntakeForm) -> Matter:
    is_visit = isinstance(form, VisitForm)
    return Matter(
        category=form.category.data,
        title=form.title.data,
        content=form.content.data or form.title.data,
        content_class=form.content_class.data or None,
        place=form.place.data or None,
        urgency=Urgency(form.urgency.data or Urgency.NORMAL),
        kind=form.purpose.data or None if is_visit else None,
        is_collective=is_visit and intake.is_collective(form.visitor_count.data or 1),
        facts={name.value: field.data for name, field in form.facts() if field.data}
        | _consent(form)
        | _term(form),
    )


def _term(form: IntakeForm) -> dict[str, int]:
    months = form.term_months() if isinstance(form, VisitForm) else None
    return {deadlines.TERM_MONTHS: months} if months else {}


def _consent(form: IntakeForm) -> dict[str, bool]:
    return {plans.CONSENT: bool(form.callback_consent.data)} if form.asks_consent() else {}
