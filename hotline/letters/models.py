"""What becomes of a letter after it is registered, and of the faxes and parcels beside it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.letter_terms import LetterRoute
from hotline.contacts.models import Letter
from hotline.db import Base, BigId, BigInt, Json, rows_where, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled


class LetterReceipt(Base):
    """What the envelope says it contains against what was found in it (A4.2)."""

    __tablename__ = "letter_receipt"

    letter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("letter.id"), primary_key=True)
    stated: Mapped[str] = mapped_column(sa.String(500))
    found: Mapped[str] = mapped_column(sa.String(500))
    failed: Mapped[list[str]] = mapped_column(Json, default=list)
    """Codes of the profile's checklist that were not as they should be."""
    discrepancy: Mapped[str | None] = mapped_column(sa.String(500))
    checked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    checked_at: Mapped[dt.datetime]
    told_how: Mapped[str | None] = mapped_column(sa.String(300))
    """How the sender was told of the discrepancy."""
    told_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    told_at: Mapped[dt.datetime | None]

    letter: Mapped[Letter] = relationship()
    checked_by: Mapped[Staff] = relationship(foreign_keys=[checked_by_id])
    told_by: Mapped[Staff | None] = relationship(foreign_keys=[told_by_id])

    __table_args__ = (
        sa.CheckConstraint("(told_at IS NULL) = (told_by_id IS NULL)", name="told_by_somebody"),
        sa.CheckConstraint("told_at IS NULL OR discrepancy IS NOT NULL", name="told_of_something"),
    )


class LetterScan(Base):
    """One file of a letter's scans; its bytes lie in the data folder under their digest."""

    __tablename__ = "letter_scan"

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("letter.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[dt.datetime]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    removed_at: Mapped[dt.datetime | None]
    """A page scanned by mistake is no longer shown; that there was one stays."""

    letter: Mapped[Letter] = relationship()
    added_by: Mapped[Staff] = relationship(foreign_keys=[added_by_id])

    __table_args__ = (
        sa.CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removed_by_somebody"),
    )


class LetterDecision(Base):
    """Which way a letter goes, who decided so and why (A3.9); never altered, the newest counts."""

    __tablename__ = "letter_decision"

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("letter.id"), index=True)
    route: Mapped[LetterRoute] = mapped_column(stored_as("letter_route", LetterRoute))
    reason: Mapped[str] = mapped_column(sa.String(300))
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime]

    letter: Mapped[Letter] = relationship()
    decided_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint("route <> 'decide'", name="something_decided"),
        sa.CheckConstraint("route <> 'file' OR reason <> ''", name="reason_given"),
    )


class LetterHandOver(Base):
    """A letter given to administration: the receiver signs for it under their own name (A3.9 d)."""

    __tablename__ = "letter_hand_over"

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("letter.id"), unique=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    handed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    handed_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    signed_at: Mapped[dt.datetime | None]
    alarmed_at: Mapped[dt.datetime | None]

    letter: Mapped[Letter] = relationship()
    receiver: Mapped[Staff] = relationship(foreign_keys=[receiver_id])
    handed_by: Mapped[Staff] = relationship(foreign_keys=[handed_by_id])

    __table_args__ = (
        sa.CheckConstraint("receiver_id <> handed_by_id", name="two_people"),
        sa.Index("ix_letter_hand_over_open", "receiver_id", "due_at", **rows_where("signed_at IS NULL")),
    )


