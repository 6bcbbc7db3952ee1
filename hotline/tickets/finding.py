"""Finding tickets by what was typed: words, a number or its end, a caller's telephone number.

What may be seen is decided inside the query; nobody is told how many there are that they may not see.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hotline import tokens
from hotline.categories.terms import Confidentiality
from hotline.contacts import phones, series
from hotline.contacts.models import RequesterPhone
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.sealing import seal
from hotline.tickets import access
from hotline.tickets.models import Ticket
from hotline.tickets.text_index import AREA, BLOCK, ENDS, TEXTS, WORDS, of_department

MOST_WORDS = 8
MOST_TERMS = 24
BY_PHONE = frozenset({Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.CALLBACK_AGENT})
"""They know callers by their number; nobody else learns by searching whose matter a ticket is."""
SHORTEST_PHONE = 7
SHORTEST_START = 6
"""Digits: a number is looked for by its beginning from its whole day on."""
NUMBER_LENGTH = 13
NEARBY = 11
"""Blocks that are looked through next where the newest held some."""

_JOINERS = re.compile(r"[\s+()\-–—]")
_MATCHED = sa.table(WORDS, sa.column("rowid"))


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, as the database is asked for it: a condition on tickets, or terms that they hold."""

    condition: sa.ColumnElement[bool] | None = None
    terms: tuple[tuple[str, ...], ...] = ()
    """All of these, each in one of its spellings; `x*` stands for every term that begins so."""


def sought(text: str, person: Staff) -> Sought:
    """Return what `person` looks for by typing `text`."""
    digits = _JOINERS.sub("", text)
    if digits.isascii() and digits.isdigit():
        if series.is_ticket_number(digits):
            return Sought(Ticket.number == digits)
        if len(digits) >= SHORTEST_PHONE and person.is_any(*BY_PHONE):
            callers = _callers(text)
            if callers:
                return Sought(_from(callers))
        if SHORTEST_START <= len(digits) < NUMBER_LENGTH and _is_day(digits):
            return Sought(sa.and_(Ticket.number >= digits, Ticket.number < str(int(digits) + 1)))
        return Sought(terms=((digits, f"_{digits}") if len(digits) in ENDS else (digits,),))
    found: dict[str, None] = {}
    for word in text.split()[:MOST_WORDS]:
        for run in tokens.runs(word):
            found |= dict.fromkeys(_terms(run))
    return Sought(terms=tuple((term,) for term in tuple(found)[:MOST_TERMS]))


def _terms(run: str) -> Iterator[str]:
    if not tokens.is_han(run):
        yield run if run.isdecimal() else f"{run}*"
    elif len(run) == 1:
        yield f"{run}*"
    else:
        yield from tokens.terms(run)


def _callers(text: str) -> list[int]:
    try:
        digests = seal().digests(phones.normalised(text))
    except PhoneNotUnderstoodError:
        return []
    return list(
        session.scalars(sa.select(RequesterPhone.requester_id).where(RequesterPhone.digest.in_(digests)))
    )


def _from(callers: list[int]) -> sa.ColumnElement[bool]:
    """A restricted matter shows nobody whom it is from, so that nobody finds it by that either."""
    return sa.and_(Ticket.requester_id.in_(callers), Ticket.confidentiality != Confidentiality.RESTRICTED)


def _is_day(digits: str) -> bool:
    try:
        return bool(dt.datetime.strptime(digits[:6], "%y%m%d"))  # noqa: DTZ007 - only whether there is such a day
    except ValueError:
        return False


def newest(
    wanted: Sought,
    person: Staff,
    fits: sa.ColumnElement[bool],
    *,
    before: int | None = None,
    limit: int,
) -> list[int]:
    """Return the ids of the newest tickets that are sought, fit, and may be seen, from `before` down."""
    allowed = sa.and_(access.visible(person), fits)
    if wanted.condition is not None:
        query = sa.select(Ticket.id).where(wanted.condition, allowed)
        if before is not None:
            query = query.where(Ticket.id < before)
        return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))
    terms = wanted.terms
    if not terms:
        return []
    if person.acts_for_department and person.department_id is not None:
        terms = (*terms, (of_department(person.department_id),))
    if session.get_bind().dialect.name == "sqlite":
        return _newest_by_fts5(terms, allowed, before, limit)
    return _newest_by_gin(terms, allowed, before, limit)


def _newest_by_fts5(
    terms: tuple[tuple[str, ...], ...], allowed: sa.ColumnElement[bool], before: int | None, limit: int
) -> list[int]:
    """Read the index from its newest ticket on until enough were found."""
    matched = " AND ".join(f"({' OR '.join(map(_quoted, spellings))})" for spellings in terms)
    query = (
        # The index leads: it alone gives the tickets in order.
        sa.select(_MATCHED.c.rowid)
        .select_from(_MATCHED.join(Ticket, Ticket.id == sa.text("+ticket_words.rowid")))
        .where(sa.text(f"{WORDS} MATCH :matched").bindparams(matched=matched), allowed)
        .order_by(_MATCHED.c.rowid.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_MATCHED.c.rowid < before)
    return list(session.scalars(query))


def _quoted(term: str) -> str:
    return f'"{term.removesuffix("*")}"{"*" if term.endswith("*") else ""}'


def _newest_by_gin(
    terms: tuple[tuple[str, ...], ...], allowed: sa.ColumnElement[bool], before: int | None, limit: int
) -> list[int]:
    """Look through ever longer stretches from the newest ticket back: the index itself knows no order."""
    top = before or (session.scalar(sa.select(sa.func.max(TEXTS.c.ticket_id))) or 0) + 1
    asked = " & ".join(f"({' | '.join(map(_lexeme, spellings))})" for spellings in terms)
    found: list[int] = []
    for low, high, stretches in _stretches(top, found):
        within = f"{asked} & ({' | '.join(stretches)})" if stretches else asked
        holding = (
            sa.select(TEXTS.c.ticket_id)
            .where(
                # Written out, as a plan made for any terms and any stretch is made for none.
                TEXTS.c.tokens.op("@@")(sa.cast(_written(within), sa.dialects.postgresql.TSQUERY)),
                TEXTS.c.ticket_id >= _written(low),
                TEXTS.c.ticket_id < _written(high),
            )
            .order_by(TEXTS.c.ticket_id.desc())
            .offset(0)  # stays a query of its own, so that rights are asked of the newest only
            .subquery()
        )
        may_see = sa.select(Ticket.id).where(Ticket.id == holding.c.ticket_id, allowed).offset(0).lateral()
        query = sa.select(holding.c.ticket_id).join(may_see, sa.true())
        found += session.scalars(query.order_by(holding.c.ticket_id.desc()).limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found


def _written(value: str | int) -> sa.BindParameter[Any]:
    return sa.bindparam(None, value, literal_execute=True)


def _lexeme(term: str) -> str:
    return f"'{term.removesuffix('*')}'{':*' if term.endswith('*') else ''}"


def _stretches(top: int, found: Sequence[int]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield from where, up to where, and the terms of the stretch, each up to sixteen times as long.

    Where the first held some, but not enough, so will the blocks before it: the second is a short one then.
    """
    high = top
    for size, letter, count in ((BLOCK, "b", 1), (BLOCK, "b", NEARBY), (AREA, "a", 1), (AREA, "a", 16)):
        if count == NEARBY and not found:
            continue
        first = max(0, (high - 1) // size - count)
        yield first * size, high, [f"_{letter}{n}" for n in range(first, (high - 1) // size + 1)]
        high = first * size
        if high <= 0:
            return
    yield 0, high, []
