"""How the knowledge base grows: citations teach, gaps gather, replies become drafts, remarks become tasks."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import articles, feedback, gaps, privacy, reviews
from knowledge_base.errors import FeedbackSettledError, GapClosedError, ReasonMissingError
from knowledge_base.models import FeedbackKind, GapStatus

from .conftest import NOON, Publish

DAY = dt.timedelta(days=1)


@pytest.mark.usefixtures("app")
def test_like_questions_make_one_gap() -> None:
    first = gaps.file_gap("居住证到期了怎么续签", now=NOON)
    again = gaps.file_gap("居住证到期怎么续签？", now=NOON + DAY)
    other = gaps.file_gap("公租房怎么申请", now=NOON)
    assert first is again
    assert first is not None
    assert other is not first
    assert (first.asked_count, first.last_asked_at) == (2, NOON + DAY)
    assert [gap.asked_count for gap in gaps.waiting()] == [2, 1]
    assert gaps.file_gap("  ", now=NOON) is None


@pytest.mark.usefixtures("app")
def test_a_gap_keeps_no_personal_data() -> None:
    gap = gaps.file_gap("我的电话13812345678，身份证430102199001011234，何时发证", now=NOON)
    assert gap is not None
    assert "13812345678" not in gap.question
    assert "430102199001011234" not in gap.question


def test_a_published_draft_fills_its_gap(app: Flask, author: Staff, reviewer: Staff) -> None:
    gap = gaps.file_gap("居住证到期了怎么续签", now=NOON)
    assert gap is not None
    draft = articles.draft(articles.Content(title="居住证续签", body="到派出所。"), by=author, now=NOON)
    gaps.prepare(gap, draft)
    articles.submit(draft, now=NOON)
    assert gap in gaps.waiting()
    with transaction():
        articles.publish(draft, by=reviewer, now=NOON)
    session.refresh(gap)
    assert gap.status == GapStatus.FILLED
    assert gaps.waiting() == []
    with pytest.raises(GapClosedError):
        gaps.dismiss(gap, reason="已有", now=NOON)


@pytest.mark.usefixtures("app")
def test_gaps_are_dismissed_with_a_reason_and_merged_by_hand() -> None:
    one = gaps.file_gap("落户需要什么材料", now=NOON)
    other = gaps.file_gap("孩子上户口带哪些证件", now=NOON - DAY)
    assert one is not None
    assert other is not None
    gaps.merge(other, one)
    assert (one.asked_count, one.first_asked_at) == (2, NOON - DAY)
    assert len(one.questions) == 2
    with pytest.raises(ReasonMissingError):
        gaps.dismiss(one, reason=" ", now=NOON)
    gaps.dismiss(one, reason="不属受理范围", now=NOON)
    assert gaps.waiting() == []


def test_personal_data_is_removed_and_likely_data_is_marked() -> None:
    text = privacy.marked("张先生（13812345678）住3栋2单元501室，车牌湘A12345，邮箱a.b@c.cn，咨询12345热线")
    for gone in ("13812345678", "湘A12345", "a.b@c.cn"):
        assert gone not in text
    assert "12345热线" in text
    assert "【请核对：张先生】" in text
    assert "【请核对：3栋2单元501室】" in text
    assert privacy.has_marks(text)
    assert not privacy.has_marks("拨打12345热线")


def test_a_remark_is_a_task_with_a_deadline_for_the_owner(
    publish: Publish, person: Callable[..., Staff], author: Staff
) -> None:
    operator = person(Role.OPERATOR)
    article = publish("居住证办理")
    assert article.published is not None
    with pytest.raises(ReasonMissingError):
        feedback.report(article.published, FeedbackKind.WRONG, reason="", by=operator, now=NOON)
    with transaction():
        remark = feedback.report(
            article.published, FeedbackKind.OUTDATED, reason="政策已变", by=operator, now=NOON
        )
    assert remark.due_at == NOON + dt.timedelta(hours=72)
    assert feedback.unsettled() == [remark]
    assert {one.staff_id for one in session.query(Notice)} >= {author.id}
    feedback.settle(remark, settlement="已更新", by=author, now=NOON + DAY)
    assert feedback.unsettled() == []
    with pytest.raises(FeedbackSettledError):
        feedback.settle(remark, settlement="再次", by=author, now=NOON + DAY)


def test_owners_are_reminded_once_of_each_review(publish: Publish) -> None:
    article = publish("居住证办理", review_on=NOON.date())
    publish("无需复核")
    assert reviews.due(NOON - DAY) == []
    with transaction():
        assert reviews.remind(NOON) == 1
        assert reviews.remind(NOON + DAY) == 0
    revision = article.published
    assert revision is not None
    told = session.query(Notice).filter_by(kind="article_review_due").all()
    assert len(told) == 2
    reviews.confirm(revision, next_on=NOON.date() + 10 * DAY)
    with transaction():
        assert reviews.remind(NOON) == 0
        assert reviews.remind(NOON + 10 * DAY) == 1
