"""The pages of tickets: what they show to whom, what they do, what they cost."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.contacts.models import Reveal
from hotline.db import session, transaction, utc_now
from hotline.dispatch import handling
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at, somebody
from tests.statements import counted

Browser = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return a browser in which somebody is signed in."""

    def signed_in(who: Staff) -> FlaskClient:
        client = app.test_client()
        password = "correct horse battery"
        assert client.post("/sign-in", data={"number": who.number, "password": password}).status_code == 303
        client.post("/language", data={"language": "en"})
        return client

    return signed_in


@pytest.fixture
def sent(desk: Desk) -> Ticket:
    """A complaint with the urban management bureau."""
    now = utc_now()
    ticket = desk.ticket("complaint", now)
    desk.send(ticket, now)
    return ticket


def test_the_list_costs_the_same_for_many_tickets_as_for_one(desk: Desk, browser: Browser) -> None:
    page = browser(desk.leader)
    desk.ticket("complaint", at("2026-03-02 09:00"))
    page.get("/tickets")
    session.remove()
    with counted() as for_one:
        assert page.get("/tickets").status_code == 200
    desk = Desk()
    for minute in range(9):
        desk.send(desk.ticket("complaint", at(f"2026-03-02 09:1{minute}")), at("2026-03-02 10:00"))
    session.remove()
    with counted() as for_ten:
        assert page.get("/tickets").status_code == 200
    assert len(for_ten) <= len(for_one) + 1, for_ten
    assert len(for_ten) <= 14, for_ten


@pytest.mark.parametrize(
    "query",
    [
        "?view=all",
        "?view=nonsense",
        "?status=closed",
        "?q=lamp&status=",
        "?category=complaint&channel=call",
        "?after=x",
    ],
)
def test_the_list_understands_its_addresses(desk: Desk, browser: Browser, query: str) -> None:
    desk.ticket("complaint", at("2026-03-02 09:00"))
    assert browser(desk.operator).get(f"/tickets{query}").status_code == 200


def test_a_whole_number_goes_straight_to_its_ticket(desk: Desk, browser: Browser) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    answer = browser(desk.operator).post("/tickets/search", data={"q": ticket.number})
    assert answer.headers["Location"].endswith(f"/tickets/{ticket.number}")


def test_what_is_searched_for_stands_in_no_address(desk: Desk, browser: Browser) -> None:
    for minute in range(51):
        desk.ticket("complaint", at(f"2026-03-02 09:{minute:02d}"))
    page = browser(desk.operator)
    answer = page.post("/tickets/search", data={"q": "lamp week", "view": "all"})
    assert "51 tickets" in answer.text
    assert 'name="after"' in answer.text
    assert not re.search(r'(href|action)="[^"]*(lamp|week)', answer.text)
    key = re.search(r'name="after" value="([^"]+)"', answer.text)
    assert key
    older = page.post("/tickets/search", data={"q": "lamp week", "view": "all", "after": key[1]})
    assert older.text.count("data-listnav-item") == 1


def test_a_search_without_words_is_the_list(browser: Browser, desk: Desk) -> None:
    answer = browser(desk.operator).post("/tickets/search", data={"q": " ", "view": "all", "channel": "call"})
    assert answer.headers["Location"] == "/tickets?view=all&channel=call"
    assert browser(desk.operator).get("/tickets/search").headers["Location"] == "/tickets?view=open"


def test_a_ticket_says_why_each_date(desk: Desk, browser: Browser, sent: Ticket) -> None:
    page = browser(desk.operator).get(f"/tickets/{sent.number}").text
    assert "Why this date?" in page
    assert "Limit of 5 working days" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_strangers_to_a_ticket_are_told_it_does_not_exist(desk: Desk, browser: Browser, sent: Ticket) -> None:
    tip_off = desk.ticket("tip_off", at("2026-03-02 09:00"))
    assert browser(desk.clerk("housing")).get(f"/tickets/{sent.number}").status_code == 404
    assert browser(desk.operator).get(f"/tickets/{tip_off.number}").status_code == 404
    page = browser(desk.leader).get(f"/tickets/{tip_off.number}")
    assert page.status_code == 200
    assert "Wang Fang" not in page.text
    assert "Identity sealed" in page.text


