"""Files that belong to tickets."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, BigInt
from hotline.people.models import Staff
from hotline.tickets.models.tickets import Ticket


class Attachment(Base):
    """A file that belongs to a ticket; its bytes lie in the data folder under its digest."""

    __tablename__ = "attachment"

    id: Mapped[BigId]
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[dt.datetime]

    ticket: Mapped[Ticket] = relationship(back_populates="attachments")
    added_by: Mapped[Staff] = relationship()
