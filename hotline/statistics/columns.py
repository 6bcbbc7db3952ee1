"""The columns an export may have. None of them shows whom a matter comes from.

A contact without a ticket has no title: what its caller said is not written to a file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.statistics import names
from hotline.statistics.drilling import Row
from hotline.tickets.models import Ticket
from hotline.wording import N_, in_both, in_words


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and the text of one row in it."""

    name: str
    text: Callable[[Row], str]


def _of_ticket(read: Callable[[Ticket], object]) -> Callable[[Row], str]:
    """Return the reader of something a ticket has; rows without a visible ticket stay empty."""

    def text(row: Row) -> str:
        value = read(row.ticket) if row.ticket is not None else None
        return "" if value is None else in_words(value)

    return text


def _category(row: Row) -> str:
    holder = row.ticket or row.contact
    return names.of("category", holder.category) if holder is not None else ""


def _channel(row: Row) -> str:
    holder = row.ticket or row.contact
    return in_words(holder.channel) if holder is not None else ""


def _status(row: Row) -> str:
    if row.ticket is not None:
        return in_words(row.ticket.status)
    return in_words(row.contact.disposition) if row.contact is not None else ""


def _department(ticket: Ticket) -> str | None:
    return in_both(ticket.lead_department.names) if ticket.lead_department else None


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "moment": Column(N_("Counted at"), lambda row: in_words(row.moment)),
        "number": Column(N_("Ticket"), _of_ticket(lambda one: one.number)),
        "title": Column(N_("Title"), lambda row: row.title),
        "content": Column(N_("What the caller told us"), _of_ticket(lambda one: one.content)),
        "category": Column(N_("Category"), _category),
        "content_class": Column(
            N_("Content class"),
            _of_ticket(
                lambda one: names.of("content_class", one.content_class) if one.content_class else None
            ),
        ),
        "channel": Column(N_("Channel"), _channel),
        "place": Column(N_("Place"), _of_ticket(lambda one: one.place)),
        "department": Column(N_("Department"), _of_ticket(_department)),
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