def test_a_whole_conversation_by_its_pages(desk: Desk, browser: Browser, sent: Ticket) -> None:
    clerk = browser(desk.clerk("urban_management"))
    url = f"/tickets/{sent.number}"
    assert clerk.post(f"{url}/acknowledge").status_code == 303
    assert clerk.post(f"{url}/contacted", data={"contacted-note": "Spoke to her"}).status_code == 303
    reply = {
        "reply-reply": "The lamp was mended.",
        "reply-cause_recorded_choice": "our_fault",
        "reply-cause_recorded_words": "The lamp section, spoken to",
        "reply-files": (io.BytesIO(b"%PDF-1.7 ..."), "proof.pdf"),
    }
    assert clerk.post(f"{url}/reply", data=reply).status_code == 303
    operator = browser(desk.operator)
    assert "The lamp was mended." in operator.get(url).text
    answer = {"answer-words": "The lamp was mended.", "answer-channel": "call"}
    assert operator.post(f"{url}/answer", data=answer).status_code == 303
    session.expire_all()
    assert sent.status is TicketStatus.RESOLVED
    [file] = sent.attachments
    handed = operator.get(f"{url}/files/{file.id}")
    assert handed.data == b"%PDF-1.7 ..."
    assert handed.headers["Content-Disposition"].startswith("attachment")
    handed.close()
    assert browser(desk.clerk("housing")).get(f"{url}/files/{file.id}").status_code == 404


def test_the_form_of_an_act_is_a_page_of_its_own_or_a_dialog_over_another(
    desk: Desk, browser: Browser, sent: Ticket
) -> None:
    operator, url = browser(desk.operator), f"/tickets/{sent.number}/urge"
    page, dialog = operator.get(url), operator.get(f"{url}?next=/review", headers={"HX-Request": "true"})
    for answer in (page, dialog):
        assert f'action="{url}"' in answer.text
        assert 'name="urge-reason"' in answer.text
    assert "<html" in page.text
    assert dialog.text.lstrip().startswith("<dialog")
    assert 'name="next" value="/review"' in dialog.text
    assert operator.get(f"/tickets/{sent.number}/reply").status_code == 409
    assert operator.get(f"/tickets/{sent.number}/dance").status_code == 404
    assert browser(desk.clerk("housing")).get(url).status_code == 404


def test_what_was_typed_stays_when_something_is_missing(desk: Desk, browser: Browser, sent: Ticket) -> None:
    clerk = browser(desk.clerk("urban_management"))
    data = {"return-reason": "not_our_duty", "return-grounds": "", "return-department": "housing"}
    answer = clerk.post(f"/tickets/{sent.number}/return", data=data)
    assert answer.status_code == 422
    assert "Say why the ticket is not yours." in answer.text
    assert '<option selected value="housing">' in answer.text


def test_splitting_asks_for_a_new_title_of_what_stays(desk: Desk, browser: Browser) -> None:
    ticket = desk.ticket("complaint", utc_now())
    page, url = browser(desk.leader), f"/tickets/{ticket.number}"
    data = {
        "split-stays": "The lamp is out.",
        "split-category": "tip_off",
        "split-title": "Money was asked for",
        "split-content": "The clerk asked for money.",
    }
    answer = page.post(f"{url}/split", data=data)
    assert answer.status_code == 422
    assert "Give this ticket a title for what stays on it." in answer.text
    assert page.post(f"{url}/split", data=data | {"split-stays_title": "Lamp"}).status_code == 303
    session.expire_all()
    assert ticket.title == "Lamp"


