"""What the knowledge base keeps of a matter goes with it: gaps asked in it, drafts made from its reply."""

from collections.abc import Collection

import sqlalchemy as sa

from hotline.db import session
from knowledge_base.article_models import ArticleRevision, RevisionStatus
from knowledge_base.gap_models import Gap, GapQuestion

NOTHING = "–"


def erase(ticket_ids: Collection[int]) -> None:
    """Empty the questions asked in these tickets, the gaps they named, and drafts nobody published.

    What was published was reviewed and holds no caller's data; it only forgets from which matter it came.
    """
    asked = GapQuestion.ticket_id.in_(ticket_ids)
    gaps = set(session.scalars(sa.select(GapQuestion.gap_id).where(asked)))
    session.execute(sa.update(GapQuestion).where(asked).values(question=NOTHING))
    for gap in session.scalars(sa.select(Gap).where(Gap.id.in_(gaps))):
        left = sa.select(GapQuestion.question).where(
            GapQuestion.gap_id == gap.id, GapQuestion.question != NOTHING
        )
        gap.question = session.scalar(left.order_by(GapQuestion.id).limit(1)) or NOTHING
    made = ArticleRevision.from_ticket_id.in_(ticket_ids)
    unpublished = ArticleRevision.status.in_([RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW])
    session.execute(
        sa.update(ArticleRevision)
        .where(made, unpublished)
        .values(title=NOTHING, body=NOTHING, aliases="", review_note="")
    )
    session.execute(sa.update(ArticleRevision).where(made).values(from_ticket_id=None))
    session.flush()
