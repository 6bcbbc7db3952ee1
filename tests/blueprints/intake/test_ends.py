"""Other ways a contact ends: added to what is likely the same, linked, passed on, answered later."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.callbacks import plans
from hotline.contacts.models import Disposition
from hotline.db import session, transaction, utc_now
from hotline.dispatch.models import Urge
from hotline.errands.models import Errand, ErrandKind
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.repeats import index
from hotline.repeats.models import HotIssue, HotIssueTicket
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE
from tests.blueprints.intake.desk import HELP, count, saved, send, ticket_of

DARK = {
    "title": "人民路路灯整条街不亮",
    "content": "从昨晚开始路灯全部不亮，走路看不见。",
    "phone": "13900000001",
}


@pytest.fixture
def indexed(sent: Ticket, browser: FlaskClient) -> Ticket:
    """A ticket about dark street lamps that the index knows."""
    ticket = ticket_of(saved(browser, HELP | DARK | {"phone": "13900000002"}))
    with transaction():
        index.catch_up(utc_now())
    return ticket


def test_likely_the_same_appears_while_typing_with_one_key_to_add_it(
    browser: FlaskClient, indexed: Ticket
) -> None:
    page = browser.post(
        "/intake/call/likely", data={"title": "路灯不亮一整条街", "content": "人民路路灯坏了"}
    )
    assert indexed.number in page.text
    assert 'data-shortcut="alt+e"' in page.text
    assert 'name="link"' in page.text
    assert indexed.number not in browser.post("/intake/call/likely", data={"title": "身份证到期怎么换"}).text


def test_a_contact_added_to_it_urges_the_department(browser: FlaskClient, sent: Ticket) -> None:
    added = {"title": "路灯还是不亮", "phone": "13900000003", "readback": "y", "join": sent.number}
    contact = saved(browser, added)
    assert (contact.disposition, contact.ticket_id) == (Disposition.ADDED, sent.id)
    assert session.scalars(sa.select(Urge.ticket_id)).all() == [sent.id]


def test_a_linked_contact_has_its_own_ticket_under_one_hot_issue(
    browser: FlaskClient, indexed: Ticket
) -> None:
    fields = {name: value for name, value in (HELP | DARK).items() if name != "action"}
    contact = saved(browser, fields | {"link": indexed.number})
    assert contact.disposition is Disposition.TICKET
    members = session.scalars(sa.select(HotIssueTicket.ticket_id)).all()
    assert set(members) == {indexed.id, contact.ticket_id}
    issue = session.scalars(sa.select(HotIssue)).one()
    assert issue.title in browser.get(f"/intake/saved/{contact.id}").text


def test_a_message_reaches_the_colleague_asked_for(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    wang = person(Role.KNOWLEDGE_EDITOR)
    said = {
        "phone": "13812345678",
        "name": "Zhou",
        "title": "请王工回电",
        "readback": "y",
        "action": "message",
    }
    assert send(browser, said).status_code == 422
    contact = saved(browser, said | {"message_for": str(wang.id)})
    errand = session.scalars(sa.select(Errand)).one()
    assert (contact.disposition, errand.owner_id, errand.kind) == (
        Disposition.MESSAGE,
        wang.id,
        ErrandKind.MESSAGE,
    )
    assert count(Ticket) == 0
    assert "请王工回电" in sign_in(wang).get("/errands").text


def test_a_promised_answer_has_its_moment(browser: FlaskClient) -> None:
    said = {"phone": "13812345678", "title": "费用什么时候退", "readback": "y", "action": "promise"}
    assert send(browser, said).status_code == 422
    past = {"promised_at": "2020-01-01T10:00"}
    assert send(browser, said | past).status_code == 422
    later = utc_now().astimezone(LOCAL_ZONE).replace(second=0, microsecond=0) + dt.timedelta(hours=3)
    contact = saved(browser, said | {"promised_at": later.strftime("%Y-%m-%dT%H:%M")})
    errand = session.scalars(sa.select(Errand)).one()
    assert (contact.disposition, errand.due_at) == (Disposition.PROMISED, later)
    assert later.strftime("%H:%M") in browser.get(f"/intake/saved/{contact.id}").text


@pytest.mark.parametrize(("ticked", "agrees"), [({}, False), ({"callback_consent": "y"}, True)])
def test_who_reports_wrongdoing_is_asked_whether_to_be_called_back(
    browser: FlaskClient, ticked: dict[str, str], agrees: bool
) -> None:
    assert (
        'name="callback_consent"' in browser.post("/intake/call/category", data={"category": "tip_off"}).text
    )
    assert (
        'name="callback_consent"' not in browser.post("/intake/call/category", data={"category": "help"}).text
    )
    said = HELP | {"category": "tip_off", "suspect": "X", "happened": "Y", "evidence": "Z", "wish": "named"}
    assert ticket_of(saved(browser, said | ticked)).facts[plans.CONSENT] is agrees


def test_sentences_can_be_typed_by_abbreviation(browser: FlaskClient, operator: Staff) -> None:
    browser.post("/phrases", data={"abbreviation": "qs", "words": "请稍等，我为您查询。"})
    page = browser.get(f"/intake/call/{uuid.uuid4()}").text
    found = re.search(r'<script type="application/json" id="phrases">(.*?)</script>', page)
    assert found is not None
    known = json.loads(found[1])
    assert known["qs"] == "请稍等，我为您查询。"
    assert operator.number in known["hf"]
