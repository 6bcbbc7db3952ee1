"""Calls as the exchange tells of them, the telephones they ring at, and who may tell."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.callbacks.customer_models import CustomerCall
from hotline.contacts.models import Contact
from hotline.db import Base, BigId, rows_where, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class Direction(Labelled):
    """Who rang whom."""

    INBOUND = "inbound", N_("Incoming call")
    OUTBOUND = "outbound", N_("Outgoing call")


class EventKind(Labelled):
    """What an exchange can tell of a call."""

    NEW_CALL = "new_call", N_("Call came in")
    OFFER = "offer", N_("Rings at a desk")
    ANSWER = "answer", N_("Answered")
    TRANSFER = "transfer", N_("Transferred")
    HANGUP = "hangup", N_("Hung up")
    ABANDON = "abandon", N_("Caller gave up waiting")
    REJECT = "reject", N_("Refused")
    RECORDING = "recording", N_("Recording filed")


class PhoneCall(Base):
    """One call of the exchange, whatever order its events arrived in; the other party's number is sealed."""

    __tablename__ = "phone_call"

    id: Mapped[BigId]
    call_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """The exchange's own name of the call."""
    direction: Mapped[Direction] = mapped_column(stored_as("direction", Direction))
    number: Mapped[str | None] = mapped_column(SealedText)
    """The other party's number in its one form; `None` where it was withheld."""
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    line: Mapped[str] = mapped_column(sa.String(40), default="")
    """Our own number that was called, or called from."""
    queue: Mapped[str] = mapped_column(sa.String(60), default="")
    received_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    is_rejected: Mapped[bool] = mapped_column(default=False)
    wait_seconds: Mapped[int | None]
    """From the moment it came in until somebody answered."""
    talk_seconds: Mapped[int | None]
    ring_count: Mapped[int | None]
    """Of who answered first: as the exchange told, else reckoned from how long it rang there."""
    rings_told: Mapped[int | None]
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """Who answered it first."""
    recording: Mapped[str | None] = mapped_column(SealedText)
    """Where the recording lies: an address may tell a number."""
    settled_at: Mapped[dt.datetime | None]
    """When it was seen to that a call nobody answered is returned."""
    customer_call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customer_call.id"), index=True)

    staff: Mapped[Staff | None] = relationship()
    customer_call: Mapped[CustomerCall | None] = relationship()
    legs: Mapped[list["PhoneLeg"]] = relationship(back_populates="call", order_by="PhoneLeg.id")

    @property
    def is_missed(self) -> bool:
        """Tell whether it ended without anybody having answered."""
        return self.ended_at is not None and self.answered_at is None and not self.is_rejected

    __table_args__ = (
        sa.CheckConstraint("(number IS NULL) = (digest IS NULL)", name="number_can_be_found"),
        sa.CheckConstraint("(answered_at IS NULL) = (wait_seconds IS NULL)", name="wait_counted"),
        sa.CheckConstraint(
            "(talk_seconds IS NOT NULL) = (answered_at IS NOT NULL AND ended_at IS NOT NULL)",
            name="talk_counted",
        ),
        sa.CheckConstraint("wait_seconds IS NULL OR wait_seconds >= 0", name="wait_not_negative"),
        sa.CheckConstraint("talk_seconds IS NULL OR talk_seconds >= 0", name="talk_not_negative"),
        sa.CheckConstraint("ring_count IS NULL OR ring_count BETWEEN 0 AND 99", name="rings_possible"),
        sa.Index("ix_phone_call_received", "received_at"),
        sa.Index("ix_phone_call_open", "received_at", "id", **rows_where("ended_at IS NULL")),
        sa.Index("ix_phone_call_unsettled", "ended_at", **rows_where("settled_at IS NULL")),
        sa.Index("ix_phone_call_staff", "staff_id", "received_at"),
    )


class PhoneLeg(Base):
    """One telephone that a call rang at, and the form of the call that opens there."""

    __tablename__ = "phone_leg"

    id: Mapped[BigId]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("phone_call.id"))
    extension: Mapped[str] = mapped_column(sa.String(20))
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """Who sat at that telephone."""
    form_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
    """The key of the form that the call is taken down with."""
    offered_at: Mapped[dt.datetime | None]
    """When it began to ring there; `None` where that was not told."""
    answered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), unique=True)

    call: Mapped[PhoneCall] = relationship(back_populates="legs")
    staff: Mapped[Staff | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("call_id", "extension", name="one_leg_a_telephone"),
        sa.Index("ix_phone_leg_open", "staff_id", "id", **rows_where("ended_at IS NULL")),
        sa.Index("ix_phone_leg_staff", "staff_id", "call_id"),
    )


class PhoneEvent(Base):
    """One message of the exchange; the same message twice is one row."""

    __tablename__ = "phone_event"

    id: Mapped[BigId]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("phone_call.id"))
    kind: Mapped[EventKind] = mapped_column(stored_as("kind", EventKind))
    once: Mapped[str] = mapped_column(sa.String(80))
    """The exchange's own name of the event, else the extension it concerns."""
    extension: Mapped[str] = mapped_column(sa.String(20), default="")
    happened_at: Mapped[dt.datetime]
    """As the exchange says."""
    received_at: Mapped[dt.datetime]

    __table_args__ = (sa.UniqueConstraint("call_id", "kind", "once", name="told_once"),)


class DeskPhone(Base):
    """Who sits at which extension; one person at each, one for each person."""

    __tablename__ = "desk_phone"

    id: Mapped[BigId]
    extension: Mapped[str] = mapped_column(sa.String(20), unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), unique=True)
    since: Mapped[dt.datetime]
    is_ready: Mapped[bool] = mapped_column(default=True)
    """False while the person takes a break; set by themselves."""
    leg_id: Mapped[int | None] = mapped_column(sa.ForeignKey("phone_leg.id"))
    """The call that rings or rang here last: browsers ask for it by this row alone."""

    staff: Mapped[Staff] = relationship()
    leg: Mapped[PhoneLeg | None] = relationship()


class RefusedNumber(Base):
    """A number whose calls the exchange turns away for a while, by whom and why (B1.11)."""

    __tablename__ = "refused_number"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(SealedText)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    reason: Mapped[str] = mapped_column(sa.String(300))
    refused_at: Mapped[dt.datetime]
    refused_until: Mapped[dt.datetime]
    refused_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    lifted_at: Mapped[dt.datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    turned_away: Mapped[int] = mapped_column(default=0)
    """How many calls."""

    refused_by: Mapped[Staff] = relationship(foreign_keys=[refused_by_id])
    lifted_by: Mapped[Staff | None] = relationship(foreign_keys=[lifted_by_id])

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("refused_until > refused_at", name="ends_after_it_begins"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_by_somebody"),
    )


class ExchangeToken(Base):
    """What an exchange shows to tell of calls; we keep its hash."""

    __tablename__ = "exchange_token"

    id: Mapped[BigId]
    name: Mapped[str] = mapped_column(sa.String(60))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None`: made on the command line."""
    last_used_at: Mapped[dt.datetime | None]
    """To the minute."""
    revoked_at: Mapped[dt.datetime | None]

    created_by: Mapped[Staff | None] = relationship()
