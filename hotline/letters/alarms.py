"""What lies about too long: letters nobody decided on, hand-overs and parcels nobody signed for."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.contacts.models import Disposition, Letter
from hotline.db import session
from hotline.delivery import notices
from hotline.letters.models import LetterHandOver, PaperItem
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import N_
from hotline.working_time import due, load, office_hours

BATCH = 200
LOOKED_BACK = dt.timedelta(days=30)
"""Letters that came before this are no longer reported."""


def alarm(now: dt.datetime) -> int:
    """Tell the shift leaders, and whose it is, of everything that is late, once each; return how many."""
    leaders = staff.holding(Role.SHIFT_LEADER)
    return _undecided(leaders, now) + _hand_overs(leaders, now) + _papers(leaders, now)


def _undecided(leaders: list[Staff], now: dt.datetime) -> int:
    limit, calendar, hours = catalogue.desk().letters.classify, load(), office_hours()
    letters = session.scalars(
        sa.select(Letter)
        .where(Letter.disposition == Disposition.OPEN, Letter.received_at > now - LOOKED_BACK)
        .order_by(Letter.received_at)
        .limit(BATCH)
    )
    late = [one for one in letters if due(one.received_at, limit, calendar, hours).at < now]
    told = 0
    for letter in late:
        told += bool(
            notices.tell(
                [*leaders, letter.recorded_by],
                "letter_undecided",
                N_("Nobody has decided yet where letter %(number)s goes. See Letters."),
                once=f"letter_undecided:{letter.id}",
                now=now,
                number=letter.register_number,
            )
        )
    return told


def _hand_overs(leaders: list[Staff], now: dt.datetime) -> int:
    rows = list(
        session.scalars(
            sa.select(LetterHandOver)
            .where(
                LetterHandOver.signed_at.is_(None),
                LetterHandOver.alarmed_at.is_(None),
                LetterHandOver.due_at < now,
            )
            .limit(BATCH)
        )
    )
    for row in rows:
        row.alarmed_at = now
        notices.tell(
            [*leaders, row.receiver],
            "hand_over_late",
            N_("Letter %(number)s was handed to %(name)s and is not signed for."),
            once=f"hand_over_late:{row.id}",
            now=now,
            number=row.letter.register_number,
            name=row.receiver.name,
        )
    session.flush()
    return len(rows)


def _papers(leaders: list[Staff], now: dt.datetime) -> int:
    rows = list(
        session.scalars(
            sa.select(PaperItem)
            .where(PaperItem.signed_at.is_(None), PaperItem.alarmed_at.is_(None), PaperItem.due_at < now)
            .limit(BATCH)
        )
    )
    for item in rows:
        item.alarmed_at = now
        notices.tell(
            [*leaders, item.addressee, *([item.proxy] if item.proxy else [])],
            "paper_late",
            N_("%(what)s %(number)s for %(name)s is not signed for since %(due_at)s."),
            once=f"paper_late:{item.id}",
            now=now,
            what=item.kind,
            number=item.number,
            name=item.addressee.name,
            due_at=item.due_at,
        )
    session.flush()
    return len(rows)
