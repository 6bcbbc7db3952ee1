"""The pages of a call, a visit and a letter, as an operator uses them."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Call, Contact, Disposition, Letter, Visit
from hotline.db import session, transaction, utc_now
from hotline.dispatch import sending
from hotline.dispatch.models import Urge, UrgeOrigin
from hotline.dispatch.sending import Order
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Answer, AnswerSource, Ticket
from hotline.tickets.states import TicketStatus
from knowledge_base import articles
from knowledge_base.article_models import ArticleRevision, Citation
from knowledge_base.articles import Content
from knowledge_base.gap_models import GapQuestion
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


def published(content: Content, author: Staff, reviewer: Staff) -> ArticleRevision:
    with transaction():
        revision = articles.draft(content, by=author, now=NOON)
        articles.submit(revision, now=NOON)
        articles.publish(revision, by=reviewer, now=NOON)
    return revision


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


def test_each_page_opens_as_a_form_of_its_own(browser: FlaskClient) -> None:
    for channel in ("call", "visit", "letter"):
        first, second = (browser.get(f"/intake/{channel}").headers["Location"] for _ in range(2))
        assert first != second
        assert browser.get(first).status_code == 200


def test_a_trainee_is_told_before_typing_and_refused_after(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser = sign_in(person(Role.TRAINEE))
    page = browser.get("/intake/call", follow_redirects=True).text
    assert 'name="title"' not in page
    assert send(browser, HELP).status_code == 422
    assert count(Contact) == 0
    assert 'name="title"' in browser.get("/intake/letter", follow_redirects=True).text


def test_a_consultation_is_answered_from_an_article_and_nothing_else(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    contact = saved(browser, QUESTION | {"revision_id": str(article.id)})
    assert contact.disposition is Disposition.ANSWERED
    assert contact.ticket_id is None
    answer = session.scalars(sa.select(Answer)).one()
    assert (answer.contact_id, answer.source) == (contact.id, AnswerSource.ARTICLE)
    assert answer.words == "带上旧证到派出所办理。"
    assert answer.reference == f"{article.article.code} v1"
    assert session.scalars(sa.select(Citation)).one().contact_id == contact.id


def test_reading_an_article_offers_what_the_desk_answers_itself_wherever_the_page_is_drawn(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    """The panel beside the form, the search that follows, the whole page for a browser without scripts."""
    key = uuid.uuid4()
    typed = {"title": QUESTION["title"], "read": str(article.id)}
    address = f"/intake/call/{key}/article"
    offer = '''hx-vals='{"category": "consultation"'''
    assert offer in browser.post(address, data=typed, headers={"HX-Request": "true"}).text
    assert offer in browser.post(address, data=typed).text
    searched = {"title": QUESTION["title"], "revision_id": str(article.id)}
    assert offer in browser.post(f"/intake/call/{key}/knowledge", data=searched).text
    assert offer not in browser.post(address, data=typed | {"category": "help"}).text


def test_a_question_that_becomes_a_ticket_is_a_gap_of_the_knowledge_base(browser: FlaskClient) -> None:
    asked = QUESTION | {"action": "ticket", "phone": "13812345678", "content": "上个月到期"}
    ticket = ticket_of(saved(browser, asked))
    gap = session.scalars(sa.select(GapQuestion).where(GapQuestion.ticket_id == ticket.id)).one().gap
    assert (gap.question, gap.asked_count) == (QUESTION["title"], 1)


def test_a_help_request_is_no_gap_of_the_knowledge_base(browser: FlaskClient) -> None:
    ticket_of(saved(browser, HELP))
    assert session.scalar(sa.select(sa.func.count(GapQuestion.id))) == 0


def test_an_answer_in_ones_own_words_cannot_be_given(browser: FlaskClient) -> None:
    """Whatever is sent along, words without an article are no answer (A1.2)."""
    answer = send(browser, QUESTION | {"words": "Just come by", "answer": "Just come by"})
    assert answer.status_code == 422
    assert count(Contact) == count(Answer) == 0
    page = browser.get("/intake/call", follow_redirects=True).text
    assert 'name="words"' not in page


def test_an_article_published_anew_is_shown_to_be_read_again(
    browser: FlaskClient, article: ArticleRevision, person: Callable[..., Staff]
) -> None:
    with transaction():
        newer = articles.draft(
            Content(title="身份证到期换领", body="现在可以网上办理。"),
            by=person(Role.KNOWLEDGE_EDITOR),
            now=NOON,
            article=article.article,
        )
        articles.submit(newer, now=NOON)
        articles.publish(newer, by=person(Role.KNOWLEDGE_EDITOR), now=NOON)
    answer = send(browser, QUESTION | {"revision_id": str(article.id)})
    assert answer.status_code == 422
    assert "现在可以网上办理。" in answer.text
    assert f'name="revision_id" value="{newer.id}"' in answer.text


def test_what_must_go_to_a_department_is_not_answered_at_the_desk(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    assert send(browser, HELP | {"action": "answer", "revision_id": str(article.id)}).status_code == 422
    assert count(Contact) == 0


def test_a_help_request_waits_for_the_shift_leader(browser: FlaskClient, operator: Staff) -> None:
    ticket = ticket_of(saved(browser, HELP))
    assert ticket.status is TicketStatus.TO_REVIEW
    assert ticket.facts == {"demand": "A new cover"}
    assert ticket.first_contact_owner == operator
    assert (ticket.place, ticket.content) == ("Renmin Road 12", HELP["content"])


def test_the_caller_hears_number_code_and_when(browser: FlaskClient) -> None:
    contact = saved(browser, HELP)
    ticket = ticket_of(contact)
    page = browser.get(f"/intake/saved/{contact.id}").text
    assert f"{ticket.number[:6]} {ticket.number[6:10]} {ticket.number[10:]}" in page
    assert f"{ticket.query_code[:3]} {ticket.query_code[3:]}" in page


def test_what_was_told_to_a_caller_is_seen_by_its_operator_alone(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    contact = saved(browser, HELP)
    assert sign_in(person(Role.OPERATOR)).get(f"/intake/saved/{contact.id}").status_code == 404
    assert sign_in(person(Role.SHIFT_LEADER)).get(f"/intake/saved/{contact.id}").status_code == 200


def test_what_a_category_needs_is_said_beside_its_field_and_typed_text_stays(browser: FlaskClient) -> None:
    answer = send(browser, {**HELP, "name": "", "place": "", "demand": "", "content": RARE})
    assert answer.status_code == 422
    for field in ("name", "place", "demand"):
        assert f'id="{field}-error"' in answer.text
    assert RARE in answer.text.replace("&#39;", "'")
    assert count(Contact) == 0


def test_a_known_callers_name_is_not_asked_again(browser: FlaskClient) -> None:
    saved(browser, HELP)
    again = saved(browser, {**HELP, "name": "", "phone": "13812345678"})
    assert again.requester is not None
    assert again.requester.name == "Wang Fang"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "12345678901234"}, "phone"),
        ({"title": ""}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"content": "字" * 20_001}, "content"),
        ({"readback": ""}, "readback"),
        ({"category": ""}, "category"),
        ({"ring_count": "100"}, "ring_count"),
        ({"urgency": "yesterday"}, "urgency"),
    ],
)
def test_bad_input_is_told_beside_its_field(browser: FlaskClient, change: dict[str, str], field: str) -> None:
    answer = send(browser, HELP | change)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert count(Contact) == 0


def test_sending_twice_saves_once_and_shows_the_same(browser: FlaskClient) -> None:
    key = str(uuid.uuid4())
    first, second = saved(browser, HELP, key=key), saved(browser, HELP, key=key)
    assert first.id == second.id
    assert (count(Contact), count(Ticket)) == (1, 1)
    assert browser.get(f"/intake/call/{key}").headers["Location"].endswith(f"/saved/{first.id}")


def test_help_without_contact_becomes_a_suggestion_once_that_was_explained(browser: FlaskClient) -> None:
    fields = HELP | {"phone": ""}
    refused = send(browser, fields)
    assert refused.status_code == 422
    assert 'id="contact_refused-error"' in refused.text
    ticket = ticket_of(saved(browser, fields | {"contact_refused": "y"}))
    assert (ticket.category, ticket.original_category) == ("suggestion", "help")
    assert ticket.overall_due_at is None


def test_a_restaurants_number_is_a_matter_for_114(browser: FlaskClient) -> None:
    contact = saved(
        browser,
        {"title": "Number of a restaurant", "readback": "y", "action": "redirect", "redirect_target": "114"},
    )
    assert contact.disposition is Disposition.REDIRECTED
    assert contact.category == "redirect"
    answer = session.scalars(sa.select(Answer)).one()
    assert (answer.source, answer.reference) == (AnswerSource.REDIRECT, "114")
    assert count(Ticket) == 0


def test_a_referral_says_where_to(browser: FlaskClient) -> None:
    answer = send(browser, {"title": "Number of a restaurant", "readback": "y", "action": "redirect"})
    assert answer.status_code == 422
    assert 'id="redirect_target-error"' in answer.text


def test_a_call_keeps_its_rings_and_how_long_it_took(browser: FlaskClient) -> None:
    opened = (utc_now() - dt.timedelta(seconds=85)).isoformat()
    call = saved(browser, HELP | {"ring_count": "4", "opened_at": opened})
    assert isinstance(call, Call)
    assert call.is_answered_late
    assert call.talk_seconds is not None
    assert 85 <= call.talk_seconds < 95
    assert call.received_at.isoformat() == opened


def test_five_visitors_mark_the_visit_and_its_ticket(browser: FlaskClient) -> None:
    note = browser.post("/intake/visit/situation", data={"visitor_count": "5"}).text
    assert 'class="notice' in note
    assert 'class="notice' not in browser.post("/intake/visit/situation", data={"visitor_count": "4"}).text
    visit = saved(browser, HELP | {"visitor_count": "7", "people_concerned": "120"}, "visit")
    assert isinstance(visit, Visit)
    assert visit.is_collective
    assert ticket_of(visit).is_collective


def test_a_petition_needs_its_elements_and_a_class_of_the_third_level(browser: FlaskClient) -> None:
    third = next(one.code for one in catalogue.content_classes() if one.level == 3)
    petition = {
        "name": "Wang Fang",
        "address": "Renmin Road 12",
        "id_type": "resident_id",
        "id_number": "11010519491231002x",
        "visitor_count": "2",
        "purpose": "settle",
        "content_class": third[:2],
        "place": "Renmin Road",
        "title": "Compensation",
        "category": "petition_visit",
        "readback": "y",
        "action": "ticket",
    }
    refused = send(browser, petition, "visit")
    assert refused.status_code == 422
    assert 'id="content_class-error"' in refused.text
    visit = saved(browser, petition | {"content_class": third}, "visit")
    assert visit.requester is not None
    assert visit.requester.id_number == "11010519491231002X"
    assert "110105" not in str(ticket_of(visit).facts)


def test_a_wrong_identity_number_is_told_when_the_field_is_left(browser: FlaskClient) -> None:
    fields = {"id_type": "resident_id", "id_number": "110105194912310021"}
    assert "field-error" in browser.post("/intake/visit/check/id_number", data=fields).text
    right = fields | {"id_number": "11010519491231002X"}
    assert "field-error" not in browser.post("/intake/visit/check/id_number", data=right).text


def test_a_letter_gets_its_number_in_the_register(browser: FlaskClient) -> None:
    letter = saved(
        browser,
        {
            "letter_class": "complaint",
            "received_at": "2026-03-02T09:10",
            "written_on": "2026-02-27",
            "copies": "2",
            "name": "Wang Fang",
            "address": "Renmin Road 12",
            "title": "Noise at night",
            "content": RARE,
            "category": "complaint",
            "object": "A building site",
            "demand": "Quiet",
            "reply_wanted": "y",
            "action": "ticket",
        },
        "letter",
    )
    assert isinstance(letter, Letter)
    assert letter.received_at == dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
    assert (letter.written_on, letter.copies) == (dt.date(2026, 2, 27), 2)
    assert letter.register_number in browser.get(f"/intake/saved/{letter.id}").text
    assert ticket_of(letter).content == RARE


@pytest.mark.parametrize(
    "change", [{"letter_class": ""}, {"received_at": "2999-01-01T00:00"}, {"copies": "0"}]
)
def test_bad_letters_are_told_beside_their_field(browser: FlaskClient, change: dict[str, str]) -> None:
    fields = {
        "letter_class": "praise",
        "title": "Thanks",
        "category": "praise",
        "praised": "Li",
        "deed": "Help",
    }
    answer = send(browser, fields | change, "letter")
    assert answer.status_code == 422
    assert f'id="{next(iter(change))}-error"' in answer.text


def test_twenty_thousand_characters_reach_the_ticket(browser: FlaskClient) -> None:
    content = "字" * (20_000 - len(RARE)) + RARE
    assert ticket_of(saved(browser, HELP | {"content": content})).content == content


def test_a_draft_outlives_the_page_and_goes_when_it_is_sent(browser: FlaskClient) -> None:
    key = str(uuid.uuid4())
    url = f"/intake/call/{key}"
    assert browser.post(f"{url}/draft", data={"title": RARE, "reply_wanted": ""}).status_code == 204
    assert browser.post(f"{url}/draft", data={"phone": "13812345678"}).status_code == 204
    page = browser.get(url).text
    assert RARE in page
    assert 'value="13812345678"' in page
    assert not re.search(r'name="reply_wanted"[^>]*checked', page)
    assert url in browser.get("/intake/letter", follow_redirects=True).text
    saved(browser, HELP, key=key)
    assert browser.post(f"{url}/draft", data={"title": "late"}).status_code == 204
    assert url not in browser.get("/intake/letter", follow_redirects=True).text


def test_a_parked_form_is_thrown_away_on_demand(browser: FlaskClient) -> None:
    url = f"/intake/visit/{uuid.uuid4()}"
    browser.post(f"{url}/draft", data={"title": "typed"})
    assert browser.post(f"{url}/discard").status_code == 303
    assert "typed" not in browser.get(url).text


def test_nobody_sees_a_colleagues_draft(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    url = f"/intake/call/{uuid.uuid4()}"
    browser.post(f"{url}/draft", data={"title": "private words"})
    assert "private words" not in sign_in(person(Role.OPERATOR)).get(url).text


def test_the_article_read_out_stays_chosen_after_a_reload(
    browser: FlaskClient, article: ArticleRevision
) -> None:
    url = f"/intake/call/{uuid.uuid4()}"
    fields = {"title": "身份证到期", "read": str(article.id)}
    fragment = browser.post(f"{url}/article", data=fields, headers={"HX-Request": "true"}).text
    assert "带上旧证到派出所办理。" in fragment
    assert f'name="revision_id" value="{article.id}"' in browser.get(url).text
    whole = browser.post(f"{url}/article", data=fields).text
    assert "<!doctype html" in whole.lower()
    assert f'name="revision_id" value="{article.id}"' in whole


def test_articles_and_warnings_appear_while_typing(browser: FlaskClient, article: ArticleRevision) -> None:
    url = f"/intake/call/{uuid.uuid4()}/knowledge"
    found = browser.post(url, data={"title": "身份证到期"}).text
    assert f'value="{article.id}"' in found
    assert "<mark>" in found
    assert "notice-error" in browser.post(url, data={"title": "有人受伤"}).text
    guess = browser.post(url, data={"title": "请问怎么办"}).text
    assert '"category": "consultation"' in guess
    assert (
        '"category": "consultation"' not in browser.post(url, data={"title": "请问", "category": "help"}).text
    )


def test_the_caller_card_shows_what_came_before_with_the_number_masked(browser: FlaskClient) -> None:
    ticket = ticket_of(saved(browser, HELP))
    card = browser.post("/intake/call/who", data={"phone": "138 1234 5678"}).text
    assert "Wang Fang" in card
    assert ticket.number in card
    assert "138****5678" in card
    assert "13812345678" not in card


def test_a_tip_off_leaves_no_trace_on_the_caller_card(browser: FlaskClient) -> None:
    saved(browser, HELP)
    sealed = saved(
        browser,
        {
            "phone": "13812345678",
            "title": "A section chief takes money",
            "category": "tip_off",
            "suspect": "The chief",
            "happened": "Last week, at the office",
            "evidence": "A receipt",
            "wish": "secret",
            "readback": "y",
            "action": "ticket",
        },
    )
    card = browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    assert ticket_of(sealed).number not in card
    assert "section chief" not in card
    assert "section chief" not in browser.get(f"/requesters/{sealed.requester_id}").text


def test_a_number_that_cannot_be_called_is_told_while_typing(browser: FlaskClient) -> None:
    assert "field-error" in browser.post("/intake/call/who", data={"phone": "1381234"}).text


def test_the_category_says_what_it_is_and_asks_for(browser: FlaskClient) -> None:
    asked = browser.post("/intake/call/category", data={"category": "complaint"}).text
    assert 'name="object"' in asked
    assert 'name="demand"' in asked
    assert 'name="suspect"' not in asked
    assert 'name="contact_refused"' in browser.post("/intake/call/category", data={"category": "help"}).text


def test_the_apology_is_shown_for_a_late_answer(browser: FlaskClient) -> None:
    assert 'class="notice' in browser.post("/intake/call/situation", data={"ring_count": "4"}).text
    assert 'class="notice' not in browser.post("/intake/call/situation", data={"ring_count": "3"}).text


def test_nothing_else_can_be_done_with_a_form(browser: FlaskClient) -> None:
    assert send(browser, HELP | {"action": "close"}).status_code == 400
    assert browser.get("/intake/call/not-a-key").status_code == 404
    assert browser.post("/intake/call/check/csrf_nothing").status_code == 404


def test_a_call_is_saved_while_the_queue_is_down(app: Flask, browser: FlaskClient) -> None:
    queue = app.extensions["queue"]
    connection = queue.connection
    working = dict(connection.connection_pool.connection_kwargs)
    connection.connection_pool.disconnect()
    connection.connection_pool.connection_kwargs["path"] = "/nonexistent/redis.sock"
    try:
        contact = saved(browser, HELP | {"category": "complaint", "object": "A site"})
    finally:
        connection.connection_pool.connection_kwargs.clear()
        connection.connection_pool.connection_kwargs.update(working)
        connection.connection_pool.disconnect()
    assert ticket_of(contact).status is TicketStatus.REGISTERED


def test_a_matter_for_the_courts_is_not_taken_up_and_the_way_is_told(browser: FlaskClient) -> None:
    fields = {"title": "A judgment", "readback": "y", "action": "redirect"}
    contact = saved(browser, fields | {"redirect_target": "declined:litigation"})
    assert (contact.disposition, contact.decline_reason) == (Disposition.DECLINED, "litigation")
    note = catalogue.code_item("decline_reason", "litigation").note
    assert note is not None
    assert note["zh"] in browser.get(f"/intake/saved/{contact.id}").text
    assert count(Ticket) == count(Answer) == 0


def test_a_letter_without_a_ticket_needs_a_reason(browser: FlaskClient) -> None:
    fields = {"letter_class": "complaint", "title": "Noise", "category": "complaint", "action": "file"}
    refused = send(browser, fields, "letter")
    assert refused.status_code == 422
    assert 'id="filed_because-error"' in refused.text
    letter = saved(browser, fields | {"filed_because": "Settled by telephone"}, "letter")
    assert (letter.disposition, letter.filed_because) == (Disposition.FILED, "Settled by telephone")
    assert count(Ticket) == 0


def test_nobody_who_calls_is_merely_filed(browser: FlaskClient) -> None:
    assert send(browser, HELP | {"action": "file", "filed_because": "No time"}).status_code == 422
    assert count(Contact) == 0


def test_words_of_danger_offer_the_category_for_emergencies(browser: FlaskClient) -> None:
    found = browser.post(f"/intake/call/{uuid.uuid4()}/knowledge", data={"title": "楼道着火了"}).text
    assert '"category": "emergency"' in found


def test_a_caller_who_asks_again_is_put_to_the_open_ticket(browser: FlaskClient, sent: Ticket) -> None:
    card = browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    assert f'name="join" value="{sent.number}"' in card
    contact = saved(browser, {"phone": "13812345678", "readback": "y", "join": sent.number})
    assert (contact.disposition, contact.ticket_id) == (Disposition.ADDED, sent.id)
    assert count(Ticket) == 1
    assert session.scalars(sa.select(Urge.origin)).all() == [UrgeOrigin.CALLER]
    assert sent.number[:6] in browser.get(f"/intake/saved/{contact.id}").text


def test_nobody_is_put_to_a_ticket_that_is_not_there(browser: FlaskClient) -> None:
    answer = send(browser, {"phone": "13812345678", "readback": "y", "join": "2603040000017"})
    assert answer.status_code == 422
    assert count(Contact) == 0


def test_who_is_known_from_a_tip_off_alone_is_nobody_at_the_desk(browser: FlaskClient, sent: Ticket) -> None:
    assert sent.requester is not None
    assert sent.requester.name is not None
    assert sent.requester.name in browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    with transaction():
        session.get_one(Ticket, sent.id).confidentiality = Confidentiality.RESTRICTED
    assert sent.requester.name not in browser.post("/intake/call/who", data={"phone": "13812345678"}).text
