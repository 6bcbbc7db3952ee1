"""Teaches the segmenter what the city calls its departments, its classes of matters and its places."""

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.catalogue import NoProfileError
from hotline.db import session
from hotline.people.models import Department
from knowledge_base import tokens

_taught: set[str] = set()
"""Stamps of the catalogues whose names this process knows."""


def teach() -> None:
    """Teach this process the names of the current catalogue, once for each; none without a profile."""
    try:
        current = catalogue.current()
    except NoProfileError:
        return
    if current.stamp in _taught:
        return
    for names in session.scalars(sa.select(Department.names)):
        tokens.learn(names.values())
    for entry in current.classes.values():
        tokens.learn(entry.names.values())
    for items in current.lists.values():
        for item in items:
            tokens.learn(item.names.values())
    _taught.add(current.stamp)
