"""The pages of the reception: host visits, hall, suggestion book, urgent reports, petition elements."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.categories.reception_terms import HallStep
from hotline.contacts.identity import check_character
from hotline.contacts.models import Visit
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception.models import BookEntry, HallService, HostVisit, UrgentReport
from hotline.tickets import accepting
from hotline.tickets.models import Ticket
from hotline.wording import LOCAL_ZONE
from tests.blueprints.intake.desk import saved, send

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]
CARD = "110101198001011" + "23"
PETITION = {
    "name": "Zhao Gang",
    "phone": "13812345678",
    "address": "Renmin Road 1",
    "title": "Wages not paid",
    "content": "Forty workers wait for their wages since October.",
    "category": "petition_visit",
    "content_class": "010101",
    "place": "Site 3",
    "purpose": "settle",
    "visitor_count": "7",
    "people_concerned": "40",
    "id_type": "resident_id",
    "id_number": CARD + check_character(CARD),
    "system": "labour",
    "communication": "spoken with the labour office",
    "readback": "y",
    "reply_wanted": "y",
    "action": "report",
}


@pytest.fixture
def leader(person: Person) -> Staff:
    return person(Role.SHIFT_LEADER)


@pytest.fixture
def browser(person: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(person(Role.OPERATOR))


def third_level() -> str:
    """Return a content class of the third level."""
    found = session.scalar(
        sa.text("SELECT code FROM content_class WHERE length(code) = 6 ORDER BY code LIMIT 1")
    )
    return str(found)


def petition(**more: str) -> dict[str, str]:
    return PETITION | {"content_class": third_level()} | more


def in_days(days: int) -> str:
    return (utc_now().astimezone(LOCAL_ZONE) + dt.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def errors(page: str) -> list[str]:
    return re.findall(r"field-error[^>]*>.*?<span>(.*?)</span>", page, re.S)


def test_one_step_makes_the_ticket_and_tells_the_leader(
    browser: FlaskClient, leader: Staff, sign_in: SignIn
) -> None:
    contact = saved(browser, petition(), "visit")
    report = session.scalars(sa.select(UrgentReport)).one()
    assert report.ticket_id == contact.ticket_id
    theirs = sign_in(leader)
    page = theirs.get(f"/urgent-reports/{report.id}").text
    assert "Wages not paid" in page
    assert "40" in page
    assert theirs.get("/").text.count("Wages not paid") >= 1
    noted = theirs.post(f"/urgent-reports/{report.id}", data={"instruction": "Send two people"})
    assert noted.status_code == 303
    assert "Send two people" in browser.get(f"/urgent-reports/{report.id}").text
    assert theirs.post(f"/urgent-reports/{report.id}", data={"instruction": "Again"}).status_code == 422
    assert browser.post(f"/urgent-reports/{report.id}", data={}).status_code == 403


def test_a_petition_shows_the_elements_on_paper_and_the_months_chosen(
    browser: FlaskClient, leader: Staff
) -> None:
    contact = saved(browser, petition(term="3", action="ticket"), "visit")
    page = browser.get(f"/reception/visits/{contact.id}/form").text
    assert "spoken with the labour office" in page
    assert "1980-01-01" in page
    ticket = session.get_one(Ticket, contact.ticket_id)
    accepted = dt.datetime(2026, 11, 30, 2, 0, tzinfo=dt.UTC)
    with transaction():
        accepting.accept(ticket, by=leader, now=accepted)
    assert ticket.overall_due_at is not None
    # Three months from 30 November end on 28 February 2027, a Sunday: the Monday after.
    assert ticket.overall_due_at.astimezone(LOCAL_ZONE).date() == dt.date(2027, 3, 1)


def test_without_the_option_sixty_days_run(browser: FlaskClient, leader: Staff) -> None:
    contact = saved(browser, petition(action="ticket"), "visit")
    ticket = session.get_one(Ticket, contact.ticket_id)
    with transaction():
        accepting.accept(ticket, by=leader, now=dt.datetime(2026, 3, 12, 2, 0, tzinfo=dt.UTC))
    assert ticket.overall_due_at is not None
    assert ticket.overall_due_at.astimezone(LOCAL_ZONE).date() == dt.date(2026, 5, 11)


def test_other_papers_have_birth_date_and_sex_written_down(browser: FlaskClient) -> None:
    other = petition(id_type="passport", id_number="E12345678", born_on="1975-06-01", sex="female")
    visit = session.get_one(Visit, saved(browser, other | {"action": "ticket"}, "visit").id)
    assert (visit.born_on, visit.sex) == ("1975-06-01", "female")
    page = browser.get(f"/reception/visits/{visit.id}/form").text
    assert "1975-06-01" in page
    raw = session.execute(sa.text("SELECT born_on FROM visit WHERE id = :id"), {"id": visit.id}).scalar_one()
    assert "1975" not in raw


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"born_on": "1981-01-01"}, "born_on"),
        ({"sex": "female"}, "sex"),
        ({"id_type": "passport", "born_on": "2999-01-01"}, "born_on"),
        ({"born_on": "yesterday"}, "born_on"),
        ({"people_concerned": "0"}, "people_concerned"),
        ({"communication": "x" * 301}, "communication"),
        ({"content_class": ""}, "content_class"),
    ],
)
def test_a_wrong_element_has_its_sentence_and_the_rest_stays(
    browser: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    answer = send(browser, petition(**wrong), "visit")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Forty workers wait" in answer.text


def test_the_identity_card_tells_birth_date_and_sex_at_once(browser: FlaskClient) -> None:
    told = browser.post("/intake/visit/check/id_number", data=petition()).text
    assert "1980-01-01" in told


def test_a_host_visit_from_the_slip_to_the_second_coming(
    browser: FlaskClient, leader: Staff, sign_in: SignIn
) -> None:
    fields = {"host": str(leader.id), "name": "Zhou Li", "purpose": "the contract"}
    address = browser.post("/host-visits", data=fields).headers["Location"]
    theirs = sign_in(leader)
    assert "Zhou Li" in theirs.get("/host-visits").text
    assert browser.post(f"{address}/absent", data={"phone": "12"}).status_code == 422
    assert browser.post(f"{address}/absent", data={"phone": ""}).status_code == 422
    assert browser.post(f"{address}/absent", data={"phone": "13812345678"}).status_code == 303
    assert "Zhou Li" in theirs.get("/").text
    page = browser.get(address).text
    assert "13812345678" not in page
    assert "138****5678" in page
    assert "13812345678" in browser.post(f"{address}/number").text
    assert browser.post(f"{address}/invite", data={"appointed_at": in_days(-1)}).status_code == 422
    assert browser.post(f"{address}/invite", data={"appointed_at": in_days(1)}).status_code == 303
    assert theirs.post(f"{address}/arrive").status_code == 303
    assert theirs.post(f"{address}/receive", data={"outcome": "signed"}).status_code == 303
    assert "signed" in theirs.get(address).text
    assert session.scalars(sa.select(HostVisit)).one().invited_at is not None


def test_what_is_missing_of_a_host_visit_stays_beside_its_field(browser: FlaskClient) -> None:
    answer = browser.post("/host-visits", data={"purpose": "the contract", "phone": "12"})
    assert answer.status_code == 422
    for field in ("host", "name", "phone"):
        assert f'id="{field}-error"' in answer.text
    assert "the contract" in answer.text


def test_strangers_find_no_host_visit_and_read_no_confidential_matter(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    manager = person(Role.SERVICE_MANAGER)
    fields = {"host": str(manager.id), "name": "Zhou Li", "purpose": "his debts", "is_confidential": "y"}
    address = browser.post("/host-visits", data=fields).headers["Location"]
    colleague = sign_in(person(Role.OPERATOR))
    assert "his debts" not in colleague.get(address).text + colleague.get("/host-visits").text
    assert "his debts" in sign_in(manager).get(address).text
    clerk = sign_in(person(Role.DEPARTMENT_CLERK, department="housing"))
    assert clerk.get(address).status_code == 404
    assert "Zhou Li" not in clerk.get("/host-visits").text
    assert clerk.post("/host-visits", data=fields).status_code == 403


def test_a_service_of_the_hall_is_ticked_off_and_finished(browser: FlaskClient) -> None:
    assert browser.post("/hall", data={"item": "", "name": ""}).status_code == 422
    address = browser.post("/hall", data={"item": "payment", "name": "Zhou Li"}).headers["Location"]
    every = [step.value for step in (HallStep.FEE_TAKEN, HallStep.NEEDS_ASKED)]
    unpaid = browser.post(address, data={"steps": every, "finish": "1"})
    assert unpaid.status_code == 422
    assert 'id="receipt_number-error"' in unpaid.text
    half = browser.post(address, data={"steps": ["needs_asked"], "finish": "1", "note": "waits"})
    assert half.status_code == 422
    assert "waits" in half.text
    done = {"steps": every, "receipt_number": "R-9", "finish": "1"}
    assert browser.post(address, data=done).status_code == 303
    assert session.scalars(sa.select(HallService)).one().finished_at is not None
    other = browser.post("/hall", data={"item": "closing", "name": "Zhou Li"}).headers["Location"]
    assert browser.post(f"{other}/break-off", data={"broken_off": ""}).status_code == 422
    assert browser.post(f"{other}/break-off", data={"broken_off": "no card"}).status_code == 303


def test_a_trainee_watches_the_hall(person: Person, sign_in: SignIn) -> None:
    watching = sign_in(person(Role.TRAINEE))
    assert watching.get("/hall").status_code == 200
    assert watching.post("/hall", data={"item": "payment", "name": "Zhou"}).status_code == 403


def test_the_suggestion_book_is_answered_by_a_leader(
    browser: FlaskClient, leader: Staff, sign_in: SignIn
) -> None:
    assert browser.post("/suggestions", data={"words": "", "page": "3"}).status_code == 422
    entered = {"words": "More chairs", "page": "3", "phone": "13812345678"}
    assert browser.post("/suggestions", data=entered).status_code == 303
    entry = session.scalars(sa.select(BookEntry)).one()
    address, theirs = f"/suggestions/{entry.id}", sign_in(leader)
    assert "More chairs" in theirs.get("/").text
    assert "13812345678" not in theirs.get(address).text
    assert browser.post(f"{address}/answer", data={"answer": "Thanks"}).status_code == 403
    assert theirs.post(f"{address}/answer", data={"answer": ""}).status_code == 422
    assert theirs.post(f"{address}/report", data={"weight": "nonsense"}).status_code == 422
    assert theirs.post(f"{address}/report", data={"weight": "constructive"}).status_code == 303
    assert theirs.post(f"{address}/pass-on").status_code == 303
    assert theirs.post(f"{address}/pass-on").status_code == 409
    assert theirs.post(f"{address}/answer", data={"answer": "Ordered"}).status_code == 303
    assert "Ordered" in browser.get(address).text
    assert "More chairs" in browser.get("/suggestions?view=answered").text
