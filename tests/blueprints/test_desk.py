"""The desk: each role's piles, the in-tray, and how little the database is asked for them."""

import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.desk import ticket_piles, waiting
from hotline.categories.channels import Channel
from hotline.categories.terms import Stage
from hotline.contacts import drafts
from hotline.contacts.models import Letter
from hotline.db import db, session, transaction
from hotline.delivery import notices
from hotline.dispatch import handling, returning
from hotline.letters import replying
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import deadlines, registration
from hotline.tickets.models import Ticket
from knowledge_base import articles
from knowledge_base.articles import Content
from tests.conftest import NOON
from tests.matters import Desk, at, somebody

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]

RECEIVED = at("2026-03-02 09:00")
MOST_QUERIES = 14
MOST_QUERIES_OF_EVERYTHING = 28


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def to_review(desk: Desk, received: dt.datetime = RECEIVED) -> Ticket:
    """Open a ticket that waits for the shift leader."""
    ticket = desk.ticket("help", received)
    with transaction():
        registration.send_on(ticket, by=desk.operator, now=received)
    return ticket


def piles(page: str) -> dict[str, int]:
    """Return the piles a page shows, with their counts."""
    found = re.findall(r'id="pile-(\w+)".*?class="count">([\d,+]+)<', page, re.DOTALL)
    return {name: int(count) for name, count in found}


