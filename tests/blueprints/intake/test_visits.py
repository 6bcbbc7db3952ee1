"""Visits: collective ones, petitions, identity numbers."""

from flask.testing import FlaskClient

from hotline.categories import catalogue
from hotline.contacts.models import Visit
from tests.blueprints.intake.desk import HELP, saved, send, ticket_of


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
