"""Drafts made of departments' replies, and the lists of articles that need a look."""

import datetime as dt

import pytest
from flask import Flask

from hotline.callbacks import calling
from hotline.callbacks.calling import Outcome
from hotline.callbacks.models import AttemptResult, CallbackTask, Satisfaction
from hotline.db import session, transaction
from hotline.tickets.models import Ticket
from knowledge_base import answering, drafts, gaps, reviews
from knowledge_base.models import ArticleRevision, GapStatus, RevisionStatus
from tests.matters import Desk, at

from .conftest import Publish

RECEIVED, ANSWERED = at("2026-04-27 09:00"), at("2026-04-28 10:00")
CALLED, NEXT_DAY = at("2026-04-29 09:00"), at("2026-04-30 09:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def replied(desk: Desk, category: str = "consultation") -> Ticket:
    """Return a ticket whose department has replied."""
    ticket = desk.ticket(category, RECEIVED)
    desk.send(ticket, RECEIVED + dt.timedelta(minutes=30))
    desk.reply(ticket, ANSWERED - dt.timedelta(minutes=30))
    return ticket


def cited(publish: Publish, title: str, desk: Desk, tickets: list[Ticket]) -> ArticleRevision:
    """Return an article that was read out for `tickets`."""
    revision = publish(title, now=RECEIVED - dt.timedelta(days=30)).published
    assert revision is not None
    with transaction():
        for ticket in tickets:
            answering.cite(revision.id, ticket=ticket, by=desk.operator, now=ANSWERED)
    return revision


def called_back(desk: Desk, task: CallbackTask, step: Satisfaction) -> None:
    is_bad = step is Satisfaction.DISSATISFIED
    said = Outcome(satisfaction=step, rehandle_reason="It is dark again" if is_bad else None)
    with transaction():
        calling.complete(task, AttemptResult.REACHED, said, by=desk.agent, now=CALLED)


def test_a_draft_is_prepared_from_question_and_reply_and_fills_the_gap(desk: Desk) -> None:
    ticket = replied(desk)
    with transaction():
        gap = gaps.file_gap("路灯坏了找谁？电话13812345678", ticket, now=RECEIVED)
        draft = drafts.from_reply(ticket, now=ANSWERED)
    assert gap is not None
    assert draft is not None
    assert (draft.status, draft.author, draft.from_ticket_id) == (RevisionStatus.DRAFT, None, ticket.id)
    assert draft.title == "路灯坏了找谁"
    assert draft.body == "The lamp was mended."
    assert "13812345678" not in draft.aliases
    assert (gap.status, gap.revision) == (GapStatus.DRAFTED, draft)
    assert drafts.from_reply(ticket, now=ANSWERED) is None


def test_no_draft_without_a_reply(desk: Desk) -> None:
    assert drafts.from_reply(desk.ticket("consultation", RECEIVED), now=ANSWERED) is None


def test_answered_consultations_are_drafted_from_once_and_complaints_never(desk: Desk) -> None:
    consultation, complaint = replied(desk), replied(desk, "complaint")
    for ticket in (consultation, complaint):
        desk.answer(ticket, ANSWERED)
    made = []
    for _ in range(2):
        with transaction():
            made.append(drafts.prepare_from_replies(CALLED, since=RECEIVED))
    assert made == [1, 0]
    assert session.query(ArticleRevision.from_ticket_id).all() == [(consultation.id,)]
    assert drafts.prepare_from_replies(CALLED, since=CALLED) == 0


def test_articles_that_answered_nobody_are_listed_the_oldest_first(publish: Publish, desk: Desk) -> None:
    newer = publish("公租房申请", now=RECEIVED - dt.timedelta(days=5))
    older = publish("医保报销", now=RECEIVED - dt.timedelta(days=9))
    publish("今天才发布", now=CALLED)
    read_out = cited(publish, "路灯报修", desk, [desk.ticket("complaint", RECEIVED)])
    assert list(reviews.never_cited(since=RECEIVED)) == [older, newer]
    assert read_out.article in reviews.never_cited(since=CALLED)


def test_articles_followed_by_dissatisfaction_are_listed_by_their_share(publish: Publish, desk: Desk) -> None:
    steps = (Satisfaction.DISSATISFIED, Satisfaction.SATISFIED, Satisfaction.SATISFIED)
    tasks = [desk.handled("complaint", RECEIVED, ANSWERED) for _ in steps]
    tickets = [task.ticket for task in tasks if task]
    for task, step in zip(tasks, steps, strict=True):
        assert task is not None
        called_back(desk, task, step)
    mixed = cited(publish, "路灯报修", desk, [*tickets, tickets[0]])
    bad = cited(publish, "路灯何时修好", desk, tickets[:1])
    cited(publish, "路灯归谁管", desk, tickets[1:])

    def listed(least: int, until: dt.datetime = NEXT_DAY) -> list[tuple[str, int, int]]:
        rows = reviews.often_dissatisfying(since=RECEIVED, until=until, least_asked=least)
        return [(row.article.code, row.asked, row.dissatisfied) for row in rows]

    assert listed(1) == [(bad.article.code, 1, 1), (mixed.article.code, 3, 1)]
    assert listed(2) == [(mixed.article.code, 3, 1)]
    assert listed(1, until=CALLED) == []


def test_the_share_answered_at_first_contact_counts_every_consultation(publish: Publish, desk: Desk) -> None:
    revision = publish("路灯报修", now=RECEIVED - dt.timedelta(days=1)).published
    assert revision is not None
    with transaction():
        at_once = desk.contact("consultation", RECEIVED)
        answering.answer(at_once, revision.id, by=desk.operator, now=RECEIVED)
    desk.send(desk.ticket("consultation", RECEIVED), RECEIVED)
    desk.contact("complaint", RECEIVED)
    shares = reviews.first_contact_shares("consultation", since=RECEIVED, until=CALLED)
    assert [(one.content_class, one.answered, one.total) for one in shares] == [("", 1, 2)]
    assert reviews.first_contact_shares("consultation", since=CALLED, until=NEXT_DAY) == []
