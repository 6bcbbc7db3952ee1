"""Copies of worked-through tickets: every row that hangs from one, with other ids, moments, people and words.

A ticket of the demonstration was worked through by the verbs that real ones go through. Its rows, whatever
tables and columns they have by then, are read once; a copy gets ids of its own, is moved in time and its
history is chained anew.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.db import Base, UtcDateTime
from hotline.tickets.states import OPEN

ROOTS = ("ticket", "contact")
NOT_COPIED = frozenset({"requester", "requester_phone", "staff", "department"})
OF_OPEN = frozenset({"ticket_pair"})
"""What the service takes away again when a ticket is closed."""
POINTS_WITHOUT_KEY = {"notice": {"ticket_id": "ticket"}}
"""Columns that hold the id of a copied row without being a foreign key."""

DAY = 86400
LOCAL = 8 * 3600
"""Beijing is eight hours ahead, without summer time."""
EPOCH = dt.date(1970, 1, 1)

Value = Any


def copied_tables() -> tuple[sa.Table, ...]:
    """Return the tables whose rows hang from a ticket or its contacts, parents first."""
    found: dict[str, sa.Table] = {}
    for table in Base.metadata.sorted_tables:
        parents = {key.column.table.name for key in table.foreign_keys}
        hangs = table.name in ROOTS or table.name in POINTS_WITHOUT_KEY or parents & found.keys()
        if hangs and table.name not in NOT_COPIED:
            found[table.name] = table
    return tuple(found.values())


@dataclass(slots=True)
class RowForm:
    """One row, with the places in it that every copy fills in."""

    table: int
    values: list[Value]
    ids: list[tuple[int, int, int]] = field(default_factory=list)
    """Column, table, how far from the copy's first id of that table."""
    moments: list[tuple[int, int]] = field(default_factory=list)
    """Column, seconds after the receipt."""
    days: list[tuple[int, int]] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    """Columns that name the operator."""
    requesters: list[int] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)
    """Columns that no two rows may share."""
    named: dict[str, int] = field(default_factory=dict)
    """Columns filled in by name."""
    event: tuple[str, str, str, int] | None = None
    """Of a line of the history: what stands before and after who, its details, seconds after receipt."""


@dataclass(slots=True)
class StoryForm:
    """One ticket with everything that hangs from it."""

    rows: list[RowForm]
    counts: list[int]
    """How many rows it has of each copied table."""
    received: int
    is_open: bool
    departments: tuple[int, ...]
    """Those that have or had it."""


