"""Counts per day, made from the matters themselves and made again whenever one of these changes."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigId, BigInt

CHECKSUM = "checksum"


class DailyFact(Base):
    """How often something was counted on one local day, for one channel, category and department.

    Rows with an `axis` hold the same counts another way: summed (all, department, category, channel) or
    divided by something else (agent, hour, content class, …). They are never added to the others. One row of
    the axis `CHECKSUM` sums up all others of its day: where these are as before, so is it.
    """

    __tablename__ = "daily_fact"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    axis: Mapped[str] = mapped_column(sa.String(20), primary_key=True, default="")
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    counted: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    category: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    department_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, default=0)
    """0: no department, the hotline itself."""
    amount: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="nothing_is_not_kept"),
        sa.Index("ix_daily_fact_axis_day", "axis", "day"),
        # Holds everything a page adds up, so that only what is wanted is read.
        sa.Index("ix_daily_fact_counted", "axis", "counted", "day", "key", "amount"),
        # A department's head reads one department of the undivided rows.
        sa.Index("ix_daily_fact_department", "department_id", "day"),
    )


class FactDay(Base):
    """A day that has been counted, and when."""

    __tablename__ = "fact_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    counted_at: Mapped[dt.datetime]


class ChangedMatter(Base):
    """Something changed whose days must be counted again; written in the change's own transaction."""

    __tablename__ = "changed_matter"

    id: Mapped[BigId]
    ticket_id: Mapped[int | None] = mapped_column(BigInt)
    contact_id: Mapped[int | None] = mapped_column(BigInt)
    day: Mapped[dt.date | None]
    """A day on which it no longer counts, because its moment was moved."""

    __table_args__ = (
        sa.CheckConstraint(
            "ticket_id IS NOT NULL OR contact_id IS NOT NULL OR day IS NOT NULL", name="names_something"
        ),
    )
