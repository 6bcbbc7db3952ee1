"""The columns of each register (A9), and what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCodeError
from hotline.categories.terms import Confidentiality
from hotline.contacts import phones, reception
from hotline.contacts.models import Call, Contact, Letter, Visit
from hotline.contacts.reception import WaitingVisitor
from hotline.contacts.written import shortened
from hotline.errands.models import Errand
from hotline.letters import rights
from hotline.letters.trails import Trail
from hotline.people.models import Staff
from hotline.registers.models import LedgerRemark
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN
from hotline.wording import LOCAL_ZONE, N_, Labelled, in_both, in_words, say

GLIMPSE = 80


class Kind(Labelled):
    """The books the field keeps."""

    CALLS = "calls", N_("Telephone register")
    VISITS = "visits", N_("Reception register")
    LEDGER = "ledger", N_("Front-desk ledger")
    LETTERS = "letters", N_("Letter register")
    COMPLAINTS = "complaints", N_("Complaint tracking")


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact as a register shows it."""

    contact: Contact
    ticket: Ticket | None
    errand: Errand | None
    remark: LedgerRemark | None
    trail: Trail | None = None
    """What became of a letter, where it is one."""
    visitor: WaitingVisitor | None = None
    """Who waited for the desk before a visit was taken down."""

    @property
    def is_sealed(self) -> bool:
        """Tell whether only that there was a contact may be shown (B1.10)."""
        if self.ticket is not None and self.ticket.confidentiality is Confidentiality.RESTRICTED:
            return True
        policy = catalogue.current().policies.get(self.contact.category)
        return policy is not None and policy.confidentiality is Confidentiality.RESTRICTED


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register: its heading and what stands in it."""

    label: str
    read: Callable[[Entry], str]
    is_open: bool = False
    """Shown of a sealed matter too."""


def columns(kind: Kind) -> Sequence[Column]:
    """Return the columns of a register."""
    return _COLUMNS[kind]


def _time(entry: Entry) -> str:
    return in_words(entry.contact.received_at)


def _day(entry: Entry) -> str:
    return entry.contact.received_at.astimezone(LOCAL_ZONE).date().isoformat()


def _name(entry: Entry) -> str:
    requester = entry.contact.requester
    return (requester.name if requester else None) or ""


def _phone(entry: Entry) -> str:
    requester = entry.contact.requester
    number = requester.phone if requester else None
    return phones.masked(number) if number else ""


def _words(entry: Entry) -> str:
    return shortened(entry.contact.summary, GLIMPSE)


def _category(entry: Entry) -> str:
    code = entry.ticket.category if entry.ticket else entry.contact.category
    policy = catalogue.current().policies.get(code)
    return in_both(policy.names) if policy else code


def _operator(entry: Entry) -> str:
    return _named(entry.contact.recorded_by)


def _named(person: Staff) -> str:
    return f"{person.name} {person.number}"


def _rings(entry: Entry) -> str:
    contact = entry.contact
    return str(contact.ring_count) if isinstance(contact, Call) and contact.ring_count is not None else ""


def _owed(entry: Entry) -> str:
    if entry.errand is None:
        return ""
    done = entry.errand.done_at
    state = in_words(done) if done else say(N_("open"))
    return f"{in_words(entry.errand.kind)} {state}"


def _result(entry: Entry) -> str:
    if entry.ticket is not None:
        return f"{entry.ticket.number} {in_words(entry.ticket.status)}"
    return in_words(entry.contact.disposition)


def _visitors(entry: Entry) -> str:
    contact = entry.contact
    if not isinstance(contact, Visit):
        return ""
    return say(N_("%(count)s people"), {"count": contact.visitor_count})


def _first_visit(entry: Entry) -> str:
    contact = entry.contact
    return say(N_("Yes") if isinstance(contact, Visit) and contact.is_first_visit else N_("No"))


def _waited(entry: Entry) -> str:
    visitor = entry.visitor
    if visitor is None:
        return ""
    now = entry.contact.recorded_at
    minutes = int(reception.waited(visitor, now).total_seconds() // 60)
    marks = [
        say(N_("late")) if reception.is_late(visitor, now) else "",
        say(N_("after closing")) if reception.is_after_closing(visitor) else "",
    ]
    return " · ".join([say(N_("%(count)s min"), {"count": minutes}), *(mark for mark in marks if mark)])


def _channel(entry: Entry) -> str:
    return in_words(entry.contact.channel)


def _room(entry: Entry) -> str:
    if entry.ticket is None:
        return ""
    return str(entry.ticket.facts.get("room") or entry.ticket.place or "")


def _unit(entry: Entry) -> str:
    lead = entry.ticket.lead_department if entry.ticket else None
    return in_both(lead.names) if lead else ""


def _holder(entry: Entry) -> str:
    return _unit(entry) if entry.ticket and entry.ticket.status in OPEN else ""


def _due(entry: Entry) -> str:
    due_at = entry.ticket.overall_due_at if entry.ticket else None
    return in_words(due_at) if due_at else ""


def _closed(entry: Entry) -> str:
    closed_at = entry.ticket.closed_at if entry.ticket else None
    return in_words(closed_at) if closed_at else ""


def _review(entry: Entry) -> str:
    if entry.remark is None:
        return ""
    if entry.remark.corrected_at is None:
        return entry.remark.remark
    return f"{entry.remark.remark} → {entry.remark.correction}"


def _register_number(entry: Entry) -> str:
    return entry.contact.register_number if isinstance(entry.contact, Letter) else ""


def _letter_class(entry: Entry) -> str:
    if not isinstance(entry.contact, Letter):
        return ""
    try:
        return in_both(catalogue.code_item("letter_class", entry.contact.letter_class).names)
    except UnknownCodeError:
        return entry.contact.letter_class


def _written_on(entry: Entry) -> str:
    day = entry.contact.written_on if isinstance(entry.contact, Letter) else None
    return day.isoformat() if day else ""


def _sender_number(entry: Entry) -> str:
    return (entry.contact.sender_number or "") if isinstance(entry.contact, Letter) else ""


def _secrecy(entry: Entry) -> str:
    if not isinstance(entry.contact, Letter):
        return ""
    return in_words(rights.level_name(entry.contact.secrecy))


def _copies(entry: Entry) -> str:
    return str(entry.contact.copies) if isinstance(entry.contact, Letter) else ""


def _envelope(entry: Entry) -> str:
    return (entry.contact.envelope_number or "") if isinstance(entry.contact, Letter) else ""


def _decision(entry: Entry) -> str:
    decision = entry.trail.decision if entry.trail else None
    if decision is None:
        return entry.contact.filed_because or ""
    words = in_words(decision.route)
    return f"{words}: {decision.reason}" if decision.reason else words


def _handed_to(entry: Entry) -> str:
    handed = entry.trail.handed if entry.trail else None
    if handed is None:
        return ""
    signed = in_words(handed.signed_at) if handed.signed_at else say(N_("not signed for"))
    return f"{_named(handed.receiver)} {signed}"


def _posted(entry: Entry) -> str:
    rows = entry.trail.postings if entry.trail else ()
    return "; ".join(
        f"{in_words(row.need)}: {row.words} {in_words(row.happened_at) if row.happened_at else ''}".strip()
        for row in rows
    )


def _replied(entry: Entry) -> str:
    replies = entry.trail.replies if entry.trail else ()
    return "; ".join(
        f"{one.number} {one.sent_on.isoformat() if one.sent_on else ''}".strip()
        for one in replies
        if one.number
    )


def _ticket_number(entry: Entry) -> str:
    return entry.ticket.number if entry.ticket else ""


def _state(entry: Entry) -> str:
    return in_words(entry.ticket.status) if entry.ticket else ""


_COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.CALLS: (
        Column(N_("Time"), _time, is_open=True),
        Column(N_("Name"), _name),
        Column(N_("Phone"), _phone),
        Column(N_("Problem"), _words),
        Column(N_("Category"), _category),
        Column(N_("Operator"), _operator, is_open=True),
        Column(N_("Rings"), _rings, is_open=True),
        Column(N_("Call-back owed"), _owed),
        Column(N_("What came of it"), _result),
    ),
    Kind.VISITS: (
        Column(N_("Arrived at"), _time, is_open=True),
        Column(N_("Visitor"), _name),
        Column(N_("Visitors"), _visitors),
        Column(N_("Detailed record"), _words),
        Column(N_("Category"), _category),
        Column(N_("First visit"), _first_visit),
        Column(N_("Waited"), _waited, is_open=True),
        Column(N_("Received at the desk by"), _operator, is_open=True),
        Column(N_("What came of it"), _result),
    ),
    Kind.LEDGER: (
        Column(N_("Time"), _time, is_open=True),
        Column(N_("Channel"), _channel, is_open=True),
        Column(N_("Customer"), _name),
        Column(N_("Room or place"), _room),
        Column(N_("Request"), _words),
        Column(N_("Stream"), _category),
        Column(N_("Department"), _unit),
        Column(N_("Progress"), _result),
        Column(N_("Closed"), _closed),
        Column(N_("Manager's review"), _review, is_open=True),
    ),
    Kind.LETTERS: (
        Column(N_("Register number"), _register_number, is_open=True),
        Column(N_("Received"), _day, is_open=True),
        Column(N_("Written on"), _written_on),
        Column(N_("Letter from"), _name),
        Column(N_("Number on the letter"), _sender_number),
        Column(N_("Class of letter"), _letter_class),
        Column(N_("Secrecy level"), _secrecy),
        Column(N_("Copies"), _copies),
        Column(N_("Envelope number"), _envelope),
        Column(N_("Matter"), _words),
        Column(N_("Handling"), _result),
        Column(N_("Way decided"), _decision),
        Column(N_("Handed to"), _handed_to),
        Column(N_("Posted"), _posted),
        Column(N_("Reply letter"), _replied),
    ),
    Kind.COMPLAINTS: (
        Column(N_("Complaint number"), _ticket_number),
        Column(N_("Received"), _time, is_open=True),
        Column(N_("Customer"), _name),
        Column(N_("Matter"), _words),
        Column(N_("Held by"), _holder),
        Column(N_("Due until"), _due),
        Column(N_("Status"), _state),
        Column(N_("Closed"), _closed),
    ),
}
