"""Public articles, read by everybody without signing in."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import limits
from hotline.db import transaction
from hotline.people.roles import Role
from knowledge_base import articles
from knowledge_base.article_models import ArticleRevision, Audience
from tests.matters import somebody

Publish = Callable[..., ArticleRevision]


@pytest.fixture
def publish(app: Flask) -> Publish:
    author, reviewer = somebody(Role.KNOWLEDGE_EDITOR), somebody(Role.KNOWLEDGE_EDITOR)

    def published(title: str, file: bytes = b"", **content: object) -> ArticleRevision:
        now = dt.datetime.now(dt.UTC)
        with transaction():
            filled = articles.Content(title=title, body="办理**免费**。", **content)  # type: ignore[arg-type] # tests name fields
            made = articles.draft(filled, by=author, now=now)
            if file:
                articles.attach(made, name="form.pdf", content=io.BytesIO(file).read(), by=author, now=now)
            articles.submit(made, now=now)
            articles.publish(made, by=reviewer, now=now)
        return made

    return published


def test_everybody_finds_and_reads_public_articles(publish: Publish, client: FlaskClient) -> None:
    made = publish("居民身份证换领", audience=Audience.PUBLIC)
    assert "居民身份证换领" in client.get("/knowledge").text
    assert made.article.code in client.get("/knowledge?q=身份证").text
    page = client.get(f"/knowledge/{made.article.code}")
    assert "<strong>免费</strong>" in page.text
    assert made.author is not None
    assert made.author.name not in page.text


def test_what_is_for_staff_stays_with_staff(publish: Publish, client: FlaskClient) -> None:
    made = publish("身份证内部口径", file=b"%PDF-1.4")
    code = made.article.code
    assert code not in client.get("/knowledge").text
    assert code not in client.get("/knowledge?q=身份证").text
    assert client.get(f"/knowledge/{code}").status_code == 404
    assert client.get(f"/knowledge/{code}/files/{made.attachments[0].id}").status_code == 404


def test_an_article_out_of_its_time_is_not_shown(publish: Publish, client: FlaskClient) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    made = publish("明年的规定", audience=Audience.PUBLIC, valid_from=later)
    assert client.get(f"/knowledge/{made.article.code}").status_code == 404
    assert "明年的规定" not in client.get("/knowledge").text


def test_a_file_belongs_to_its_article(publish: Publish, client: FlaskClient) -> None:
    own = publish("一", file=b"%PDF-1.4", audience=Audience.PUBLIC)
    other = publish("二", file=b"%PDF-1.5")
    path = f"/knowledge/{own.article.code}/files"
    saved = client.get(f"{path}/{own.attachments[0].id}")
    assert saved.data == b"%PDF-1.4"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{path}/{other.attachments[0].id}").status_code == 404


def test_both_languages_are_offered(publish: Publish, client: FlaskClient) -> None:
    publish("居民身份证换领", audience=Audience.PUBLIC)
    chinese = client.get("/knowledge").text
    client.post("/language", data={"language": "en", "next": "/knowledge"})
    english = client.get("/knowledge").text
    assert 'lang="zh-CN"' in chinese
    assert 'lang="en"' in english
    assert "Questions and answers" in english


def test_one_address_reads_only_so_fast(app: Flask, client: FlaskClient) -> None:
    most = int(limits.READING.partition(" ")[0])
    codes = [client.get("/knowledge/none").status_code for _ in range(most)]
    assert set(codes) == {404}
    assert client.get("/knowledge").status_code == 429
    assert client.get("/knowledge", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200
