"""The yearly holiday notice: read from CSV with every mistake named, taken over whole or not at all."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import N_, say
from hotline.working_time import days
from hotline.working_time.calendars import Day, DaySource, is_weekend
from hotline.working_time.models import CalendarAct, CalendarVersion
from hotline.working_time.names import in_both_languages
from hotline.working_time.years import days_in, holidays_by_law

COLUMNS = frozenset({"date", "is_working", "name"})
DECEMBER = 12
YEARS = range(2000, 2101)
_YES_NO: Mapping[str, bool] = MappingProxyType(
    {"1": True, "true": True, "yes": True, "是": True, "0": False, "false": False, "no": False, "否": False}
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One day that a notice names."""

    day: dt.date
    is_working: bool
    name: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line of the file."""

    line: int
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def say(self) -> str:
        """Return the problem in the reader's language, with its line."""
        return say(
            N_("Line %(line)s: %(problem)s"), {"line": self.line, "problem": say(self.sentence, self.params)}
        )


class NoticeError(HotlineError):
    """A notice could not be read; nothing of it was taken over."""

    sentence = N_("The notice was not imported, the calendar is unchanged. %(problems)s")
    field = "file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(problems=" ".join(f"{one.line}: {one.sentence}" for one in problems))

    def say(self) -> str:
        """Return the refusal with every problem, in the reader's language."""
        return say(self.sentence, {"problems": " ".join(one.say() for one in self.problems)})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, for the person who asked for it."""

    version: CalendarVersion
    settled_years: tuple[int, ...]
    """Years of which every day now counts as announced."""
    kept_days: tuple[dt.date, ...]
    """Days the notice would have changed, had they not been decided by hand."""
    missing_holidays: tuple[dt.date, ...]
    """Holidays by law that the notice does not name; while there are any, their year is not settled."""


def read_notice(text: str) -> list[NoticeRow]:
    """Read CSV with the columns date, is_working (1 or 0), name, and perhaps name_en; others are passed over.

    Only days that differ from their weekday need a row. Raises `NoticeError` with every problem and its line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if not COLUMNS.issubset(reader.fieldnames or ()):
        raise NoticeError([Problem(1, N_("the columns must be date, is_working and name."))])
    rows: dict[dt.date, NoticeRow] = {}
    problems = []
    for record in reader:
        row = _read(reader.line_num, record)
        if isinstance(row, Problem):
            problems.append(row)
        elif row.day in rows:
            problems.append(Problem(reader.line_num, N_("%(day)s was named before."), {"day": row.day}))
        else:
            rows[row.day] = row
    if not rows and not problems:
        problems.append(Problem(1, N_("there are no days in the file.")))
    if problems:
        raise NoticeError(problems)
    return list(rows.values())


def _read(line: int, record: Mapping[str, str | None]) -> NoticeRow | Problem:
    written = (record["date"] or "").strip()
    try:
        year, month, number = (int(part) for part in written.replace("/", "-").split("-"))
        day = dt.date(year, month, number)
    except ValueError:
        return Problem(line, N_("“%(text)s” is not a date such as 2027-10-01."), {"text": written})
    if day.year not in YEARS:
        return Problem(line, N_("the year of %(day)s cannot be meant."), {"day": day})
    answer = (record["is_working"] or "").strip()
    is_working = _YES_NO.get(answer.casefold())
    if is_working is None:
        return Problem(line, N_("“%(text)s” in is_working must be 1 or 0."), {"text": answer})
    words = (record["name"] or "").strip()
    if not words and is_working == is_weekend(day):
        return Problem(line, N_("%(day)s needs the name of its holiday."), {"day": day})
    name = in_both_languages(words) if words else None
    english = (record.get("name_en") or "").strip()
    if name and english:
        name["en"] = english
    return NoticeRow(day, is_working, name)


def import_notice(rows: Sequence[NoticeRow], *, by: Staff | None, now: dt.datetime, source: str) -> Imported:
    """Take over a holiday notice; `source` is its number or address.

    A notice that names every holiday by law settles its year: the days it does not name go by their weekday,
    and nothing of an earlier estimate or notice remains. A shorter one – a correction, or the days around New
    Year that next year's notice sets – changes the days that it names. Days decided by hand stay.
    Deadlines already reckoned stay too; compare the calendars before and after with `changed_days`.
    """
    days.take_turn()
    named = {row.day: Day(row.is_working, row.name, DaySource.ANNOUNCED) for row in rows}
    changes = dict(named)
    settled, missing = [], []
    for year in sorted({day.year for day in named if day.month < DECEMBER}):
        absent = [day for day in holidays_by_law(year) if day not in named or named[day].is_working]
        missing += absent
        if not absent:
            settled.append(year)
            changes |= {day: named.get(day, Day(not is_weekend(day))) for day in days_in(year)}
    by_hand = {
        row.day: row.is_working
        for row in days.between(min(changes), max(changes))
        if row.source is DaySource.OVERRIDE and row.day in changes
    }
    kept = [day for day, is_working in by_hand.items() if changes[day].is_working != is_working]
    written = {day: known for day, known in changes.items() if day not in by_hand}
    if written:
        days.put(written)
    version = days.record(CalendarAct.NOTICE_IMPORTED, source, by=by, now=now, changed_count=len(written))
    return Imported(version, tuple(settled), tuple(kept), tuple(missing))
