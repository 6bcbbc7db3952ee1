"""Callers' data in matters that stay: names, numbers, addresses struck out wherever they were written."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from hotline.contacts import merging
from hotline.contacts.models import Contact, Requester, RequesterAddress, RequesterPhone
from hotline.db import Base, session
from hotline.errands.models import Errand
from hotline.people.models import Staff
from hotline.retention import erasing
from hotline.retention.models import RetentionRecord
from hotline.sealing import SealedText
from hotline.tickets import history
from hotline.tickets.models import Ticket

STRUCK = "＊＊＊"
SHORTEST = 2
"""A single character would be struck out of half of all words."""

NOT_ABOUT_CALLERS = ("recusal", "need_to_know")


def strike(ticket_ids: Collection[int], *, certificate: str, by: Staff | None, now: dt.datetime) -> None:
    """Strike the callers' data out of tickets and what hangs from them, and cut the way back to them."""
    for requester_ids, tickets in _by_caller(ticket_ids).items():
        texts = known_texts(requester_ids)
        _strike_out(tickets, texts, certificate)
        for ticket in session.scalars(sa.select(Ticket).where(Ticket.id.in_(tickets))).unique():
            for name in ("title", "content", "place"):
                written = getattr(ticket, name)
                if written is not None:
                    setattr(ticket, name, _struck(written, texts))
            if texts:
                history.erase_words(ticket, by=by, now=now, mentioning=texts)
            history.note(ticket, "person_data_erased", by=by, now=now, certificate=certificate)
        session.flush()
        erasing.cut(erasing.hanging_from(_roots(tickets)), now=now)
        session.expire_all()
    session.execute(
        sa.update(RetentionRecord)
        .where(RetentionRecord.ticket_id.in_(ticket_ids), RetentionRecord.person_data_erased_at.is_(None))
        .values(person_data_erased_at=now)
    )


def _by_caller(ticket_ids: Collection[int]) -> dict[tuple[int, ...], list[int]]:
    """Return tickets by everybody they came from: the ticket's own caller and those of its contacts."""
    callers: dict[int, set[int]] = {one: set() for one in ticket_ids}
    for model, ticket_id in ((Ticket, Ticket.id), (Contact, Contact.ticket_id)):
        pairs = sa.select(ticket_id, model.requester_id).where(
            ticket_id.in_(ticket_ids), model.requester_id.is_not(None)
        )
        for ticket, requester in session.execute(pairs):
            if ticket is not None and requester is not None:
                callers[ticket].add(requester)
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for ticket, requesters in callers.items():
        found[tuple(sorted(merging.family(requesters)))].append(ticket)
    return found


def known_texts(requester_ids: Collection[int]) -> tuple[str, ...]:
    """Return everything by which requesters could be known again, the longest first."""
    found: set[str] = set()
    for person in session.scalars(sa.select(Requester).where(Requester.id.in_(requester_ids))):
        found |= {person.name or "", person.address or "", person.id_number or ""}
    phones = sa.select(RequesterPhone.number).where(RequesterPhone.requester_id.in_(requester_ids))
    addresses = sa.select(RequesterAddress.address).where(RequesterAddress.requester_id.in_(requester_ids))
    for number in session.scalars(phones):
        found |= {number, number.removeprefix("+86")}
    found |= set(session.scalars(addresses))
    return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True))


def _strike_out(ticket_ids: Collection[int], texts: Collection[str], certificate: str) -> None:
    under = erasing.hanging_from(_roots(ticket_ids), but=(*erasing.GONE, *NOT_ABOUT_CALLERS))
    erasing.remember(under, certificate)
    for name, which in under.items():
        table = Base.metadata.tables[name]
        values: dict[str, Any] = {}
        for column in erasing.free_columns(table):
            if isinstance(column.type, SealedText):
                blank = sa.literal(erasing.NOTHING, column.type)
                values[column.name] = sa.case((column.is_not(None), blank)) if column.nullable else blank
            elif isinstance(column.type, sa.JSON):
                _strike_json(table, column, which, texts)
            elif isinstance(column.type, sa.String) and texts and name != "ticket":
                values[column.name] = _replaced(column, texts)
        if values:
            session.execute(sa.update(table).where(which).values(values))


def _roots(ticket_ids: Collection[int]) -> dict[str, sa.ColumnElement[bool]]:
    return {"ticket": Ticket.id.in_(ticket_ids), "contact": Contact.ticket_id.in_(ticket_ids)}


def _replaced(column: sa.Column[Any], texts: Iterable[str]) -> sa.ColumnElement[Any]:
    written: sa.ColumnElement[Any] = column
    for text in texts:
        written = sa.func.replace(written, text, STRUCK, type_=column.type)
    return written


def _strike_json(
    table: sa.Table, column: sa.Column[Any], which: sa.ColumnElement[bool], texts: Collection[str]
) -> None:
    keys = list(table.primary_key)
    for *key, held in session.execute(sa.select(*keys, column).where(which, column.is_not(None))).all():
        plain = json.dumps(held, ensure_ascii=False)
        struck = _struck(plain, texts)
        if struck != plain:
            mine = sa.and_(*(one == value for one, value in zip(keys, key, strict=True)))
            session.execute(sa.update(table).where(mine).values({column.name: json.loads(struck)}))


def _struck(text: str, texts: Iterable[str]) -> str:
    for one in texts:
        text = text.replace(one, STRUCK)
    return text


def of(ticket_ids: Collection[int], contact_ids: Collection[int]) -> frozenset[int]:
    """Return from whom tickets and contacts came."""
    found: set[int] = set()
    for model, which in (
        (Ticket, Ticket.id.in_(ticket_ids)),
        (Contact, sa.or_(Contact.ticket_id.in_(ticket_ids), Contact.id.in_(contact_ids))),
    ):
        query = sa.select(model.requester_id).where(which, model.requester_id.is_not(None))
        found.update(one for one in session.scalars(query) if one is not None)
    return frozenset(found)


def erase_the_left(requester_ids: Iterable[int], *, certificate: str) -> int:
    """Erase those to whom no matter, contact or promise leads any more; return how many records."""
    gone: set[int] = set()
    for requester_id in requester_ids:
        person = session.get(Requester, requester_id)
        if person is None or requester_id in gone:
            continue
        family = merging.family([merging.survivor(person).id])
        if not _is_needed(family):
            gone.update(family)
    if gone:
        erasing.persons(gone, certificate=certificate)
    return len(gone)


def _is_needed(family: Collection[int]) -> bool:
    return any(
        session.scalar(sa.select(sa.exists().where(which)))
        for which in (
            Ticket.requester_id.in_(family),
            Contact.requester_id.in_(family),
            sa.and_(Errand.requester_id.in_(family), Errand.done_at.is_(None)),
        )
    )
