"""The knowledge base's periodic work: expiring, reminding, and drafting from departments' replies."""

import datetime as dt

from hotline.db import transaction, utc_now
from hotline.delivery.periodic import Periodic, by_name, chore
from knowledge_base import articles, drafts, reviews

DRAFTS_LOOK_BACK = dt.timedelta(days=2)
"""Longer than the clock may stand still unnoticed; what was drafted before is passed over."""

SCHEDULE = by_name(
    Periodic("knowledge_base.chores.expire_articles", dt.timedelta(minutes=10)),
    Periodic("knowledge_base.chores.prepare_drafts", dt.timedelta(minutes=5)),
    Periodic("knowledge_base.chores.remind_of_reviews", dt.timedelta(hours=6)),
)


@chore
def expire_articles() -> int:
    """End published revisions whose time is over; return how many."""
    with transaction():
        return articles.expire_articles(utc_now())


@chore
def prepare_drafts() -> int:
    """Draft articles from consultations that departments answered; return how many."""
    now = utc_now()
    with transaction():
        return drafts.prepare_from_replies(now, since=now - DRAFTS_LOOK_BACK)


@chore
def remind_of_reviews() -> int:
    """Remind the owners of articles whose review is due, once per date; return of how many."""
    with transaction():
        return reviews.remind(utc_now())
