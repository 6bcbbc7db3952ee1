"""A desk at which letters arrive."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from hotline.categories import catalogue
from hotline.contacts import intake
from hotline.contacts.intake import Caller, LetterDetails
from hotline.contacts.models import Letter
from hotline.db import transaction
from tests.matters import Desk, at

Written = Callable[..., Letter]
_keys = itertools.count(1)

MONDAY = at("2026-03-02 10:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def letter(desk: Desk) -> Written:
    """Register a letter: `letter("complaint", secrecy="internal")`."""

    def write(
        letter_class: str = "complaint", *, summary: str = "Noise\nEvery night", **more: object
    ) -> Letter:
        details = replace(LetterDetails(letter_class=letter_class), **more)  # type: ignore[arg-type] # passed on
        with transaction():
            contact = intake.record(
                details,
                Caller(name="Wang Fang", phone="13812345678", address="Lane 5"),
                category=catalogue.desk().otherwise,
                content_class=None,
                summary=summary,
                received_at=MONDAY,
                is_read_back=None,
                submission_key=f"letter-{next(_keys)}",
                by=desk.operator,
                now=MONDAY,
            )
        assert isinstance(contact, Letter)
        return contact

    return write
