"""Revisions: who may do what to them, in which order, and what stays as it was."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hotline.db import session, transaction
from hotline.errors import HotlineError
from hotline.people.models import Staff
from knowledge_base import articles, search
from knowledge_base.articles import NEXT_STATUSES, Content
from knowledge_base.errors import (
    ArticleIncompleteError,
    ArticleMoveRefusedError,
    AttachmentEmptyError,
    AttachmentKindRefusedError,
    AttachmentTooLargeError,
    AuthorMissingError,
    NotYetValidError,
    OpenRevisionExistsError,
    ReasonMissingError,
    RevisionClosedError,
    SamePersonError,
    ValidityError,
)
from knowledge_base.models import ArticleRevision, RevisionStatus

from .conftest import NOON, Publish

DAY = dt.timedelta(days=1)
LAMP = Content(title="路灯不亮找谁", body="拨打市政热线报修。")


@pytest.fixture
def draft(author: Staff) -> ArticleRevision:
    with transaction():
        return articles.draft(LAMP, by=author, now=NOON)


def test_a_new_article_gets_a_code_of_its_own(draft: ArticleRevision) -> None:
    assert draft.article.code == f"KB-{draft.article_id}"
    assert articles.get(draft.article.code) is draft.article
    assert draft.number == 1


def test_the_author_cannot_review(draft: ArticleRevision, author: Staff) -> None:
    articles.submit(draft, now=NOON)
    with pytest.raises(SamePersonError):
        articles.publish(draft, by=author, now=NOON)


def test_whoever_edits_last_is_the_author(draft: ArticleRevision, reviewer: Staff) -> None:
    articles.edit(draft, LAMP, by=reviewer, now=NOON)
    articles.submit(draft, now=NOON)
    with pytest.raises(SamePersonError):
        articles.publish(draft, by=reviewer, now=NOON)


def test_the_database_itself_refuses_a_one_person_review(draft: ArticleRevision, author: Staff) -> None:
    draft.status, draft.published_at, draft.reviewer = RevisionStatus.PUBLISHED, NOON, author
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_prepared_draft_needs_somebody_to_take_it_over(author: Staff) -> None:
    prepared = articles.draft(LAMP, by=None, now=NOON)
    with pytest.raises(AuthorMissingError):
        articles.submit(prepared, now=NOON)
    articles.submit(prepared, by=author, now=NOON)
    with pytest.raises(SamePersonError):
        articles.publish(prepared, by=author, now=NOON)


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (one, other)
        for one, other in itertools.product(RevisionStatus, repeat=2)
        if other not in NEXT_STATUSES[one]
    ],
)
def test_every_move_outside_the_table_is_refused(
    draft: ArticleRevision, author: Staff, reviewer: Staff, status: RevisionStatus, wanted: RevisionStatus
) -> None:
    with session.no_autoflush:
        draft.status = status
        moves = {
            RevisionStatus.DRAFT: lambda: articles.send_back(draft, note="?", by=reviewer, now=NOON),
            RevisionStatus.IN_REVIEW: lambda: articles.submit(draft, now=NOON),
            RevisionStatus.PUBLISHED: lambda: articles.publish(draft, by=reviewer, now=NOON),
            RevisionStatus.EXPIRED: lambda: articles.expire(draft, now=NOON),
            RevisionStatus.WITHDRAWN: lambda: articles.withdraw(draft, reason="?", now=NOON),
        }
        if wanted in moves:
            with pytest.raises(ArticleMoveRefusedError):
                moves[wanted]()
    session.rollback()


def test_a_published_wording_is_never_edited(publish: Publish, author: Staff) -> None:
    revision = publish("路灯不亮找谁").published
    assert revision is not None
    with pytest.raises(RevisionClosedError):
        articles.edit(revision, LAMP, by=author, now=NOON)


def test_the_next_revision_takes_the_place_of_the_one_before(publish: Publish) -> None:
    article = publish("路灯不亮找谁", "找物业。")
    first = article.published
    publish("路灯不亮找谁", "找市政。", article=article, now=NOON + DAY)
    assert first is not None
    assert first.status == RevisionStatus.SUPERSEDED
    assert first.body == "找物业。"
    assert article.published is not None
    assert article.published.number == 2


def test_only_one_revision_is_in_the_making(draft: ArticleRevision, author: Staff) -> None:
    with pytest.raises(OpenRevisionExistsError):
        articles.draft(LAMP, by=author, now=NOON, article=draft.article)


def test_a_reviewer_sends_back_with_what_to_change(draft: ArticleRevision, reviewer: Staff) -> None:
    articles.submit(draft, now=NOON)
    with pytest.raises(ReasonMissingError):
        articles.send_back(draft, note=" ", by=reviewer, now=NOON)
    articles.send_back(draft, note="写明电话", by=reviewer, now=NOON)
    assert (draft.status, draft.review_note) == (RevisionStatus.DRAFT, "写明电话")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (Content(title=" ", body="x"), ArticleIncompleteError),
        (Content(title="x", body=" "), ArticleIncompleteError),
        (Content(title="x", body="x", valid_from=NOON, valid_until=NOON), ValidityError),
    ],
)
def test_content_that_could_not_answer_is_refused(
    author: Staff, content: Content, error: type[HotlineError]
) -> None:
    with pytest.raises(error):
        articles.draft(content, by=author, now=NOON)


def test_an_answer_whose_time_is_over_is_not_published(publish: Publish) -> None:
    with pytest.raises(ValidityError):
        publish("路灯不亮找谁", valid_until=NOON - DAY)


def test_a_replacement_waits_until_it_holds(publish: Publish) -> None:
    article = publish("路灯不亮找谁")
    with pytest.raises(NotYetValidError):
        publish("路灯不亮找谁", article=article, valid_from=NOON + DAY)
    session.refresh(article)
    assert article.published is not None


def test_articles_expire_once_their_time_is_over(publish: Publish) -> None:
    article = publish("春节期间门诊时间", valid_until=NOON + DAY)
    with transaction():
        assert articles.expire_articles(NOON) == 0
        assert articles.expire_articles(NOON + DAY) == 1
        assert articles.expire_articles(NOON + DAY) == 0
    assert article.latest.status == RevisionStatus.EXPIRED
    assert search.search("门诊时间", now=NOON) == []


def test_what_is_withdrawn_is_no_longer_found(publish: Publish) -> None:
    article = publish("路灯不亮找谁")
    assert article.published is not None
    with pytest.raises(ReasonMissingError):
        articles.withdraw(article.published, reason="", now=NOON)
    with transaction():
        articles.withdraw(article.published, reason="内容有误", now=NOON)
    assert search.search("路灯", now=NOON) == []


def test_files_belong_to_drafts_and_to_known_kinds(draft: ArticleRevision, author: Staff) -> None:
    kept = articles.attach(draft, name="申请表.pdf", content=b"%PDF-1.7", by=author, now=NOON)
    assert kept.media_type == "application/pdf"
    for name, content, refusal in (
        ("run.exe", b"MZ", AttachmentKindRefusedError),
        ("empty.pdf", b"", AttachmentEmptyError),
        ("a script.pdf", b"<script>", AttachmentKindRefusedError),
        ("large.txt", b"a" * (articles.ATTACHMENT_LIMIT + 1), AttachmentTooLargeError),
    ):
        with pytest.raises(refusal):
            articles.attach(draft, name=name, content=content, by=author, now=NOON)
    renamed = articles.attach(
        draft, name="C:\\maps\\map.pdf", content=b"\x89PNG\r\n\x1a\n", by=author, now=NOON
    )
    assert (renamed.name, renamed.media_type) == ("map.png", "image/png")
    articles.detach(renamed)
    articles.detach(kept)
    assert draft.attachments == []
    articles.withdraw(draft, reason="重复", now=NOON)
    with pytest.raises(RevisionClosedError):
        articles.attach(draft, name="申请表.pdf", content=b"x", by=author, now=NOON)


def test_two_published_revisions_cannot_be_stored(publish: Publish) -> None:
    article = publish("路灯不亮找谁")
    publish("路灯不亮找谁", article=article)
    with pytest.raises(IntegrityError):
        session.execute(
            sa.update(ArticleRevision)
            .where(ArticleRevision.article_id == article.id)
            .values(status="published", ended_at=None)
        )
    session.rollback()
