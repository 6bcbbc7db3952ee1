"""Policies in words: the circumstances of a variant, the kinds that code lists name."""

from hotline.categories import catalogue
from hotline.categories.policy import Condition
from hotline.wording import N_, in_both, in_words, say

KIND_LISTS = ("document_type", "purpose")
"""The code lists whose entries a category's variants tell apart."""

IS_COLLECTIVE = {True: N_("Collective visit"), False: N_("Not a collective visit")}
HAS_CONTACT = {True: N_("The caller can be reached"), False: N_("No way to reach the caller")}


def kind_in_words(kind: str) -> str:
    """Return the name of a document type or a visit's purpose."""
    lists = catalogue.current().lists
    items = (item for name in KIND_LISTS for item in lists.get(name, ()))
    return next((in_both(item.names) for item in items if item.code == kind), kind)


def condition_in_words(when: Condition) -> str:
    """Return when a variant holds, as a person says it."""
    parts = [in_words(one) for one in sorted(when.urgency)] + [
        kind_in_words(one) for one in sorted(when.kind)
    ]
    for holds, words in (
        (when.is_collective, IS_COLLECTIVE),
        (when.has_contact, HAS_CONTACT),
    ):
        if holds is not None:
            parts.append(say(words[holds]))
    return " · ".join(parts)
