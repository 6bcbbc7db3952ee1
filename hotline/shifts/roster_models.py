"""Who is on duty when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId
from hotline.people.models import Staff

LONGEST_SLOT = 40


class Duty(Base):
    """One person on one shift of one day."""

    __tablename__ = "duty"

    id: Mapped[BigId]
    day: Mapped[dt.date]
    """The day on which the shift begins."""
    slot: Mapped[str] = mapped_column(sa.String(LONGEST_SLOT))
    """The code of a shift of the profile."""
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    arranged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    arranged_at: Mapped[dt.datetime]

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id], lazy="joined", innerjoin=True)

    __table_args__ = (sa.UniqueConstraint("day", "slot", "staff_id", name="once_a_shift"),)
