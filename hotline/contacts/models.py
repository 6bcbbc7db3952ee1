"""The people who turn to the hotline, and each time they did: by call, visit or letter."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.channels import Channel
from hotline.db import Base, BigId, BigInt, Json, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class RequesterKind(Labelled):
    """Who turns to the hotline."""

    PERSON = "person", N_("Person")
    ORGANISATION = "organisation", N_("Organisation")


class Disposition(Labelled):
    """How a contact ended at the desk."""

    OPEN = "open", N_("Being handled")
    ANSWERED = "answered", N_("Answered at once")
    TICKET = "ticket", N_("Passed on as a ticket")
    ADDED = "added", N_("Added to an existing ticket")
    REDIRECTED = "redirected", N_("Redirected")
    MESSAGE = "message", N_("Message for a colleague")
    PROMISED = "promised", N_("Reply promised")
    DECLINED = "declined", N_("Not accepted")
    FILED = "filed", N_("Registered without a ticket")


class Requester(Base):
    """A person or an organisation known by what they told us; personal data is sealed."""

    __tablename__ = "requester"

    id: Mapped[BigId]
    kind: Mapped[RequesterKind] = mapped_column(
        stored_as("requester_kind", RequesterKind), default=RequesterKind.PERSON
    )
    name: Mapped[str | None] = mapped_column(SealedText)
    address: Mapped[str | None] = mapped_column(SealedText)
    id_type: Mapped[str | None] = mapped_column(sa.String(40))
    id_number: Mapped[str | None] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    """Who this turned out to be; what was recorded under it stays as it was, so that it can be taken back."""

    phones: Mapped[list["RequesterPhone"]] = relationship(
        back_populates="requester",
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="RequesterPhone.id",
    )

    addresses: Mapped[list["RequesterAddress"]] = relationship(
        cascade="all, delete-orphan", order_by="RequesterAddress.id.desc()"
    )
    """Further addresses; `address` is the one given last."""
    merged_into: Mapped["Requester | None"] = relationship(remote_side="Requester.id")

    @property
    def phone(self) -> str | None:
        """The number to call back first, in its one form; `None` when no contact was left."""
        return self.phones[0].number if self.phones else None


class RequesterPhone(Base):
    """One number of a requester: sealed, and found by its keyed hashes."""

    __tablename__ = "requester_phone"

    id: Mapped[BigId]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    number: Mapped[str] = mapped_column(SealedText)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    last_four_digest: Mapped[str] = mapped_column(sa.String(64), index=True)

    requester: Mapped[Requester] = relationship(back_populates="phones")

    __table_args__ = (sa.UniqueConstraint("requester_id", "digest", name="number_once_per_requester"),)


class RequesterAddress(Base):
    """A further address of a requester, such as the one given before."""

    __tablename__ = "requester_address"

    id: Mapped[BigId]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    address: Mapped[str] = mapped_column(SealedText)


class RequesterMerge(Base):
    """Two records were found to be one person, or that was taken back; never altered."""

    __tablename__ = "requester_merge"

    id: Mapped[BigId]
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    merged_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    is_undone: Mapped[bool]
    """False: merged; true: taken back."""
    reason: Mapped[str] = mapped_column(sa.String(300))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    happened_at: Mapped[dt.datetime]

    by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint("kept_id <> merged_id", name="two_records"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )


class Reveal(Base):
    """Somebody looked at what is masked: who, whose, why, when. Never altered, read by auditors (B1.19)."""

    __tablename__ = "reveal"

    id: Mapped[BigId]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    """The matter it was looked at for, where there was one."""
    revealed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    """From where; empty where it was not done in a browser."""
    revealed_at: Mapped[dt.datetime]

    requester: Mapped[Requester] = relationship()
    revealed_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.Index("ix_reveal_requester", "requester_id", "revealed_at"),
        sa.Index("ix_reveal_by", "revealed_by_id", "revealed_at"),
        sa.Index("ix_reveal_revealed", "revealed_at", "id"),
    )


class Contact(Base):
    """One call, visit or letter as it came in; it never changes owner, a ticket may collect many."""

    __tablename__ = "contact"

    id: Mapped[BigId]
    channel: Mapped[Channel] = mapped_column(stored_as("channel", Channel))
    received_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requester.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    category: Mapped[str] = mapped_column(sa.String(40))
    """What the caller wanted, as it was put down at the desk; the ticket's own category may change."""
    content_class: Mapped[str | None] = mapped_column(sa.String(6))
    summary: Mapped[str] = mapped_column(sa.Text)
    disposition: Mapped[Disposition] = mapped_column(
        stored_as("disposition", Disposition), default=Disposition.OPEN
    )
    decline_reason: Mapped[str | None] = mapped_column(sa.String(40))
    """Why it was not taken up: a code of the profile, with the way that was told instead."""
    filed_because: Mapped[str | None] = mapped_column(sa.String(300))
    """Why no ticket was made of a letter, or to whom it was handed (A3.9)."""
    readback_confirmed_at: Mapped[dt.datetime | None]
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    contact_refused: Mapped[bool] = mapped_column(default=False)
    """The caller would leave no number, and was told what that means (A1.9)."""
    secrecy_requested: Mapped[bool] = mapped_column(default=False)
    reply_wanted: Mapped[bool] = mapped_column(default=True)
    submission_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """Made with the form or from the imported row, so that sending twice records once."""

    recorded_by: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
    requester: Mapped[Requester | None] = relationship()

    __mapper_args__ = {"polymorphic_on": "channel"}  # noqa: RUF012 - SQLAlchemy reads it once
    __table_args__: tuple[Any, ...] = (
        sa.CheckConstraint(
            "disposition NOT IN ('ticket', 'added') OR ticket_id IS NOT NULL", name="ticket_named"
        ),
        sa.CheckConstraint(
            "(disposition = 'declined') = (decline_reason IS NOT NULL)", name="decline_explained"
        ),
        sa.CheckConstraint("(disposition = 'filed') = (filed_because IS NOT NULL)", name="filing_explained"),
        sa.Index("ix_contact_requester_received", "requester_id", "received_at"),
        sa.Index("ix_contact_ticket", "ticket_id"),
        sa.Index("ix_contact_received", "received_at"),
        sa.Index("ix_contact_recorded_by", "recorded_by_id", "id"),
    )


