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

from benchmarks.bulk import copied
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
        self.times = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(DAY)]
        self.days = _Days()

    def stored(self, at: int) -> str:
        """Return a moment as databases take it."""
        return f"{self.days[at // DAY]} {self.times[at % DAY]}{self.zone}"


Rows = list[list[Any]]
"""By table: rows as tuples of values, or as lines of text."""
Writer = Callable[[Copy, Moments, Rows], None]


def writer(form: StoryForm, operators: frozenset[str], *, as_lines: bool) -> Writer:
    """Return what adds the rows of a copy of `form` to those of its tables.

    A story is copied a hundred thousand times, so its rows are compiled once into a program of their own:
    constants where nothing changes, and the few places that do. `as_lines` has it write the text that a
    PostgreSQL server copies in, in which all that stays the same between two places is one constant.
    """
    constants: list[Value] = []
    lines = ["def write(copy, moments, rows):"]
    for start in (
        "first, at, serial, operator = copy.first_ids, copy.received, copy.serial, copy.operator",
        "requester, days, times, zone = copy.requester, moments.days, moments.times, moments.zone",
        "today, digest = (at + LOCAL) // DAY, ''",
        *(f"{name} = copy.named[{name!r}]" for name in sorted(NAMED)),
        *_moments(form),
    ):
        lines.append(f"    {start}")
    if as_lines:
        lines += [f"    {name}_ = copied({name})" for name in sorted(NAMED)]
    made: dict[int, list[str]] = {}
    for position, row in enumerate(form.rows):
        changed = _changed(row, position, as_lines)
        if row.event is not None:
            before, by, after, delta = row.event
            department, _, details = after.partition("|")
            known_by = "" if by in operators else by or "null"
            said = (
                _kept(constants, f"{before},{known_by}"),
                *(("operator",) if by in operators else ()),
                _kept(constants, f'{department},"'),
                _moment(delta, "chained"),
                _kept(constants, f'",{details}'),
            )
            places = "".join(f"{{{one}}}" for one in said)
            lines.append(f"""    line = f'["{{digest}}","{{number}}",{places}'""")
            lines.append(f"    digest = digest{position} = sha256(line.encode()).hexdigest()")
            changed[row.named["digest"]] = f"digest{position}"
        if position == 0:
            changed[row.named["chain_digest"]] = "digest"
        made.setdefault(row.table, []).append(
            _line_of(row, changed, constants) if as_lines else _values_of(row, changed, constants)
        )
    for table, some in made.items():
        lines.append(f"    rows[{table}] += ({', '.join(some)},)")
    known: dict[str, Any] = {
        "LOCAL": LOCAL,
        "DAY": DAY,
        "sha256": hashlib.sha256,
        "copied": copied,
        "kept": constants,
    }
    exec("\n".join(lines), known)
    written: Writer = known["write"]
    return written


def _moments(form: StoryForm) -> Iterator[str]:
    """Yield what says every moment of a story once: many of its rows share one."""
    chained = {row.event[3] for row in form.rows if row.event is not None}
    for delta in sorted(chained.union(*({delta for _, delta in row.moments} for row in form.rows))):
        yield f"when = at + {delta}"
        yield "day, time = days[when // DAY], times[when % DAY]"
        yield f"{_moment(delta, 'stored')} = f'{{day}} {{time}}{{zone}}'"
        if delta in chained:
            yield f"{_moment(delta, 'chained')} = f'{{day}}T{{time}}+00:00'"


def _moment(delta: int, manner: str) -> str:
    """Return how a program names a moment, as databases take it or as a history's digest has it."""
    return f"{manner}_{delta}".replace("-", "before_")


def _kept(constants: list[Value], value: Value) -> str:
    """Return how a program names a value that is the same in every copy."""
    if value is None or isinstance(value, int):
        return repr(value)
    constants.append(value)
    return f"kept[{len(constants) - 1}]"


def _changed(row: RowForm, position: int, as_lines: bool) -> dict[int, str]:
    """Return what a program says in those columns of a row that differ from copy to copy."""
    changed = {at: f"first[{table}] + {offset}" for at, table, offset in row.ids}
    changed |= {at: _moment(delta, "stored") for at, delta in row.moments}
    changed |= {at: f"days[today + {delta}]" for at, delta in row.days}
    changed |= dict.fromkeys(row.staff, "operator")
    changed |= dict.fromkeys(row.requesters, "requester")
    changed |= dict.fromkeys(row.serials, f"f'copy{{serial}}.{position}'")
    changed |= {at: f"{name}_" if as_lines else name for name, at in row.named.items() if name in NAMED}
    return changed


def _values_of(row: RowForm, changed: Mapping[int, str], constants: list[Value]) -> str:
    """Return the values of a row, as a program says them."""
    said = (changed.get(at) or _kept(constants, value) for at, value in enumerate(row.values))
    return f"({', '.join(said)},)"


def _line_of(row: RowForm, changed: Mapping[int, str], constants: list[Value]) -> str:
    """Return the line of a row, as a program says it."""
    said, same = "", ""
    for at, value in enumerate(row.values):
        same += "\t" if at else ""
        if at in changed:
            said += f"{{{_kept(constants, same)}}}" if same else ""
            said += f"{{{changed[at]}}}"
            same = ""
        else:
            same += copied(value)
    return f'f"{said}{{{_kept(constants, same + chr(10))}}}"'
