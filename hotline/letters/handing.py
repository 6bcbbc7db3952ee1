"""Giving a letter to administration: the receiver signs for it in their own name (A3.9 d)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from hotline.categories import catalogue
from hotline.contacts import closing
from hotline.contacts.models import Letter
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotFoundError
from hotline.letters.models import LetterHandOver
from hotline.people import staff
from hotline.people.models import Staff
from hotline.wording import N_
from hotline.working_time import due, load, office_hours


class ReceiverMissingError(HotlineError):
    """A letter is handed to somebody."""

    sentence = N_("Choose who receives the letter: somebody of administration, not yourself.")
    field = "receiver"


class SignedAlreadyError(HotlineError):
    """Nobody signs twice."""

    sentence = N_("This has been signed for already.")


def receivers(by: Staff) -> list[Staff]:
    """Return who can sign for a letter that `by` hands over."""
    return [one for one in staff.holding(*catalogue.desk().letters.receivers) if one.id != by.id]


def hand_over(
    letter: Letter, receiver: Staff | None, *, reason: str, by: Staff, now: dt.datetime
) -> LetterHandOver:
    """Hand a letter to `receiver`, who is told and signs for it. Raises `ReceiverMissingError`."""
    if receiver is None or receiver not in receivers(by):
        raise ReceiverMissingError
    closing.file(letter, reason or f"{receiver.name} {receiver.number}")
    limit = catalogue.desk().letters.sign_within
    row = LetterHandOver(
        letter=letter,
        receiver=receiver,
        handed_by=by,
        handed_at=now,
        due_at=due(now, limit, load(), office_hours()).at,
    )
    session.add(row)
    session.flush()
    notices.tell(
        [receiver],
        "letter_handed_over",
        N_("Letter %(number)s is handed to you. Sign for it under To sign for."),
        once=f"hand_over:{row.id}",
        now=now,
        number=letter.register_number,
    )
    return row


def of(letter: Letter) -> LetterHandOver | None:
    """Return the hand-over of a letter, if there was one."""
    return session.scalar(sa.select(LetterHandOver).where(LetterHandOver.letter_id == letter.id))


def sign(hand_over_id: int, *, by: Staff, now: dt.datetime) -> LetterHandOver:
    """Sign for a letter as its receiver. Raises `NotFoundError` for everybody else, `SignedAlreadyError`."""
    row = session.get(LetterHandOver, hand_over_id)
    if row is None or row.receiver_id != by.id:
        raise NotFoundError
    if row.signed_at is not None:
        raise SignedAlreadyError
    row.signed_at = now
    session.flush()
    return row


def to_sign(person: Staff) -> list[LetterHandOver]:
    """Return the letters that wait for the signature of `person`."""
    query = (
        sa.select(LetterHandOver)
        .where(LetterHandOver.receiver_id == person.id, LetterHandOver.signed_at.is_(None))
        .options(selectinload(LetterHandOver.letter), joinedload(LetterHandOver.handed_by))
    )
    return list(session.scalars(query.order_by(LetterHandOver.due_at, LetterHandOver.id)).unique())
