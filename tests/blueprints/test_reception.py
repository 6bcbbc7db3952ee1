"""Reception: the waiting list, a visit with its elements (scenario 16), and the form on paper."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.contacts.identity import check_character
from hotline.contacts.models import Visit
from hotline.contacts.reception import WaitingVisitor
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.wording import in_words
from tests.blueprints.intake.desk import HELP, saved, send

CARD = "110101198001011" + "23"
PETITION = HELP | {
    "visitor_count": "7",
    "people_concerned": "120",
    "id_type": "resident_id",
    "id_number": CARD + check_character(CARD),
    "occupation": "farmer",
    "cause": "policy",
    "group_will": "y",
    "companions": "Zhao\nQian\nSun\nLi\nZhou",
    "behaviour": "shouted",
}


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    return sign_in(person(Role.OPERATOR))


def test_who_arrives_waits_is_called_and_served(browser: FlaskClient) -> None:
    assert browser.post("/reception", data={"name": "Zhou", "matter": "water"}).status_code == 303
    assert "Zhou" in browser.get("/reception").text
    visitor = session.scalars(sa.select(WaitingVisitor)).one()
    called = browser.post(f"/reception/{visitor.id}/call")
    page = browser.get(called.headers["Location"]).text
    assert 'value="Zhou"' in page
    assert 'value="water"' in page
    saved(browser, HELP, "visit", key=called.headers["Location"].rpartition("/")[2])
    session.refresh(visitor)
    assert visitor.was_served
    assert "Zhou" in browser.get("/reception").text
    assert session.scalars(sa.select(WaitingVisitor.id).where(WaitingVisitor.ended_at.is_(None))).all() == []


def test_who_leaves_before_is_written_down(browser: FlaskClient) -> None:
    browser.post("/reception", data={})
    visitor = session.scalars(sa.select(WaitingVisitor)).one()
    assert browser.post(f"/reception/{visitor.id}/gone").status_code == 303
    assert browser.post(f"/reception/{visitor.id}/call").status_code == 409


def test_a_collective_visit_names_five_representatives_at_most(browser: FlaskClient) -> None:
    answer = send(browser, PETITION | {"companions": PETITION["companions"] + "\nWu"}, "visit")
    assert answer.status_code == 422
    assert "Wu" in answer.text
    few = PETITION | {"visitor_count": "4", "companions": PETITION["companions"] + "\nWu"}
    assert not session.get_one(Visit, saved(browser, few, "visit").id).is_collective


def test_the_registration_form_shows_every_element(browser: FlaskClient) -> None:
    contact = saved(browser, PETITION, "visit")
    visit = session.get_one(Visit, contact.id)
    assert visit.is_collective
    assert visit.elements["group_will"] == "yes"
    assert "Zhao" not in str(visit.elements)
    page = browser.get(f"/reception/visits/{contact.id}/form").text
    cells = [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", page, re.S)]
    for wanted in ("1980-01-01", "7", "120", "shouted", "Zhao Qian Sun Li Zhou"):
        assert wanted in cells
    assert PETITION["id_number"] not in page


def test_a_strangers_visit_is_not_printed(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    contact = saved(browser, PETITION, "visit")
    assert sign_in(person(Role.OPERATOR)).get(f"/reception/visits/{contact.id}/form").status_code == 404
    call = saved(browser, HELP)
    assert browser.get(f"/reception/visits/{call.id}/form").status_code == 404


def test_a_visit_typed_wrongly_is_corrected_by_who_took_it_down(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    visit = saved(browser, HELP | {"visitor_count": "2"}, "visit")
    url = f"/reception/visits/{visit.id}/correct"
    assert f'href="{url}"' in browser.get(f"/intake/saved/{visit.id}").text
    entry = {"title": "Water is off", "name": "Zhou", "visitor_count": "6", "reason": "miscounted"}
    refused = browser.post(url, data=entry | {"visitor_count": "many", "reason": ""})
    assert refused.status_code == 422
    assert 'id="visitor_count-error"' in refused.text
    assert browser.post(url, data=entry).status_code == 303
    session.refresh(visit)
    assert isinstance(visit, Visit)
    assert (visit.visitor_count, visit.is_collective) == (6, True)
    assert "miscounted" in browser.get(url).text
    assert sign_in(person(Role.OPERATOR)).get(url).status_code == 404
    assert "miscounted" in sign_in(person(Role.SHIFT_LEADER)).get(url).text


def test_a_visitor_takes_a_receipt_slip_along(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    visit = saved(browser, HELP, "visit")
    url = f"/reception/visits/{visit.id}/slip"
    ticket = session.get_one(Ticket, visit.ticket_id)
    slip = browser.get(url).text
    assert ticket.overall_due_at is not None
    for shown in (ticket.number, ticket.query_code, visit.recorded_by.name, in_words(ticket.overall_due_at)):
        assert shown in slip
    assert f'href="{url}"' in browser.get(f"/intake/saved/{visit.id}").text
    assert f'href="{url}"' in browser.get(f"/tickets/{ticket.number}").text
    other = sign_in(person(Role.OPERATOR))
    assert other.get(url).status_code == 404
    assert f'href="{url}"' not in other.get(f"/tickets/{ticket.number}").text
