"""What is half typed is kept, for its owner alone."""

import re
import uuid
from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.blueprints.intake.desk import HELP, RARE, saved


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
