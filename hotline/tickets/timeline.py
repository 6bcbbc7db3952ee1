"""A ticket's history in words: each kind of event and the sentence that tells it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCategoryError, UnknownCodeError
from hotline.categories.channels import Channel
from hotline.categories.keeping import RetentionClass
from hotline.categories.terms import ClosingNeed, Confidentiality, Stage
from hotline.people.models import Staff
from hotline.tickets import reading, words
from hotline.tickets.models import Ticket, TicketEvent
from hotline.wording import N_, Labelled, in_both, in_words, say
from hotline.working_time import Limit

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "ticket_registered": N_("Registered as %(category)s, received by %(channel)s"),
        "category_converted": N_("Converted from %(was)s to %(became)s"),
        "ticket_reclassified": N_("Reclassified from %(was)s to %(became)s"),
        "matter_accepted": N_("Accepted; the petitioner is told"),
        "sent_to_review": N_("Sent to the shift leader for review"),
        "ticket_dispatched": N_("Dispatched to %(department)s"),
        "ticket_taken_away": N_("Taken back from %(department)s"),
        "assist_asked": N_("%(department)s asked to assist"),
        "ticket_acknowledged": N_("Acknowledged by %(department)s"),
        "assist_acknowledged": N_("Acknowledged by %(department)s, which assists"),
        "caller_contacted": N_("%(department)s contacted the caller"),
        "progress_reported": N_("%(department)s reported progress"),
        "arrived_on_site": N_("%(department)s is on site"),
        "handling_begun": N_("Handling begun"),
        "department_replied": N_("%(department)s replied"),
        "assist_replied": N_("%(department)s, which assists, replied"),
        "reply_sent_back": N_("Reply sent back to %(department)s to be completed"),
        "caller_answered": N_("Caller answered"),
        "reply_filed": N_("Reply filed: no caller waits for it"),
        "closing_recorded": N_("Put on record: %(need)s"),
        "round_finished": N_("Handling finished"),
        "callback_planned": N_("Callback planned"),
        "ticket_closed": N_("Closed"),
        "ticket_declined": N_("Not accepted: %(reason)s"),
        "ticket_terminated": N_("Terminated"),
        "ticket_merged": N_("Merged into %(into)s"),
        "ticket_taken_in": N_("Ticket %(taken_in)s merged into this one"),
        "deadline_taken_over": N_("Overall limit of ticket %(taken_in)s kept: %(was_due)s became %(due_at)s"),
        "merge_taken_back": N_("Merge taken back"),
        "ticket_split": N_("Part of the matter made a ticket of its own"),
        "split_off": N_("Split off from another ticket"),
        "contact_added": N_("The caller turned to us again by %(channel)s"),
        "contact_revealed": N_("Name and number shown in full"),
        "round_opened": N_("To be handled again"),
        "note_added": N_("Note"),
        "urgent_reported": N_("Reported to the leaders as urgent"),
        "urgent_noted": N_("A leader took note of the urgent report"),
        "ticket_archived": N_("Archived under %(file_number)s"),
        "ticket_destroyed": N_("Destroyed under certificate %(certificate)s"),
        "person_data_erased": N_("Caller's data erased under %(certificate)s"),
        "retention_changed": N_("To be kept: %(kept)s instead of %(was_kept)s"),
        "words_erased": N_("What was written into this history was erased"),
        "recusal_set": N_("Kept from %(owner)s"),
        "recusal_lifted": N_("No longer kept from %(owner)s"),
        "reader_listed": N_("%(owner)s put on the list of those who may see it"),
        "reader_dismissed": N_("%(owner)s taken off the list of those who may see it"),
        "file_added": N_("File added: %(name)s"),
        "entry_corrected": N_("Register entry corrected"),
        "letter_scanned": N_("Letter %(number)s scanned: %(count)s files"),
        "reply_letter_approved": N_("Reply letter %(number)s approved; its words are fixed"),
        "reply_letter_sent": N_("Reply letter %(number)s sent on %(sent_on)s"),
        "owner_changed": N_("Handed over to %(owner)s"),
        "deadline_breached": N_("“%(stage)s” not done by %(due_at)s"),
        "deadline_recomputed": N_(
            "“%(stage)s” recomputed on the changed calendar: %(was_due)s became %(due_at)s"
        ),
        "return_asked": N_("%(department)s asks to return the ticket: %(reason)s"),
        "return_granted": N_("Return granted"),
        "return_refused": N_("Return refused: %(department)s handles the ticket and may not return it again"),
        "return_window_passed": N_("%(department)s did not return the ticket in time and so accepted it"),
        "extension_asked": N_("%(department)s asks for %(time_limit)s more"),
        "extension_granted": N_("Extended by %(time_limit)s, now due %(due_at)s"),
        "extension_refused": N_("Extension refused"),
        "extension_told": N_("Caller told of the extension"),
        "call_made": N_("Called (%(purpose)s): reached"),
        "call_not_answered": N_("Called (%(purpose)s): not reached"),
        "caller_urged": N_("The caller asked again: %(department)s urged"),
        "department_urged": N_("%(department)s urged (%(way)s)"),
        "urging_notice_issued": N_("Urging notice %(notice)s to %(department)s"),
        "urge_answered": N_("%(department)s answered the urging"),
        "supervision_opened": N_("Put under supervision"),
        "supervision_closed": N_("Supervision ended"),
        "waiting_begun": N_("Waiting for the caller"),
        "waiting_ended": N_("No longer waiting for the caller"),
        "callback_link_sent": N_("Link for one answer handed over by %(mode)s"),
        "callback_voted": N_("The caller answered through the link"),
        "callback_need_raised": N_("A new need was raised at the callback"),
        "callback_attempted": N_("Callback tried: %(result)s"),
        "callback_made": N_("Callback made: %(result)s"),
        "callback_objected": N_("%(department)s objects to what the callback found"),
        "callback_objection_refused": N_("Objection to the callback refused"),
        "callback_excluded": N_("Callback left out of the assessment"),
        "callback_included": N_("Callback counted in the assessment again"),
        "callback_given_up": N_("Callback given up after %(attempts)s attempts"),
    }
)
"""Every kind of event, whichever package writes it, and the words for it."""

HOTLINE_ONLY = frozenset(
    {
        "ticket_split",
        "split_off",
        "ticket_merged",
        "ticket_taken_in",
        "deadline_taken_over",
        "merge_taken_back",
        "contact_revealed",
        "contact_added",
        "letter_scanned",
        "entry_corrected",
        "callback_planned",
        "recusal_set",
        "recusal_lifted",
        "reader_listed",
        "reader_dismissed",
    }
)
"""A department's page does not tell these: they are about the caller, or about another ticket."""

