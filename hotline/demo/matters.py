"""The demonstration's matters: what made-up callers want, and how far each has come."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from hotline.categories.channels import Channel

FILE = Path(__file__).parent / "matters.toml"


class Story(Enum):
    """How far a matter has come."""

    FRESH = "fresh"
    """Only just saved: the workers take it from here."""
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    HANDLING = "handling"
    REPLIED = "replied"
    ANSWERED = "answered"
    """The caller was told; a callback is owed where policy draws one."""
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    """The callback opened a second round."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """One made-up matter."""

    channel: Channel
    category: str
    content_class: str
    title: str
    content: str
    name: str
    phone: str
    story: Story
    days_ago: float
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    reply: str = "经核查,已安排人员处理完毕,并向您说明了情况。"
    opinion: str = ""


def read() -> Iterator[MadeUp]:
    """Yield the matters in the order they are kept in."""
    with FILE.open("rb") as file:
        for kept in tomllib.load(file)["matter"]:
            yield MadeUp(**kept | {"channel": Channel(kept["channel"]), "story": Story(kept["story"])})
