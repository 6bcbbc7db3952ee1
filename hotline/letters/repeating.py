"""Letters registered before that a new one may repeat: same sender and date, same number, like words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.contacts import requesters
from hotline.contacts.models import Letter
from hotline.db import session
from hotline.errors import HotlineError
from hotline.letters import rights
from hotline.people.models import Staff
from hotline.repeats import likeness
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled

LOOKED_AT = 300
"""The newest letters whose words are compared."""
SHOWN = 4
SHORTEST = 4
"""Pairs of characters: fewer say nothing yet."""


class Sameness(Labelled):
    """Why a letter may be the one registered before."""

    SAME_NUMBER = "same_number", N_("Same number on the letter")
    SAME_SENDER_AND_DATE = "same_sender_and_date", N_("Same sender and date")
    SAME_WORDS = "same_words", N_("Similar words")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A letter registered before, and why it may be the same."""

    letter: Letter
    because: Sameness

    @property
    def is_certain(self) -> bool:
        """Tell whether somebody must say that it is another letter before the new one is saved."""
        return self.because is not Sameness.SAME_WORDS


class RegisteredBeforeError(HotlineError):
    """It looks like a letter that has its number already (A4.3: no duplicate)."""

    sentence = N_(
        "%(number)s may be the same letter (%(because)s). Link it, or tick that this is another one."
    )
    field = "not_repeat"


def find(
    *,
    sender: str,
    written_on: dt.date | None,
    number: str,
    title: str,
    details: str = "",
    person: Staff,
    now: dt.datetime,
) -> list[Earlier]:
    """Return the letters that `person` may see and that a new one may repeat, the surest first."""
    found: dict[int, Earlier] = {}
    if number:
        query = _letters(person).where(sa.func.lower(Letter.sender_number) == number.lower())
        for one in session.scalars(query.limit(SHOWN)):
            found.setdefault(one.id, Earlier(one, Sameness.SAME_NUMBER))
    if sender and written_on is not None:
        query = _letters(person).where(
            Letter.sender_digest.in_(requesters.name_digests(sender)), Letter.written_on == written_on
        )
        for one in session.scalars(query.limit(SHOWN)):
            found.setdefault(one.id, Earlier(one, Sameness.SAME_SENDER_AND_DATE))
    for one in _alike(title, details, person, now):
        found.setdefault(one.id, Earlier(one, Sameness.SAME_WORDS))
    return list(found.values())[:SHOWN]


def get(letter_id: int, person: Staff) -> Letter:
    """Return the letter that a new one is said to repeat. Raises `NotFoundError`."""
    return rights.find(letter_id, person)


def of(letter: Letter) -> Sequence[Letter]:
    """Return the letters that were said to repeat this one."""
    return session.scalars(sa.select(Letter).where(Letter.earlier_id == letter.id).order_by(Letter.id)).all()


def _letters(person: Staff) -> sa.Select[Letter]:
    return (
        sa.select(Letter)
        .outerjoin(Ticket, Ticket.id == Letter.ticket_id)
        .where(rights.visible(person))
        .order_by(Letter.id.desc())
    )


def _alike(title: str, details: str, person: Staff, now: dt.datetime) -> list[Letter]:
    own = likeness.weights(title, details)
    if len(own) < SHORTEST:
        return []
    terms = catalogue.desk().repeats
    since = now - dt.timedelta(days=terms.within_days)
    letters = session.scalars(_letters(person).where(Letter.received_at >= since).limit(LOOKED_AT)).all()
    known = []
    for letter in letters:
        head, _, rest = letter.summary.partition("\n")
        known.append((letter, likeness.weights(head, rest)))
    counts = {pair: sum(pair in weights for _, weights in known) for pair in own}
    asked = {pair: count * likeness.rarity(counts[pair], len(known)) for pair, count in own.items()}
    scored = [(likeness.score(asked, weights, own), letter) for letter, weights in known]
    alike = sorted((one for one in scored if one[0] * 100 >= terms.likeness), key=lambda one: -one[0])
    return [letter for _, letter in alike[:SHOWN]]
