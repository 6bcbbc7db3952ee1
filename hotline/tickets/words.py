"""What people write into a ticket's history: kept beside the chained line, so that it can be erased.

The line holds codes, moments and numbers, and a salted digest of the words: a word that was changed is found,
a word that had to be erased is gone, and the chain holds in either case.
"""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable
from typing import Any

from hotline.tickets.models import EventWords, TicketEvent
from hotline.wording import N_, say

FREE = frozenset(
    {
        "answer",
        "grounds",
        "name",
        "note",
        "outcome",
        "owner",
        "reason_text",
        "reference",
        "route_told",
        "ruling",
    }
)
"""Details that people write, or that name somebody; whatever else does not look like a code joins them."""

DIGEST = "words"
"""Under this name the chained line keeps the digest."""

ERASING = "words_erased"
"""The line that says of which lines (`lines`) the words were erased, and by whom."""

ERASED = N_("(erased)")

_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}\Z")


def apart(details: dict[str, Any]) -> tuple[dict[str, Any], EventWords | None]:
    """Return what is chained of `details`, and the row for what people wrote, if they wrote anything."""
    free = {name: value for name, value in details.items() if _is_free(name, value)}
    chained = {name: value for name, value in details.items() if name not in free}
    if not free:
        return chained, None
    said = json.dumps(free, ensure_ascii=False, sort_keys=True)
    row = EventWords(salt=secrets.token_hex(16), said=said)
    return {**chained, DIGEST: digest(row.salt, said)}, row


def _is_free(name: str, value: Any) -> bool:
    if name in FREE:
        return value not in (None, "")
    return not _is_code(value)


def _is_code(value: Any) -> bool:
    match value:
        case str():
            return _CODE.match(value) is not None
        case list():
            return all(_is_code(one) for one in value)
        case {"label": str()} if len(value) == 1:  # an entry of a closed list, see `wording.kept`
            return True
        case dict():
            return all(_is_code(one) for one in value.values())
        case _:
            return True


def digest(salt: str, said: str) -> str:
    """Return the digest that a line keeps of its words."""
    return hashlib.sha256(f"{salt}:{said}".encode()).hexdigest()


def details(event: TicketEvent) -> dict[str, Any]:
    """Return everything a line tells: what is chained, and what people wrote as long as it is there."""
    told = {name: value for name, value in event.details.items() if name != DIGEST}
    if event.words is None:
        return told
    if event.words.said is None:
        return {**told, "note": say(ERASED)}
    written: dict[str, Any] = json.loads(event.words.said)
    return {**told, **written}


def mentions(event: TicketEvent, texts: Collection[str]) -> bool:
    """Tell whether what was written into a line holds one of `texts`."""
    if event.words is None or event.words.said is None:
        return False
    said = json.dumps(json.loads(event.words.said), ensure_ascii=False)
    return any(text in said for text in texts)


def erase(events: Iterable[TicketEvent], *, now: dt.datetime) -> list[int]:
    """Erase what people wrote into `events`; return the sequences of the lines that had words.

    The lines and their place in the chain stay. `history.erase` writes down that it was done.
    """
    erased = []
    for event in events:
        row = event.words
        if row is not None and row.said is not None:
            row.said, row.salt, row.erased_at = None, "", now
            erased.append(event.sequence)
    return erased
