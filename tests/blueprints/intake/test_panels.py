"""What appears beside the form while somebody types."""

import uuid

from flask.testing import FlaskClient

from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction
from hotline.tickets.models import Ticket
from knowledge_base.article_models import ArticleRevision
from tests.blueprints.intake.desk import HELP, saved, ticket_of


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


def test_a_content_class_is_offered_by_its_words_until_one_is_chosen(browser: FlaskClient) -> None:
    url = f"/intake/call/{uuid.uuid4()}/knowledge"
    offered = browser.post(url, data={"title": "小区里路灯不亮好几天了"}).text
    assert 'data-choose="content_class"' in offered
    chosen = {"title": "小区里路灯不亮好几天了", "content_class": "010303"}
    assert 'data-choose="content_class"' not in browser.post(url, data=chosen).text


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


def test_words_of_danger_offer_the_category_for_emergencies(browser: FlaskClient) -> None:
    found = browser.post(f"/intake/call/{uuid.uuid4()}/knowledge", data={"title": "楼道着火了"}).text
    assert '"category": "emergency"' in found


def test_who_is_known_from_a_tip_off_alone_is_nobody_at_the_desk(browser: FlaskClient, sent: Ticket) -> None:
    assert sent.requester is not None
    assert sent.requester.name is not None
    assert sent.requester.name in browser.post("/intake/call/who", data={"phone": "13812345678"}).text
    with transaction():
        session.get_one(Ticket, sent.id).confidentiality = Confidentiality.RESTRICTED
    assert sent.requester.name not in browser.post("/intake/call/who", data={"phone": "13812345678"}).text


def test_where_it_would_go_is_shown_with_what_decides_it(browser: FlaskClient) -> None:
    typed = {"category": "help", "title": "三号楼停水", "content": "从早上开始停水"}
    page = browser.post("/intake/call/likely", data=typed).text
    assert "停水" in page
    assert "side-note" in page
    assert "side-note" not in browser.post("/intake/call/likely", data={"title": "三号楼"}).text


def test_what_a_category_asks_out_of_a_list_is_filtered_by_typing(browser: FlaskClient) -> None:
    asked = browser.post("/intake/call/category", data={"category": "consultation"}).text
    select = asked[asked.index('id="topic"') - 200 : asked.index('id="topic"') + 400]
    assert "data-typing" in select
