"""What a ticket is found by."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigInt


class TicketText(Base):
    """The terms of one ticket, without order; the database's own full text index stands over them.

    On SQLite that is the FTS5 table `ticket_words`, kept by triggers; on PostgreSQL a GIN index. Both are
    made by `hotline.tickets.text_index`.
    """

    __tablename__ = "ticket_text"

    ticket_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("ticket.id"), primary_key=True)
    tokens: Mapped[str] = mapped_column(sa.Text().with_variant(TSVECTOR(), "postgresql"))
