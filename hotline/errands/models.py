"""Errands of the desk, and the calls it makes."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.contacts.models import Contact, Requester
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled


class ErrandKind(Labelled):
    """What is owed."""

    MESSAGE = "message", N_("Message for a colleague")
    PROMISED_REPLY = "promised_reply", N_("Promised reply")
    MISSED_CALL = "missed_call", N_("Missed call")
    CALL_BACK = "call_back", N_("To be called back")


class Errand(Base):
    """Something the desk owes somebody: passed on or called back by a moment, and then done."""

    __tablename__ = "errand"

    id: Mapped[BigId]
    kind: Mapped[ErrandKind] = mapped_column(stored_as("errand_kind", ErrandKind))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """Whose it is: the colleague a message is for, who promised; nobody's yet where anybody may take it."""
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), unique=True)
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"))
    name: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    words: Mapped[str] = mapped_column(sa.Text)
    """The message, or what the reply is owed about."""
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    reminded_at: Mapped[dt.datetime | None]
    alarmed_at: Mapped[dt.datetime | None]
    """When the shift leaders were told that it was not done in time."""
    delivered_at: Mapped[dt.datetime | None]
    """When the colleague had the message; calling back is still owed."""
    done_at: Mapped[dt.datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(500))

    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])
    created_by: Mapped[Staff | None] = relationship(foreign_keys=[created_by_id])
    done_by: Mapped[Staff | None] = relationship(foreign_keys=[done_by_id])
    contact: Mapped[Contact | None] = relationship()
    requester: Mapped[Requester | None] = relationship()
    calls: Mapped[list["OutboundCall"]] = relationship(
        back_populates="errand", order_by="OutboundCall.called_at"
    )

    @property
    def is_kept(self) -> bool | None:
        """Tell whether it was done in time; `None` while it is open."""
        return None if self.done_at is None else self.done_at <= self.due_at

    __table_args__ = (
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        sa.CheckConstraint("delivered_at IS NULL OR kind = 'message'", name="only_messages_delivered"),
        sa.CheckConstraint("kind <> 'message' OR owner_id IS NOT NULL", name="message_for_somebody"),
        sa.Index(
            "ix_errand_open",
            "due_at",
            "id",
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        ),
        sa.Index("ix_errand_owner", "owner_id", "done_at"),
        sa.Index("ix_errand_created", "created_at"),
    )


class OutboundCall(Base):
    """A call the desk made; each has its purpose (A3.6)."""

    __tablename__ = "outbound_call"

    id: Mapped[BigId]
    called_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    called_at: Mapped[dt.datetime]
    phone: Mapped[str] = mapped_column(SealedText)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    """A code of the profile's list."""
    is_reached: Mapped[bool]
    note: Mapped[str | None] = mapped_column(sa.String(500))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    errand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("errand.id"), index=True)

    called_by: Mapped[Staff] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
    errand: Mapped[Errand | None] = relationship(back_populates="calls")

    __table_args__ = (sa.Index("ix_outbound_call_at", "called_at"),)
