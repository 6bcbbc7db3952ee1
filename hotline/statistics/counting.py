"""What a count is: a condition on the rows of one source, with its words."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.statistics.sources import Source

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Count:
    """One count: `condition` is built anew each time, because some ask the loaded profile."""

    code: str
    source: Source
    words: str
    condition: Callable[[], Condition]
    value: sa.SQLColumnExpression[int | None] | None = None
    """What is added up of the rows; `None`: the rows are counted."""
