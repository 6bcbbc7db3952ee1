"""The columns an export may have. None of them shows whom a matter comes from.

A contact without a ticket has no title: what its caller said is not written to a file.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.statistics import names
from hotline.statistics.drilling import Row
from hotline.wording import LOCAL_ZONE, N_, Labelled, in_words


class Words:
    """Values in the words of one language, each looked up once: a file repeats the same few names."""

    def __init__(self) -> None:
        self._said: dict[Hashable, str] = {}

    def of(self, value: object) -> str:
        """Return one value as a person reads it; nothing for `None`."""
        if value is None:
            return ""
        if isinstance(value, Labelled):
            return self.once(value, lambda: in_words(value))
        if isinstance(value, dt.datetime):
            # As `in_words` says it, at a third of the time: a file holds hundreds of thousands.
            return value.astimezone(LOCAL_ZONE).isoformat(" ", "minutes")[:16]
        return in_words(value)

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
    reads: tuple[str, ...]
    """What it needs of a ticket."""


def _of_ticket(name: str, what: str) -> Column:
    """Return the column of something a ticket has; rows without a visible ticket stay empty."""

    def text(row: Row, words: Words) -> str:
        return words.of(getattr(row.ticket, what)) if row.ticket is not None else ""

    return Column(name, text, (what,))


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
    led = row.ticket.lead_department_id if row.ticket is not None else None
    return words.once(("department", led), lambda: names.of("department", str(led))) if led else ""


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "moment": Column(N_("Counted at"), _moment, ()),
        "number": _of_ticket(N_("Ticket"), "number"),
        "title": _of_ticket(N_("Title"), "title"),
        "content": _of_ticket(N_("What the caller told us"), "content"),
        "category": Column(N_("Category"), _category, ("category",)),
        "content_class": Column(N_("Content class"), _content_class, ("content_class",)),
        "channel": Column(N_("Channel"), _channel, ("channel",)),
        "place": _of_ticket(N_("Place"), "place"),
        "department": Column(N_("Department"), _department, ("lead_department_id",)),
        "status": Column(N_("Status"), _status, ("status",)),
        "round": _of_ticket(N_("Round"), "round"),
        "received_at": _of_ticket(N_("Came in at"), "received_at"),
        "dispatched_at": _of_ticket(N_("Dispatched at"), "dispatched_at"),
        "resolved_at": _of_ticket(N_("Answered at"), "resolved_at"),
        "closed_at": _of_ticket(N_("Closed at"), "closed_at"),
        "overall_due_at": _of_ticket(N_("Answer due"), "overall_due_at"),
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
