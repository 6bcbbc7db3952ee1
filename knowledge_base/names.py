"""What the city calls its departments, its classes of matters and its places."""

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.catalogue import Catalogue, NoProfileError
from hotline.db import session
from hotline.people.models import Department
from hotline.statistics.names import AREA_LIST
from knowledge_base import places, tokens
from knowledge_base.places import Place

_taught: dict[str, tuple[Place, ...]] = {}
"""The places of the catalogues whose names this process knows, by the catalogues' stamps."""


def teach() -> tuple[Place, ...]:
    """Teach the segmenter the names of the current catalogue, once for each; return the city's places.

    None without a profile.
    """
    try:
        current = catalogue.current()
    except NoProfileError:
        return ()
    if current.stamp in _taught:
        return _taught[current.stamp]
    for names in session.scalars(sa.select(Department.names)):
        tokens.learn(names.values())
    for entry in current.classes.values():
        tokens.learn(entry.names.values())
    for items in current.lists.values():
        for item in items:
            tokens.learn(item.names.values())
    _taught[current.stamp] = places.gazetteer(_places(current))
    return _taught[current.stamp]


def _places(current: Catalogue) -> dict[str, str | None]:
    """Return the Chinese names of the profile's areas and of the places its rules route by."""
    areas = current.lists.get(AREA_LIST, ())
    named = {area.code: area.names["zh"] for area in areas}
    routed = {rule.place: None for rule in current.rules if rule.place is not None}
    return routed | {named[area.code]: named.get(area.parent or "") for area in areas}
