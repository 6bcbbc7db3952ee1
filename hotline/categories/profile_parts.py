"""What a profile consists of, once read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.categories.desk import Desk
from hotline.categories.policy import Policy, Words

DESK_TABLES = (
    "profile",
    "script",
    "satisfaction",
    "callback",
    "targets",
    "months",
    "letters",
    "visits",
    "dispatch",
    "board",
    "notices",
    "repeats",
    "looking",
    "knowledge",
    "reception",
    "roster",
    "owed",
    "retention",
    "telephony",
    "import",
    "emergency",
)


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a code list."""

    code: str
    names: Words
    parent: str | None = None
    note: Words | None = None
    """What goes with the entry: the route told with a decline reason, the rule behind it."""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class ListFile:
    """One code list."""

    code: str
    names: Words
    source: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class ClassItem:
    """One entry of the content classification; the code has two digits per level."""

    code: str
    names: Words

    @property
    def level(self) -> int:
        """1, 2 or 3."""
        return len(self.code) // 2

    @property
    def parent(self) -> str | None:
        """The code one level up."""
        return self.code[:-2] or None


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """One handling department."""

    code: str
    names: Words
    takes_tip_offs: bool
    parent: str | None


@dataclass(frozen=True, slots=True)
class RouteFile:
    """One rule of the dispatch catalogue (派单目录, B1.1)."""

    code: str
    department: str
    category: str | None
    content_class: str | None
    place: str | None
    words: tuple[str, ...]
    note: Words


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Everything a profile holds."""

    desk: Desk
    policies: Mapping[str, Policy]
    code_lists: tuple[ListFile, ...]
    content_classes: tuple[ClassItem, ...]
    departments: tuple[DepartmentFile, ...]
    routes: tuple[RouteFile, ...]
    data: Mapping[str, Any]
    """The tables as written, for keeping: `policy_data` and `desk_data` are read from it."""

    def policy_data(self, code: str) -> dict[str, Any]:
        """Return the `[[category]]` table of `code` as it was written."""
        return next(dict(one) for one in self.data["category"] if one["code"] == code)

    def desk_data(self) -> dict[str, Any]:
        """Return the tables that the desk's settings come from, as they were written."""
        return {name: self.data[name] for name in DESK_TABLES if name in self.data}
