"""What lies on a desk: piles, and the lines on top of each."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from hotline.categories import catalogue
from hotline.db import UtcDateTime
from hotline.tickets.lateness import Lateness
from hotline.wording import N_, Labelled, in_both

SHOWN = 6
MOST_COUNTED = 1000
"""Nobody reads the difference between 1,000 and 4,000 waiting tickets; the database need not count it."""
NOW = sa.bindparam("now", type_=UtcDateTime())
"""The moment of asking: what is asked is written once per person's standing."""


class Pile(Labelled):
    """The kinds of work a desk can hold."""

    REPLIES = "replies", N_("Replies to read to callers")
    PROMISES = "promises", N_("Promised replies")
    REVIEWS = "reviews", N_("Waiting for review")
    RETURNS = "returns", N_("Returns to rule on")
    OVERDUE = "overdue", N_("Overdue")
    TO_ACKNOWLEDGE = "to_acknowledge", N_("To acknowledge")
    DUE_NEXT = "due_next", N_("Due next in my department")
    CALLBACKS = "callbacks", N_("My callbacks")
    ARTICLES = "articles", N_("Articles to review")
    URGENT = "urgent", N_("Urgent reports")
    ERRANDS = "errands", N_("Messages and call-backs")
    SUGGESTIONS = "suggestions", N_("Suggestions to answer")
    VISITORS = "visitors", N_("Visitors to invite again")
    LETTERS_TO_APPROVE = "letters_to_approve", N_("Reply letters to approve")
    LETTERS_TO_SEND = "letters_to_send", N_("Reply letters to send")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits."""

    title: str
    url: str
    number: str = ""
    note: str = ""
    due_at: dt.datetime | None = None
    state: Lateness = Lateness.NONE
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pile: how much lies on it, and what is on top."""

    pile: Pile
    count: int
    lines: Sequence[Line]
    url: str
    """Where all of it is."""
    also: int = 0
    """How much more somebody may take from the common pile."""

    @property
    def is_capped(self) -> bool:
        """Tell whether there is more than anybody counts."""
        return self.count > MOST_COUNTED


def ticket_line(ticket: Any, due_at: dt.datetime) -> Line:
    """Return the line of a ticket, or of a row with its number, title and category."""
    policy = catalogue.current().policies.get(ticket.category)
    return Line(
        title=ticket.title,
        url=url_for("tickets.show", number=ticket.number),
        number=ticket.number,
        note=in_both(policy.names) if policy else "",
        due_at=due_at,
        ticket_id=ticket.id,
    )


def by_moment(due_at: dt.datetime, now: dt.datetime) -> Lateness:
    """Return the state of what is due at a moment and has no clock."""
    return Lateness.OVERDUE if due_at < now else Lateness.OK
