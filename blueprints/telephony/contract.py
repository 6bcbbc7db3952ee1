"""What an exchange may send, checked and brought into our terms (docs/telephony.md states it for them)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from hotline.contacts import phones
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.errors import HotlineError
from hotline.telephony.agents import EXTENSION
from hotline.telephony.events import MOST_RINGS, Told
from hotline.telephony.models import Direction, EventKind
from hotline.wording import LOCAL_ZONE, N_, say

CLOCKS_DIFFER = dt.timedelta(minutes=5)
"""How far the exchange's clock may be ahead of ours."""
OLDEST = dt.timedelta(days=7)
"""What an exchange kept back while we could not be reached is still taken."""
LONGEST_LINK = 1000
LONGEST_NUMBER = 40

EVENTS: Mapping[str, EventKind] = MappingProxyType(
    {one.value: one for one in EventKind} | {"newCall": EventKind.NEW_CALL, "ring": EventKind.OFFER}
)
DIRECTIONS: Mapping[str, Direction] = MappingProxyType(
    {
        "in": Direction.INBOUND,
        "out": Direction.OUTBOUND,
        "inbound": Direction.INBOUND,
        "outbound": Direction.OUTBOUND,
    }
)
OTHER_NAMES: Mapping[str, str] = MappingProxyType({"callId": "call_id", "user": "extension"})
"""Names that exchanges with another connector use for the same."""
WITHHELD = frozenset({"", "anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})
SIP = re.compile(r"sips?:([^@;]*)")


class FieldError(HotlineError):
    """One field of a message is not as agreed."""

    sentence = N_("%(name)s: %(why)s")

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name=name, why=why)
        self.name = name


MISSING = N_("is needed")
NOT_TEXT = N_("must be text of at most %(most)s characters, without control characters")
NOT_LISTED = N_("must be one of: %(words)s")
NOT_A_MOMENT = N_("must be a moment such as 2026-11-22T09:30:00+08:00, within the last 7 days")
NOT_RINGS = N_("must be a whole number from 0 to 99")
NOT_A_LINK = N_("must be an address beginning with https:// or http://")
NOT_AN_EXTENSION = N_("must have up to 20 digits or letters")


def read(payload: Mapping[str, Any], now: dt.datetime) -> Told:
    """Return what a message says. Raises `FieldError`; fields that are not known are left alone."""
    given = {OTHER_NAMES.get(name, name): value for name, value in payload.items()}
    kind = EVENTS.get(_text(given, "event", 20))
    if kind is None:
        raise FieldError("event", _why(NOT_LISTED, words=", ".join(one.value for one in EventKind)))
    call_key = _text(given, "call_id", 80)
    if not call_key:
        raise FieldError("call_id", _why(MISSING))
    direction = _direction(given)
    caller, called = _text(given, "from", 120), _text(given, "to", 120)
    theirs, ours = (called, caller) if direction is Direction.OUTBOUND else (caller, called)
    return Told(
        call_key=call_key,
        kind=kind,
        at=_moment(given, now),
        direction=direction,
        number=number_in(theirs),
        line=_bare(ours)[:LONGEST_NUMBER],
        queue=_text(given, "queue", 60),
        extension=_extension(given),
        rings=_rings(given),
        recording=_link(given),
        once=_text(given, "event_id", 80),
    )


def number_in(text: str) -> str | None:
    """Return a number in its one form; one from abroad keeps its digits, one withheld is `None`."""
    plain = _bare(text)
    if plain.lower() in WITHHELD:
        return None
    try:
        return phones.normalised(plain)
    except PhoneNotUnderstoodError:
        digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", plain))[:LONGEST_NUMBER]
        return digits or None


def _bare(text: str) -> str:
    found = SIP.match(text)
    return (found[1] if found else text).strip()


def _why(sentence: str, **values: object) -> str:
    return say(sentence, values)


def _text(given: Mapping[str, Any], name: str, longest: int) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise FieldError(name, _why(NOT_TEXT, most=longest))
    return value.strip()


def _direction(given: Mapping[str, Any]) -> Direction | None:
    text = _text(given, "direction", 20)
    if text and text not in DIRECTIONS:
        raise FieldError("direction", _why(NOT_LISTED, words="in, out"))
    return DIRECTIONS.get(text)


def _moment(given: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    text = _text(given, "at", 40)
    if not text:
        return now
    try:
        moment = dt.datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
        is_near = now - OLDEST <= moment <= now + CLOCKS_DIFFER
    except (ValueError, OverflowError):
        is_near = False
    if not is_near:
        raise FieldError("at", _why(NOT_A_MOMENT))
    return min(moment.astimezone(dt.UTC), now)


def _extension(given: Mapping[str, Any]) -> str:
    text = _bare(_text(given, "extension", 120))
    if text and not EXTENSION.fullmatch(text):
        raise FieldError("extension", _why(NOT_AN_EXTENSION))
    return text


def _rings(given: Mapping[str, Any]) -> int | None:
    value = given.get("rings")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_RINGS:
        raise FieldError("rings", _why(NOT_RINGS))
    return value


def _link(given: Mapping[str, Any]) -> str:
    text = _text(given, "recording", LONGEST_LINK)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise FieldError("recording", _why(NOT_A_LINK)) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise FieldError("recording", _why(NOT_A_LINK))
    return text
