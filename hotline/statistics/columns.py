"""The columns an export may have. None of them shows whom a matter comes from.

A contact without a ticket has no title: what its caller said is not written to a file.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.statistics import names
from hotline.statistics.drilling import Row
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled, in_both, in_words


class Words:
    """Values in the words of one language, each looked up once: a file repeats the same few names."""

    def __init__(self) -> None:
        self._said: dict[Hashable, str] = {}

    def of(self, value: object) -> str:
        """Return one value as a person reads it; nothing for `None`."""
        if value is None:
            return ""
        if not isinstance(value, Labelled):
            return in_words(value)
        return self.once(value, lambda: in_words(value))

    def once(self, key: Hashable, say: Callable[[], str]) -> str:
        """Return what was said of `key` before, else say it."""
        if key not in self._said:
            self._said[key] = say()
        return self._said[key]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and the text of one row in it."""

    name: str
    text: Callable[[Row, Words], str]


def _of_ticket(read: Callable[[Ticket], object]) -> Callable[[Row, Words], str]:
    """Return the reader of something a ticket has; rows without a visible ticket stay empty."""

    def text(row: Row, words: Words) -> str:
        return words.of(read(row.ticket)) if row.ticket is not None else ""

    return text


def _moment(row: Row, words: Words) -> str:
    return words.of(row.moment if row.ticket or row.contact else row.day)


def _category(row: Row, words: Words) -> str:
    holder = row.ticket or row.contact
    if holder is None:
        return ""
    code = holder.category
    return words.once(("category", code), lambda: names.of("category", code))


def _channel(row: Row, words: Words) -> str:
    holder = row.ticket or row.contact
    return words.of(holder.channel) if holder is not None else ""


def _content_class(row: Row, words: Words) -> str:
    code = row.ticket.content_class if row.ticket is not None else None
    return words.once(("class", code), lambda: names.of("content_class", code)) if code else ""


def _status(row: Row, words: Words) -> str:
    if row.ticket is not None:
        return words.of(row.ticket.status)
    return words.of(row.contact.disposition) if row.contact is not None else ""


def _department(row: Row, words: Words) -> str:
    led = row.ticket.lead_department if row.ticket is not None else None
    return words.once(("department", led.id), lambda: in_both(led.names)) if led is not None else ""


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "moment": Column(N_("Counted at"), _moment),
        "number": Column(N_("Ticket"), _of_ticket(lambda one: one.number)),
        "title": Column(N_("Title"), lambda row, _words: row.title),
        "content": Column(N_("What the caller told us"), _of_ticket(lambda one: one.content)),
        "category": Column(N_("Category"), _category),
        "content_class": Column(N_("Content class"), _content_class),
        "channel": Column(N_("Channel"), _channel),
        "place": Column(N_("Place"), _of_ticket(lambda one: one.place)),
        "department": Column(N_("Department"), _department),
        "status": Column(N_("Status"), _status),
        "round": Column(N_("Round"), _of_ticket(lambda one: one.round)),
        "received_at": Column(N_("Came in at"), _of_ticket(lambda one: one.received_at)),
        "dispatched_at": Column(N_("Dispatched at"), _of_ticket(lambda one: one.dispatched_at)),
        "resolved_at": Column(N_("Answered at"), _of_ticket(lambda one: one.resolved_at)),
        "closed_at": Column(N_("Closed at"), _of_ticket(lambda one: one.closed_at)),
        "overall_due_at": Column(N_("Answer due"), _of_ticket(lambda one: one.overall_due_at)),
    }
)

USUAL = (
    "moment",
    "number",
    "title",
    "category",
    "channel",
    "department",
    "status",
    "received_at",
    "closed_at",
)