def on(page: str, pile: str) -> str:
    """Return the part of a page that shows one pile."""
    return page.partition(f'id="pile-{pile}"')[2].partition("</section>")[0]


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(*heard: object) -> None:
        asked.append(str(heard[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_desk_says_that_nothing_waits(person: Person, sign_in: SignIn) -> None:
    for role in Role:
        page = sign_in(person(role, department="water_group")).get("/")
        assert page.status_code == 200, role
        assert piles(page.text) == {}, role
        assert "empty-state" in page.text


def test_an_operator_sees_the_replies_to_their_own_callers(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("complaint", RECEIVED)
    desk.send(ticket, RECEIVED + dt.timedelta(hours=1))
    assert piles(sign_in(desk.operator).get("/").text) == {}
    desk.reply(ticket, RECEIVED + dt.timedelta(hours=3))
    page = sign_in(desk.operator).get("/").text
    assert piles(page) == {"replies": 1}
    assert ticket.number in on(page, "replies")
    assert piles(sign_in(somebody(Role.OPERATOR)).get("/").text) == {}


def test_a_promised_reply_waits_on_the_desk_of_who_promised_it(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("consultation", RECEIVED)
    with transaction():
        deadlines.start_at(ticket, Stage.PROMISED_REPLY, RECEIVED, at("2026-03-02 16:00"))
    page = sign_in(desk.operator).get("/").text
    assert piles(page) == {"promises": 1}
    assert "2026-03-02 16:00" in on(page, "promises")
    with transaction():
        deadlines.meet(ticket, Stage.PROMISED_REPLY, now=at("2026-03-02 15:00"))
    assert piles(sign_in(desk.operator).get("/").text) == {}


def test_a_shift_leader_sees_reviews_returns_and_what_is_overdue(desk: Desk, sign_in: SignIn) -> None:
    waiting = to_review(desk)
    given_back = desk.ticket("complaint", RECEIVED)
    desk.send(given_back, RECEIVED + dt.timedelta(hours=1))
    part = given_back.lead
    assert part is not None
    with transaction():
        returning.ask(
            part,
            reason="not_our_duty",
            grounds="It belongs to housing",
            suggested=None,
            by=desk.clerk("urban_management"),
            now=RECEIVED + dt.timedelta(hours=2),
        )
    page = sign_in(desk.leader).get("/").text
    assert piles(page) == {"reviews": 1, "returns": 1, "overdue": 2}
    assert waiting.number in on(page, "reviews")
    assert given_back.number in on(page, "returns")


def test_a_department_sees_its_own_tickets_only(desk: Desk, sign_in: SignIn) -> None:
    signed, unsigned, elsewhere = (desk.ticket("complaint", RECEIVED) for _ in range(3))
    for ticket in (signed, unsigned):
        desk.send(ticket, RECEIVED + dt.timedelta(hours=1), "water_group")
    desk.send(elsewhere, RECEIVED + dt.timedelta(hours=1), "housing")
    clerk = desk.clerk("water_group")
    page = sign_in(clerk).get("/").text
    assert piles(page) == {"to_acknowledge": 2}
    assert elsewhere.number not in page
    part = signed.lead
    assert part is not None
    with transaction():
        handling.acknowledge(part, by=clerk, now=RECEIVED + dt.timedelta(hours=2))
    assert piles(sign_in(clerk).get("/").text) == {"to_acknowledge": 1, "due_next": 1}


def test_a_callback_agent_sees_their_batch_and_what_is_free(desk: Desk, sign_in: SignIn) -> None:
    mine = desk.handled("complaint", RECEIVED, RECEIVED + dt.timedelta(hours=6))
    desk.handled("complaint", RECEIVED, RECEIVED + dt.timedelta(hours=6))
    assert mine is not None
    page = sign_in(desk.agent).get("/").text
    assert piles(page) == {"callbacks": 0}
    assert "desk-also" in page
    with transaction():
        mine.owner = desk.agent
    assert piles(sign_in(desk.agent).get("/").text) == {"callbacks": 1}


def test_an_editor_sees_the_articles_of_others_to_review(app: Flask, sign_in: SignIn) -> None:
    author, reviewer = somebody(Role.KNOWLEDGE_EDITOR), somebody(Role.KNOWLEDGE_EDITOR)
    with transaction():
        article = articles.create(now=NOON)
        content = Content(title="怎样换身份证", body="带上旧证。", source_document="办事指南")
        revision = articles.draft(content, article=article, by=author, now=NOON)
        articles.submit(revision, now=NOON)
    assert piles(sign_in(reviewer).get("/").text) == {"articles": 1}
    assert piles(sign_in(author).get("/").text) == {}


def test_a_tip_off_is_not_on_a_desk_that_may_not_see_it(desk: Desk, sign_in: SignIn) -> None:
    tip_off = desk.ticket("tip_off", RECEIVED)
    with transaction():
        deadlines.start_at(tip_off, Stage.PROMISED_REPLY, RECEIVED, at("2026-03-02 16:00"))
        notices.tell([desk.operator], "test", "Ticket", once="tip-off", now=NOON, ticket_id=tip_off.id)
    page = sign_in(desk.operator).get("/").text
    assert piles(page) == {}
    assert tip_off.number not in page
    assert tip_off.number in sign_in(desk.leader).get("/").text


def test_a_long_pile_shows_the_most_pressing_and_counts_all(desk: Desk, sign_in: SignIn) -> None:
    tickets = [to_review(desk, RECEIVED + dt.timedelta(hours=hour)) for hour in range(8)]
    page = sign_in(desk.leader).get("/").text
    assert piles(page)["reviews"] == 8
    shown = re.findall(r'class="number">(\d{13})<', on(page, "reviews"))
    assert shown == [ticket.number for ticket in tickets[:6]]


def test_a_form_begun_and_not_submitted_is_found_again(person: Person, sign_in: SignIn) -> None:
    operator = person(Role.OPERATOR)
    key = "8b3c2f6e-1d0a-4a57-9a56-0f3d6c1e9b11"
    with transaction():
        drafts.keep(operator, Channel.VISIT, key, {"title": "路灯不亮"}, started_at=NOON, now=NOON)
    page = sign_in(operator).get("/").text
    assert f"/intake/visit/{key}" in page or f"/visit/{key}" in page
    assert "路灯不亮" not in page


def test_those_who_take_contacts_start_them_here(person: Person, sign_in: SignIn) -> None:
    assert 'data-shortcut="alt+c"' in sign_in(person(Role.OPERATOR)).get("/").text
    assert 'data-shortcut="alt+c"' not in sign_in(person(Role.AUDITOR)).get("/").text


def test_the_in_tray_leads_to_the_ticket_and_is_marked_read(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("complaint", RECEIVED)
    with transaction():
        notices.tell([desk.operator], "test", "Look at it", once="one", now=NOON, ticket_id=ticket.id)
        notices.tell([desk.operator], "test", "The holiday list is out", once="two", now=NOON)
    browser = sign_in(desk.operator)
    tray = browser.get("/notices").text
    assert f'href="/tickets/{ticket.number}"' in tray
    assert "The holiday list is out" in tray
    assert tray.count("is-unread") == 2
    assert browser.post("/notices/read").status_code == 303
    assert "is-unread" not in browser.get("/notices").text
    assert notices.unread_count(desk.operator) == 0


def test_an_operators_desk_asks_the_database_little(desk: Desk, sign_in: SignIn) -> None:
    for hour in range(6):
        ticket = desk.ticket("complaint", RECEIVED + dt.timedelta(hours=hour))
        desk.send(ticket, RECEIVED + dt.timedelta(hours=hour))
        desk.reply(ticket, RECEIVED + dt.timedelta(hours=hour + 1))
    browser = sign_in(desk.operator)
    browser.get("/")
    session.expire_all()
    with counted() as asked:
        assert piles(browser.get("/").text) == {"replies": 6}
    assert len(asked) <= MOST_QUERIES, "\n\n".join(asked)


def test_a_desk_of_every_role_stays_within_its_budget(desk: Desk, sign_in: SignIn) -> None:
    person = somebody(*Role, department="urban_management")
    for hour in range(4):
        desk.send(desk.ticket("complaint", RECEIVED), RECEIVED + dt.timedelta(hours=hour))
        to_review(desk)
    browser = sign_in(person)
    browser.get("/")
    session.expire_all()
    with counted() as asked:
        assert piles(browser.get("/").text) == {"reviews": 4, "overdue": 8, "to_acknowledge": 4}
    assert len(asked) <= MOST_QUERIES_OF_EVERYTHING, "\n\n".join(asked)


def test_piles_are_read_from_the_indexes_over_open_tickets(desk: Desk, sign_in: SignIn) -> None:
    """Closed tickets pile up for years; the desk must not leaf through them."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL rightly reads a table this small as a whole")
    browser = sign_in(desk.leader)
    with counted() as asked:
        browser.get("/")
    read = [
        statement for statement in asked if re.search(r"^SELECT.*FROM ticket\b.*LIMIT", statement, re.DOTALL)
    ]
    assert len(read) == 3
    plans = [
        " ".join(
            str(row[3]) for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)
        )
        for text, given in _with_values(browser, read)
    ]
    assert all("ix_ticket_open" in plan for plan in plans), plans


def _with_values(browser: FlaskClient, wanted: list[str]) -> list[tuple[str, tuple[object, ...]]]:
    found: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, given: tuple[object, ...], *_: object
    ) -> None:
        if statement in wanted:
            found.append((statement, given))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.get("/")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return found


def test_the_count_stops_where_nobody_reads_on(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_piles, "MOST_COUNTED", 3)
    monkeypatch.setattr(waiting, "MOST_COUNTED", 3)
    # As it is written before it is kept for others, who count on.
    monkeypatch.setattr(ticket_piles, "_to_review", inspect.unwrap(ticket_piles._to_review))
    for _ in range(5):
        to_review(desk)
    page = sign_in(desk.leader).get("/").text
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 5
    assert "1,000+" in on(page, "reviews")


def test_reply_letters_lie_on_the_desks_of_who_approves_and_who_drafted(desk: Desk, sign_in: SignIn) -> None:
    with transaction():
        letter = desk.contact("complaint", RECEIVED, channel=Channel.LETTER)
        assert isinstance(letter, Letter)
        reply = replying.draft(letter, "thanks", by=desk.operator, now=RECEIVED)
        words = {"recipient": "Wang", "address": "Lane 5", "subject": "Thank you", "body": "We thank you."}
        replying.write(reply, **words, by=desk.operator, now=RECEIVED)
        replying.submit(reply, by=desk.operator, now=RECEIVED)
    leader, operator = sign_in(desk.leader), sign_in(desk.operator)
    page = leader.get("/").text
    assert piles(page)["letters_to_approve"] == 1
    assert "Thank you" in on(page, "letters_to_approve")
    assert 'href="/letters?standing=to_approve"' in on(page, "letters_to_approve")
    assert "letters_to_send" not in piles(operator.get("/").text)
    with transaction():
        replying.approve(reply, by=desk.leader, now=RECEIVED)
    page = operator.get("/").text
    assert "/letters?standing=to_send&amp;mine=1" in on(page, "letters_to_send")
    listed = operator.get("/letters?standing=to_send&mine=1").text
    assert letter.register_number in listed
    assert letter.register_number not in leader.get("/letters?standing=to_send&mine=1").text
    assert letter.register_number in leader.get("/letters?standing=to_send").text
