"""Taking in messages written elsewhere, by the same verbs as the forms: each once, or not at all."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import intake
from hotline.contacts.intake import CallDetails, Caller, Details, LetterDetails
from hotline.contacts.models import Contact
from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.tickets import registration
from hotline.tickets.import_rows import BadRow, Row
from hotline.tickets.registration import Matter
from hotline.wording import N_

CHANNELS = (Channel.LETTER, Channel.CALL)
CHUNK = 50
"""Rows per transaction: one commit and one kick of the queue for all of them."""


class UnknownLabelError(HotlineError):
    """The row's class is not one of ours."""

    sentence = N_("There is no content class “%(label)s” of the first level.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a file is taken in."""

    channel: Channel
    by: Staff
    category: str | None = None
    """Of every row; by default each row's own words decide."""
    limits_from_receipt: bool = False
    """Whether limits run from the day the message was written rather than from now.

    An old message has been nobody's task before: were its limits counted from its date, every one would be
    overdue at once, and every department and leader told so.
    """


@dataclass(slots=True)
class Tally:
    """What came of the rows so far."""

    contact_count: int = 0
    ticket_count: int = 0
    known_count: int = 0
    """Rows taken in by an earlier run, or twice in the file."""
    refused: list[BadRow] = field(default_factory=list)


def take(rows: Sequence[Row], plan: Plan, tally: Tally, *, now: dt.datetime) -> None:
    """Take in `rows` in the running transaction; a row that is refused leaves nothing behind."""
    fresh = _fresh(rows, tally)
    # The verbs flush what they write, so queries need not look for more: it halves the time.
    with session.no_autoflush:
        try:
            with session.begin_nested():
                for row in fresh:
                    _take(row, plan, now)
        except HotlineError:
            _take_one_by_one(fresh, plan, tally, now)
        else:
            tally.contact_count += len(fresh)
            tally.ticket_count += len(fresh)


def _take_one_by_one(rows: Sequence[Row], plan: Plan, tally: Tally, now: dt.datetime) -> None:
    """Take in rows of which one at least is refused."""
    for row in rows:
        try:
            with session.begin_nested():
                _take(row, plan, now)
        except HotlineError as error:
            tally.refused.append(BadRow(row.line, error))
        else:
            tally.contact_count += 1
            tally.ticket_count += 1


def _fresh(rows: Sequence[Row], tally: Tally) -> list[Row]:
    """Return the rows not taken in before, each once."""
    by_key = {row.key: row for row in reversed(rows)}
    known = session.scalars(sa.select(Contact.submission_key).where(Contact.submission_key.in_(by_key)))
    for key in known:
        del by_key[key]
    tally.known_count += len(rows) - len(by_key)
    return sorted(by_key.values(), key=lambda row: row.line)


def _take(row: Row, plan: Plan, now: dt.datetime) -> None:
    category = plan.category or catalogue.guess_category(row.title, row.content)
    content_class = _class_named(row.label) if row.label else None
    contact = intake.record(
        _details(plan.channel, category),
        Caller(name=row.name, phone=row.phone, reply_wanted=row.phone is not None),
        category=category,
        content_class=content_class,
        summary=f"{row.title}\n{row.content}",
        received_at=row.received_at or now,
        is_read_back=None,
        submission_key=row.key,
        by=plan.by,
        now=now,
    )
    matter = Matter(category=category, title=row.title, content=row.content, content_class=content_class)
    ticket = registration.register(
        matter, contact, by=plan.by, now=now, limits_from=None if plan.limits_from_receipt else now
    )
    registration.send_on(ticket, by=plan.by, now=now)


def _details(channel: Channel, category: str) -> Details:
    if channel is Channel.CALL:
        return CallDetails()
    classes = [one.code for one in catalogue.code_list("letter_class")]
    return LetterDetails(letter_class=category if category in classes else classes[0])


def _class_named(label: str) -> str:
    """Return the content class of the first level called `label`. Raises `UnknownLabelError`."""
    for one in catalogue.content_classes():
        if one.level == 1 and label in (one.code, *one.names.values()):
            return one.code
    raise UnknownLabelError(label=label[:40])
