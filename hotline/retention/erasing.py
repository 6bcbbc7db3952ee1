"""Taking words out of the database: of matters, of contacts, of callers; the rows that are counted stay.

Which tables hang from a ticket, a contact or a requester is read from the models, so that a table added later
is emptied too: every free text, file and list of facts in them goes unless it is named here as staying.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from hotline.audit.models import ErasedRow
from hotline.audit.streams import STREAMS
from hotline.contacts.models import Contact, Requester
from hotline.db import Base, session
from hotline.delivery.models import Notice
from hotline.letters.models import LetterScan
from hotline.repeats.models import HotIssue, TicketPair
from hotline.sealing import SealedText
from hotline.tickets import files, text_index
from hotline.tickets.models import Attachment, Ticket, TicketText

NOTHING = "–"
"""Stands where somebody wrote something."""

LONGEST_CODE = 60
"""Longer columns hold what people write."""

APART = frozenset({"article_revision", "destruction_item", "event_words", "hot_issue", "retention_record"})
"""Tables that point at a ticket and are no part of it, or are emptied by a verb of their own."""

STAY = frozenset(
    {
        ("ticket_event", "details"),  # codes, moments and numbers, chained
        ("deadline", "explanation"),  # codes and moments
        ("data_request", "identity_check"),
        ("data_request", "grounds"),
        ("data_request", "refused"),
    }
)
KEYS = frozenset({"chain_digest", "digest", "last_four_digest", "once_key", "submission_key"})
SHORT = frozenset({("letter", "envelope_number"), ("ticket", "query_code")})
"""Codes that lead to somebody all the same."""

FILES = (Attachment, LetterScan)
"""Tables whose rows stand for a file, by its digest."""

GONE = (TicketText.__tablename__, TicketPair.__tablename__, *(one.__tablename__ for one in FILES))
"""Rows that are deleted: nothing counts them."""

OF_PERSON = ("requester_phone", "requester_address", "requester_change", "callback_tag")

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done, for the certificate."""

    rows: tuple[tuple[str, int, str], ...]
    """Rows of sealed days: table, number, the digest they had."""
    files: frozenset[str]
    """Digests of files that nobody points at any more."""


def hanging_from(roots: Mapping[str, Condition], *, but: Collection[str] = ()) -> dict[str, Condition]:
    """Return each table with rows that hang from `roots`, and which rows: children after their parents."""
    found = dict(roots)
    tables = Base.metadata.sorted_tables
    for table in tables:
        if table.name in found or table.name in APART or table.name in but:
            continue
        under = [
            key.parent.in_(sa.select(key.column).where(found[key.column.table.name]))
            for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
            if key.column.table.name in found and key.column.table is not table
        ]
        if under:
            found[table.name] = sa.or_(*under)
    return found


