"""Spans in which a department waited for the caller."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Staff
from hotline.tickets.models.tickets import Ticket


class Waiting(Base):
    """A span in which a department waited for the caller; it stops clocks only where policy says so."""

    __tablename__ = "waiting"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    stops_clock: Mapped[bool]
    started_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    started_at: Mapped[dt.datetime]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    ended_at: Mapped[dt.datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="waitings")
    started_by: Mapped[Staff] = relationship(foreign_keys=[started_by_id])
    ended_by: Mapped[Staff | None] = relationship(foreign_keys=[ended_by_id])

    __table_args__ = (
        sa.Index(
            "uq_waiting_open",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )
