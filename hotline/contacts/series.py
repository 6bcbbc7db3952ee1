"""Number series: what a caller is told over the phone, in order, never used twice."""

import datetime as dt
import secrets
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, db, session
from hotline.wording import LOCAL_ZONE


class NumberSeries(Base):
    """How far a series has come on its day or in its year."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


_SERIES = cast(sa.Table, NumberSeries.__table__)
"""Drawn from as a table: a number is no object anybody keeps."""


def draw(name: str, period: str) -> int:
    """Return the next number of a series in its period, starting at 1.

    The row is locked until the transaction ends, so draw late in it.
    """
    connection = session.connection()  # not by way of the session: what waits there may want the number
    drawn = connection.execute(_advance(connection.dialect.name), {"name": name, "period": period})
    return int(drawn.scalar_one())


@cache
def _advance(dialect: str) -> sa.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert(_SERIES)
        .values(last=1)
        .on_conflict_do_update(index_elements=["name", "period"], set_={"last": _SERIES.c.last + 1})
        .returning(_SERIES.c.last)
    )


def draw_apart(name: str, period: str) -> int:
    """Return the next number of a series that may leave numbers out, keeping nobody else waiting.

    On PostgreSQL it is drawn in a transaction of its own: in the running one, everybody who wants the next
    number would wait for its commit. What is undone later leaves its number out.
    """
    if db.engine.dialect.name == "sqlite":  # writers wait for one another in any case
        return draw(name, period)
    with db.engine.connect() as connection:
        apart = connection.execution_options(isolation_level="AUTOCOMMIT")
        return int(apart.execute(_ADVANCE_APART, {"name": name, "period": period}).scalar_one())


_ADVANCE_APART = _advance("postgresql").returning(sa.func.set_config("synchronous_commit", "off", True))
"""Need not be on disk yet: the commit of what the number is given to puts both there, or neither."""


def ticket_number(now: dt.datetime) -> str:
    """Return a fresh ticket number: day, running number, check digit; 13 digits read over the phone."""
    day = now.astimezone(LOCAL_ZONE).strftime("%y%m%d")
    body = f"{day}{draw_apart('ticket', day):06d}"
    return body + check_digit(body)


def register_number(name: str, prefix: str, now: dt.datetime) -> str:
    """Return the next entry of a yearly register, such as `L2026-00031`."""
    year = now.astimezone(LOCAL_ZONE).strftime("%Y")
    return f"{prefix}{year}-{draw(name, year):05d}"


def check_digit(digits: str) -> str:
    """Return the check digit of `digits` by ISO 7064 MOD 11,10: it catches a swapped or wrong digit."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_ticket_number(text: str) -> bool:
    """Tell whether `text` can be a ticket number, its check digit included."""
    return len(text) == 13 and text.isascii() and text.isdigit() and check_digit(text[:-1]) == text[-1]


def query_code() -> str:
    """Return six random digits: with its number they let a caller ask how a ticket stands."""
    return f"{secrets.randbelow(1_000_000):06d}"
