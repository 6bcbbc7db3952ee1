"""What finds the same matter again, and the hot issues many callers share."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, BigInt
from hotline.people.models import Staff
from hotline.tickets.models import Ticket


class TicketPair(Base):
    """One pair of characters of an open ticket, by its key; 0 stands in every ticket that is indexed."""

    __tablename__ = "ticket_pair"

    pair: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("ticket.id"), primary_key=True)

    __table_args__ = (sa.Index("ix_ticket_pair_ticket", "ticket_id"),)


class HotIssue(Base):
    """A matter many people turn to us about (热点问题); each keeps their ticket, count and callback."""

    __tablename__ = "hot_issue"

    id: Mapped[BigId]
    title: Mapped[str] = mapped_column(sa.String(200))
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(sa.Text)
    """What every caller about it is told: a department's reply to one of its tickets, word for word."""
    answer_ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    answered_at: Mapped[dt.datetime | None]

    opened_by: Mapped[Staff] = relationship()
    answer_ticket: Mapped[Ticket | None] = relationship()
    members: Mapped[list["HotIssueTicket"]] = relationship(
        back_populates="issue", order_by="HotIssueTicket.added_at", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint(
            "(answer IS NULL) = (answer_ticket_id IS NULL) AND (answer IS NULL) = (answered_at IS NULL)",
            name="answer_has_source",
        ),
        sa.Index("ix_hot_issue_closed", "closed_at", "opened_at"),
    )


class HotIssueTicket(Base):
    """A ticket about a hot issue; a ticket is about one at most."""

    __tablename__ = "hot_issue_ticket"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), primary_key=True)
    hot_issue_id: Mapped[int] = mapped_column(sa.ForeignKey("hot_issue.id"), index=True)
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[dt.datetime]

    issue: Mapped[HotIssue] = relationship(back_populates="members")
    ticket: Mapped[Ticket] = relationship()