NOTES = ("note", "reason_text", "grounds", "ruling", "route_told", "outcome", "answer", "confidentiality")
"""The details told besides the sentence, free words mostly, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a person reads it."""

    kind: str
    when: dt.datetime
    what: str
    who: str
    note: str


def lines(ticket: Ticket, reader: Staff) -> Iterator[Line]:
    """Yield the history of `ticket` for `reader`, newest first."""
    for event in reversed(reading.events(ticket)):
        if reader.acts_for_department and event.kind in HOTLINE_ONLY:
            continue
        yield line(event)


def line(event: TicketEvent) -> Line:
    """Return one event in the reader's language."""
    params: dict[str, Any] = {name: _said(name, value) for name, value in words.details(event).items()}
    if event.department is not None:
        params["department"] = in_both(event.department.names)
    sentence = SENTENCES.get(event.kind, event.kind)
    return Line(
        kind=event.kind,
        when=event.happened_at,
        what=_filled(sentence, params),
        who=f"{event.by.name} {event.by.number}" if event.by else say(N_("by rule")),
        note=" ".join(str(params[name]) for name in _notes(event) if params.get(name)),
    )


def _notes(event: TicketEvent) -> tuple[str, ...]:
    sentence = SENTENCES.get(event.kind, "")
    return NOTES if "%(reason)s" in sentence else ("reason", *NOTES)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def _filled(sentence: str, params: Mapping[str, Any]) -> str:
    return say(sentence) % _Known({name: in_words(value) for name, value in params.items()})


def category_name(code: str) -> str:
    """Return a category's name in the reader's language, or its code where the profile dropped it."""
    try:
        return in_both(catalogue.policy(code).names)
    except UnknownCategoryError:
        return code


def code_name(code_list: str, code: str) -> str:
    """Return the name of an entry of a code list, or the code where the list no longer has it."""
    try:
        return in_both(catalogue.code_item(code_list, code).names)
    except UnknownCodeError:
        return code


def _reason(code: str) -> str:
    for code_list in ("decline_reason", "return_reason", "extension_reason"):
        name = code_name(code_list, code)
        if name != code:
            return name
    return code


def _moment(text: str) -> str:
    return in_words(dt.datetime.fromisoformat(text))


_RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "reached": N_("Reached"),
        "unreachable": N_("Not reached"),
        "wrong_number": N_("Wrong number"),
        "refused": N_("Refused to talk"),
    }
)

_MODES: Mapping[str, str] = MappingProxyType(
    {
        "sms": N_("SMS"),
        "letter": N_("Letter"),
        "visit": N_("Visit"),
        "questionnaire": N_("Questionnaire"),
        "web": N_("Web link"),
    }
)

_SAID: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "category": category_name,
        "was": category_name,
        "became": category_name,
        "channel": lambda value: _label(Channel, value),
        "stage": lambda value: _label(Stage, value),
        "need": lambda value: _label(ClosingNeed, value),
        "reason": _reason,
        "time_limit": lambda value: Limit.parse(value).say(),
        "result": lambda value: say(_RESULTS.get(value, value)),
        "mode": lambda value: say(_MODES.get(value, value)),
        "confidentiality": lambda value: (
            say(N_("Confidentiality: %(level)s")) % {"level": _label(Confidentiality, value)}
        ),
        "was_kept": lambda value: _label(RetentionClass, value),
        "kept": lambda value: _label(RetentionClass, value),
        "due_at": _moment,
        "was_due": _moment,
    }
)


def _label(kind: type[Labelled], value: str) -> str:
    return in_words(kind(value)) if value in {member.value for member in kind} else value


def _said(name: str, value: Any) -> Any:
    reader = _SAID.get(name)
    return reader(value) if reader is not None and isinstance(value, str) else value