class Reader:
    """Reads the forms of tickets out of a database."""

    def __init__(self, connection: Connection, operators: frozenset[int]) -> None:
        self.connection = connection
        self.tables = copied_tables()
        self.numbers = {table.name: number for number, table in enumerate(self.tables)}
        self.operators = operators

    def stories(self) -> Iterator[StoryForm]:
        """Yield a form for every ticket of the demonstration."""
        demonstrated = sa.text("SELECT ticket_id FROM contact WHERE submission_key LIKE 'demo:%' ORDER BY id")
        for (ticket_id,) in self.connection.execute(demonstrated).all():
            yield self._story(ticket_id)

    def _story(self, ticket_id: int) -> StoryForm:
        ids: dict[str, dict[int, int]] = {table.name: {} for table in self.tables}
        rows: list[tuple[sa.Table, dict[str, Value]]] = []
        (ticket,) = self._read(Base.metadata.tables["ticket"], "id", [ticket_id])
        is_open = ticket["status"] in OPEN
        for table in self.tables:
            for row in self._of(table, ticket_id, ids) if is_open or table.name not in OF_OPEN else ():
                if "id" in row:
                    ids[table.name][row["id"]] = len(ids[table.name])
                rows.append((table, row))
        received = seconds(ticket["received_at"])
        for table, row in rows:
            if table.name == "notice" and not is_open:
                row["read_at"] = row["created_at"]
        return StoryForm(
            rows=[self._form(table, row, ids, received) for table, row in rows],
            counts=[len(ids[table.name]) for table in self.tables],
            received=received,
            is_open=is_open,
            departments=tuple({row["department_id"] for table, row in rows if table.name == "assignment"}),
        )

    def _of(
        self, table: sa.Table, ticket_id: int, ids: Mapping[str, Mapping[int, int]]
    ) -> list[dict[str, Value]]:
        if table.name == "ticket":
            return self._read(table, "id", [ticket_id])
        found: dict[tuple[Value, ...], dict[str, Value]] = {}
        for column, parent in self._links(table).items():
            wanted = list(ids.get(parent, ()))
            for row in self._read(table, column, wanted) if wanted else ():
                found[tuple(map(str, row.values()))] = row
        return list(found.values())

    def _links(self, table: sa.Table) -> dict[str, str]:
        links = {
            key.parent.name: key.column.table.name
            for key in table.foreign_keys
            if key.column.table.name in self.numbers and key.column.table is not table
        }
        return links | POINTS_WITHOUT_KEY.get(table.name, {})

    def _read(self, table: sa.Table, column: str, wanted: Sequence[int]) -> list[dict[str, Value]]:
        names = ", ".join(f'"{one.name}"' for one in table.columns)
        listed = ", ".join(map(str, wanted))
        order = "id" if "id" in table.columns else column
        text = f'SELECT {names} FROM "{table.name}" WHERE "{column}" IN ({listed}) ORDER BY "{order}"'
        return [dict(row) for row in self.connection.exec_driver_sql(text).mappings()]

    def _form(
        self, table: sa.Table, row: dict[str, Value], ids: Mapping[str, Mapping[int, int]], received: int
    ) -> RowForm:
        links = self._links(table)
        unique = {
            column.name
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
            for column in constraint.columns
        }
        form = RowForm(self.numbers[table.name], [plain(value) for value in row.values()])
        for at, column in enumerate(table.columns):
            value = row[column.name]
            if value is None:
                continue
            targets = {key.column.table.name for key in column.foreign_keys}
            if column.name in links:
                parent = links[column.name]
                form.ids.append((at, self.numbers[parent], ids[parent][value]))
            elif column.name == "id":
                form.ids.append((at, form.table, ids[table.name][value]))
            elif "requester" in targets:
                form.requesters.append(at)
            elif "staff" in targets and value in self.operators:
                form.staff.append(at)
            elif isinstance(column.type, UtcDateTime):
                form.moments.append((at, seconds(value) - received))
            elif isinstance(column.type, sa.Date):
                form.days.append((at, (day(value) - EPOCH).days - (received + LOCAL) // DAY))
            elif column.name in unique and isinstance(column.type, sa.String) and table.name != "ticket":
                form.serials.append(at)
        wanted = {
            "ticket": ("number", "query_code", "title", "content", "place", "chain_digest"),
            "ticket_text": ("tokens",),
            "contact": ("summary",),
            "ticket_event": ("digest",),
        }
        form.named = {name: table.columns.keys().index(name) for name in wanted.get(table.name, ())}
        if table.name == "ticket_event":
            form.event = _line(row, received)
        return form


def _line(row: dict[str, Value], received: int) -> tuple[str, str, str, int]:
    """Return what `hotline.tickets.history` chains of an event, cut at what differs from copy to copy."""
    details = row["details"] if not isinstance(row["details"], str) else json.loads(row["details"])
    before = _json([row["sequence"], row["kind"], row["from_status"], row["to_status"]])[1:-1]
    return (
        before,
        "" if row["by_id"] is None else str(row["by_id"]),
        f",{_json(row['department_id'])}|{_json(details)}]",
        seconds(row["happened_at"]) - received,
    )


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seconds(value: dt.datetime | str) -> int:
    """Return the whole seconds since 1970 of a stored moment."""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return int((moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp())


def day(value: dt.date | str) -> dt.date:
    """Return a stored day."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def plain(value: Value) -> Value:
    """Return a stored value as it is written."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


NAMED = frozenset({"number", "query_code", "title", "content", "place", "summary", "tokens"})
"""Columns that every copy names anew."""


@dataclass(slots=True)
class Copy:
    """What differs in one copy."""

    received: int
    first_ids: list[int]
    operator: int
    requester: int
    serial: int
    number: str
    named: Mapping[str, str]


class _Days(dict[int, str]):
    """Days by how many of them they come after 1970."""

    def __missing__(self, number: int) -> str:
        self[number] = (EPOCH + dt.timedelta(days=number)).isoformat()
        return self[number]


class Moments:
    """Writes moments the way both databases read them, without a calendar in the loop."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._times = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(DAY)]
        self.days = _Days()

    def stored(self, at: int) -> str:
        """Return a moment as databases take it."""
        return f"{self.days[at // DAY]} {self._times[at % DAY]}{self.zone}"

    def chained(self, at: int) -> str:
        """Return a moment as a history's digest has it."""
        return f"{self.days[at // DAY]}T{self._times[at % DAY]}+00:00"


Writer = Callable[[Copy, Moments], list[tuple[int, list[Value]]]]


def writer(form: StoryForm, operators: frozenset[str]) -> Writer:
    """Return what writes the rows of a copy of `form`, each with the number of its table.

    A story is copied a hundred thousand times, so its rows are compiled once into a program of their own:
    constants where nothing changes, and the few places that do.
    """
    constants: list[Value] = []
    lines = ["def write(copy, moments):"]
    for said in (
        "first, at, serial = copy.first_ids, copy.received, copy.serial",
        "stored, days, chained, named = moments.stored, moments.days, moments.chained, copy.named",
        "today, digest = (at + LOCAL) // DAY, ''",
    ):
        lines.append(f"    {said}")
    made = []
    for position, row in enumerate(form.rows):
        places = _places(row, position, constants)
        if row.event is not None:
            before, by, after, delta = row.event
            department, _, details = after.partition("|")
            who = "{copy.operator}" if by in operators else _literal(by or "null")
            lines.append(
                f'    line = f\'["{{digest}}","{{copy.number}}",\''
                f" + {_kept(constants, before + ',')} + f'{who}' + {_kept(constants, department)}"
                f" + f',\"{{chained(at + {delta})}}\",' + {_kept(constants, details)}"
            )
            lines.append("    digest = sha256(line.encode()).hexdigest()")
            lines.append(f"    digest{position} = digest")
            places[row.named["digest"]] = f"digest{position}"
        made.append((row.table, places))
    made[0][1][form.rows[0].named["chain_digest"]] = "digest"
    rows = ",\n        ".join(f"({table}, [{', '.join(places)}])" for table, places in made)
    lines.append(f"    return [\n        {rows},\n    ]")
    known: dict[str, Any] = {"LOCAL": LOCAL, "DAY": DAY, "sha256": hashlib.sha256, "kept": constants}
    exec("\n".join(lines), known)
    written: Writer = known["write"]
    return written


def _kept(constants: list[Value], value: Value) -> str:
    """Return how a program names a value that is the same in every copy."""
    if value is None or isinstance(value, int):
        return repr(value)
    constants.append(value)
    return f"kept[{len(constants) - 1}]"


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _places(row: RowForm, position: int, constants: list[Value]) -> list[str]:
    """Return what stands in each column of a row, as a program says it."""
    changed = {at: f"first[{table}] + {offset}" for at, table, offset in row.ids}
    changed |= {at: f"stored(at + {delta})" for at, delta in row.moments}
    changed |= {at: f"days[today + {delta}]" for at, delta in row.days}
    changed |= dict.fromkeys(row.staff, "copy.operator")
    changed |= dict.fromkeys(row.requesters, "copy.requester")
    changed |= dict.fromkeys(row.serials, f"f'copy{{serial}}.{position}'")
    changed |= {at: f"named[{name!r}]" for name, at in row.named.items() if name in NAMED}
    return [changed.get(at) or _kept(constants, value) for at, value in enumerate(row.values)]
