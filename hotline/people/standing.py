"""What a person's rights follow from, and the conditions of queries that are built of it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar

from hotline.people.models import Staff

Built = TypeVar("Built")

MOST_KEPT = 1000


def of(person: Staff) -> Hashable:
    """Return what every right of `person` follows from: two who are equal here may do the same."""
    unit = person.department
    return person.id, person.roles, unit and (unit.id, unit.parent_id, unit.takes_tip_offs)


def kept(
    build: Callable[[Staff], Built], *, beside: Callable[[], Hashable] = lambda: None
) -> Callable[[Staff], Built]:
    """Return `build`, which is asked again only for a standing that it has not been asked for lately.

    Building a condition of a query takes longer than asking it. What is built holds values only, no rows.
    `beside` is what it follows from besides the person.
    """
    known: OrderedDict[Hashable, Built] = OrderedDict()

    @wraps(build)
    def found(person: Staff) -> Built:
        key = (of(person), beside())
        built = known.get(key)
        if built is None:
            built = known[key] = build(person)
            if len(known) > MOST_KEPT:
                known.popitem(last=False)
        return built

    return found
