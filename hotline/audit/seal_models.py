"""The seal of a day: what its rows looked like when it was over."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigId


class DaySeal(Base):
    """One day of one table that only grows, sealed on top of the day before; never altered."""

    __tablename__ = "day_seal"

    id: Mapped[BigId]
    stream: Mapped[str] = mapped_column(sa.String(40))
    """The table."""
    day: Mapped[dt.date]
    row_count: Mapped[int]
    leaves: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Twelve bytes a row, its number and the beginning of its digest: enough to name the row that differs."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Over the whole digests of all rows and the seal of the day before."""
    sealed_at: Mapped[dt.datetime]

    __table_args__ = (sa.UniqueConstraint("stream", "day", name="day_once_in_stream"),)