def free_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of `table` that hold words, facts or files."""
    return [column for column in table.columns if is_free(table.name, column)]


def is_free(table: str, column: sa.Column[Any]) -> bool:
    """Tell whether somebody may have written into a column."""
    if (table, column.name) in SHORT:
        return True
    if (table, column.name) in STAY or column.name in KEYS or column.primary_key or column.foreign_keys:
        return False
    match column.type:
        case sa.Enum():
            return False
        case SealedText() | sa.JSON() | sa.LargeBinary():
            return True
        case sa.String(length=length):
            return not column.unique and (length is None or length > LONGEST_CODE)
        case _:
            return False


def matters(ticket_ids: Collection[int], *, certificate: str, now: dt.datetime) -> Erased:
    """Empty tickets and what hangs from them, contacts too; histories are emptied by their own verb."""
    return _empty(
        {
            "ticket": Ticket.id.in_(ticket_ids),
            "contact": Contact.ticket_id.in_(ticket_ids),
        },
        ticket_ids,
        certificate,
        now,
    )


def contacts(contact_ids: Collection[int], *, certificate: str, now: dt.datetime) -> Erased:
    """Empty contacts that never became a ticket, and everything that hangs from them."""
    return _empty({"contact": Contact.id.in_(contact_ids)}, (), certificate, now)


def persons(requester_ids: Collection[int], *, certificate: str) -> Erased:
    """Empty what is known of requesters themselves; their matters are left as they are."""
    roots = {"requester": Requester.id.in_(requester_ids)}
    under = hanging_from(roots, but=_matters_tables())
    rows = remember(under, certificate)
    for name in OF_PERSON:
        session.execute(sa.delete(_table(name)).where(under[name]))
    _blank({name: which for name, which in under.items() if name not in OF_PERSON}, nulls=("requester",))
    session.expire_all()
    return Erased(rows, frozenset())


def _matters_tables() -> frozenset[str]:
    return frozenset(hanging_from({"ticket": sa.true(), "contact": sa.true()})) - {"reveal"}


def _empty(
    roots: Mapping[str, Condition], ticket_ids: Collection[int], certificate: str, now: dt.datetime
) -> Erased:
    under = hanging_from(roots)
    rows = remember(under, certificate)
    digests = {
        digest
        for kept in FILES
        if kept.__tablename__ in under
        for digest in session.scalars(sa.select(kept.digest).where(under[kept.__tablename__]))
    }
    if ticket_ids:
        session.execute(sa.delete(Notice).where(Notice.ticket_id.in_(ticket_ids)))
        _issues(ticket_ids)
    for name in GONE:
        if name in under:
            session.execute(sa.delete(_table(name)).where(under[name]))
    _blank({name: which for name, which in under.items() if name not in GONE})
    cut(under, now=now)
    if ticket_ids:
        text_index.forget_for_good()
    session.expire_all()
    for kept in FILES:
        digests -= set(session.scalars(sa.select(kept.digest).where(kept.digest.in_(digests))))
    return Erased(rows, frozenset(digests))


def _issues(ticket_ids: Collection[int]) -> None:
    """Take the answer of a destroyed matter out of the hot issue that shared it; its short name stays."""
    shared = HotIssue.answer_ticket_id.in_(ticket_ids)
    session.execute(sa.update(HotIssue).where(shared).values(answer=NOTHING))


def remember(under: Mapping[str, Condition], certificate: str) -> tuple[tuple[str, int, str], ...]:
    """Keep the digest of rows of sealed days before their words go."""
    found = []
    for stream in STREAMS:
        if stream.name in under and free_columns(_table(stream.name)):
            found += [(stream.name, row, digest) for row, digest in stream.where(under[stream.name])]
    if found:
        known = {tuple(one) for one in session.execute(sa.select(ErasedRow.stream, ErasedRow.row_id))}
        fresh = [
            {"stream": name, "row_id": row, "digest": digest, "certificate": certificate}
            for name, row, digest in found
            if (name, row) not in known
        ]
        if fresh:
            session.execute(sa.insert(ErasedRow), fresh)
    return tuple(found)


def _blank(under: Mapping[str, Condition], nulls: Collection[str] = ()) -> None:
    for name, which in under.items():
        table = _table(name)
        values = {column.name: _empty_value(column, name in nulls) for column in free_columns(table)}
        if values:
            session.execute(sa.update(table).where(which).values(values))


def _empty_value(column: sa.Column[Any], may_be_null: bool) -> Any:
    if (may_be_null or isinstance(column.type, sa.JSON)) and column.nullable:
        return sa.null()
    if isinstance(column.type, sa.JSON):
        default = column.default
        return default.arg(None) if isinstance(default, sa.ColumnDefault) and default.is_callable else {}
    if column.name == "query_code":
        return ""
    is_binary = isinstance(column.type, sa.LargeBinary)
    empty = sa.literal(b"" if is_binary else NOTHING, column.type)
    return sa.case((column.is_not(None), empty)) if column.nullable else empty


def cut(under: Mapping[str, Condition], *, now: dt.datetime) -> None:
    """Take away the way from emptied rows to whom they came from; who looked at whom stays on record."""
    nobody: Requester | None = None
    for name, which in under.items():
        table = _table(name)
        for key in table.foreign_keys:
            if key.column.table.name != Requester.__tablename__ or name in SEALED:
                continue
            to = None
            if not key.parent.nullable:
                nobody = nobody or _nobody(now)
                to = nobody.id
            session.execute(sa.update(table).where(which).values({key.parent.name: to}))


def _nobody(now: dt.datetime) -> Requester:
    """Return a record of nobody, for rows that must name somebody."""
    record = Requester(created_at=now, phones=[])
    session.add(record)
    session.flush()
    return record


SEALED = frozenset(stream.name for stream in STREAMS)


def _table(name: str) -> sa.Table:
    return Base.metadata.tables[name]


def remove_files(digests: Collection[str]) -> None:
    """Remove files from the data folder; done after the commit."""
    for digest in digests:
        files.path_of(digest).unlink(missing_ok=True)
