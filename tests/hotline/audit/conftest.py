"""A small hotline."""

import pytest
from flask import Flask

from tests.matters import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The people of a small hotline."""
    return Desk()
