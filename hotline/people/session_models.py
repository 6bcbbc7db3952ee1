"""Browsers that people are signed in with, and what they show besides a password."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, BigInt
from hotline.people.models import Staff
from hotline.sealing import SealedText


class UserSession(Base):
    """One browser in which a person is signed in; the browser holds the token, we its hash."""

    __tablename__ = "user_session"

    id: Mapped[BigId]
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    device: Mapped[str] = mapped_column(sa.String(120))
    address: Mapped[str] = mapped_column(sa.String(45))
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    """To the minute."""
    ended_at: Mapped[dt.datetime | None]

    staff: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.Index(
            "ix_user_session_open",
            "staff_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )


class SecondFactor(Base):
    """The secret that a person's telephone makes codes from, and one that waits for its first code."""

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("staff.id"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(SealedText)
    """`None` until a first code was shown."""
    pending: Mapped[str | None] = mapped_column(SealedText)
    confirmed_at: Mapped[dt.datetime | None]
    last_step: Mapped[int] = mapped_column(BigInt, default=0)
    """The newest half minute whose code was used: no code opens twice."""


class RecoveryCode(Base):
    """A code for the day the telephone is lost; each opens once."""

    __tablename__ = "recovery_code"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[dt.datetime | None]
