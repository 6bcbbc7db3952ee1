"""Sentences with places that are filled in: the caller, the ticket, its deadline and department."""

import pytest
from flask import Flask

from hotline.contacts import phrases
from hotline.db import transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.matters import somebody


@pytest.fixture
def operator(app: Flask) -> Staff:
    return somebody(Role.OPERATOR)


def test_at_intake_the_number_is_filled_in_the_caller_left_and_the_ticket_not_offered(
    operator: Staff,
) -> None:
    with transaction():
        phrases.keep(operator, "nh", "您好%(caller)s，工号%(number)s。")
        phrases.keep(operator, "dd1", "工单%(ticket)s")
    known = phrases.known_to(operator)
    assert known["nh"] == f"您好%(caller)s，工号{operator.number}。"
    assert "dd1" not in known
    assert "gd" not in known
    assert all("%(" not in text for _, text in phrases.scripts_for(operator))


def test_of_a_ticket_every_place_is_filled_in(operator: Staff) -> None:
    values = {"caller": "王女士", "ticket": "2603040000017", "deadline": "2026-03-05", "department": "城管局"}
    (text,) = phrases.about_matter(operator, values)
    assert all(value in text for value in values.values())
    assert phrases.about_matter(operator, values | {"deadline": None}) == []
    (without_name,) = phrases.about_matter(operator, values | {"caller": None})
    assert "先生/女士" in without_name


def test_what_cannot_be_filled_in_is_refused_when_it_is_written(operator: Staff) -> None:
    with pytest.raises(phrases.PlaceholderError):
        phrases.keep(operator, "xx", "您的%(password)s")
