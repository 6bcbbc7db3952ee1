"""The words of a reply letter before anybody edits them: a template of the profile, its blanks filled in."""

import datetime as dt
from collections.abc import Mapping

from flask_babel import format_date

from hotline.categories import catalogue
from hotline.categories.letter_terms import BLANK, ReplyTemplate
from hotline.contacts.models import Letter
from hotline.errors import NotFoundError
from hotline.letters import receiving
from hotline.tickets import answering, merging
from hotline.wording import LOCAL_ZONE, in_both


class UnknownTemplateError(NotFoundError):
    """The profile has no such template."""


def templates() -> tuple[ReplyTemplate, ...]:
    """Return the templates of reply letters, in the order of the profile."""
    return catalogue.desk().letters.templates


def template(code: str) -> ReplyTemplate:
    """Return one template. Raises `UnknownTemplateError`."""
    found = next((one for one in templates() if one.code == code), None)
    if found is None:
        raise UnknownTemplateError
    return found


def filled(chosen: ReplyTemplate, letter: Letter, *, now: dt.datetime) -> tuple[str, str]:
    """Return subject and text of a template for a letter; what is not known stays a blank in braces."""
    known = _known(letter, now)
    return _fill(in_both(chosen.subject), known), _fill(in_both(chosen.text).strip(), known)


def blanks(*texts: str) -> list[str]:
    """Return the blanks that nobody filled in yet, each once."""
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text)))


def _known(letter: Letter, now: dt.datetime) -> Mapping[str, str]:
    ticket = merging.of_contact(letter)
    receipt = receiving.of(letter)
    known: dict[str, str | None] = {
        "sender": letter.requester.name if letter.requester else None,
        "letter_number": letter.register_number,
        "written_on": _day(letter.written_on) if letter.written_on else None,
        "received_on": _day(letter.received_at.astimezone(LOCAL_ZONE).date()),
        "title": ticket.title if ticket else letter.summary.partition("\n")[0],
        "discrepancy": receipt.discrepancy if receipt else None,
        "service": in_both(catalogue.desk().names),
        "today": _day(now.astimezone(LOCAL_ZONE).date()),
    }
    if ticket is not None:
        part = answering.replied_part(ticket)
        known |= {
            "ticket_number": ticket.number,
            "query_code": ticket.query_code,
            "department": in_both(part.department.names) if part else None,
            "reply": part.reply if part else None,
            "due_on": _day(ticket.overall_due_at.astimezone(LOCAL_ZONE).date())
            if ticket.overall_due_at
            else None,
        }
    return {name: value for name, value in known.items() if value}


def _fill(text: str, known: Mapping[str, str]) -> str:
    return BLANK.sub(lambda found: known.get(found[1], found[0]), text)


def _day(day: dt.date) -> str:
    return str(format_date(day, "long"))
