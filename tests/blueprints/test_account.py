"""My account: language and password."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tests.conftest import PASSWORD

from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]


def test_a_person_sees_who_they_are_here(person: Person, sign_in: SignIn) -> None:
    page = sign_in(person(Role.OPERATOR, Role.SHIFT_LEADER, number="0107")).get("/account")
    assert page.status_code == 200
    assert "0107" in page.text
    assert "Li Ming" in page.text
