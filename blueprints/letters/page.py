"""What the page of a letter shows, made ready for the template."""

from typing import Any

from flask import render_template
from flask_wtf import FlaskForm

from blueprints import looking
from blueprints.intake import entries
from blueprints.letters.forms import (
    ClassForm,
    FileForm,
    HandOverForm,
    PostingForm,
    ReceiptForm,
    ScansForm,
    TemplateForm,
    ToldForm,
)
from hotline.audit.models import Sight
from hotline.categories.letter_terms import LetterRoute
from hotline.categories.terms import ClosingNeed
from hotline.contacts.models import Letter
from hotline.db import utc_now
from hotline.errors import HotlineError
from hotline.letters import (
    correcting,
    deciding,
    drafting,
    handing,
    receiving,
    repeating,
    replying,
    rights,
    scans,
)
from hotline.people.models import Staff
from hotline.tickets import closing_needs
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE


def render(letter: Letter, reader: Staff, **sent_back: FlaskForm) -> str:
    """Return the page of `letter`; a form `sent_back` with errors keeps what was typed."""
    looked_at(letter, reader, Sight.PAGE)
    return render_template("letters/show.html", **_parts(letter, reader), **_forms(letter, reader, sent_back))


def looked_at(letter: Letter, reader: Staff, sight: Sight) -> None:
    """Write down that `reader` is about to see a letter, where that must be known (B1.19)."""
    ticket = rights.ticket_of(letter)
    if ticket is not None:
        looking.at(ticket, reader, sight)
    elif letter.requester is not None:
        looking.at_caller(letter.requester, reader)


def _parts(letter: Letter, reader: Staff) -> dict[str, Any]:
    ticket = rights.ticket_of(letter)
    is_open = deciding.is_open(letter)
    ways = deciding.ways(letter.letter_class, is_repeat=letter.earlier_id is not None, secrecy=letter.secrecy)
    decides = is_open and rights.may_decide(reader)
    return {
        "letter": letter,
        "ticket": ticket,
        "class_name": deciding.class_name(letter.letter_class),
        "level_name": rights.level_name(letter.secrecy),
        "is_secret": rights.is_state_secret(letter.secrecy),
        "works": rights.may_work(reader),
        "decides": decides,
        "is_open": is_open,
        "ways": ways,
        "may_order": decides and not {LetterRoute.ORDER, LetterRoute.POST}.isdisjoint(ways),
        "may_file": decides and LetterRoute.FILE in ways,
        "may_hand_over": decides and LetterRoute.HAND_OVER in ways,
        "pages": scans.of(letter),
        "shown_kinds": scans.SHOWN,
        "most_scans": scans.MOST,
        "receipt": receiving.of(letter),
        "checks": receiving.checks(),
        "decision": deciding.of(letter),
        "handed": handing.of(letter),
        "told": list(entries.told(letter)),
        "may_correct": correcting.may_correct(letter, reader),
        "correction_refused": _correction_refused(letter),
        "repeats": [one for one in repeating.of(letter) if rights.may_see(one, reader)],
        "earlier": letter.earlier if letter.earlier and rights.may_see(letter.earlier, reader) else None,
        "postings": _postings(ticket),
        "may_close": ticket is not None and deciding.is_to_close(ticket) and rights.may_decide(reader),
        "replies": replying.of(letter),
        "templates": drafting.templates(),
    }


def _correction_refused(letter: Letter) -> str:
    """Return why the entry stays as it is; empty where it can be corrected."""
    try:
        correcting.require_open(letter)
    except HotlineError as error:
        return error.say()
    return ""


def _postings(ticket: Ticket | None) -> list[tuple[ClosingNeed, Any]]:
    """Return the postings a ticket wants, each with what is on record of it."""
    if ticket is None:
        return []
    there = closing_needs.on_record(ticket)
    return [(one, there.get(one)) for one in closing_needs.needed(ticket) if one in deciding.POSTINGS]


def _forms(letter: Letter, reader: Staff, sent_back: dict[str, FlaskForm]) -> dict[str, Any]:
    receipt = receiving.of(letter)
    fresh = ReceiptForm(
        formdata=None,
        prefix="receipt-",
        stated=receipt.stated if receipt else "",
        found=receipt.found if receipt else "",
        passed=[one.code for one in receiving.checks() if receipt and one.code not in receipt.failed],
        discrepancy=(receipt.discrepancy or "") if receipt else "",
    )
    forms: dict[str, Any] = {
        "receipt_form": fresh,
        "told_form": ToldForm(formdata=None, prefix="told-"),
        "scans_form": ScansForm(formdata=None, prefix="scans-"),
        "class_form": ClassForm(formdata=None, prefix="class-", letter_class=letter.letter_class),
        "file_form": FileForm(formdata=None, prefix="file-"),
        "hand_form": HandOverForm(formdata=None, prefix="hand-"),
        "template_form": TemplateForm(formdata=None, prefix="template-"),
        "posting_forms": {
            need: PostingForm(formdata=None, prefix=f"{need.value}-", happened_at=_now())
            for need in deciding.POSTINGS
        },
    }
    posting = sent_back.pop("posting_form", None)
    if posting is not None:
        forms["posting_forms"][ClosingNeed(posting._prefix.rstrip("-"))] = posting
    forms |= sent_back
    forms["hand_form"].offer(reader)
    return forms


def _now() -> Any:
    return utc_now().astimezone(LOCAL_ZONE).replace(second=0, microsecond=0, tzinfo=None)
