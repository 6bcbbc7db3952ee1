"""Who is signed in where: begun at sign-in, seen once a minute, ended by people or by time."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from hotline.people.session_models import UserSession

SEEN_EVERY = dt.timedelta(minutes=1)
LONGEST_DEVICE = 120


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts."""

    idle: dt.timedelta
    longest: dt.timedelta


def begin(person: Staff, *, device: str, address: str, now: dt.datetime) -> str:
    """Begin a session; return the token that the browser keeps. Every sign-in has one of its own."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            digest=digest(token),
            staff=person,
            device=device[:LONGEST_DEVICE],
            address=address,
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    return token


def digest(token: str) -> str:
    """Return the hash by which a token is found."""
    return hashlib.sha256(token.encode()).hexdigest()


def running(*beside: sa.ColumnElement[Any]) -> sa.Select[UserSession, *tuple[Any, ...]]:
    """Return the query for a running session with its person, and `beside` what else every page asks."""
    return (
        sa.select(UserSession, *beside)
        .join(UserSession.staff)
        .where(
            UserSession.digest == sa.bindparam("token"),
            UserSession.ended_at.is_(None),
            UserSession.last_seen_at > sa.bindparam("seen"),
            UserSession.created_at > sa.bindparam("begun"),
            Staff.is_active,
        )
        # The person hangs from the session: nothing else holds on to them while the page is made.
        .options(
            contains_eager(UserSession.staff).options(joinedload(Staff.department), joinedload(Staff.posts))
        )
    )


_RUNNING = running()


def find(
    token: str,
    limits: Limits,
    *,
    now: dt.datetime,
    query: sa.Select[UserSession, *tuple[Any, ...]] = _RUNNING,
) -> sa.Row[UserSession, *tuple[Any, ...]] | None:
    """Return the running session of a token and what `query` asks beside it; `None` when it is over."""
    asked = {"token": digest(token), "seen": now - limits.idle, "begun": now - limits.longest}
    return session.execute(query, asked).unique().first()


def seen(found: UserSession, *, now: dt.datetime) -> sa.Update | None:
    """Return the statement that writes down that a session is in use, at most once a minute."""
    if now - found.last_seen_at < SEEN_EVERY:
        return None
    return (
        sa.update(UserSession)
        .where(UserSession.id == found.id, UserSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def of(person: Staff, limits: Limits, *, now: dt.datetime) -> Sequence[UserSession]:
    """Return the running sessions of a person, the one used last first."""
    return session.scalars(
        sa.select(UserSession)
        .where(
            UserSession.staff_id == person.id,
            UserSession.ended_at.is_(None),
            UserSession.last_seen_at > now - limits.idle,
            UserSession.created_at > now - limits.longest,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    ).all()


def end(session_id: int, person: Staff, *, now: dt.datetime) -> None:
    """End one session of a person. Raises `NotFoundError`."""
    row = session.get(UserSession, session_id)
    if row is None or row.staff_id != person.id:
        raise NotFoundError
    row.ended_at = row.ended_at or now
    session.flush()


def end_all(person: Staff, *, but: str = "", now: dt.datetime) -> int:
    """End all sessions of a person except that of the token `but`; return how many."""
    ended = session.execute(
        sa.update(UserSession)
        .where(
            UserSession.staff_id == person.id,
            UserSession.ended_at.is_(None),
            UserSession.digest != (digest(but) if but else ""),
        )
        .values(ended_at=now)
        .returning(UserSession.id)
    )
    return len(ended.all())


def end_token(token: str, *, now: dt.datetime) -> None:
    """End the session of a token; an unknown one is over already."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.digest == digest(token), UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def forget(before: dt.datetime) -> int:
    """Remove sessions that ended, or were last seen, before a moment; return how many."""
    gone = session.execute(
        sa.delete(UserSession).where(UserSession.last_seen_at < before).returning(UserSession.id)
    )
    return len(gone.all())
