"""What became of many letters at once: decision, hand-over, postings, replies, for the register."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts.models import Letter
from hotline.db import session
from hotline.letters.deciding import POSTINGS
from hotline.letters.models import LetterDecision, LetterHandOver, ReplyLetter
from hotline.tickets.models import ClosingRecord

AT_ONCE = 500


@dataclass(slots=True)
class Trail:
    """What became of one letter."""

    decision: LetterDecision | None = None
    handed: LetterHandOver | None = None
    postings: list[ClosingRecord] = field(default_factory=list)
    replies: list[ReplyLetter] = field(default_factory=list)


def of(letter_ids: Sequence[int]) -> dict[int, Trail]:
    """Return what became of each of the letters, by their ids."""
    found = {letter_id: Trail() for letter_id in letter_ids}
    for start in range(0, len(letter_ids), AT_ONCE):
        part = letter_ids[start : start + AT_ONCE]
        decisions = sa.select(LetterDecision).where(LetterDecision.letter_id.in_(part))
        for decision in session.scalars(decisions.order_by(LetterDecision.id)):
            found[decision.letter_id].decision = decision
        handed = sa.select(LetterHandOver).where(LetterHandOver.letter_id.in_(part))
        for one in session.scalars(handed.options(joinedload(LetterHandOver.receiver))):
            found[one.letter_id].handed = one
        for reply in session.scalars(
            sa.select(ReplyLetter).where(ReplyLetter.letter_id.in_(part)).order_by(ReplyLetter.id)
        ):
            found[reply.letter_id].replies.append(reply)
        posted = (
            sa.select(Letter.id, ClosingRecord)
            .join(ClosingRecord, ClosingRecord.ticket_id == Letter.ticket_id)
            .where(Letter.id.in_(part), ClosingRecord.need.in_(POSTINGS))
            .order_by(ClosingRecord.id)
        )
        for letter_id, record in session.execute(posted):
            found[letter_id].postings.append(record)
    return found
