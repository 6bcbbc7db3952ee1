"""Words in two languages: marking them where they are written, saying them where they are read."""

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import get_locale, gettext

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
"""The one zone people read times in: the hotline's rules are written for Beijing time."""


def N_(message: str) -> str:
    """Mark `message` for translation and return it unchanged."""
    return message


class Labelled(str, enum.Enum):
    """A closed list of stored values, each with the English words people read: `A = "a", N_("A")`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # looking a member up needs its value alone
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    def __str__(self) -> str:
        return str(self.value)


def language() -> str | None:
    """Return the language of whoever reads; `None` where nobody does.

    Asked several hundred times a page, so it looks first where Flask-Babel keeps its answer.
    """
    try:
        reads: str = g._flask_babel.babel_locale.language
    except (AttributeError, RuntimeError):  # not asked before, or not at work for anybody
        locale = get_locale()
        return None if locale is None else str(locale.language)
    return reads


def say(message: str, params: Mapping[str, Any] | None = None) -> str:
    """Return `message` in the reader's language with `params` filled in, each in words a person reads."""
    readable = {name: in_words(value) for name, value in (params or {}).items()}
    return _translated(message, **readable)


_said: dict[str, dict[str, str]] = {}
"""Every message said so far, by language: a page says hundreds, and the catalogues never change."""


def translated(message: str) -> str:
    """Return `message` in the reader's language."""
    reads = language()
    if reads is None:
        return str(gettext(message))
    said = _said.setdefault(reads, {})
    found = said.get(message)
    if found is None:
        found = said[message] = str(gettext(message))
    return found


def _translated(message: str, **params: str) -> str:
    # Without parameters a percent sign in the message is only a percent sign.
    return translated(message) % params if params else translated(message)


def in_words(value: object) -> str:
    """Return one value as a person reads it: labels translated, moments in local time."""
    if isinstance(value, Labelled):
        return _translated(value.label)
    if isinstance(value, dt.datetime):
        return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _kept_in_words(value)
    if isinstance(value, list | tuple | set | frozenset):
        return _translated(N_(", ")).join(in_words(one) for one in value)
    return str(value)


def kept(value: object) -> object:
    """Return `value` as JSON keeps it so that `in_words` can still say it in any language."""
    if isinstance(value, Labelled):
        return {"label": value.label}
    if isinstance(value, dt.datetime):
        return {"moment": value.astimezone(dt.UTC).isoformat()}
    if isinstance(value, list | tuple | set | frozenset):
        return [kept(one) for one in value]
    return value


def _kept_in_words(value: Mapping[str, str]) -> str:
    if "label" in value:
        return _translated(value["label"])
    if "moment" in value:
        return in_words(dt.datetime.fromisoformat(value["moment"]))
    return in_both(value)


def in_both(names: Mapping[str, str]) -> str:
    """Return the reader's language out of a `{"zh": …, "en": …}` name."""
    return names.get(language() or "zh") or names["zh"]
