"""Promises waiting to be kept, notices waiting to be read, and when periodic work last ran."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigId, BigInt, Json, stored_as
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class PromiseState(Labelled):
    """How far a promise has come."""

    PENDING = "pending", N_("Waiting")
    RUNNING = "running", N_("Running")
    DONE = "done", N_("Done")
    DEAD = "dead", N_("Given up")


class OutboxMessage(Base):
    """A side effect promised inside a transaction and kept after it, at least tried until done."""

    __tablename__ = "outbox_message"

    id: Mapped[BigId]
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    """Ids only: personal data never travels through queues."""
    once_key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    state: Mapped[PromiseState] = mapped_column(
        stored_as("outbox_state", PromiseState), default=PromiseState.PENDING
    )
    run_at: Mapped[dt.datetime]
    kicked_at: Mapped[dt.datetime]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    done_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
        sa.CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", name="running_has_lease"),
        # The dispatcher looks twice a second: it must see open promises only, however many were kept.
        sa.Index(
            "ix_outbox_message_open",
            "run_at",
            postgresql_where=sa.text("state IN ('pending', 'running')"),
            sqlite_where=sa.text("state IN ('pending', 'running')"),
        ),
        sa.Index(
            "ix_outbox_message_dead",
            "id",
            postgresql_where=sa.text("state = 'dead'"),
            sqlite_where=sa.text("state = 'dead'"),
        ),
        sa.Index(
            "ix_outbox_message_done",
            "done_at",
            postgresql_where=sa.text("state = 'done'"),
            sqlite_where=sa.text("state = 'done'"),
        ),
    )


class Notice(Base):
    """A line in somebody's in-tray: what happened, about which ticket."""

    __tablename__ = "notice"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    sentence: Mapped[str] = mapped_column(sa.String(300))
    """A marked message; `params` fill it in the reader's language."""
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    ticket_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    pushed_at: Mapped[dt.datetime | None]
    """When it went out by mail or SMS, for those who are reached that way."""
    once_key: Mapped[str] = mapped_column(sa.String(160))
    gather_key: Mapped[str | None] = mapped_column(sa.String(40))
    """What notices have in common that are told in one line when there are many: `due:2026-03-04`."""

    __table_args__ = (
        sa.UniqueConstraint("staff_id", "once_key", name="one_notice_per_event"),
        sa.Index("ix_notice_staff", "staff_id", "id"),
        sa.Index(
            "ix_notice_gathered",
            "staff_id",
            "gather_key",
            postgresql_where=sa.text("gather_key IS NOT NULL"),
            sqlite_where=sa.text("gather_key IS NOT NULL"),
        ),
        sa.Index(
            "ix_notice_unread",
            "staff_id",
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        ),
    )


class Reach(Base):
    """How a person is reached outside the service, and when they are left in peace."""

    __tablename__ = "reach"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    mail: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    quiet_from: Mapped[dt.time]
    """Local time, as are the hours of the profile that it starts with."""
    quiet_until: Mapped[dt.time]


class PeriodicTask(Base):
    """When a piece of periodic work is due next; claimed by whichever clock comes first."""

    __tablename__ = "periodic_task"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    next_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
