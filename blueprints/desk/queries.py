"""What lies beside the work: notices, and forms begun and not submitted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from blueprints import looking
from hotline.categories.channels import Channel
from hotline.contacts.drafts import IntakeDraft
from hotline.db import session
from hotline.delivery import gathering
from hotline.delivery.gathering import Group, Line
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.models import Ticket

DRAFTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A line of the in-tray with its words, and the ticket it is about where the person may see it."""

    line: Line
    words: str
    number: str | None = None
    title: str | None = None


def drafts_of(person: Staff) -> Sequence[sa.Row[Channel, str, dt.datetime]]:
    """Return the newest forms that the person began and did not submit; what was typed stays sealed."""
    return session.execute(_NEWEST_DRAFTS, {"staff_id": person.id}).all()


_NEWEST_DRAFTS = (
    sa.select(IntakeDraft.channel, IntakeDraft.submission_key, IntakeDraft.saved_at)
    .where(IntakeDraft.staff_id == sa.bindparam("staff_id"))
    .order_by(IntakeDraft.saved_at.desc())
    .limit(DRAFTS_SHOWN)
)


def notices_of(person: Staff, now: dt.datetime, limit: int = 50) -> list[NoticeLine]:
    """Return the newest lines of a person's in-tray, each with its ticket where it is about one."""
    return _shown(gathering.lines(person, limit), person, now)


def notices_in(person: Staff, group: Group, now: dt.datetime) -> list[NoticeLine]:
    """Return every notice that one line of the in-tray stands for."""
    members = gathering.members(person, group)
    return _shown([Line(one, unread=int(one.read_at is None)) for one in members], person, now)


def _shown(lines: Sequence[Line], person: Staff, now: dt.datetime) -> list[NoticeLine]:
    about = {one.newest.ticket_id for one in lines if one.group is None and one.newest.ticket_id}
    named = sa.select(Ticket.id, Ticket.number, Ticket.title, Ticket.confidentiality)
    found = session.execute(named.where(Ticket.id.in_(about), access.visible(person))).all() if about else ()
    looking.not_restricted(found)
    tickets = {row.id: (row.number, row.title) for row in found}
    return [
        NoticeLine(
            one,
            one.in_words(now),
            *(tickets.get(one.newest.ticket_id or 0, (None, None)) if one.group is None else (None, None)),
        )
        for one in lines
    ]
