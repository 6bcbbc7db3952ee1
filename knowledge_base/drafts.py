"""Drafts for the editor, made from what departments replied to callers."""

import datetime as dt
import re

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.terms import Answering, Confidentiality
from hotline.db import session
from hotline.tickets import answering
from hotline.tickets.models import Answer, AnswerSource, Ticket
from knowledge_base import articles, gaps, privacy
from knowledge_base.article_models import AnswerOrigin, ArticleRevision
from knowledge_base.gap_models import GapStatus

TITLE_LENGTH = 60
SENTENCE_END = re.compile(r"[。！？!?；;\n]")
AT_ONCE = 100
LOOKS_BACK = dt.timedelta(days=30)
"""How long after an answer a draft is still prepared from it, should the periodic work have stood still."""


def from_reply(ticket: Ticket, *, now: dt.datetime) -> ArticleRevision | None:
    """Prepare a draft from the question of `ticket` and the lead department's reply.

    Personal data is removed, what may be personal is marked. `None` when there is no reply, when the
    matter is confidential, or when a draft was made before. The draft has no author until somebody
    takes it over.
    """
    part = answering.replied_part(ticket)
    if part is None or not part.reply or ticket.confidentiality is not Confidentiality.NORMAL:
        return None
    known = sa.select(sa.exists().where(ArticleRevision.from_ticket_id == ticket.id))
    if session.scalar(known):
        return None
    gap = gaps.of_ticket(ticket)
    asked = gap.question if gap else ticket.title
    title = privacy.marked(SENTENCE_END.split(asked.strip())[0])[:TITLE_LENGTH]
    content = articles.Content(
        title=title or ticket.number,
        body=privacy.marked(part.reply),
        aliases="\n".join(dict.fromkeys(one.question for one in gap.questions)) if gap else "",
        department_id=part.department_id,
        content_class=ticket.content_class or "",
        region=ticket.area or "",
    )
    draft = articles.draft(content, by=None, now=now, origin=AnswerOrigin.REPLY)
    draft.from_ticket_id = ticket.id
    session.flush()
    if gap is not None and gap.status == GapStatus.OPEN:
        gaps.prepare(gap, draft)
    return draft


def prepare_from_replies(now: dt.datetime, *, since: dt.datetime) -> int:
    """Prepare drafts from consultations answered out of a department's reply after `since`; return how many.

    May run twice: a ticket is drafted from once.
    """
    drafted = sa.select(ArticleRevision.id).where(ArticleRevision.from_ticket_id == Ticket.id)
    answered = session.scalars(
        sa.select(Ticket)
        .join(Answer, Answer.ticket_id == Ticket.id)
        .where(Answer.source == AnswerSource.REPLY, Answer.told_at >= since, ~drafted.exists())
        .order_by(Ticket.id)
        .distinct()
        .limit(AT_ONCE)
    ).all()
    made = [
        from_reply(ticket, now=now)
        for ticket in answered
        if catalogue.policy(ticket.category).answering is Answering.FROM_KNOWLEDGE
    ]
    return sum(draft is not None for draft in made)
