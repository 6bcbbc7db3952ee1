"""What is put on record so that a ticket may be closed."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.terms import ClosingNeed
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.tickets.models.tickets import Ticket


class ClosingRecord(Base):
    """One thing the category wants known at the end: the cause, what was adopted, who was phoned (C2).

    A later record of the same kind and round takes the place of the earlier one, which stays.
    """

    __tablename__ = "closing_record"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    need: Mapped[ClosingNeed] = mapped_column(stored_as("closing_need", ClosingNeed))
    choice: Mapped[str | None] = mapped_column(sa.String(40))
    """An entry of the need's code list, where it has one."""
    happened_at: Mapped[dt.datetime | None]
    """When it was done, where that is asked for."""
    words: Mapped[str] = mapped_column(sa.Text)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    recorded_at: Mapped[dt.datetime]

    ticket: Mapped[Ticket] = relationship(back_populates="closing_records")
    recorded_by: Mapped[Staff] = relationship()

    __table_args__ = (sa.CheckConstraint("words <> ''", name="something_was_written"),)
