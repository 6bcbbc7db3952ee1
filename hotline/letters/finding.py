"""The letters that are wanted: by days, class and what is still to be done about them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts.models import Disposition, Letter
from hotline.db import session
from hotline.letters import rights
from hotline.letters.models import LetterHandOver, ReplyLetter, ReplyState
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE, N_, Labelled

PAGE = 50


class Standing(Labelled):
    """What is still to be done about a letter."""

    ALL = "all", N_("All")
    TO_DECIDE = "to_decide", N_("To be decided")
    NOT_SIGNED = "not_signed", N_("Handed over, not signed for")
    TO_APPROVE = "to_approve", N_("Reply waits for approval")
    TO_SEND = "to_send", N_("Reply to be sent")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which letters are wanted; the days count for all of them only."""

    first: dt.date
    last: dt.date
    letter_class: str = ""
    standing: Standing = Standing.ALL
    drafted_by: int | None = None
    """The id of the one person whose reply letters are wanted."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the letters that fit."""

    letters: Sequence[tuple[Letter, Ticket | None]]
    count: int
    number: int

    @property
    def has_more(self) -> bool:
        """Tell whether there are letters after these."""
        return self.number * PAGE < self.count


def page(asked: Asked, person: Staff, number: int = 1) -> Page:
    """Return one page of the letters that fit and that `person` may see, the newest first."""
    number = max(1, number)
    query = _query(asked, person)
    fitting = query.with_only_columns(Letter.id).subquery()
    count = session.scalar(sa.select(sa.func.count()).select_from(fitting)) or 0
    rows = session.execute(
        query.options(joinedload(Letter.requester))
        .order_by(Letter.received_at.desc(), Letter.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).unique()
    return Page([(letter, ticket) for letter, ticket in rows], count, number)


def _query(asked: Asked, person: Staff) -> sa.Select[Letter, Ticket]:
    query = (
        sa.select(Letter, Ticket)
        .outerjoin(Ticket, Ticket.id == Letter.ticket_id)
        .where(rights.visible(person))
    )
    if asked.letter_class:
        query = query.where(Letter.letter_class == asked.letter_class)
    replies = sa.exists().where(ReplyLetter.letter_id == Letter.id)
    if asked.drafted_by is not None:
        replies = replies.where(ReplyLetter.drafted_by_id == asked.drafted_by)
    match asked.standing:
        case Standing.TO_DECIDE:
            return query.where(Letter.disposition == Disposition.OPEN)
        case Standing.NOT_SIGNED:
            handed = sa.exists().where(
                LetterHandOver.letter_id == Letter.id, LetterHandOver.signed_at.is_(None)
            )
            return query.where(handed)
        case Standing.TO_APPROVE:
            return query.where(replies.where(ReplyLetter.state == ReplyState.SUBMITTED))
        case Standing.TO_SEND:
            return query.where(replies.where(ReplyLetter.state == ReplyState.APPROVED))
        case _:
            first = dt.datetime.combine(asked.first, dt.time(), LOCAL_ZONE)
            last = dt.datetime.combine(asked.last + dt.timedelta(days=1), dt.time(), LOCAL_ZONE)
            return query.where(Letter.received_at >= first, Letter.received_at < last)
