"""What lies beside the work: notices, and forms begun and not submitted."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.contacts.drafts import IntakeDraft
from hotline.db import session
from hotline.delivery import notices as tray
from hotline.delivery.models import Notice
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.models import Ticket

DRAFTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with its words, and the ticket it is about where the person may see it."""

    notice: Notice
    words: str
    number: str | None
    title: str | None


def drafts_of(person: Staff) -> Sequence[IntakeDraft]:
    """Return the newest forms that the person began and did not submit; what was typed stays sealed."""
    mine = sa.select(IntakeDraft).where(IntakeDraft.staff_id == person.id)
    return session.scalars(mine.order_by(IntakeDraft.saved_at.desc()).limit(DRAFTS_SHOWN)).all()


def notices_of(person: Staff, limit: int = 50) -> list[NoticeLine]:
    """Return the newest notices of a person, each with its ticket."""
    theirs = sa.and_(Ticket.id == Notice.ticket_id, access.visible(person))
    found = session.execute(
        sa.select(Notice, Ticket.number, Ticket.title)
        .join(Ticket, theirs, isouter=True)
        .where(Notice.staff_id == person.id)
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return [NoticeLine(notice, tray.in_words(notice), number, title) for notice, number, title in found]
