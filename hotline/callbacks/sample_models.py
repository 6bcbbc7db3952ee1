"""Draws of callback samples, kept with everything that is needed to repeat them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Staff
from hotline.tickets.models import Ticket


class CallbackSample(Base):
    """One draw: so many of this population, by this seed, at least one of each stratum (A8.1, A8.9)."""

    __tablename__ = "callback_sample"

    id: Mapped[BigId]
    level: Mapped[int]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    categories: Mapped[list[Any]]
    """Codes of the categories whose closed tickets made up the population."""
    share: Mapped[int]
    """Percent to be drawn, at least."""
    seed: Mapped[str] = mapped_column(sa.String(64))
    strata: Mapped[list[Any]]
    """`[{"stratum": …, "population": n, "drawn": n}, …]`."""
    population_count: Mapped[int]
    drawn_count: Mapped[int]
    population_digest: Mapped[str] = mapped_column(sa.String(64))
    """Digest of the ticket numbers and strata the draw was made from."""
    due_at: Mapped[dt.datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` when the monthly plan drew it by rule."""
    drawn_at: Mapped[dt.datetime]

    drawn_by: Mapped[Staff | None] = relationship()
    members: Mapped[list["SampleMember"]] = relationship(
        back_populates="sample", order_by="SampleMember.ticket_id", cascade="save-update"
    )

    __table_args__ = (
        sa.UniqueConstraint("level", "first_day", "last_day", name="one_draw_per_level_and_period"),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name="share_in_percent"),
        sa.CheckConstraint("drawn_count <= population_count", name="drawn_from_population"),
    )


class SampleMember(Base):
    """One closed ticket of the population, and whether the draw took it."""

    __tablename__ = "callback_sample_member"

    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("callback_sample.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), primary_key=True)
    stratum: Mapped[str] = mapped_column(sa.String(80))
    is_drawn: Mapped[bool]

    sample: Mapped[CallbackSample] = relationship(back_populates="members")
    ticket: Mapped[Ticket] = relationship()
