"""Everybody's own list of sentences."""

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.contacts.phrases import OwnPhrase
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role


def test_a_sentence_is_kept_replaced_and_removed(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser, other = sign_in(person(Role.OPERATOR)), sign_in(person(Role.OPERATOR))
    for words in ("请稍等。", "请您稍等。"):
        assert browser.post("/phrases", data={"abbreviation": ";QS", "words": words}).status_code == 303
    page = browser.get("/phrases").text
    assert "请您稍等。" in page
    assert "请稍等。" not in page
    assert "请您稍等。" not in other.get("/phrases").text
    phrase = session.scalars(sa.select(OwnPhrase)).one()
    assert other.post(f"/phrases/{phrase.id}/remove").status_code == 404
    assert browser.post(f"/phrases/{phrase.id}/remove").status_code == 303
    assert "请您稍等。" not in browser.get("/phrases").text


def test_an_abbreviation_is_a_few_letters(
    person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient]
) -> None:
    browser = sign_in(person(Role.OPERATOR))
    for abbreviation in ("q s", "请稍", "a" * 13):
        answer = browser.post("/phrases", data={"abbreviation": abbreviation, "words": "请稍等。"})
        assert answer.status_code == 422
        assert "请稍等。" in answer.text
