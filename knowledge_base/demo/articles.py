"""The demonstration's articles, and questions answered from them."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hotline.contacts import intake
from hotline.contacts.models import Contact
from hotline.db import session
from hotline.people.models import Staff
from knowledge_base import answering, articles
from knowledge_base.article_models import Article, Audience

FILE = Path(__file__).parent / "articles.toml"


def load_articles(*, author: Staff, reviewer: Staff, now: dt.datetime) -> int:
    """Publish the demonstration's articles that are not there yet; return how many."""
    written = 0
    for kept in _articles():
        if session.scalar(sa.select(sa.exists().where(Article.code == kept["code"]))):
            continue
        content = articles.Content(
            title=kept["title"],
            body=kept["body"].strip(),
            aliases="\n".join(kept["aliases"]),
            audience=Audience.PUBLIC,
            source_document="市政务服务事项办事指南(示例)",
        )
        revision = articles.draft(
            content, by=author, now=now, article=articles.create(now=now, code=kept["code"])
        )
        articles.submit(revision, now=now)
        articles.publish(revision, by=reviewer, now=now)
        written += 1
    return written


def answer_questions(*, by: Staff, now: dt.datetime) -> int:
    """Log one consultation answered at once from each of the first articles; return how many are new."""
    answered = 0
    for position, kept in enumerate(_articles()[:6]):
        key = f"demo-answer:{kept['code']}"
        if session.scalar(sa.select(sa.exists().where(Contact.submission_key == key))):
            continue
        moment = now - dt.timedelta(hours=5 * position + 2)
        contact = intake.record(
            intake.CallDetails(ring_count=1 + position % 4, talk_seconds=70 + 15 * position),
            intake.Caller(is_anonymous=True, reply_wanted=False),
            category="consultation",
            content_class=None,
            summary=f"咨询:{kept['title']}",
            received_at=moment,
            is_read_back=True,
            submission_key=key,
            by=by,
            now=moment,
        )
        revision = articles.get(kept["code"]).published
        if revision is not None:
            answering.answer(contact, revision.id, by=by, now=now)
            answered += 1
    return answered


def _articles() -> list[dict[str, Any]]:
    with FILE.open("rb") as file:
        return list(tomllib.load(file)["article"])
