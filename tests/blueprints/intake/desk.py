"""What an operator types, and how the tests send it."""

import re
import uuid

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.contacts.models import Contact
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.tickets.models import Answer, Ticket
from knowledge_base import articles
from knowledge_base.article_models import ArticleRevision
from knowledge_base.articles import Content
from tests.conftest import NOON

RARE = "😀 䶮㙍 مرحبا =HYPERLINK(1)"


HELP = {
    "phone": "138-1234-5678",
    "name": "Wang Fang",
    "title": "A manhole cover is missing",
    "content": "At the crossing, since this morning",
    "category": "help",
    "place": "Renmin Road 12",
    "demand": "A new cover",
    "readback": "y",
    "reply_wanted": "y",
    "action": "ticket",
}


QUESTION = {
    "title": "身份证到期怎么换",
    "category": "consultation",
    "topic": "documents",
    "readback": "y",
    "action": "answer",
}


def published(content: Content, author: Staff, reviewer: Staff) -> ArticleRevision:
    with transaction():
        revision = articles.draft(content, by=author, now=NOON)
        articles.submit(revision, now=NOON)
        articles.publish(revision, by=reviewer, now=NOON)
    return revision


def send(browser: FlaskClient, fields: dict[str, str], channel: str = "call", key: str = "") -> TestResponse:
    return browser.post(f"/intake/{channel}/{key or uuid.uuid4()}", data=fields)


def saved(browser: FlaskClient, fields: dict[str, str], channel: str = "call", key: str = "") -> Contact:
    """Send a form that is saved, and return its contact."""
    answer = send(browser, fields, channel, key)
    assert answer.status_code == 303, re.findall(r"field-error[^>]*>.*?<span>(.*?)</span>", answer.text, re.S)
    contact = session.get(Contact, int(answer.headers["Location"].rpartition("/")[2]))
    assert contact is not None
    return contact


def ticket_of(contact: Contact) -> Ticket:
    return session.get_one(Ticket, contact.ticket_id)


def count(model: type[Contact] | type[Ticket] | type[Answer]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
