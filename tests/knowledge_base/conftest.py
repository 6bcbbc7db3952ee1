"""A small knowledge base: an author, a reviewer, and articles published by both."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from hotline.db import transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import articles
from knowledge_base.models import Article

NOON = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
Publish = Callable[..., Article]


@pytest.fixture
def author(person: Callable[..., Staff]) -> Staff:
    """Who writes."""
    return person(Role.KNOWLEDGE_EDITOR, number="e1")


@pytest.fixture
def reviewer(person: Callable[..., Staff]) -> Staff:
    """Who reviews."""
    return person(Role.KNOWLEDGE_EDITOR, number="e2")


@pytest.fixture
def publish(app: Flask, author: Staff, reviewer: Staff) -> Publish:
    """Publish an article, or the next revision of `article`: `publish("title", "body", **content)`."""

    def published(
        title: str,
        body: str = "请到政务服务中心办理。",
        *,
        article: Article | None = None,
        now: dt.datetime = NOON,
        **content: object,
    ) -> Article:
        with transaction():
            filled = articles.Content(title=title, body=body, **content)  # type: ignore[arg-type] # tests name fields
            draft = articles.draft(filled, by=author, now=now, article=article)
            articles.submit(draft, now=now)
            articles.publish(draft, by=reviewer, now=now)
        return draft.article

    return published
