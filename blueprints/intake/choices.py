"""What the selects of the intake forms offer, in the reader's language, findable by initials."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCodeError
from hotline.categories.channels import Channel
from hotline.categories.profiles import initials
from hotline.categories.terms import Urgency
from hotline.contacts.closing import DECLINE_REASONS
from hotline.contacts.identity import Sex
from hotline.errands import owing
from hotline.wording import N_, in_both, in_words, language, say

Choice = tuple[str, str, dict[str, str]]
P = ParamSpec("P")
Offer = TypeVar("Offer")

DECLINED = "declined:"
"""Marks a reason not to take a matter up among the places to refer to."""
NAMED, SECRET, ANONYMOUS = "named", "secret", "anonymous"
WISHES = {
    "": N_("Not asked"),
    NAMED: N_("Named"),
    SECRET: N_("Named, to be kept secret"),
    ANONYMOUS: N_("Anonymous"),
}


def _kept(offer: Callable[P, Offer]) -> Callable[P, Offer]:
    """Make what is offered once for each state of the rules and each language: every form asks for it."""

    @lru_cache(maxsize=64)
    def made(_stamp: str, _language: str | None, *asked: P.args, **named: P.kwargs) -> Offer:
        return offer(*asked, **named)

    @wraps(offer)
    def kept(*asked: P.args, **named: P.kwargs) -> Offer:
        stamp = catalogue.current().stamp
        return made(stamp, language(), *asked, **named)  # type: ignore[arg-type] # what is asked here is hashable

    return kept


@_kept
def categories(channel: Channel) -> tuple[Choice, ...]:
    """Return the categories that open a ticket on this channel."""
    return (
        _EMPTY,
        *(
            (one.code, in_both(one.names), {"data-initials": initials(one.names["zh"])})
            for one in catalogue.open_categories(channel)
            if one.opens_ticket
        ),
    )


@_kept
def content_classes() -> tuple[Choice, ...]:
    """Return the content classes, each under the names of those above it."""
    paths: dict[str, str] = {}
    found: dict[str, str] = {}
    offered = [_EMPTY]
    for one in catalogue.content_classes():
        above = paths.get(one.parent or "", "")
        paths[one.code] = f"{above} / {in_both(one.names)}" if above else in_both(one.names)
        found[one.code] = f"{found.get(one.parent or '', '')} {one.initials}".strip()
        offered.append((one.code, paths[one.code], {"data-initials": found[one.code]}))
    return tuple(offered)


@_kept
def of_list(name: str) -> tuple[Choice, ...]:
    """Return the entries of a code list; none where the profile has no such list."""
    try:
        items = catalogue.code_list(name)
    except UnknownCodeError:
        items = ()
    return (
        _EMPTY,
        *((one.code, in_both(one.names), {"data-initials": initials(one.names["zh"])}) for one in items),
    )


@_kept
def elsewhere() -> dict[str, Sequence[Choice]]:
    """Return where a caller can be referred to, and why a matter is not taken up at all."""
    declined = [(DECLINED + code, words, more) for code, words, more in of_list(DECLINE_REASONS)[1:]]
    return {
        "": [_EMPTY],
        say(N_("Refer to")): of_list("redirect_target")[1:],
        say(N_("Not taken up because")): declined,
    }


def colleagues() -> list[Choice]:
    """Return whom a message can be for."""
    return [
        _EMPTY,
        *(
            (str(one.id), f"{one.name} {one.number}", {"data-initials": initials(one.name)})
            for one in owing.colleagues()
        ),
    ]


def sexes() -> list[Choice]:
    """Return what a paper may say of its holder's sex."""
    return [_EMPTY, *((one.value, in_words(one), {}) for one in Sex)]


def petition_terms() -> list[Choice]:
    """Return the limits a petition can have: the category's own, and the months the profile offers (A5.2)."""
    months = catalogue.desk().reception.other_term_months
    own: Choice = ("", say(N_("As the category says")), {})
    if months is None:
        return [own]
    return [own, (str(months), say(N_("%(count)s months"), {"count": months}), {})]


@_kept
def urgencies() -> list[Choice]:
    """Return how pressing a matter may be."""
    return [(one.value, in_words(one), {}) for one in Urgency]


@_kept
def wishes() -> list[Choice]:
    """Return how the caller wishes to be treated."""
    return [(code, say(words), {}) for code, words in WISHES.items()]


_EMPTY: Choice = ("", "", {})
