"""What a verification found: which row, of which ticket or day, and what is wrong with it."""

import datetime as dt
from dataclasses import dataclass

from hotline.wording import N_, Labelled, say


class Fault(Labelled):
    """What can be wrong with a row that must never change."""

    CHANGED = "changed", N_("changed")
    REMOVED = "removed", N_("removed")
    INSERTED = "inserted", N_("inserted")
    WORDS_CHANGED = "words_changed", N_("its words changed")
    WORDS_REMOVED = "words_removed", N_("its words removed")
    ERASED_UNSAID = "erased_unsaid", N_("its words erased, and nothing says by whom")
    SEAL_CHANGED = "seal_changed", N_("the day's seal changed")
    SEAL_REMOVED = "seal_removed", N_("the day's seal removed")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault."""

    table: str
    fault: Fault
    row_id: int | None = None
    ticket: str = ""
    sequence: int | None = None
    day: dt.date | None = None

    def say(self) -> str:
        """Return the finding in one line."""
        where = [self.table]
        if self.ticket:
            where.append(say(N_("ticket %(number)s"), {"number": self.ticket}))
        if self.sequence is not None:
            where.append(say(N_("line %(sequence)s"), {"sequence": self.sequence}))
        if self.row_id is not None:
            where.append(say(N_("row %(id)s"), {"id": self.row_id}))
        if self.day is not None:
            where.append(self.day.isoformat())
        return f"{' · '.join(where)}: {say(self.fault.label)}"

    def to_json(self) -> dict[str, object]:
        """Return the finding for machines."""
        return {
            "table": self.table,
            "fault": self.fault.value,
            "row_id": self.row_id,
            "ticket": self.ticket or None,
            "line": self.sequence,
            "day": self.day.isoformat() if self.day else None,
        }
