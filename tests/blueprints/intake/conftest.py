"""People at the intake pages."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.db import transaction, utc_now
from hotline.dispatch import sending
from hotline.dispatch.sending import Order
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from knowledge_base.article_models import ArticleRevision
from knowledge_base.articles import Content
from tests.blueprints.intake.desk import HELP, published, saved, ticket_of


@pytest.fixture
def operator(person: Callable[..., Staff]) -> Staff:
    return person(Role.OPERATOR)


@pytest.fixture
def browser(operator: Staff, sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    return sign_in(operator)


@pytest.fixture
def article(person: Callable[..., Staff]) -> ArticleRevision:
    author, reviewer = person(Role.KNOWLEDGE_EDITOR), person(Role.KNOWLEDGE_EDITOR)
    return published(Content(title="身份证到期换领", body="带上**旧证**到派出所办理。"), author, reviewer)


@pytest.fixture
def sent(browser: FlaskClient) -> Ticket:
    """A complaint of the caller 13812345678 that a department has."""
    ticket = ticket_of(
        saved(browser, HELP | {"category": "complaint", "object": "A site", "title": "路灯不亮"})
    )
    with transaction():
        department = departments.active()[0]
        sending.send(ticket, Order(lead=department), by=None, now=utc_now())
    return ticket