class Call(Contact):
    """A telephone call (来电)."""

    __tablename__ = "call"

    id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("contact.id"), primary_key=True)
    ring_count: Mapped[int | None]
    is_answered_late: Mapped[bool] = mapped_column(default=False)
    """Picked up after more rings than the profile allowed that day (A2.3)."""
    talk_seconds: Mapped[int | None]

    # Most contacts are calls, and few pages tell rings: those that list them ask for them.
    __mapper_args__ = {"polymorphic_identity": Channel.CALL}  # noqa: RUF012 - SQLAlchemy reads it once
    __table_args__ = (
        sa.CheckConstraint("ring_count IS NULL OR ring_count BETWEEN 0 AND 99", name="rings_possible"),
        sa.CheckConstraint("talk_seconds IS NULL OR talk_seconds >= 0", name="talk_not_negative"),
    )


class Visit(Contact):
    """Somebody at the desk (来访)."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("contact.id"), primary_key=True)
    arrived_at: Mapped[dt.datetime | None]
    visitor_count: Mapped[int] = mapped_column(default=1)
    is_collective: Mapped[bool] = mapped_column(default=False)
    """Set by the number of visitors, as the profile draws the line (A5.2)."""
    people_concerned: Mapped[int | None]
    is_first_visit: Mapped[bool] = mapped_column(default=True)
    purpose: Mapped[str | None] = mapped_column(sa.String(40))
    elements: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Further elements of the registration form, by code; no personal data."""
    companions: Mapped[str | None] = mapped_column(SealedText)
    """The names of those who came along, or of their representatives only, one a line (A5.2)."""
    born_on: Mapped[str | None] = mapped_column(SealedText)
    """The visitor's birth date as on the paper shown; of an identity card it is read from the number."""
    sex: Mapped[str | None] = mapped_column(SealedText)
    """Likewise: `female` or `male`."""

    __mapper_args__ = {"polymorphic_identity": Channel.VISIT, "polymorphic_load": "selectin"}  # noqa: RUF012 - SQLAlchemy reads it once
    __table_args__ = (
        sa.CheckConstraint("visitor_count >= 1", name="somebody_came"),
        sa.CheckConstraint("people_concerned IS NULL OR people_concerned >= 1", name="somebody_concerned"),
    )


class Letter(Contact):
    """A letter (来函), or another paper that came in the post."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("contact.id"), primary_key=True)
    register_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    letter_class: Mapped[str] = mapped_column(sa.String(40))
    written_on: Mapped[dt.date | None]
    copies: Mapped[int] = mapped_column(default=1)
    envelope_number: Mapped[str | None] = mapped_column(sa.String(40))
    sender_number: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    """The number the sender gave the letter."""
    secrecy: Mapped[str | None] = mapped_column(sa.String(40))
    """A code of the profile's list of secrecy levels; of a state secret nothing but this register is kept."""
    postmark: Mapped[str | None] = mapped_column(sa.String(60))
    sender_digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """Keyed hash of the sender's name: the same sender is found without the name being stored open."""
    earlier_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("letter.id"), index=True)
    """The letter this one repeats."""

    earlier: Mapped["Letter | None"] = relationship(foreign_keys=[earlier_id], remote_side="Letter.id")

    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy reads it once
        "polymorphic_identity": Channel.LETTER,
        "polymorphic_load": "selectin",
        "inherit_condition": id == Contact.id,
    }
    __table_args__ = (sa.CheckConstraint("copies >= 1", name="one_copy_at_least"),)