def test_return_ruling_and_forced_dispatch_by_their_pages(desk: Desk, browser: Browser, sent: Ticket) -> None:
    url = f"/tickets/{sent.number}"
    clerk, leader = browser(desk.clerk("urban_management")), browser(desk.leader)
    asked = {"return-reason": "not_our_duty", "return-grounds": "Theirs", "return-department": "housing"}
    assert clerk.post(f"{url}/return", data=asked).status_code == 303
    assert sent.number in leader.get("/review").text
    ruled = {"rule-decision": "refuse", "rule-ruling": "The catalogue names you", "rule-department": ""}
    assert leader.post(f"{url}/rule", data=ruled).status_code == 303
    assert clerk.post(f"{url}/return", data=asked).status_code == 409
    session.expire_all()
    assert sent.lead is not None
    assert not sent.lead.may_return


def test_an_extension_by_its_pages(desk: Desk, browser: Browser, sent: Ticket) -> None:
    url = f"/tickets/{sent.number}"
    clerk, leader = browser(desk.clerk("urban_management")), browser(desk.leader)
    clerk.post(f"{url}/acknowledge")
    too_long = {"extend-amount": "9", "extend-reason": "objective_limits", "extend-grounds": "Parts"}
    assert "at most 5 working days" in clerk.post(f"{url}/extend", data=too_long).text
    asked = too_long | {"extend-amount": "2"}
    assert clerk.post(f"{url}/extend", data=asked).status_code == 303
    decided = {"decide_extension-decision": "grant"}
    assert leader.post(f"{url}/decide_extension", data=decided).status_code == 303
    session.expire_all()
    department = next(one for one in sent.deadlines if one.stage.value == "department")
    assert department.due_at > department.original_due_at
    assert "has not been told yet" in browser(desk.operator).get(url).text
    assert browser(desk.operator).post(f"{url}/tell_caller").status_code == 303


def test_acts_that_are_not_offered_are_refused(desk: Desk, browser: Browser, sent: Ticket) -> None:
    url = f"/tickets/{sent.number}"
    assert browser(desk.operator).post(f"{url}/reply", data={"reply-reply": "x"}).status_code == 409
    assert browser(desk.agent).post(f"{url}/terminate", data={"terminate-reason": "x"}).status_code == 409
    assert browser(desk.operator).post(f"{url}/nonsense").status_code == 404
    assert browser(desk.clerk("housing")).post(f"{url}/acknowledge").status_code == 404


def test_a_number_is_shown_for_a_reason_and_leaves_a_line(desk: Desk, browser: Browser, sent: Ticket) -> None:
    url = f"/tickets/{sent.number}/contacts/{sent.contacts[0].id}/reveal"
    clerk = browser(desk.clerk("urban_management"))
    assert "13812345678" not in clerk.post(url, data={"reveal-reason": ""}).text
    assert "13812345678" in clerk.post(url, data={"reveal-reason": "Calling about the lamp"}).text
    [line] = session.scalars(sa.select(Reveal)).all()
    assert line.ticket_id == sent.id
    assert browser(somebody(Role.INSPECTOR)).post(url, data={"reveal-reason": "Curious"}).status_code == 403


def test_the_order_has_its_limit_on_it(desk: Desk, browser: Browser, sent: Ticket) -> None:
    assert sent.lead is not None
    url = f"/tickets/{sent.number}/orders/{sent.lead.id}"
    page = browser(desk.clerk("urban_management")).get(url).text
    assert "Limit: Department" in page
    assert "5 working days" in page
    assert browser(desk.clerk("housing")).get(url).status_code == 404


def test_two_people_at_once_the_second_is_told(desk: Desk, browser: Browser, sent: Ticket) -> None:
    clerk = desk.clerk("urban_management")
    page = browser(clerk)
    with transaction():
        assert sent.lead is not None
        handling.acknowledge(sent.lead, by=clerk, now=utc_now())
    assert page.post(f"/tickets/{sent.number}/acknowledge").status_code == 409
