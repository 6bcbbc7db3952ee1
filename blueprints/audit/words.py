"""Lines of the journal in words: what a setting was, and what it became."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hotline.people.roles import Role
from hotline.wording import N_, in_words, say

FIELDS: Mapping[str, str] = {
    "roles": N_("Roles"),
    "department": N_("Department"),
    "department_id": N_("Department"),
    "is_active": N_("In use"),
    "parent_id": N_("Department above"),
    "name": N_("Name"),
    "names": N_("Name"),
    "password_hash": N_("Password"),
    "totp_secret": N_("Second factor"),
    "version": N_("Version"),
    "takes_tip_offs": N_("Takes tip-offs"),
    "reason": N_("Reason"),
    "changed_count": N_("Days changed"),
    "columns": N_("Columns"),
    "wanted": N_("What"),
    "total": N_("Rows"),
    "position": N_("Position"),
}
LONGEST = 160
"""Characters of one value: a whole policy is read where policies are shown."""


def changes(details: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each field's name, what it was and what it became; of secrets only that they changed."""
    for name, value in details.items():
        label = say(FIELDS[name]) if name in FIELDS else name
        if isinstance(value, list) and len(value) == 2:
            yield label, _said(name, value[0]), _said(name, value[1])
        else:
            yield label, "", say(N_("changed")) if value == "changed" else _said(name, value)


def _said(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return say(N_("yes")) if value else say(N_("no"))
        case list() if name == "roles":
            known = {role.value: role for role in Role}
            return " · ".join(in_words(known[one]) if one in known else str(one) for one in value)
        case list() if all(isinstance(one, str) for one in value):
            return _short(" · ".join(value))
        case dict() | list():
            return _short(json.dumps(value, ensure_ascii=False))
        case _:
            return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
