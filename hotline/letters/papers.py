"""Faxes and parcels: entered, the addressee told, signed for by them or by a named proxy (A4.21)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts import series
from hotline.contacts.intake import CLOCKS_DIFFER, ReceivedInFutureError
from hotline.contacts.written import one_line
from hotline.db import session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.letters import rights
from hotline.letters.handing import SignedAlreadyError
from hotline.letters.models import PaperItem, PaperKind
from hotline.people.models import Staff
from hotline.wording import LOCAL_ZONE, N_, Labelled
from hotline.working_time import due, load, office_hours

PAGE = 100
MOST_EXPORTED = 20_000
LONGEST_SENDER = 100
LONGEST_NOTE = 300
LONGEST_WAY = 200


class Standing(Labelled):
    """Which entries of the register are wanted."""

    ALL = "all", N_("All")
    OPEN = "open", N_("Not signed for")
    OVERDUE = "overdue", N_("Overdue")
    SIGNED = "signed", N_("Signed for")


class SenderMissingError(HotlineError):
    """A register says where a thing comes from."""

    sentence = N_("Write where it comes from.")
    field = "sender"


class ArrivedInFutureError(ReceivedInFutureError):
    """Nothing can have arrived later than now."""

    field = "arrived_at"


class AddresseeMissingError(HotlineError):
    """A fax or parcel is for somebody."""

    sentence = N_("Choose whom it is for.")
    field = "addressee"


class ProxyMissingError(HotlineError):
    """A proxy is somebody else."""

    sentence = N_("Choose the colleague who collects it, somebody else than the addressee.")
    field = "proxy"


class ToldHowMissingError(HotlineError):
    """That somebody was told again is recorded with the way."""

    sentence = N_("Say how they were told, such as “by telephone”.")
    field = "told_how"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A fax or parcel as it is entered."""

    kind: PaperKind
    arrived_at: dt.datetime
    sender: str
    addressee: Staff | None
    sender_number: str = ""
    pieces: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of the register are wanted."""

    first: dt.date
    last: dt.date
    kind: PaperKind | None = None
    standing: Standing = Standing.ALL


def register(arrived: Arrived, *, by: Staff, now: dt.datetime) -> PaperItem:
    """Enter a fax or parcel; its addressee is told at once.

    Raises `SenderMissingError`, `AddresseeMissingError`, `ArrivedInFutureError`, `NotAllowedError`.
    """
    rights.require_work(by)
    if arrived.arrived_at > now + CLOCKS_DIFFER:
        raise ArrivedInFutureError
    sender = one_line(arrived.sender)[:LONGEST_SENDER]
    if not sender:
        raise SenderMissingError
    if arrived.addressee is None or not arrived.addressee.is_active:
        raise AddresseeMissingError
    item = PaperItem(
        number=series.register_number("paper", "F", now),
        kind=arrived.kind,
        arrived_at=arrived.arrived_at,
        sender=sender,
        sender_number=one_line(arrived.sender_number)[:60] or None,
        pieces=arrived.pieces,
        note=one_line(arrived.note)[:LONGEST_NOTE] or None,
        addressee=arrived.addressee,
        registered_by=by,
        registered_at=now,
        told_at=now,
        due_at=due(now, catalogue.desk().letters.collect_within, load(), office_hours()).at,
    )
    session.add(item)
    session.flush()
    _tell(item, item.addressee, "paper_arrived", now)
    return item


def get(item_id: int, person: Staff) -> PaperItem:
    """Return an entry for the desk, its addressee or the proxy. Raises `NotFoundError`."""
    found = session.get(PaperItem, item_id)
    if found is None or not (rights.may_work(person) or _may_sign(found, person)):
        raise NotFoundError
    return found


def tell_again(item: PaperItem, *, how: str, by: Staff, now: dt.datetime) -> None:
    """Record that the addressee was told once more, and how. Raises `ToldHowMissingError`."""
    rights.require_work(by)
    _require_open(item)
    how = one_line(how)[:LONGEST_WAY]
    if not how:
        raise ToldHowMissingError
    item.told_at, item.told_how, item.told_by = now, how, by
    session.flush()


def name_proxy(item: PaperItem, proxy: Staff | None, *, by: Staff, now: dt.datetime) -> None:
    """Let a colleague sign in the addressee's place; by the addressee or the desk.

    Raises `ProxyMissingError`, `SignedAlreadyError`, `NotAllowedError`.
    """
    if by.id != item.addressee_id and not rights.may_work(by):
        raise NotAllowedError
    _require_open(item)
    if proxy is None or not proxy.is_active or proxy.id == item.addressee_id:
        raise ProxyMissingError
    item.proxy = proxy
    session.flush()
    _tell(item, proxy, "paper_proxy", now)


def sign(item: PaperItem, *, by: Staff, now: dt.datetime) -> None:
    """Sign for an entry, as its addressee or the proxy. Raises `NotAllowedError`, `SignedAlreadyError`."""
    if not _may_sign(item, by):
        raise NotAllowedError
    _require_open(item)
    item.signed_by, item.signed_at = by, now
    session.flush()


def may_sign(item: PaperItem, person: Staff) -> bool:
    """Tell whether `person` can sign for an entry now."""
    return item.signed_at is None and _may_sign(item, person)


def to_sign(person: Staff) -> list[PaperItem]:
    """Return what waits for the signature of `person`, the oldest first."""
    query = sa.select(PaperItem).where(
        PaperItem.signed_at.is_(None),
        sa.or_(PaperItem.addressee_id == person.id, PaperItem.proxy_id == person.id),
    )
    return list(session.scalars(query.order_by(PaperItem.due_at, PaperItem.id).limit(PAGE)))


def count(asked: Asked, now: dt.datetime) -> int:
    """Return how many entries fit."""
    query = _query(asked, now).with_only_columns(PaperItem.id).order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(query)) or 0


def listed(asked: Asked, now: dt.datetime, *, number: int = 1) -> Sequence[PaperItem]:
    """Return one page of the register, the newest entry first."""
    query = _query(asked, now).limit(PAGE).offset((max(1, number) - 1) * PAGE)
    return session.scalars(query).unique().all()


def everything(asked: Asked, now: dt.datetime) -> Sequence[PaperItem]:
    """Return all entries that fit, for printing and export, at most `MOST_EXPORTED`."""
    return session.scalars(_query(asked, now).limit(MOST_EXPORTED)).unique().all()


def _query(asked: Asked, now: dt.datetime) -> sa.Select[PaperItem]:
    first = dt.datetime.combine(asked.first, dt.time(), LOCAL_ZONE)
    last = dt.datetime.combine(asked.last + dt.timedelta(days=1), dt.time(), LOCAL_ZONE)
    query = (
        sa.select(PaperItem)
        .options(joinedload(PaperItem.addressee), joinedload(PaperItem.signed_by))
        .order_by(PaperItem.arrived_at.desc(), PaperItem.id.desc())
    )
    if asked.standing in (Standing.ALL, Standing.SIGNED):
        # What is still open is wanted whenever it came.
        query = query.where(PaperItem.arrived_at >= first, PaperItem.arrived_at < last)
    if asked.kind is not None:
        query = query.where(PaperItem.kind == asked.kind)
    match asked.standing:
        case Standing.OPEN:
            return query.where(PaperItem.signed_at.is_(None))
        case Standing.OVERDUE:
            return query.where(PaperItem.signed_at.is_(None), PaperItem.due_at < now)
        case Standing.SIGNED:
            return query.where(PaperItem.signed_at.is_not(None))
        case _:
            return query


def _may_sign(item: PaperItem, person: Staff) -> bool:
    return person.id in (item.addressee_id, item.proxy_id)


def _require_open(item: PaperItem) -> None:
    if item.signed_at is not None:
        raise SignedAlreadyError


def _tell(item: PaperItem, whom: Staff, kind: str, now: dt.datetime) -> None:
    notices.tell(
        [whom],
        kind,
        N_("%(what)s %(number)s waits to be collected. Sign for it under To sign for."),
        once=f"{kind}:{item.id}:{whom.id}",
        now=now,
        what=item.kind,
        number=item.number,
    )