class ReplyState(Labelled):
    """How far a reply letter has come (A4.19)."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Waits for approval")
    APPROVED = "approved", N_("Approved and numbered")
    SENT = "sent", N_("Sent")


class ReplyLetter(Base):
    """A letter to the sender: drafted, approved by somebody else, numbered and from then on unaltered."""

    __tablename__ = "reply_letter"

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("letter.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    template: Mapped[str] = mapped_column(sa.String(40))
    is_answer: Mapped[bool] = mapped_column(default=False)
    """It tells the sender what the department replied, so that sending it answers them."""
    state: Mapped[ReplyState] = mapped_column(stored_as("reply_state", ReplyState), default=ReplyState.DRAFT)
    recipient: Mapped[str] = mapped_column(SealedText)
    address: Mapped[str] = mapped_column(SealedText)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(SealedText)
    drafted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    """Who wrote the words last; somebody else approves them."""
    drafted_at: Mapped[dt.datetime]
    remark: Mapped[str | None] = mapped_column(sa.String(500))
    """Why it was sent back to be written anew."""
    number: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    """Of everything that was approved: a word altered since would show."""
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    approved_at: Mapped[dt.datetime | None]
    sent_on: Mapped[dt.date | None]
    sent_how: Mapped[str | None] = mapped_column(sa.String(200))
    """By which post, under which number."""
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))

    letter: Mapped[Letter] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
    drafted_by: Mapped[Staff] = relationship(foreign_keys=[drafted_by_id])
    approved_by: Mapped[Staff | None] = relationship(foreign_keys=[approved_by_id])
    sent_by: Mapped[Staff | None] = relationship(foreign_keys=[sent_by_id])

    __table_args__ = (
        sa.CheckConstraint(
            "(state IN ('approved', 'sent')) = (number IS NOT NULL)"
            " AND (number IS NULL) = (digest IS NULL)"
            " AND (number IS NULL) = (approved_by_id IS NULL)"
            " AND (number IS NULL) = (approved_at IS NULL)",
            name="approved_has_number",
        ),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> drafted_by_id", name="four_eyes"),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_on IS NOT NULL) AND (sent_on IS NULL) = (sent_by_id IS NULL)",
            name="sent_has_date",
        ),
        sa.Index("ix_reply_letter_waiting", "state", "drafted_at", "id", **rows_where("sent_on IS NULL")),
    )


class PaperKind(Labelled):
    """What comes beside letters and is collected (A4.21)."""

    FAX = "fax", N_("Fax")
    PARCEL = "parcel", N_("Parcel")
    EXPRESS = "express", N_("Courier item")
    REGISTERED = "registered", N_("Registered mail")


class PaperItem(Base):
    """A fax or a parcel: who it is for, that they were told, and who signed for it."""

    __tablename__ = "paper_item"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[PaperKind] = mapped_column(stored_as("paper_kind", PaperKind))
    arrived_at: Mapped[dt.datetime]
    sender: Mapped[str] = mapped_column(SealedText)
    sender_number: Mapped[str | None] = mapped_column(sa.String(60))
    """Of the fax, or of the courier's slip."""
    pieces: Mapped[int] = mapped_column(default=1)
    """Pages of a fax, pieces of anything else."""
    note: Mapped[str | None] = mapped_column(sa.String(300))
    addressee_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    registered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    registered_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime]
    """The notice goes out with the entry; whoever tells them again, and how, is noted beside."""
    told_how: Mapped[str | None] = mapped_column(sa.String(200))
    told_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    due_at: Mapped[dt.datetime]
    proxy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """A colleague who may sign for it."""
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    signed_at: Mapped[dt.datetime | None]
    alarmed_at: Mapped[dt.datetime | None]

    addressee: Mapped[Staff] = relationship(foreign_keys=[addressee_id])
    registered_by: Mapped[Staff] = relationship(foreign_keys=[registered_by_id])
    told_by: Mapped[Staff | None] = relationship(foreign_keys=[told_by_id])
    proxy: Mapped[Staff | None] = relationship(foreign_keys=[proxy_id])
    signed_by: Mapped[Staff | None] = relationship(foreign_keys=[signed_by_id])

    @property
    def is_by_proxy(self) -> bool:
        """Tell whether somebody else than the addressee signed for it."""
        return self.signed_by_id is not None and self.signed_by_id != self.addressee_id

    __table_args__ = (
        sa.CheckConstraint("pieces >= 1", name="one_piece_at_least"),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signed_by_somebody"),
        sa.CheckConstraint(
            "signed_by_id IS NULL OR signed_by_id = addressee_id OR signed_by_id = proxy_id",
            name="signed_by_addressee_or_proxy",
        ),
        sa.Index("ix_paper_item_open", "due_at", "id", **rows_where("signed_at IS NULL")),
        sa.Index("ix_paper_item_arrived", "arrived_at", "id"),
        sa.Index("ix_paper_item_addressee", "addressee_id", "id"),
    )
