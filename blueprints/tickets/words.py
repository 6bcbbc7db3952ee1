"""Words that several pages about tickets need."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCodeError
from hotline.categories.channels import IntakeField
from hotline.categories.terms import CHOSEN_FROM
from hotline.dispatch.models import Extension
from hotline.tickets import deadlines, timeline
from hotline.tickets.models import ClosingRecord, Ticket
from hotline.wording import N_, in_both, in_words, say
from hotline.working_time import Limit


def register(bp: Blueprint) -> None:
    """Give every template these filters."""
    filters: dict[str, Callable[..., object]] = {
        "asked_time": asked_time,
        "category_name": timeline.category_name,
        "class_code_name": class_code_name,
        "class_name": class_name,
        "closing_choice": closing_choice,
        "facts_in_words": facts_in_words,
        "limit_in_words": limit_in_words,
        "return_reason": return_reason,
    }
    for name, words in filters.items():
        bp.add_app_template_filter(words, name)


def asked_time(asked: Extension) -> str:
    """Return how much more time was asked for."""
    return Limit.parse(asked.time_limit).say()


def limit_in_words(text: str) -> str:
    """Return a stored limit in the reader's language."""
    return Limit.parse(text).say()


def class_name(ticket: Ticket) -> str:
    """Return the content class with the classes above it."""
    return class_code_name(ticket.content_class or "")


def class_code_name(wanted: str) -> str:
    """Return the name of a content class with the classes above it, or its code where it was dropped."""
    names: list[str] = []
    code: str | None = wanted
    while code:
        try:
            entry = catalogue.content_class(code)
        except UnknownCodeError:
            return wanted
        names.insert(0, in_both(entry.names))
        code = entry.parent
    return " / ".join(names)


def facts_in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the category asked for besides, as labels and values."""
    known: dict[str, object] = {one.value: one for one in IntakeField}
    known[deadlines.TERM_MONTHS] = say(N_("Time limit chosen, in months"))
    return [
        (in_words(known[name]) if name in known else name, in_words(value))
        for name, value in facts.items()
        if value not in (None, "", [])
    ]


def closing_choice(row: ClosingRecord) -> str:
    """Return what was chosen in a record for closing."""
    return timeline.code_name(CHOSEN_FROM.get(row.need, ""), row.choice or "")


def return_reason(code: str) -> str:
    """Return the reason of a return in words."""
    return timeline.code_name("return_reason", code)
