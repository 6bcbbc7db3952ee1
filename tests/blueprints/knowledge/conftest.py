"""The people of the knowledge base and articles published by them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import articles
from knowledge_base.article_models import Article
from tests.conftest import NOON
from tests.matters import somebody

SignIn = Callable[[Staff], FlaskClient]
Publish = Callable[..., Article]


@pytest.fixture
def author(app: Flask) -> Staff:
    return somebody(Role.KNOWLEDGE_EDITOR)


@pytest.fixture
def reviewer(app: Flask) -> Staff:
    return somebody(Role.KNOWLEDGE_EDITOR)


@pytest.fixture
def operator(app: Flask) -> Staff:
    return somebody(Role.OPERATOR)


@pytest.fixture
def publish(author: Staff, reviewer: Staff) -> Publish:
    def published(title: str = "居住证办理", body: str = "本人到场办理。", **content: object) -> Article:
        article = content.pop("article", None)
        with transaction():
            filled = articles.Content(title=title, body=body, **content)  # type: ignore[arg-type] # tests name fields
            made = articles.draft(filled, by=author, now=NOON, article=article)  # type: ignore[arg-type] # popped above
            articles.submit(made, now=NOON)
            articles.publish(made, by=reviewer, now=NOON)
        return made.article

    return published
