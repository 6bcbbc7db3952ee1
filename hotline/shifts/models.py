"""One shift handed over to the next, with what was open, signed by both."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, Json
from hotline.people.models import Staff


class ShiftHandover(Base):
    """A hand-over between two shift leaders (A6.10); the next shift has to take it."""

    __tablename__ = "shift_handover"

    id: Mapped[BigId]
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    given_at: Mapped[dt.datetime]
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    """What the next shift must know, and the tools and things handed over."""
    matters: Mapped[dict[str, Any]] = mapped_column(Json)
    """What was open at that moment: ids and numbers by kind, no personal data."""
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    taken_at: Mapped[dt.datetime | None]
    doubts: Mapped[str | None] = mapped_column(sa.Text)
    """What the next shift asked about, and what it heard."""

    given_by: Mapped[Staff] = relationship(foreign_keys=[given_by_id])
    taken_by: Mapped[Staff | None] = relationship(foreign_keys=[taken_by_id])

    __table_args__ = (
        sa.CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_has_time"),
        sa.CheckConstraint("taken_by_id IS NULL OR taken_by_id <> given_by_id", name="two_people_sign"),
        sa.Index("ix_shift_handover_given", "given_at"),
    )
