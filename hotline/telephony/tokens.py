"""Tokens of exchanges: shown once when they are made, kept as hashes, ended by people."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.contacts.written import one_line
from hotline.db import session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.telephony.models import ExchangeToken
from hotline.wording import N_

LONGEST_NAME = 60
USED_EVERY = dt.timedelta(minutes=1)


class TokenNameError(HotlineError):
    """A token says whose it is."""

    sentence = N_("Name the exchange that the token is for.")
    field = "name"


def issue(name: str, *, by: Staff | None, now: dt.datetime) -> tuple[ExchangeToken, str]:
    """Make a token; return its row, and the words that are never shown again. Raises `TokenNameError`."""
    name = one_line(name)[:LONGEST_NAME]
    if not name:
        raise TokenNameError
    words = secrets.token_urlsafe(32)
    made = ExchangeToken(name=name, digest=digest(words), created_at=now, created_by=by)
    session.add(made)
    session.flush()
    return made, words


def digest(words: str) -> str:
    """Return the hash by which a token is found; it is random, so no key is needed."""
    return hashlib.sha256(words.encode()).hexdigest()


def find(words: str) -> ExchangeToken | None:
    """Return the token of these words that has not been ended, or `None`."""
    return session.scalar(
        sa.select(ExchangeToken).where(
            ExchangeToken.digest == digest(words), ExchangeToken.revoked_at.is_(None)
        )
    )


def used(token: ExchangeToken, *, now: dt.datetime) -> None:
    """Note that a token is in use, at most once a minute."""
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        token.last_used_at = now


def revoke(token_id: int, *, now: dt.datetime) -> ExchangeToken:
    """End a token; one that ended stays ended. Raises `NotFoundError`."""
    found = session.get(ExchangeToken, token_id)
    if found is None:
        raise NotFoundError
    found.revoked_at = found.revoked_at or now
    session.flush()
    return found


def listed() -> Sequence[ExchangeToken]:
    """Return the tokens, newest first."""
    query = sa.select(ExchangeToken).options(joinedload(ExchangeToken.created_by))
    return session.scalars(query.order_by(ExchangeToken.id.desc())).all()
