"""The rules to read, and what is due when."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.categories import catalogue
from hotline.people.models import Staff
from hotline.people.roles import Role

ASKED = {
    "category": "complaint",
    "urgency": "normal",
    "kind": "",
    "contact": "yes",
    "collective": "no",
    "received": "2026-09-24T10:00",
}


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]) -> FlaskClient:
    """A service manager's browser, in English."""
    signed_in = sign_in(person(Role.SERVICE_MANAGER))
    signed_in.post("/language", data={"language": "en"})
    return signed_in


def test_every_category_in_use_is_listed_and_can_be_read(browser: FlaskClient) -> None:
    listed = browser.get("/categories").text
    assert "gov_hotline" in listed
    for policy in catalogue.open_categories():
        assert f'href="/categories/{policy.code}"' in listed
        page = browser.get(f"/categories/{policy.code}")
        assert page.status_code == 200
        assert policy.names["en"] in page.text
        for limit in policy.limits.values():
            assert limit.source.split(":")[0] in page.text


def test_a_policy_says_its_limits_with_clock_and_source(browser: FlaskClient) -> None:
    page = browser.get("/categories/complaint").text
    for words in (
        "5 working days",
        "Working days",
        "7 natural days",
        "S1 A8.2",
        "O B1.6",
        "silence means accepted",
    ):
        assert words in page


def test_a_limit_of_no_working_days_is_the_same_day(browser: FlaskClient) -> None:
    assert "the same working day" in browser.get("/categories/official_doc").text


@pytest.mark.parametrize(
    "path", ["/categories/nothing", "/categories/help?version=99", "/categories/lists/nothing"]
)
def test_what_does_not_exist_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_calculator_explains_every_stage(browser: FlaskClient) -> None:
    page = browser.get("/categories/calculator", query_string=ASKED)
    assert page.status_code == 200
    assert page.text.count("2026-10-09 17:30") >= 2
    assert "Mid-Autumn Festival" in page.text
    assert "National Day" in page.text


def test_the_calculator_knows_circumstances(browser: FlaskClient) -> None:
    paper = ASKED | {"category": "official_doc", "received": "2026-03-04T10:00"}
    assert (
        "2026-03-25 17:30"
        in browser.get("/categories/calculator", query_string=paper | {"kind": "letter"}).text
    )
    without = browser.get("/categories/calculator", query_string=paper).text
    assert "2026-03-25 17:30" not in without
    assert "2026-03-11 17:30" in without


def test_a_due_moment_on_an_estimated_calendar_is_marked(browser: FlaskClient) -> None:
    later = ASKED | {"received": "2029-09-24T10:00"}
    assert "rests on an estimated calendar" in browser.get("/categories/calculator", query_string=later).text
    assert "rests on an estimated" not in browser.get("/categories/calculator", query_string=ASKED).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"received": ""}, "received"),
        ({"received": "yesterday"}, "received"),
        ({"category": "nothing"}, "category"),
        ({"urgency": "whatever"}, "urgency"),
        ({"dispatched": "2026-09-23T10:00"}, "dispatched"),
        ({"closed": "2026-09-23T10:00"}, "closed"),
    ],
)
def test_the_calculator_says_what_it_cannot_use(
    browser: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    page = browser.get("/categories/calculator", query_string=ASKED | wrong)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_the_calculator_opens_on_the_category_it_was_asked_from(browser: FlaskClient) -> None:
    page = browser.get("/categories/calculator?category=help").text
    assert '<option selected value="help">' in page


def test_the_dispatch_catalogue_is_found_by_word_and_department(browser: FlaskClient) -> None:
    assert "Water Group" in browser.get("/categories/routing").text
    fragment = browser.get("/categories/routing?q=井盖", headers={"HX-Request": "true"}).text
    assert "Urban Management Bureau" in fragment
    assert "Water Group" not in fragment
    assert "<html" not in fragment


def test_content_classes_are_found_by_name_code_and_initials(browser: FlaskClient) -> None:
    entry = next(one for one in catalogue.content_classes() if one.level == 3)
    for words in (entry.names["en"], entry.code, entry.initials):
        assert entry.code in browser.get("/categories/classes", query_string={"q": words}).text
    assert entry.code not in browser.get("/categories/classes?q=zzzzzz").text


def test_every_code_list_is_shown_with_its_entries(browser: FlaskClient) -> None:
    for name, items in catalogue.current().lists.items():
        page = browser.get(f"/categories/lists/{name}").text
        assert all(item.code in page for item in items), name
