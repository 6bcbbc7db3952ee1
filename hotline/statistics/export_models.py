"""Exports: asked for by a person, written by a worker, kept for a while."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.wording import N_, Labelled


class ExportState(Labelled):
    """How far an export has come."""

    WAITING = "waiting", N_("Waiting")
    RUNNING = "running", N_("Being written")
    READY = "ready", N_("Ready")
    FAILED = "failed", N_("Failed")
    GONE = "gone", N_("Removed")


class ExportFormat(Labelled):
    """What kind of file it is."""

    XLSX = "xlsx", N_("Excel (xlsx)")
    CSV = "csv", N_("CSV")


class Export(Base):
    """One file of matters: which, with what columns, how far it has come."""

    __tablename__ = "export"

    id: Mapped[BigId]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[dt.datetime]
    format: Mapped[ExportFormat] = mapped_column(stored_as("export_format", ExportFormat))
    locale: Mapped[str] = mapped_column(sa.String(20))
    wanted: Mapped[dict[str, Any]]
    """Counts, period and scope, as the page had them; codes only."""
    columns: Mapped[list[Any]]
    state: Mapped[ExportState] = mapped_column(
        stored_as("export_state", ExportState), default=ExportState.WAITING
    )
    total: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[dt.datetime | None]
    file: Mapped[str | None] = mapped_column(sa.String(80))

    asked_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(state = 'ready') = (file IS NOT NULL)", name="ready_has_file"),
        sa.Index("ix_export_asked_by", "asked_by_id", "id"),
        sa.Index(
            "ix_export_open",
            "id",
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
        ),
    )


class ExportColumns(Base):
    """The columns one person chose last: offered again next time."""

    __tablename__ = "export_columns"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    columns: Mapped[list[Any]]
